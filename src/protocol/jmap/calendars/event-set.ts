/** CalendarEvent/set (draft-ietf-jmap-calendars §5.4): whole events, and instances by their own ids. */
import { randomUUID } from 'node:crypto'
import { isFailure } from '#base/failure.ts'
import { calendars } from '#domain/calendar/calendars.ts'
import { getEvent, type StoredEvent } from '#domain/calendar/events.ts'
import { homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { changeEvent, createEvent, deleteEvent, readEvent } from '#domain/calendar/write.ts'
import { type Component, printComponent } from '#format/icalendar/component.ts'
import { isRecurring, parseObject } from '#format/icalendar/object.ts'
import { CALENDARS, type CalendarEvent } from '#format/jmap/calendars.ts'
import type { Id } from '#format/jmap/core.ts'
import { changeOverrides } from '#format/jscalendar/overrides.ts'
import { changeInstance, changeObject, createObject, excludeInstance, isOwn } from '#format/jscalendar/to-ical.ts'
import { boolean, id, isTrue, mapOf, withDefault } from '../check.ts'
import { invalidArguments, invalidProperties, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, setArguments } from '../set.ts'
import { checkState } from '../state.ts'
import { withoutAliases } from './aliases.ts'
import { eventObject, findInstance, keyOf } from './object.ts'

type Transaction = Parameters<typeof createEvent>[0]
type Given = Readonly<Record<string, unknown>>

/** Members that the server computes. */
const computed = ['id', 'baseEventId', 'calendarIds', 'isDraft', 'isOrigin', 'utcStart', 'utcEnd']

/** Throws SetFault invalidProperties unless the event is in exactly one calendar (maxCalendarsPerEvent). */
const calendarOf = (value: unknown, call: AccountCall): number => {
  const [only, ...others] = Object.keys(checkProperty('calendarIds', mapOf(isTrue, id), value))
  const calendar = only === undefined || others.length > 0 ? undefined : numberOf('calendar', only, call)
  if (calendar === undefined) throw invalidProperties('An event is in exactly one calendar', 'calendarIds')
  return calendar
}

/** Told as an existing event (RFC 8620 §5.4) when it is the UID that another has. */
export const existing = (error: unknown): unknown =>
  isFailure(error, 'alreadyExists') && error.property === 'uid'
    ? new SetFault('alreadyExists', error.message, { properties: ['uid'] })
    : error

const contentOf = (calendar: Component) => readEvent(printComponent(calendar))

const told = (event: StoredEvent, asked: Given): { id: Id } => {
  const full = eventObject(event, '')
  if (!full) throw new SetFault('notFound', 'There is no such event')
  const entries = Object.entries(full).filter(([name, value]) => !sameJson(asked[name], value))
  return { ...Object.fromEntries(entries), id: full.id }
}

const withOverrides = (calendar: Component, given: { before: unknown; after: unknown }, now: number): Component =>
  (given.after ?? null) === null && (given.before ?? null) === null
    ? calendar
    : changeOverrides(calendar, given, zoneNamed(homeZone), now)

const create = async (
  tx: Transaction,
  call: AccountCall,
  object: Given,
  defaultCalendar: number,
): Promise<{ id: Id }> => {
  if (object.id !== undefined) throw invalidProperties('The server gives ids', 'id')
  const calendarId = object.calendarIds === undefined ? defaultCalendar : calendarOf(object.calendarIds, call)
  const { recurrenceOverrides, ...members } = Object.fromEntries(
    Object.entries(withoutAliases(object, Object.keys(object)).event).filter(([name]) => !computed.includes(name)),
  )
  // Better refused than lost without a word.
  if (Object.keys(members.participants ?? {}).length > 0)
    throw invalidProperties('Participants are read, not set: CalendarText/set takes a whole object', 'participants')
  const uid = members.uid ?? randomUUID()
  if (typeof uid !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(uid))
    throw invalidProperties('A UID is a short text', 'uid')
  const made = createObject(members, uid, tx.now)
  const whole = withOverrides(made, { before: null, after: recurrenceOverrides }, tx.now)
  return told(await createEvent(tx, contentOf(whole), { calendarId }), object)
}

const find = async (tx: Transaction, eventId: Id): Promise<{ event: StoredEvent; recurrenceId: string }> => {
  const key = keyOf(eventId)
  const event = key && (await getEvent(tx, tx.accountId, key.event))
  if (event?.kind !== 'VEVENT') throw new SetFault('notFound', 'There is no such event')
  return { event, recurrenceId: key?.recurrenceId ?? '' }
}

/** Returns false when it was so already. */
const update = async (tx: Transaction, call: AccountCall, eventId: Id, patch: Given): Promise<boolean> => {
  const { event, recurrenceId } = await find(tx, eventId)
  const before: CalendarEvent | undefined = eventObject(event, recurrenceId)
  if (!before) throw new SetFault('notFound', 'There is no such event')
  const current: Given = { ...before }
  const applied = applyPatch(current, patch)
  const differs = [...applied.touched].filter((name) => !sameJson(applied.value[name] ?? null, current[name] ?? null))
  if (differs.length === 0) return false
  const { event: value, names: changed } = withoutAliases(applied.value, differs)
  const refused = changed.find((name) => isOwn(name) || (computed.includes(name) && name !== 'calendarIds'))
  if (refused !== undefined) throw invalidProperties('That is not for the client to set', refused)
  const names = changed.filter((name) => name !== 'calendarIds')
  const calendarId = changed.includes('calendarIds') ? calendarOf(value.calendarIds, call) : event.calendarId
  if (recurrenceId !== '' && calendarId !== event.calendarId)
    throw invalidProperties('An instance is where its event is', 'calendarIds')
  const object = parseObject(event.data)
  const next = (): Component => {
    if (recurrenceId === '') {
      const rest = names.filter((name) => name !== 'recurrenceOverrides')
      const changedObject = rest.length > 0 ? changeObject(object, value, rest, tx.now) : object.calendar
      if (rest.length === names.length) return changedObject
      const overrides = { before: before.recurrenceOverrides, after: value.recurrenceOverrides }
      return withOverrides(changedObject, overrides, tx.now)
    }
    const instance = findInstance(object, recurrenceId)
    if (!instance) throw new SetFault('notFound', 'There is no such instance')
    return changeInstance(object, instance, value, names, tx.now)
  }
  await changeEvent(tx, event.id, { calendarId, ...(names.length > 0 ? { content: contentOf(next()) } : {}) })
  return true
}

const destroy = async (tx: Transaction, eventId: Id): Promise<void> => {
  const { event, recurrenceId } = await find(tx, eventId)
  if (recurrenceId === '') return deleteEvent(tx, event.id)
  const object = parseObject(event.data)
  if (!isRecurring(object) || !findInstance(object, recurrenceId))
    throw new SetFault('notFound', 'There is no such instance')
  await changeEvent(tx, event.id, { content: contentOf(excludeInstance(object, recurrenceId, tx.now)) })
}

const eventSetArguments = { ...setArguments, sendSchedulingMessages: withDefault(boolean, false) }

export const calendarEventSet = accountMethod('CalendarEvent/set', CALENDARS, eventSetArguments, async (args, call) => {
  if (args.sendSchedulingMessages) throw invalidArguments('Scheduling messages are not sent here')
  checkSetLimit(objectCount(args), call)
  const all = await calendars.of(call.ctx, call.account)
  const defaultCalendar = all.find(({ isDefault }) => isDefault)?.id ?? 0
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['CalendarEvent'], args.ifInState)
    const outcome = await applySet(args, call, {
      create: (object) => create(tx, call, object, defaultCalendar),
      update: (eventId, patch) => update(tx, call, eventId, patch),
      destroy: (eventId) => destroy(tx, eventId),
      told: existing,
    })
    return outcome.respond(tx.modseq)
  })
})
