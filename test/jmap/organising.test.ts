/** Order in one's mail over JMAP (docs/organising.md). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { deposit } from '#domain/delivery/deposit.ts'
import { addProfile } from '#domain/directory/profiles.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { checkAccount } from '#domain/mail/check.ts'
import { readContent } from '#domain/mail/content.ts'
import { awakenDue } from '#domain/organise/awaken.ts'
import { advanceJobs } from '#domain/organise/jobs.ts'
import { startMailClock } from '#server/mail-clock.ts'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
beforeAll(async () => {
  server = await openServer()
})
afterAll(() => server.close())

const message = (subject: string, more: Json = {}): string =>
  [
    `From: ${more.from ?? 'Nadia <nadia@ac-demo.test>'}`,
    'To: moi@ac-demo.test',
    `Subject: ${subject}`,
    `Message-ID: <${more.id ?? Math.random()}@x>`,
    ...(more.inReplyTo ? [`In-Reply-To: <${more.inReplyTo}@x>`, `References: <${more.inReplyTo}@x>`] : []),
    '',
    'Bonjour',
  ].join('\r\n')

const created = (answer: Json, name = 'm'): Json => {
  const one = (answer.created as Record<string, Json> | null)?.[name]
  if (!one) throw new Error(JSON.stringify(answer))
  return one
}
const ids = async (client: Client, filter: Json): Promise<string[]> =>
  (await client.call('Email/query', { filter })).ids as string[]
const sound = async ({ principal }: Client): Promise<string[]> =>
  server.ctx.store.read((tx) => checkAccount(tx, principal.accountId))

test('a label has a keyword of its own that stays when it is renamed; changes name it', async () => {
  const client = await server.client()
  const before = await client.state('MailLabel')
  const label = created(
    await client.call('MailLabel/set', { create: { m: { name: 'Conseil d’école', colour: 'green' } } }),
  )
  expect(label).toMatchObject({ keyword: 'conseil-d-ecole', colour: 'green' })
  const twin = await client.call('MailLabel/set', { create: { m: { name: 'conseil D’ÉCOLE' } } })
  expect(twin.notCreated).toMatchObject({ m: { type: 'alreadyExists', properties: ['name'] } })
  await client.call('MailLabel/set', { update: { [String(label.id)]: { name: 'Conseil', sortOrder: 3 } } })
  const { list } = await client.call('MailLabel/get')
  expect(list).toEqual([{ id: label.id, name: 'Conseil', keyword: 'conseil-d-ecole', colour: 'green', sortOrder: 3 }])
  expect(await client.call('MailLabel/changes', { sinceState: before })).toMatchObject({ created: [label.id] })
  const wrong = await client.call('MailLabel/set', { update: { [String(label.id)]: { keyword: 'x', name: '' } } })
  expect(wrong.notUpdated).toMatchObject({ [String(label.id)]: { type: 'invalidProperties' } })
  await client.call('MailLabel/set', { destroy: [label.id] })
  const back = created(
    await client.call('MailLabel/set', { create: { m: { name: 'Conseil', keyword: 'conseil-d-ecole' } } }),
  )
  expect(back).toMatchObject({ keyword: 'conseil-d-ecole' })
  for (const keyword of ['conseil-d-ecole', '$seen', 'junk', 'a b', ''])
    expect((await client.call('MailLabel/set', { create: { m: { name: 'x', keyword } } })).notCreated).toMatchObject({
      m: { type: 'invalidProperties', properties: ['keyword'] },
    })
  await client.call('MailLabel/set', { destroy: [back.id] })
  expect((await client.call('MailLabel/get')).list).toEqual([])
})

test('whoever searches learns whether everything is searched yet', async () => {
  const client = await server.client()
  expect(await client.call('SearchState/get')).toMatchObject({ isComplete: true, waiting: 0, attachmentsWait: false })
  await deliver(client, message('Cantine'))
  await client.call('Email/query', { filter: { text: 'cantine' } })
  expect(await client.call('SearchState/get')).toMatchObject({ isComplete: true, waiting: 0, attachmentsWait: false })
})

test('mail of a label is found in the whole account', async () => {
  const client = await server.client()
  const labelled = await client.import(message('Un'), { keywords: { 'conseil-d-ecole': true } })
  await client.import(message('Deux'), { keywords: { 'conseil-d-ecole-2': true } })
  const flagged = await client.import(message('Trois'), { keywords: { $flagged: true } })
  expect(await ids(client, { hasKeyword: 'conseil-d-ecole' })).toEqual([labelled])
  expect(await ids(client, { hasKeyword: '$flagged' })).toEqual([flagged])
})

test('saved searches and preferences are kept and told', async () => {
  const client = await server.client()
  const search = created(
    await client.call('SavedSearch/set', { create: { m: { name: 'De la direction', text: 'de:direction a:pj' } } }),
  )
  expect((await client.call('SavedSearch/get')).list).toEqual([
    { id: search.id, name: 'De la direction', text: 'de:direction a:pj', sortOrder: 0 },
  ])
  const before = await client.state('MailPreferences')
  const inbox = await client.role('inbox')
  const patch = { archiveBy: 'year', 'focus/people': ['Chef@ac-demo.test'], mailboxColours: { [inbox]: 'teal' } }
  expect((await client.call('MailPreferences/set', { update: { singleton: patch } })).notUpdated).toBeNull()
  const { list } = await client.call('MailPreferences/get')
  expect(list).toEqual([
    {
      id: 'singleton',
      archiveBy: 'year',
      focus: { heads: true, service: true, contacts: true, people: ['chef@ac-demo.test'] },
      mailboxColours: { [inbox]: 'teal' },
      view: null,
    },
  ])
  expect(await client.call('MailPreferences/changes', { sinceState: before })).toMatchObject({ updated: ['singleton'] })
  const wrong = await client.call('MailPreferences/set', { update: { singleton: { archiveBy: 'month' } } })
  expect(wrong.notUpdated).toMatchObject({ singleton: { type: 'invalidProperties' } })
})

test('how lists look follows the person, and only what a list can look like is taken', async () => {
  const client = await server.client()
  const view = {
    layout: 'below',
    density: 'compact',
    previewLines: 2,
    listOrder: 'oldest',
    threadOrder: 'newest',
    flat: false,
  }
  const set = (value: unknown) => client.call('MailPreferences/set', { update: { singleton: { view: value } } })
  expect((await set(view)).notUpdated).toBeNull()
  expect((await client.call('MailPreferences/get')).list).toMatchObject([{ archiveBy: 'single', view }])
  for (const wrong of [{ ...view, layout: 'above' }, { ...view, previewLines: 3 }, { layout: 'below' }])
    expect((await set(wrong)).notUpdated).toMatchObject({ singleton: { type: 'invalidProperties' } })
  expect((await set(null)).notUpdated).toBeNull()
  expect((await client.call('MailPreferences/get')).list).toMatchObject([{ view: null }])
})

test('what is put off leaves the inbox and comes back unread, at the top, once', async () => {
  const client = await server.client()
  const inbox = await client.role('inbox')
  const later = await client.mailbox('Plus tard', { role: 'snoozed' })
  const id = await client.import(message('Rendre les notes'), { keywords: { $seen: true } })
  const newer = await client.import(message('Autre'))
  const wrong = await client.call('Email/set', { update: { [id]: { snoozed: { until: '2030-01-01T00:00:00Z' } } } })
  expect(wrong.notUpdated).toMatchObject({ [id]: { type: 'invalidProperties', properties: ['snoozed'] } })
  const far = new Date(server.ctx.clock.now() + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z')
  const patch = { mailboxIds: { [later]: true }, snoozed: { until: far } }
  expect((await client.call('Email/set', { update: { [id]: patch } })).notUpdated).toBeNull()
  expect((await client.call('Snooze/get')).list).toEqual([{ id, until: far }])
  expect(await awakenDue(server.ctx)).toBe(0)
  // As if its moment had come.
  await server.ctx.store.writeGlobal((tx) => tx.execute((q) => q.updateTable('snooze').set({ until_at: 1 })))
  expect(await awakenDue(server.ctx)).toBe(1)
  expect(await awakenDue(server.ctx)).toBe(0)
  expect(await ids(client, { inMailbox: inbox })).toEqual([id, newer])
  expect(await client.get(id, { properties: ['keywords', 'mailboxIds'] })).toMatchObject({
    keywords: {},
    mailboxIds: { [inbox]: true },
  })
  expect((await client.call('Snooze/get')).list).toEqual([])
  expect(await sound(client)).toEqual([])
})

test('what was put off and taken elsewhere meanwhile stays there', async () => {
  const client = await server.client()
  const later = await client.mailbox('Plus tard', { role: 'snoozed' })
  const archive = await client.role('archive')
  const id = await client.import(message('Sujet'))
  await client.call('Email/set', {
    update: { [id]: { mailboxIds: { [later]: true }, snoozed: { until: '2029-01-01T08:00:00Z' } } },
  })
  await client.call('Email/set', { update: { [id]: { mailboxIds: { [archive]: true } } } })
  expect((await client.call('Snooze/get')).list).toEqual([])
})

test('answers in a muted conversation go to the archive, and others to the inbox', async () => {
  const client = await server.client()
  const [inbox, archive] = [await client.role('inbox'), await client.role('archive')]
  const id = await client.import(message('Pot de départ', { id: 'pot' }))
  await client.call('Email/set', { update: { [id]: { 'keywords/$muted': true } } })
  const before = Number(await client.state())
  await deliver(client, message('Re: Pot de départ', { id: 'r1', inReplyTo: 'pot' }))
  await deliver(client, message('Tout autre chose', { id: 'o1' }))
  expect(await ids(client, { inMailbox: archive })).toHaveLength(1)
  expect(await ids(client, { inMailbox: inbox })).toHaveLength(2)
  expect(before).toBeGreaterThan(0)
  expect(await sound(client)).toEqual([])
})

const deliver = async ({ principal }: Client, source: string): Promise<void> => {
  const bytes = Buffer.from(source)
  const { ctx } = server
  const blob = await ctx.store.blobs.prepare(bytes)
  const parcel = { blob, content: readContent(bytes), junk: false, receivedAt: Date.now() }
  expect((await deposit(ctx, [principal.accountId], parcel)).size).toBe(0)
}

const finished = async (): Promise<void> => {
  while ((await advanceJobs(server.ctx)) > 0);
}

test('an act on a thousand messages is done by the server in slices and undone by it, wholly', {
  timeout: 180_000,
}, async () => {
  const client = await server.client()
  const [inbox, trash] = [await client.role('inbox'), await client.role('trash')]
  const kept = await client.import(message('Garder'), { mailboxIds: { [trash]: true } })
  for (let i = 0; i < 450; i++) await client.import(message(`Lot ${i}`), { keywords: i % 2 ? { $seen: true } : {} })
  const before = await ids(client, { inMailbox: inbox })
  const job = created(
    await client.call('MailJob/set', { create: { m: { act: { kind: 'trash' }, filter: { inMailbox: inbox } } } }),
  )
  expect(job).toMatchObject({ total: 450, done: 0, state: 'running' })
  await advanceJobs(server.ctx)
  expect((await client.call('MailJob/get')).list).toMatchObject([{ id: job.id, done: 200, state: 'running' }])
  await finished()
  expect(await ids(client, { inMailbox: inbox })).toEqual([])
  expect((await client.call('MailJob/get')).list).toMatchObject([{ done: 450, failed: 0, state: 'done' }])
  await client.call('MailJob/set', { update: { [String(job.id)]: { state: 'undoing' } } })
  await finished()
  expect((await ids(client, { inMailbox: inbox })).sort()).toEqual([...before].sort())
  expect(await ids(client, { inMailbox: trash })).toEqual([kept])
  expect((await client.call('MailJob/get')).list).toMatchObject([{ state: 'undone' }])
  const unread = await ids(client, { inMailbox: inbox, notKeyword: '$seen' })
  expect(unread).toHaveLength(225)
  expect(await sound(client)).toEqual([])
})

test('an act leaves alone what was left out of it', async () => {
  const client = await server.client()
  const inbox = await client.role('inbox')
  const [left, ...others] = [await client.import(message('a')), await client.import(message('b'))]
  const act = { kind: 'keyword', keyword: '$flagged', on: true }
  const filter = { inMailbox: inbox }
  const job = created(await client.call('MailJob/set', { create: { m: { act, filter, except: [left] } } }))
  expect(job).toMatchObject({ total: 1 })
  await finished()
  expect(await ids(client, { hasKeyword: '$flagged' })).toEqual(others)
  const wrong = await client.call('MailJob/set', { create: { m: { act, filter, except: ['x'] } } })
  expect(wrong.notCreated).toMatchObject({ m: { type: 'invalidProperties', properties: ['except'] } })
})

test('messages that came at the same moment keep their order where an act brings them, and when it is undone', async () => {
  const client = await server.client()
  const from = await client.mailbox('Lot')
  const to = await client.mailbox('Rangé')
  const receivedAt = '2026-02-03T08:00:00Z'
  for (let n = 0; n < 6; n++) await client.import(message(`N ${n}`), { mailboxIds: { [from]: true }, receivedAt })
  const before = await ids(client, { inMailbox: from })
  const act = { kind: 'move', mailboxId: to, fromId: from }
  const { id } = created(await client.call('MailJob/set', { create: { m: { act, filter: { inMailbox: from } } } }))
  while ((await advanceJobs(server.ctx)) > 0);
  expect(await ids(client, { inMailbox: to })).toEqual(before)
  await client.call('MailJob/set', { update: { [String(id)]: { state: 'undoing' } } })
  while ((await advanceJobs(server.ctx)) > 0);
  expect(await ids(client, { inMailbox: from })).toEqual(before)
})

test('a keyword is put on what lacks it, and undoing leaves alone what had it', async () => {
  const client = await server.client()
  const inbox = await client.role('inbox')
  const had = await client.import(message('Déjà lu'), { keywords: { $seen: true } })
  const lacked = await client.import(message('Non lu'))
  const act = { kind: 'keyword', keyword: '$seen', on: true }
  const job = created(await client.call('MailJob/set', { create: { m: { act, filter: { inMailbox: inbox } } } }))
  await finished()
  expect(await ids(client, { notKeyword: '$seen' })).toEqual([])
  await client.call('MailJob/set', { update: { [String(job.id)]: { state: 'undoing' } } })
  await finished()
  expect(await ids(client, { notKeyword: '$seen' })).toEqual([lacked])
  expect(await ids(client, { hasKeyword: '$seen' })).toEqual([had])
})

test('the archive by year gets a mailbox for each year', { timeout: 60_000 }, async () => {
  const client = await server.client()
  const inbox = await client.role('inbox')
  await client.call('MailPreferences/set', { update: { singleton: { archiveBy: 'year' } } })
  await client.import(message('Vieux'), { receivedAt: '2019-05-01T08:00:00Z' })
  await client.import(message('Récent'), { receivedAt: '2025-05-01T08:00:00Z' })
  const clock = startMailClock(server.ctx, silentLog)
  await client.call('MailJob/set', {
    create: { m: { act: { kind: 'archive', fromId: inbox }, filter: { inMailbox: inbox } } },
  })
  await expect.poll(() => ids(client, { inMailbox: inbox }), { timeout: 30_000 }).toEqual([])
  await clock.stop()
  const { list } = await client.call('Mailbox/get')
  const archive = await client.role('archive')
  const years = (list as Json[]).filter((mailbox) => mailbox.parentId === archive)
  expect(years.map(({ name, totalEmails }) => [name, totalEmails])).toEqual([
    ['2019', 1],
    ['2025', 1],
  ])
})

test('a mailbox that is deleted may leave its messages to the trash', async () => {
  const client = await server.client()
  const trash = await client.role('trash')
  const old = await client.mailbox('Ancien')
  const id = await client.import(message('Reste'), { mailboxIds: { [old]: true } })
  await client.call('Mailbox/set', { destroy: [old], onDestroyMoveEmailsTo: trash })
  expect(await client.get(id, { properties: ['mailboxIds'] })).toMatchObject({ mailboxIds: { [trash]: true } })
  expect(await sound(client)).toEqual([])
})

test('only mail of those whom one follows, by their address and not by what they call themselves', async () => {
  const client = await server.client()
  const head = await server.client()
  const now = server.ctx.clock.now()
  await server.ctx.store.writeGlobal(async (tx) => {
    await putSchool(tx, now, { uai: '0250001R', name: 'Tilleuls', kind: 'college', city: 'Besançon' })
    await addProfile(tx, now, client.principal.accountId, { kind: 'teacher', uai: '0250001R' })
    await addProfile(tx, now, head.principal.accountId, { kind: 'head', uai: '0250001R' })
  })
  const followed = await client.import(message('Du chef', { from: `La direction <${head.principal.email}>` }))
  await client.import(message('Imposture', { from: `"${head.principal.email}" <faux@ailleurs.test>` }))
  const other = await client.import(message('Publicité', { from: 'promo@ailleurs.test' }))
  expect(await ids(client, { isFollowed: true })).toEqual([followed])
  const filter = { operator: 'AND', conditions: [{ inMailbox: await client.role('inbox') }, { isFollowed: true }] }
  expect(await ids(client, filter)).toEqual([followed])
  expect(await ids(client, { isFollowed: false })).toContain(other)
})

test('what takes the room is told by mailbox, month, size and sender, and a job clears away what was told', async () => {
  const client = await server.client()
  const trash = await client.role('trash')
  const folder = await client.mailbox('Dossier')
  const sized = (from: string, octets: number) =>
    `${message('Lourd', { from })}\r\n${`${'x'.repeat(76)}\r\n`.repeat(octets / 78)}`
  const old = { receivedAt: '2023-05-02T08:00:00Z' }
  const heavy = await client.import(sized('=?utf-8?q?Zo=C3=A9?= <zoe@ailleurs.test>', 6_000_000), old)
  const middle = await client.import(sized('Zoe@ailleurs.test', 1_200_000), { receivedAt: '2023-06-30T23:59:59Z' })
  const inbox = await client.role('inbox')
  // In two mailboxes, and still once by month.
  await client.call('Email/set', { update: { [middle]: { mailboxIds: { [inbox]: true, [folder]: true } } } })
  const small = await client.import(message('Petit'), { receivedAt: '2025-01-01T00:00:00Z' })
  const kept = await client.import(sized('max@ailleurs.test', 2_000_000), { ...old, keywords: { $flagged: true } })
  await client.import(sized('max@ailleurs.test', 2_000_000), { ...old, mailboxIds: { [trash]: true } })
  type Amount = { emails: number; octets: number }
  const usage = (await client.call('MailUsage/get')) as {
    mailboxes: (Amount & { id: string })[]
    months: { month: string; sizes: Amount[] }[]
    senders: (Amount & { email: string; name: string })[]
    largest: string[]
  }
  expect(usage.months.map(({ month, sizes }) => [month, ...sizes.map(({ emails }) => emails)])).toEqual([
    ['2023-05', 0, 0, 1, 0],
    ['2023-06', 0, 1, 0, 0],
    ['2025-01', 1, 0, 0, 0],
  ])
  expect(usage.largest).toEqual([heavy, middle])
  expect(usage.senders).toMatchObject([{ email: 'zoe@ailleurs.test', name: 'Zoé', emails: 2 }])
  const emailsOf = (id: string) => usage.mailboxes.find((mailbox) => mailbox.id === id)?.emails
  expect([emailsOf(inbox), emailsOf(folder), emailsOf(trash)]).toEqual([4, 1, 1])
  const { size } = await client.get(heavy, { properties: ['size'] })
  expect(usage.months[0]?.sizes[2]?.octets).toBe(size)
  // The same as a filter: what the job takes is what was told.
  const filter = {
    operator: 'AND',
    conditions: [
      { before: '2025-01-01T00:00:00Z', minSize: 1_000_000, notKeyword: '$flagged', inMailboxOtherThan: [trash] },
      { notKeyword: '$draft' },
    ],
  }
  const { total } = created(await client.call('MailJob/set', { create: { m: { act: { kind: 'trash' }, filter } } }))
  expect(total).toBe(2)
  while ((await advanceJobs(server.ctx)) > 0);
  expect((await ids(client, { inMailbox: inbox })).sort()).toEqual([small, kept].sort())
  const after = (await client.call('MailUsage/get')) as typeof usage
  expect(after.months.map(({ month }) => month)).toEqual(['2025-01'])
})
