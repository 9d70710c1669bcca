/** Calendar objects made, changed and ended: each verb is part of a transaction on the account. */
import { Failure } from '#base/failure.ts'
import { textIn } from '#format/icalendar/component.ts'
import { type CalendarObject, extentOf, forever, isRecurring, parseObject } from '#format/icalendar/object.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { checkUri } from '../sync/collection-rules.ts'
import type { Member } from '../sync/members.ts'
import { calendars } from './calendars.ts'
import { eventAt, eventsOfUid, getEvent, type StoredEvent } from './events.ts'
import { maxEventOctets } from './limits.data.ts'

/** An object read and weighed before the transaction begins. */
export interface EventContent {
  readonly data: string
  readonly object: CalendarObject
  readonly summary: string
  readonly starts: number
  readonly ends: number
  readonly isRecurring: boolean
}

/**
 * What an iCalendar text says, ready to be written; the text itself is what is kept, byte for byte. Throws Failure invalid
 * (not one object; one with a METHOD, which is a message and no event: RFC 4791 §4.1), tooLarge, tooMany.
 */
export const readEvent = (data: string): EventContent => {
  if (Buffer.byteLength(data) > maxEventOctets)
    throw new Failure('tooLarge', `an event has at most ${maxEventOctets} octets`)
  if (data.includes('\u0000') || !data.isWellFormed()) throw new Failure('invalid', 'that is no text')
  const object = parseObject(data)
  if (textIn(object.calendar, 'METHOD') !== '') throw new Failure('invalid', 'a message is no event')
  const part = object.master ?? object.overrides[0]
  const extent = extentOf(object)
  return {
    data,
    object,
    summary: part ? textIn(part, 'SUMMARY').slice(0, 500) : '',
    // Without a time it is at any time: a task with no date.
    starts: extent?.from ?? Number.MIN_SAFE_INTEGER,
    ends: extent?.to ?? forever,
    isRecurring: isRecurring(object),
  }
}

const octets = (text: string): number => Buffer.byteLength(text)

type RowValues = {
  account: number
  id: number
  calendar: number
  uri: string
  uid: string
  kind: string
  summary: string
  starts: number
  ends: number
  recurring: number
  data: string
  size: number
  modseq: number
  now: number
}

const insert = statement((q, p: Params<RowValues>) =>
  q.insertInto('calendar_event').values({
    account_id: p.account,
    id: p.id,
    calendar_id: p.calendar,
    uri: p.uri,
    uid: p.uid,
    kind: p.kind,
    summary: p.summary,
    starts: p.starts,
    ends: p.ends,
    is_recurring: p.recurring,
    ics: p.data,
    size: p.size,
    modseq: p.modseq,
    created_at: p.now,
    updated_at: p.now,
  }),
)

const update = statement((q, p: Params<RowValues>) =>
  q
    .updateTable('calendar_event')
    .set({
      calendar_id: p.calendar,
      uri: p.uri,
      uid: p.uid,
      kind: p.kind,
      summary: p.summary,
      starts: p.starts,
      ends: p.ends,
      is_recurring: p.recurring,
      ics: p.data,
      size: p.size,
      modseq: p.modseq,
      updated_at: p.now,
    })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const rowOf = (
  tx: AccountWriter,
  id: number,
  calendar: number,
  uri: string,
  { data, object, summary, starts, ends, isRecurring: recurring }: EventContent,
): RowValues => ({
  account: tx.accountId,
  id,
  calendar,
  uri,
  uid: object.uid,
  kind: object.kind,
  summary,
  starts,
  ends,
  recurring: recurring ? 1 : 0,
  data,
  size: octets(data),
  modseq: tx.modseq,
  now: tx.now,
})

/** Throws Failure alreadyExists (property uid): another object of the calendar has it. */
const checkUid = async (tx: AccountWriter, calendar: number, uid: string, own?: number): Promise<void> => {
  const others = await eventsOfUid(tx, tx.accountId, uid)
  if (others.some((one) => one.calendarId === calendar && one.id !== own))
    throw new Failure('alreadyExists', 'an event of this calendar has this UID', { property: 'uid' })
}

/** A name that a path can hold, from the UID. */
const uriFor = (uid: string, id: number): string => `${/^[A-Za-z0-9_.@-]{1,150}$/.test(uid) ? uid : `event-${id}`}.ics`

/**
 * A new object. `uri` is where a program puts it over DAV. Throws Failure notFound (calendar), alreadyExists (property `uid`
 * or `uri`), tooMany, overQuota.
 */
export const createEvent = async (
  tx: AccountWriter,
  content: EventContent,
  place: { readonly calendarId: number; readonly uri?: string },
): Promise<StoredEvent> => {
  const all = await calendars.list(tx, tx.accountId)
  const calendar = calendars.in(all, place.calendarId)
  const { uid } = content.object
  await checkUid(tx, calendar.id, uid)
  const id = tx.nextId()
  let uri = checkUri(place.uri ?? uriFor(uid, id))
  if (await eventAt(tx, tx.accountId, calendar.id, uri)) {
    if (place.uri !== undefined) throw new Failure('alreadyExists', 'something is there', { property: 'uri' })
    uri = `event-${id}.ics`
  }
  const row = rowOf(tx, id, calendar.id, uri, content)
  calendars.checkRoom(all, calendar, 1, row.size)
  await tx.run(insert, row)
  await calendars.members.came(tx, memberOf(row))
  return storedOf(row, tx.now)
}

const memberOf = ({ id, calendar, uri, size }: RowValues): Member => ({ id, collection: calendar, uri, size })

const asMember = ({ id, calendarId, uri, data }: StoredEvent): Member => ({
  id,
  collection: calendarId,
  uri,
  size: octets(data),
})

const storedOf = (row: RowValues, createdAt: number): StoredEvent => ({
  id: row.id,
  calendarId: row.calendar,
  uri: row.uri,
  uid: row.uid,
  kind: row.kind as StoredEvent['kind'],
  data: row.data,
  modseq: row.modseq,
  createdAt,
  updatedAt: row.now,
})

/** Replaces what an object says, moves it to another calendar, or both. Throws as `createEvent`. */
export const changeEvent = async (
  tx: AccountWriter,
  id: number,
  change: { readonly content?: EventContent; readonly calendarId?: number },
): Promise<StoredEvent> => {
  const before = await getEvent(tx, tx.accountId, id)
  if (!before) throw new Failure('notFound', `no event ${id}`)
  const all = await calendars.list(tx, tx.accountId)
  const calendar = calendars.in(all, change.calendarId ?? before.calendarId)
  const content = change.content ?? readEvent(before.data)
  const moved = calendar.id !== before.calendarId
  if (moved || content.object.uid !== before.uid) await checkUid(tx, calendar.id, content.object.uid, id)
  const taken = moved && (await eventAt(tx, tx.accountId, calendar.id, before.uri)) !== undefined
  const row = rowOf(tx, id, calendar.id, taken ? `event-${id}-${tx.modseq}.ics` : before.uri, content)
  const member = asMember(before)
  calendars.checkRoom(all, calendar, moved ? 1 : 0, row.size - member.size)
  await tx.run(update, row)
  await calendars.members.changed(tx, member, memberOf(row))
  return storedOf(row, before.createdAt)
}

/** Ends an object. Throws Failure notFound. */
export const deleteEvent = async (tx: AccountWriter, id: number): Promise<void> => {
  const event = await getEvent(tx, tx.accountId, id)
  if (!event) throw new Failure('notFound', `no event ${id}`)
  await calendars.members.end(tx, asMember(event))
}
