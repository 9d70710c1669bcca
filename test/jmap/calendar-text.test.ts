/** Calendar objects as text (`urn:convergence:calendar-text`): nothing of an event is lost on the way out and back. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
beforeAll(async () => {
  server = await openServer()
  client = await server.client()
})
afterAll(() => server?.close())

const text = (uid: string, title = 'Conseil'): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Autre//FR\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTART:20261130T140000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:${title}\r\nX-OTHER;X-P=1:kept\r\nORGANIZER:mailto:boss@example.test\r\nATTENDEE;CN=Zoé;PARTSTAT=ACCEPTED:mailto:zoe@example.test\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nRECURRENCE-ID:20261207T140000Z\r\nDTSTART:20261207T160000Z\r\nSUMMARY:Plus tard\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
const calendarId = async (): Promise<string> => String(((await client.call('Calendar/get')).list as Json[])[0]?.id)
const make = async (uid: string): Promise<string> => {
  const create = { c: { calendarId: await calendarId(), data: text(uid) } }
  const answer = await client.call('CalendarText/set', { create })
  return String((answer.created as Record<string, Json> | null)?.c?.id)
}
const get = async (id: string): Promise<Json | undefined> =>
  ((await client.call('CalendarText/get', { ids: [id] })).list as Json[])[0]

test('an event that is deleted and put back has its participants, its changed instances and all that others wrote', async () => {
  const id = await make('un')
  const before = await get(id)
  expect(before?.data).toBe(text('un'))
  await client.call('CalendarEvent/set', { destroy: [id] })
  expect(await get(id)).toBeUndefined()
  const { created } = await client.call('CalendarText/set', {
    create: { again: { calendarId: before?.calendarId, data: before?.data } },
  })
  const again = String((created as Record<string, Json>).again?.id)
  expect((await get(again))?.data).toBe(text('un'))
  const [event] = (await client.call('CalendarEvent/get', { ids: [again] })).list as Json[]
  expect(Object.values(event?.participants as Record<string, Json>)).toContainEqual(
    expect.objectContaining({ email: 'zoe@example.test', participationStatus: 'accepted' }),
  )
})

test('a change is taken back whole, unless the calendar has changed since', async () => {
  const id = await make('deux')
  const before = await get(id)
  const { newState } = await client.call('CalendarEvent/set', { update: { [id]: { title: 'Autre' } } })
  const back = { ifInState: newState, update: { [id]: { data: before?.data } } }
  expect((await client.call('CalendarText/set', back)).updated).toEqual({ [id]: null })
  expect((await get(id))?.data).toBe(text('deux'))
  expect(await client.error('CalendarText/set', back)).toBe('stateMismatch')
})

test('what is no event, is there already or has no calendar is refused, and the others come in', async () => {
  const calendar = await calendarId()
  const { created, notCreated } = await client.call('CalendarText/set', {
    create: {
      good: { calendarId: calendar, data: text('trois') },
      twice: { calendarId: calendar, data: text('trois') },
      none: { calendarId: calendar, data: 'Bonjour' },
      message: { calendarId: calendar, data: text('quatre').replace('VERSION', 'METHOD:REQUEST\r\nVERSION') },
      large: { calendarId: calendar, data: text('cinq', 'x'.repeat(600_000)) },
      nowhere: { calendarId: 'c99999', data: text('six') },
    },
  })
  expect(Object.keys(created as object)).toEqual(['good'])
  expect(notCreated).toMatchObject({
    twice: { type: 'alreadyExists', properties: ['uid'] },
    none: { type: 'invalidProperties' },
    message: { type: 'invalidProperties' },
    large: { type: 'tooLarge' },
    nowhere: { type: 'invalidProperties', properties: ['calendarId'] },
  })
})

test('participants given to CalendarEvent/set are refused rather than lost', async () => {
  const event = { title: 'x', start: '2026-11-30T10:00:00', participants: { p: { email: 'zoe@example.test' } } }
  const { notCreated } = await client.call('CalendarEvent/set', { create: { c: event } })
  expect(notCreated).toMatchObject({ c: { type: 'invalidProperties', properties: ['participants'] } })
})

test('nobody reads or changes the calendar of somebody else', async () => {
  const id = await make('sept')
  const stranger = await server.client()
  const { list, notFound } = await stranger.call('CalendarText/get', { ids: [id] })
  expect([list, notFound]).toEqual([[], [id]])
  const { notDestroyed } = await stranger.call('CalendarText/set', { destroy: [id] })
  expect(notDestroyed).toMatchObject({ [id]: { type: 'notFound' } })
  const other = { accountId: client.accountId, ids: [id] }
  expect(await stranger.error('CalendarText/get', other)).toBe('accountNotFound')
})
