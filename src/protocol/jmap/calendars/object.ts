/** Events as the wire has them: whole ones, and instances by ids of their own (`v1z-20260901T080000`). */
import { formatId, parseId } from '#base/ids.ts'
import type { StoredEvent } from '#domain/calendar/events.ts'
import { homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { readMoment } from '#format/icalendar/moment.ts'
import { type CalendarObject, type Instance, instancesOf, parseObject, spanOf } from '#format/icalendar/object.ts'
import type { Zone } from '#format/icalendar/zone.ts'
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import type { Id } from '#format/jmap/core.ts'
import type { JsEvent } from '#format/jscalendar/event.ts'
import { eventOf, instanceOf, mailOf } from '#format/jscalendar/from-ical.ts'
import { formatUtcDate } from '../check.ts'

const DAY = 86_400_000

export interface EventKey {
  readonly event: number
  /** Empty: the event as a whole. */
  readonly recurrenceId: string
}

/** What an id names; undefined when it is none of an event. */
export const keyOf = (id: Id): EventKey | undefined => {
  const [base = '', recurrenceId = '', ...more] = id.split('-')
  const event = parseId('event', base)
  if (event === undefined || more.length > 0 || (id.includes('-') && !/^\d{8}(?:T\d{6})?$/.test(recurrenceId))) return
  return { event, recurrenceId }
}

export const idOf = (event: number, recurrenceId: string): Id =>
  recurrenceId === '' ? formatId('event', event) : `${formatId('event', event)}-${recurrenceId}`

/** The instance of a recurrence id; undefined when the event has none there. */
export const findInstance = (
  object: CalendarObject,
  recurrenceId: string,
  floating: Zone = zoneNamed(homeZone),
): Instance | undefined => {
  const at = readMoment(recurrenceId)?.wall
  if (at === undefined) return undefined
  const overrides = object.overrides.map((one) => spanOf(one, object.calendar, floating)?.startUtc ?? at)
  const window = {
    from: Math.min(at, ...overrides) - 2 * DAY,
    to: Math.max(at, ...overrides) + 2 * DAY,
    floating,
  }
  const all = instancesOf(object, window, { instances: 5000, steps: { left: 20_000 } })
  return all.find((one) => one.recurrenceId === recurrenceId)
}

const common = (event: StoredEvent, recurrenceId: string) => ({
  id: idOf(event.id, recurrenceId),
  baseEventId: recurrenceId === '' ? null : formatId('event', event.id),
  calendarIds: { [formatId('calendar', event.calendarId)]: true },
  isDraft: false as const,
})

/** Whether the event is nobody else's: it has no organiser, or one of these addresses is. */
const isOriginOf = ({ organizerCalendarAddress: organiser }: JsEvent, own: ReadonlySet<string>): boolean =>
  organiser === undefined || own.has(mailOf(organiser).toLowerCase())

/** An instance as the wire has it. */
const instanceObject = (
  event: StoredEvent,
  object: CalendarObject,
  instance: Instance,
  { floating = zoneNamed(homeZone), own = new Set() }: Onlooker,
): CalendarEvent => {
  const said = instanceOf(object, instance, floating)
  return {
    ...said,
    ...common(event, instance.recurrenceId),
    isOrigin: isOriginOf(said, own),
    utcStart: formatUtcDate(instance.startUtc),
    utcEnd: formatUtcDate(instance.endUtc),
  }
}

/** For whom an event is told. */
export interface Onlooker {
  /** The zone in which times that have none are reckoned. */
  readonly floating?: Zone
  /** Addresses of the account, in small letters. */
  readonly own?: ReadonlySet<string>
}

/** What an id of an event names, as the wire has it; undefined when it is not there. */
export const eventObject = (
  event: StoredEvent,
  recurrenceId: string,
  onlooker: Onlooker = {},
): CalendarEvent | undefined => {
  const { floating = zoneNamed(homeZone), own = new Set() } = onlooker
  if (event.kind !== 'VEVENT') return undefined
  const object = parseObject(event.data)
  if (recurrenceId !== '') {
    const instance = findInstance(object, recurrenceId, floating)
    return instance && instanceObject(event, object, instance, onlooker)
  }
  const said = eventOf(object, floating)
  const part = object.master ?? object.overrides[0]
  const span = part && spanOf(part, object.calendar, floating)
  if (!said || !span) return undefined
  return {
    ...said,
    ...common(event, ''),
    isOrigin: isOriginOf(said, own),
    utcStart: formatUtcDate(span.startUtc),
    utcEnd: formatUtcDate(span.endUtc),
  }
}
