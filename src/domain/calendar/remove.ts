/** The end of events, and what is remembered of it for those who synchronise over DAV. */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'

type Key = { account: number; id: number }

const deleteRow = statement((q, p: Params<Key>) =>
  q.deleteFrom('calendar_event').where('account_id', '=', p.account).where('id', '=', p.id),
)
const deleteGone = statement((q, p: Params<{ account: number; calendar: number; uri: string }>) =>
  q
    .deleteFrom('calendar_gone')
    .where('account_id', '=', p.account)
    .where('calendar_id', '=', p.calendar)
    .where('uri', '=', p.uri),
)
const insertGone = statement(
  (q, p: Params<{ account: number; calendar: number; uri: string; id: number; modseq: number }>) =>
    q
      .insertInto('calendar_gone')
      .values({ account_id: p.account, calendar_id: p.calendar, uri: p.uri, event_id: p.id, modseq: p.modseq }),
)
const forgetCalendar = statement((q, p: Params<{ account: number; calendar: number }>) =>
  q.deleteFrom('calendar_gone').where('account_id', '=', p.account).where('calendar_id', '=', p.calendar),
)

/** What left a calendar is there no more: remembered until the change log forgets it too. */
export const rememberGone = async (tx: AccountWriter, calendar: number, uri: string, id: number): Promise<void> => {
  await tx.run(deleteGone, { account: tx.accountId, calendar, uri })
  await tx.run(insertGone, { account: tx.accountId, calendar, uri, id, modseq: tx.modseq })
}

/** Something is at this place again. */
export const forgetGone = async (tx: AccountWriter, calendar: number, uri: string): Promise<void> => {
  await tx.run(deleteGone, { account: tx.accountId, calendar, uri })
}

const count = statement(
  (q, p: Params<{ account: number; calendar: number; events: number; bytes: number; modseq: number }>) =>
    q
      .updateTable('calendar')
      .set((eb) => ({ events: eb('events', '+', p.events), bytes: eb('bytes', '+', p.bytes), modseq: p.modseq }))
      .where('account_id', '=', p.account)
      .where('id', '=', p.calendar),
)

/** Counts objects and octets that came to a calendar or left it (negative). */
export const tallyCalendar = async (
  tx: AccountWriter,
  calendar: number,
  events: number,
  bytes: number,
): Promise<void> => {
  await tx.run(count, { account: tx.accountId, calendar, events, bytes, modseq: tx.modseq })
}

const drop = async (tx: AccountWriter, id: number): Promise<void> => {
  await tx.run(deleteRow, { account: tx.accountId, id })
  tx.changed('CalendarEvent', id, 'destroyed')
}

/** Ends one object. */
export const removeEvent = async (
  tx: AccountWriter,
  event: { readonly id: number; readonly calendarId: number; readonly uri: string; readonly data: string },
): Promise<void> => {
  await drop(tx, event.id)
  await rememberGone(tx, event.calendarId, event.uri, event.id)
  await tallyCalendar(tx, event.calendarId, -1, -Buffer.byteLength(event.data))
}

const idsOfCalendar = statement((q, p: Params<{ account: number; calendar: number }>) =>
  q
    .selectFrom('calendar_event')
    .select('id')
    .where('account_id', '=', p.account)
    .where('calendar_id', '=', p.calendar)
    .orderBy('id'),
)

/** Ends everything in a calendar that ends itself: nobody will ask what was in it. */
export const removeContents = async (tx: AccountWriter, calendar: number): Promise<void> => {
  for (const { id } of await tx.all(idsOfCalendar, { account: tx.accountId, calendar })) await drop(tx, id)
  await tx.run(forgetCalendar, { account: tx.accountId, calendar })
}
