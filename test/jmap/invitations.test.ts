/** Invitations in mail (RFC 5546, RFC 6047), answered over JMAP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shownEventProperties } from '#format/jmap/calendars.ts'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
beforeAll(async () => {
  server = await openServer()
  client = await server.client({ name: 'Claire Petit' })
})
afterAll(() => server?.close())

const boss = 'joe@example.test'
const event = (uid: string, { sequence = 0, start = '20261130T140000', more = '', attendee = '' } = {}): string =>
  `BEGIN:VEVENT\nUID:${uid}\nDTSTAMP:20261101T000000Z\nSEQUENCE:${sequence}\nSUMMARY:Conseil\nDTSTART;TZID=Europe/Paris:${start}\nDURATION:PT1H\nORGANIZER;CN=Joe:mailto:${boss}\nATTENDEE;CN=Claire;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:${attendee || client.principal.email.toUpperCase()}\n${more}END:VEVENT\n`

/** A message with a calendar in it; the id of that part. */
const arrive = async (method: string, events: string, from = boss, before = ''): Promise<string> => {
  const text = `${before}From: <${from}>\nTo: ${client.principal.email}\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nBonjour\n--b\nContent-Type: text/calendar; method=${method}\n\nBEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:${method}\n${events}END:VCALENDAR\n--b--\n`
  const id = await client.import(text.replaceAll('\n', '\r\n'))
  const { attachments } = await client.get(id, { properties: ['attachments'] })
  return String((attachments as Json[])[0]?.blobId)
}
const read = (blobId: string) => client.call('Invitation/read', { blobId })
const answer = (blobId: string, given: string | null) =>
  client.responses(['Invitation/answer', { blobId, answer: given }])
const stored = async (uid: string): Promise<Json[]> => {
  const { ids } = await client.call('CalendarEvent/query', { filter: { uid } })
  return (await client.call('CalendarEvent/get', { ids: ids as string[], properties: [...shownEventProperties] }))
    .list as Json[]
}
const lastSent = async () => {
  const [row] = await server.ctx.store.read((tx) =>
    tx.query((q) =>
      q
        .selectFrom('queue_message')
        .innerJoin('queue_recipient', 'queue_recipient.queue_id', 'queue_message.id')
        .select(['queue_message.blob_id as blob', 'queue_message.sender as sender', 'queue_recipient.address as to'])
        .orderBy('queue_message.id', 'desc')
        .limit(1),
    ),
  )
  return row && { ...row, text: Buffer.from(await server.ctx.store.blobs.bytes(row.blob)).toString() }
}

test('an invitation is accepted: it is in the calendar, and the organiser is told', async () => {
  await client.call('CalendarEvent/set', {
    create: { c: { title: 'Rendez-vous', start: '2026-11-30T14:30:00', duration: 'PT1H', timeZone: 'Europe/Paris' } },
  })
  const blobId = await arrive('REQUEST', event('un'))
  expect(await read(blobId)).toMatchObject({
    method: 'REQUEST',
    title: 'Conseil',
    attendee: client.principal.email,
    isKnown: false,
    isGenuine: true,
    conflicts: [{ title: 'Rendez-vous', utcStart: '2026-11-30T13:30:00Z' }],
  })
  expect((await answer(blobId, 'accepted'))[0]?.[1]).toMatchObject({ isSent: true })
  expect(await stored('un')).toMatchObject([{ title: 'Conseil', utcStart: '2026-11-30T13:00:00Z' }])
  const sent = await lastSent()
  expect([sent?.sender, sent?.to]).toEqual([client.principal.email, boss])
  expect(sent?.text).toContain('method=REPLY')
  const [, encoded = ''] = /method=REPLY[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(sent?.text ?? '') ?? []
  expect(`${encoded}${Buffer.from(encoded, 'base64')}`.replace(/\r\n /g, '')).toContain('PARTSTAT=ACCEPTED')
  expect(await read(blobId)).toMatchObject({ isKnown: true, status: 'ACCEPTED' })
})

test('a later version is taken from the organiser, an older one and a stranger’s are not', async () => {
  const first = await arrive('REQUEST', event('deux'))
  await answer(first, 'tentative')
  const forged = await arrive(
    'REQUEST',
    event('deux', { sequence: 2, start: '20261201T080000' }),
    'mallory@example.test',
  )
  expect(await read(forged)).toMatchObject({ isGenuine: false })
  expect((await answer(forged, 'accepted'))[0]?.[1]).toMatchObject({ type: 'forbidden' })
  const disowned = `Authentication-Results: ${server.delivery.config.hostname}; dmarc=fail header.from=example.test\n`
  const spoofed = await arrive('REQUEST', event('deux', { sequence: 2 }), boss, disowned)
  expect(await read(spoofed)).toMatchObject({ isGenuine: false })
  expect((await answer(spoofed, 'accepted'))[0]?.[1]).toMatchObject({ type: 'forbidden' })
  const second = await arrive('REQUEST', event('deux', { sequence: 1, start: '20261130T160000' }))
  await answer(second, 'accepted')
  expect(await stored('deux')).toMatchObject([{ utcStart: '2026-11-30T15:00:00Z' }])
  expect(await read(first)).toMatchObject({ isOutdated: true })
  expect((await answer(first, 'accepted'))[0]?.[1]).toMatchObject({ type: 'stateMismatch' })
})

test('a cancellation and a refusal take it out of the calendar; an event of one’s own is nobody else’s to end', async () => {
  await answer(await arrive('REQUEST', event('trois')), 'accepted')
  const forged = await arrive('CANCEL', event('trois', { sequence: 1 }), 'mallory@example.test')
  expect((await answer(forged, null))[0]?.[1]).toMatchObject({ type: 'forbidden' })
  await answer(await arrive('CANCEL', event('trois', { sequence: 1 })), null)
  expect(await stored('trois')).toEqual([])
  const blobId = await arrive('REQUEST', event('quatre'))
  await answer(blobId, 'accepted')
  await answer(blobId, 'declined')
  expect(await stored('quatre')).toEqual([])
  const own = { uid: 'cinq', title: 'À moi', start: '2026-11-30T10:00:00', timeZone: 'Europe/Paris' }
  await client.call('CalendarEvent/set', { create: { c: own } })
  expect((await answer(await arrive('REQUEST', event('cinq')), 'accepted'))[0]?.[1]).toMatchObject({
    type: 'forbidden',
  })
  expect(await stored('cinq')).toMatchObject([{ title: 'À moi' }])
})

test('an answer to an invitation is noted, from whoever gives it', async () => {
  const guest = 'guest@example.test'
  await answer(await arrive('REQUEST', event('six', { more: `ATTENDEE:mailto:${guest}\n` })), 'accepted')
  const reply = event('six', { attendee: guest }).replace('NEEDS-ACTION', 'DECLINED')
  expect((await answer(await arrive('REPLY', reply), null))[0]?.[1]).toMatchObject({ type: 'forbidden' })
  const genuine = await arrive('REPLY', reply, guest)
  expect(await read(genuine)).toMatchObject({ status: 'DECLINED', isGenuine: true })
  await answer(genuine, null)
  const [one] = await stored('six')
  expect(Object.values(one?.participants as Record<string, Json>)).toContainEqual(
    expect.objectContaining({ email: guest, participationStatus: 'declined' }),
  )
})

test('one instance of a series is changed, the others stay; who is not named sends nothing', async () => {
  const series = event('sept', { more: 'RRULE:FREQ=WEEKLY;COUNT=3\n' })
  await answer(await arrive('REQUEST', series), 'accepted')
  const moved = event('sept', {
    sequence: 1,
    start: '20261208T100000',
    more: 'RECURRENCE-ID;TZID=Europe/Paris:20261207T140000\n',
  })
  await answer(await arrive('REQUEST', moved), 'accepted')
  const window = { after: '2026-11-30T00:00:00', before: '2026-12-31T00:00:00', uid: 'sept' }
  const { ids } = await client.call('CalendarEvent/query', { filter: window, expandRecurrences: true })
  const { list } = await client.call('CalendarEvent/get', { ids: ids as string[], properties: ['utcStart'] })
  expect((list as Json[]).map(({ utcStart }) => utcStart)).toEqual([
    '2026-11-30T13:00:00Z',
    '2026-12-08T09:00:00Z',
    '2026-12-14T13:00:00Z',
  ])
  const before = (await lastSent())?.blob
  const list2 = await arrive('REQUEST', event('huit', { attendee: 'liste@example.test' }))
  expect((await answer(list2, 'accepted'))[0]?.[1]).toMatchObject({ isSent: false })
  expect((await lastSent())?.blob).toBe(before)
})

test('an answer is written in the language of who gives it, and counts as a message that is sent', async () => {
  const wordsOf = (text = '') => text.replace(/=\r\n/g, '')
  await answer(await arrive('REQUEST', event('dix')), 'declined')
  expect(wordsOf((await lastSent())?.text)).not.toContain('has declined')
  const { accountId } = client.principal
  await server.ctx.store.writeGlobal((tx) =>
    tx.execute((q) => q.updateTable('account').set({ locale: 'en' }).where('id', '=', accountId)),
  )
  await answer(await arrive('REQUEST', event('onze')), 'declined')
  expect(wordsOf((await lastSent())?.text)).toMatch(/Subject: Declined: Conseil[\s\S]*has declined your invitation/)
  const last = (await lastSent())?.blob
  const spend = () => {
    for (;;) server.delivery.rates.spend(accountId, 1)
  }
  expect(spend).toThrow('too many')
  const blobId = await arrive('REQUEST', event('douze'))
  expect((await answer(blobId, 'accepted'))[0]?.[1]).toMatchObject({ type: 'serverUnavailable' })
  expect((await lastSent())?.blob).toBe(last)
  expect(await stored('douze')).toEqual([])
})

test('what is no invitation is refused', async () => {
  for (const [method, events] of [
    ['PUBLISH', event('neuf')],
    ['REQUEST', ''],
    ['REQUEST', event('neuf').replace('DTSTART', 'X')],
    ['REQUEST', event('neuf', { more: 'RRULE:FREQ=TOUJOURS\n' })],
  ] as const) {
    const [read] = await client.responses(['Invitation/read', { blobId: await arrive(method, events) }])
    expect(read?.[1]).toMatchObject({ type: 'invalidArguments' })
  }
})
