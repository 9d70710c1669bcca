/** Calendar objects of an account, read. */

import type { ObjectKind } from '#format/icalendar/object.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import { breathe } from '../turn.ts'

export interface StoredEvent {
  readonly id: number
  readonly calendarId: number
  /** The last segment of its path over DAV. */
  readonly uri: string
  readonly uid: string
  readonly kind: ObjectKind
  /** The iCalendar object, as it came. */
  readonly data: string
  readonly modseq: number
  readonly createdAt: number
  readonly updatedAt: number
}

const columns = [
  'id',
  'calendar_id as calendarId',
  'uri',
  'uid',
  'kind',
  'ics as data',
  'modseq',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

type Row = Omit<StoredEvent, 'kind'> & { readonly kind: string }

const eventOf = (row: Row): StoredEvent => ({ ...row, kind: row.kind as ObjectKind })

const chunk = 100

/** Those of the ids that there are, in no order. */
export const getEvents = async (tx: Reader, account: number, ids: readonly number[]): Promise<StoredEvent[]> => {
  const found: StoredEvent[] = []
  for (let at = 0; at < ids.length; at += chunk) {
    const part = ids.slice(at, at + chunk)
    const rows = await tx.query<Row>((q) =>
      q.selectFrom('calendar_event').select(columns).where('account_id', '=', account).where('id', 'in', part),
    )
    found.push(...rows.map(eventOf))
  }
  return found
}

const selectOne = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('calendar_event').select(columns).where('account_id', '=', p.account).where('id', '=', p.id),
)

export const getEvent = async (tx: Reader, account: number, id: number): Promise<StoredEvent | undefined> => {
  const row = await tx.first(selectOne, { account, id })
  return row && eventOf(row)
}

const selectByUri = statement((q, p: Params<{ account: number; calendar: number; uri: string }>) =>
  q
    .selectFrom('calendar_event')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('calendar_id', '=', p.calendar)
    .where('uri', '=', p.uri),
)

/** The object at a place of a calendar. */
export const eventAt = async (
  tx: Reader,
  account: number,
  calendar: number,
  uri: string,
): Promise<StoredEvent | undefined> => {
  const row = await tx.first(selectByUri, { account, calendar, uri })
  return row && eventOf(row)
}

const selectByUid = statement((q, p: Params<{ account: number; uid: string }>) =>
  q
    .selectFrom('calendar_event')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('uid', '=', p.uid)
    .orderBy('id'),
)

/** The objects of a UID: one in each calendar at most. */
export const eventsOfUid = async (tx: Reader, account: number, uid: string): Promise<StoredEvent[]> =>
  (await tx.all(selectByUid, { account, uid })).map(eventOf)

const selectIds = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('calendar_event')
    .select('id')
    .where('account_id', '=', p.account)
    .where('kind', '=', 'VEVENT')
    .orderBy('id'),
)

/** Ids of every event of the account; tasks and journals are for programs. */
export const listEventIds = async (tx: Reader, account: number): Promise<number[]> =>
  (await tx.all(selectIds, { account })).map(({ id }) => id)

const selectPage = statement(
  (q, p: Params<{ account: number; from: number; to: number; after: number; limit: number }>) =>
    q
      .selectFrom('calendar_event')
      .select(columns)
      .where('account_id', '=', p.account)
      .where('ends', '>=', p.from)
      .where('starts', '<', p.to)
      .where('id', '>', p.after)
      .orderBy('id')
      .limit(p.limit),
)

/** Every object that may touch a window (milliseconds UTC), a page at a time, giving way to others between: law 10. */
export async function* eventsAround(
  store: Store,
  account: number,
  from = Number.MIN_SAFE_INTEGER,
  to = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<StoredEvent> {
  for (let after = 0; ; ) {
    const page = await store.read((tx) => tx.all(selectPage, { account, from, to, after, limit: chunk }))
    for (const row of page) yield eventOf(row)
    if (page.length < chunk) return
    after = page.at(-1)!.id
    await breathe()
  }
}
