/** JMAP for Calendars (draft-ietf-jmap-calendars), the part that is here. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
beforeAll(async () => {
  server = await openServer()
})
afterAll(() => server.close())

const make = async (client: Client, event: Json): Promise<string> => {
  const answer = await client.call('CalendarEvent/set', { create: { c: event } })
  const one = (answer.created as Record<string, Json> | null)?.c
  if (!one) throw new Error(JSON.stringify(answer))
  return String(one.id)
}
const get = async (client: Client, id: string): Promise<Json> =>
  ((await client.call('CalendarEvent/get', { ids: [id] })).list as Json[])[0] ?? {}
const look = async (client: Client, after: string, before: string, more: Json = {}): Promise<string[]> => {
  const answer = await client.call('CalendarEvent/query', {
    filter: { after: `${after}T00:00:00`, before: `${before}T00:00:00`, ...more },
    expandRecurrences: true,
    timeZone: 'Europe/Paris',
  })
  const { list } = await client.call('CalendarEvent/get', {
    ids: answer.ids as string[],
    properties: ['title', 'utcStart'],
  })
  const byId = new Map((list as Json[]).map((one) => [one.id, one]))
  return (answer.ids as string[]).map((id) => `${byId.get(id)?.title} ${byId.get(id)?.utcStart}`)
}
const lesson = {
  '@type': 'Event',
  title: 'Cours, 3e B',
  start: '2026-10-19T08:00:00',
  duration: 'PT1H',
  timeZone: 'Europe/Paris',
  locations: { x: { '@type': 'Location', name: 'Salle 12' } },
  recurrenceRules: [{ frequency: 'weekly', until: '2026-11-30T23:59:59', byDay: [{ day: 'mo' }] }],
  alerts: { a: { trigger: { offset: '-PT15M' } } },
}

test('the first look finds a default calendar; others are made, coloured and ended', async () => {
  const client = await server.client()
  const { list } = await client.call('Calendar/get')
  expect(list).toMatchObject([{ name: 'Agenda', isDefault: true, isVisible: true, color: '#1d5fa8' }])
  const answer = await client.call('Calendar/set', { create: { c: { name: 'Conseils', color: '#123456' } } })
  const id = String((answer.created as Record<string, Json>).c?.id)
  await make(client, { ...lesson, calendarIds: { [id]: true } })
  const refused = await client.call('Calendar/set', { update: { [id]: { color: 'javascript:x' } } })
  expect(refused.notUpdated).toMatchObject({ [id]: { type: 'invalidProperties', properties: ['color'] } })
  const { notDestroyed } = await client.call('Calendar/set', { destroy: [id] })
  expect(notDestroyed).toMatchObject({ [id]: { type: 'calendarHasEvent' } })
  expect((await client.call('Calendar/set', { destroy: [id], onDestroyRemoveEvents: true })).destroyed).toEqual([id])
})

test('an event is what it was made, and is found by windows on both sides of the change of the clocks', async () => {
  const client = await server.client()
  const id = await make(client, lesson)
  expect(await get(client, id)).toMatchObject({
    ...lesson,
    locations: { '1': { name: 'Salle 12' } },
    recurrenceRules: [{ frequency: 'weekly', until: '2026-11-30T23:59:59', byDay: [{ day: 'mo' }] }],
    alerts: { '1': { trigger: { offset: '-PT15M' } } },
  })
  expect(await look(client, '2026-10-19', '2026-11-03')).toEqual([
    'Cours, 3e B 2026-10-19T06:00:00Z',
    'Cours, 3e B 2026-10-26T07:00:00Z',
    'Cours, 3e B 2026-11-02T07:00:00Z',
  ])
  expect(await look(client, '2026-11-30', '2027-01-01')).toHaveLength(1)
  expect(await look(client, '2026-10-19', '2026-11-03', { text: 'SALLE' })).toHaveLength(3)
  expect(await look(client, '2026-10-19', '2026-11-03', { uid: 'nobody' })).toEqual([])
})

test('one instance is moved, one is left out, and the others stay', async () => {
  const client = await server.client()
  const id = await make(client, lesson)
  const before = await client.state('CalendarEvent')
  const moved = `${id}-20261026T080000`
  const gone = `${id}-20261102T080000`
  const answer = await client.call('CalendarEvent/set', {
    update: { [moved]: { start: '2026-10-27T14:00:00', title: 'Cours déplacé' } },
    destroy: [gone, `${id}-20261103T080000`],
  })
  expect(answer.updated).toHaveProperty(moved)
  expect(answer.destroyed).toEqual([gone])
  expect(answer.notDestroyed).toMatchObject({ [`${id}-20261103T080000`]: { type: 'notFound' } })
  expect(await look(client, '2026-10-19', '2026-11-10')).toEqual([
    'Cours, 3e B 2026-10-19T06:00:00Z',
    'Cours déplacé 2026-10-27T13:00:00Z',
    'Cours, 3e B 2026-11-09T07:00:00Z',
  ])
  expect(await get(client, moved)).toMatchObject({ baseEventId: id, recurrenceId: '2026-10-26T08:00:00' })
  const { updated } = await client.call('CalendarEvent/changes', { sinceState: before })
  expect(updated).toEqual([id])
  await client.call('CalendarEvent/set', { update: { [id]: { title: 'Cours' } } })
  expect(await look(client, '2026-10-19', '2026-11-10')).toHaveLength(3)
  const { recurrenceOverrides } = (await get(client, id)) as unknown as { recurrenceOverrides: Record<string, Json> }
  expect(Object.values(recurrenceOverrides)).toContainEqual({ excluded: true })
  expect(recurrenceOverrides['2026-10-26T08:00:00']).toMatchObject({
    title: 'Cours déplacé',
    start: '2026-10-27T14:00:00',
  })
  expect(recurrenceOverrides['2026-10-26T08:00:00']).not.toHaveProperty('timeZone')
  const [early] = (
    await client.call('CalendarEvent/get', {
      ids: [id],
      properties: ['recurrenceOverrides'],
      recurrenceOverridesBefore: '2026-10-27T00:00:00Z',
      reduceParticipants: true,
      timeZone: 'Europe/Paris',
    })
  ).list as Json[]
  expect(Object.keys(early?.recurrenceOverrides as object)).toEqual(['2026-10-26T08:00:00'])
  expect(await client.error('CalendarEvent/set', { sendSchedulingMessages: true })).toBe('invalidArguments')
})

test('a query has operators and sorts, is exact about its window, and says what it does not know', async () => {
  const client = await server.client()
  const event = (title: string, start: string) => ({ title, start, duration: 'PT1H', timeZone: 'Europe/Paris' })
  const first = await make(client, event('Zoologie', '2030-03-04T09:00:00'))
  const second = await make(client, event('Algèbre', '2030-03-05T09:00:00'))
  const ask = async (args: Json) => (await client.call('CalendarEvent/query', args)).ids
  const either = { operator: 'OR', conditions: [{ title: 'algebre' }, { title: 'zoologie' }] }
  expect(await ask({ filter: either, sort: [{ property: 'start', isAscending: false }] })).toEqual([second, first])
  expect(await ask({ filter: either, sort: [{ property: 'start' }] })).toEqual([first, second])
  const day = { after: '2030-03-05T00:00:00', before: '2030-03-06T00:00:00' }
  expect(await ask({ filter: day })).toEqual([second])
  expect(
    await ask({ filter: { operator: 'AND', conditions: [either, { operator: 'NOT', conditions: [day] }] } }),
  ).toEqual([first])
  expect(await ask({ filter: { text: 'VEVENT' } })).toEqual([])
  expect(await client.error('CalendarEvent/query', { filter: { colour: 'red' } })).toBe('unsupportedFilter')
  expect(await client.error('CalendarEvent/query', { sort: [{ property: 'colour' }] })).toBe('unsupportedSort')
  expect(await client.error('CalendarEvent/query', { sort: [{ property: 5 }] })).toBe('invalidArguments')
  expect(await client.error('CalendarEvent/query', { timeZone: 'Mars/Olympus' })).toBe('invalidArguments')
  expect(await client.error('CalendarEvent/query', { filter: either, expandRecurrences: true })).toBe(
    'invalidArguments',
  )
  const { queryState } = await client.call('CalendarEvent/query', {})
  const since = { sinceQueryState: queryState }
  expect(await client.call('CalendarEvent/queryChanges', since)).toMatchObject({ removed: [], added: [] })
  await client.call('CalendarEvent/set', { destroy: [first, second] })
  expect(await client.error('CalendarEvent/queryChanges', since)).toBe('cannotCalculateChanges')
})

test('whole days, moves between calendars, and the end', async () => {
  const client = await server.client()
  const day = { title: 'Férié', start: '2026-11-11T00:00:00', duration: 'P1D', timeZone: null, showWithoutTime: true }
  const id = await make(client, day)
  expect(await get(client, id)).toMatchObject(day)
  const made = await client.call('Calendar/set', { create: { c: { name: 'Autre' } } })
  const other = String((made.created as Record<string, Json>).c?.id)
  const patch = { calendarIds: { [other]: true }, showWithoutTime: false, timeZone: 'Europe/Paris', duration: 'PT2H' }
  expect((await client.call('CalendarEvent/set', { update: { [id]: patch } })).updated).toHaveProperty(id)
  expect(await get(client, id)).toMatchObject({ calendarIds: { [other]: true } })
  expect(await look(client, '2026-11-10', '2026-11-12')).toEqual(['Férié 2026-11-10T23:00:00Z'])
  expect((await client.call('CalendarEvent/set', { destroy: [id] })).destroyed).toEqual([id])
  expect(await look(client, '2026-11-01', '2026-12-01')).toEqual([])
})

test('what is no event, and what a client may not set, is refused by name', async () => {
  const client = await server.client()
  const at = { title: 'x', start: '2026-11-11T10:00:00' }
  const wrong: [string, Json][] = [
    ['start', { title: 'x' }],
    ['start', { ...at, start: '2026-13-41T00:00:00' }],
    ['timeZone', { ...at, timeZone: 'Mars/Base' }],
    ['recurrenceRules', { ...at, recurrenceRules: [{ frequency: 'daily', byDay: [{ day: 'MO;X' }] }] }],
    ['recurrenceRules', { ...at, recurrenceRules: [{ frequency: 'daily;COUNT=1' }] }],
    ['duration', { ...at, duration: 'P9999999W' }],
    ['title', { ...at, title: 'x'.repeat(2000) }],
    ['calendarIds', { ...at, calendarIds: {} }],
    ['virtualLocations', { ...at, virtualLocations: {} }],
    ['links', { ...at, links: { a: { href: 'javascript:alert(1)' } } }],
  ]
  const create = Object.fromEntries(wrong.map(([, event], n) => [`c${n}`, event]))
  const { notCreated } = await client.call('CalendarEvent/set', { create })
  for (const [n, [property]] of wrong.entries())
    expect([n, (notCreated as Record<string, Json>)[`c${n}`]]).toMatchObject([
      n,
      { type: 'invalidProperties', properties: [property] },
    ])
  const text = await make(client, { ...at, title: 'a\nEND:VEVENT\r\nBEGIN:VEVENT', description: ';,\\:"^' })
  expect(await get(client, text)).toMatchObject({ title: 'a\nEND:VEVENT\nBEGIN:VEVENT', description: ';,\\:"^' })
})

const members = async (client: Client, id: string, ...properties: string[]): Promise<Json> =>
  ((await client.call('CalendarEvent/get', { ids: [id], properties })).list as Json[])[0] ?? {}

test('an event of another maker of clients: one rule, its version, nothing that was not asked for', async () => {
  const client = await server.client()
  const weekly = { frequency: 'weekly', count: 4 }
  const id = await make(client, {
    ...{ title: 'Weekly', start: '2024-05-06T10:00:00', timeZone: 'Etc/UTC', duration: 'PT1H', version: '2.0' },
    ...{ showWithoutTime: false, description: null, recurrenceRule: weekly },
  })
  const whole = await get(client, id)
  expect(whole).toMatchObject({ version: '2.0', isOrigin: true, isDraft: false, recurrenceRule: weekly })
  for (const name of ['utcStart', 'utcEnd', 'baseEventId', 'method']) expect(whole).not.toHaveProperty(name)
  expect(await members(client, id, 'utcStart', 'utcEnd')).toEqual({
    ...{ id, utcStart: '2024-05-06T10:00:00Z', utcEnd: '2024-05-06T11:00:00Z' },
  })
  await client.call('CalendarEvent/set', { update: { [id]: { 'recurrenceRule/count': 2 } } })
  expect(await look(client, '2024-05-01', '2024-06-30')).toHaveLength(2)
  await client.call('CalendarEvent/set', { update: { [id]: { recurrenceRule: { frequency: 'monthly', count: 3 } } } })
  expect(await members(client, id, 'recurrenceRule')).toMatchObject({
    recurrenceRule: { frequency: 'monthly', count: 3 },
  })
  const both = { recurrenceRule: null, recurrenceRules: [] }
  const { notUpdated } = await client.call('CalendarEvent/set', { update: { [id]: { ...both, title: 'x' } } })
  expect(notUpdated).toMatchObject({ [id]: { type: 'invalidProperties' } })
  await client.call('CalendarEvent/set', { update: { [id]: { recurrenceRule: null } } })
  expect(await look(client, '2024-05-01', '2024-12-30')).toHaveLength(1)
  const wide = { filter: { after: '2024-01-01T00:00:00', before: '2124-01-01T00:00:00' }, expandRecurrences: true }
  expect(await client.error('CalendarEvent/query', wide)).toBe('expandDurationTooLarge')
  const [calendar] = Object.keys(whole.calendarIds as object)
  expect((await client.call('CalendarEvent/query', { filter: { inCalendar: calendar } })).ids).toEqual([id])
  expect((await client.call('CalendarEvent/query', { filter: { inCalendar: 'nowhere' } })).ids).toEqual([])
})

test('instances are said otherwise, left out and added with the event and by patches of it', async () => {
  const client = await server.client()
  const id = await make(client, {
    ...{ title: 'Réunion', start: '2026-10-19T08:00:00', timeZone: 'Europe/Paris', duration: 'PT1H' },
    recurrenceRules: [{ frequency: 'weekly', count: 4 }],
    recurrenceOverrides: {
      '2026-10-26T08:00:00': { title: 'Réunion (dernière)', start: '2026-10-26T09:30:00' },
      '2026-11-02T08:00:00': { excluded: true },
      '2026-10-21T14:00:00': {},
    },
  })
  expect(await look(client, '2026-10-01', '2026-12-01')).toEqual([
    ...['Réunion 2026-10-19T06:00:00Z', 'Réunion 2026-10-21T12:00:00Z'],
    ...['Réunion (dernière) 2026-10-26T08:30:00Z', 'Réunion 2026-11-09T07:00:00Z'],
  ])
  const { updated, notUpdated } = await client.call('CalendarEvent/set', {
    update: {
      [id]: {
        'recurrenceOverrides/2026-10-26T08:00:00/title': 'Réunion (autre)',
        'recurrenceOverrides/2026-11-02T08:00:00': null,
        'recurrenceOverrides/2026-11-09T08:00:00': { excluded: true },
        'recurrenceOverrides/2026-10-21T14:00:00': null,
        'recurrenceOverrides/2026-12-24T18:00:00': { title: 'Fête', 'locations/1': { name: 'Préau' } },
        title: 'Conseil',
      },
    },
  })
  expect([updated, notUpdated]).toEqual([{ [id]: null }, null])
  expect(await look(client, '2026-10-01', '2027-01-01')).toEqual([
    ...['Conseil 2026-10-19T06:00:00Z', 'Réunion (autre) 2026-10-26T08:30:00Z'],
    ...['Conseil 2026-11-02T07:00:00Z', 'Fête 2026-12-24T17:00:00Z'],
  ])
  const { recurrenceOverrides } = await members(client, id, 'recurrenceOverrides')
  expect(recurrenceOverrides).toMatchObject({
    '2026-11-09T08:00:00': { excluded: true },
    '2026-12-24T18:00:00': { title: 'Fête', locations: { '1': { name: 'Préau' } } },
  })
  for (const wrong of [{ yesterday: {} }, { '2026-10-19T08:00:00': 'x' }, { '2026-10-19T08:00:00': { duration: 5 } }]) {
    const refused = await client.call('CalendarEvent/set', { update: { [id]: { recurrenceOverrides: wrong } } })
    expect(refused.notUpdated).toMatchObject({ [id]: { type: 'invalidProperties' } })
  }
  await client.call('CalendarEvent/set', { update: { [id]: { recurrenceOverrides: null } } })
  expect(await look(client, '2026-10-01', '2027-01-01')).toHaveLength(4)
})

test('several places, and times in UTC of a client that knows no zones', async () => {
  const client = await server.client()
  const locations = { a: { name: 'Salle 12' }, b: { name: 'Préau; cour' } }
  const id = await make(client, {
    title: 'x',
    utcStart: '2026-07-01T08:00:00Z',
    utcEnd: '2026-07-01T09:30:00Z',
    locations,
  })
  expect(await get(client, id)).toMatchObject({
    ...{ start: '2026-07-01T08:00:00', timeZone: 'Etc/UTC', duration: 'PT1H30M' },
    locations: { '1': { name: 'Salle 12' }, b: { name: 'Préau; cour' } },
  })
  await client.call('CalendarEvent/set', {
    update: { [id]: { timeZone: 'Europe/Paris', 'locations/c': { name: 'CDI' } } },
  })
  await client.call('CalendarEvent/set', {
    update: { [id]: { utcStart: '2026-07-02T08:00:00Z', 'locations/b': null } },
  })
  expect(await get(client, id)).toMatchObject({
    ...{ start: '2026-07-02T10:00:00', timeZone: 'Europe/Paris', duration: 'PT1H30M' },
    locations: { '1': { name: 'Salle 12' }, c: { name: 'CDI' } },
  })
  const both = { title: 'x', start: '2026-07-01T08:00:00', utcStart: '2026-07-01T08:00:00Z' }
  expect((await client.call('CalendarEvent/set', { create: { c: both } })).notCreated).toMatchObject({
    c: { type: 'invalidProperties', properties: ['utcStart', 'start'] },
  })
})

test('a calendar may be made with what it is anyway; nothing is copied from an account that has no calendars', async () => {
  const client = await server.client()
  const { created, notCreated } = await client.call('Calendar/set', {
    create: {
      c: { name: 'X', isSubscribed: true, timeZone: null, includeInAvailability: 'all', defaultAlertsWithTime: null },
      d: { name: 'Y', isSubscribed: false },
    },
  })
  expect(created).toHaveProperty('c.id')
  expect(notCreated).toMatchObject({ d: { type: 'invalidProperties', properties: ['isSubscribed'] } })
  for (const type of ['CalendarEvent', 'ContactCard']) {
    const copy = (fromAccountId: string) => client.error(`${type}/copy`, { fromAccountId, create: {} })
    expect(await copy('nobody')).toBe('fromAccountNotFound')
    expect(await copy(client.accountId)).toBe('invalidArguments')
  }
})

test('one takes part in events by the addresses of one’s mail, which are not changed here', async () => {
  const client = await server.client({ aliases: ['directrice@ac-demo.test'] })
  const { email, name } = client.principal
  await client.call('Identity/set', { create: { a: { name: 'Direction', email: 'directrice@ac-demo.test' } } })
  await client.call('Identity/set', { create: { b: { name: 'Encore', email } } })
  const before = await client.state('ParticipantIdentity')
  const { list } = await client.call('ParticipantIdentity/get')
  expect(list).toEqual([
    { id: expect.any(String), name, calendarAddress: `mailto:${email}`, isDefault: true },
    {
      ...{ id: expect.any(String), name: 'Direction' },
      ...{ calendarAddress: 'mailto:directrice@ac-demo.test', isDefault: false },
    },
  ])
  const [first] = list as [{ id: string }]
  const answer = await client.call('ParticipantIdentity/set', {
    create: { c: { calendarAddress: 'mailto:autre@ailleurs.test' } },
    destroy: [first.id],
  })
  expect(answer).toMatchObject({
    notCreated: { c: { type: 'forbidden' } },
    notDestroyed: { [first.id]: { type: 'forbidden' } },
  })
  expect(await client.call('ParticipantIdentity/changes', { sinceState: before })).toMatchObject({ updated: [] })
})
