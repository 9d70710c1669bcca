/** The list of events that a CalendarEvent/query describes (draft-ietf-jmap-calendars §5.11): filters and sorts. */
import { eventsAround, type StoredEvent } from '#domain/calendar/events.ts'
import { maxSteps, maxWindowDays } from '#domain/calendar/limits.data.ts'
import { eventsIn, homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { type Component, propertiesIn, propertyIn, textIn } from '#format/icalendar/component.ts'
import { momentOf } from '#format/icalendar/moment.ts'
import { type CalendarObject, instancesOf, parseObject, spanOf } from '#format/icalendar/object.ts'
import { toUtc } from '#format/icalendar/zone.ts'
import type { Filter, Id } from '#format/jmap/core.ts'
import { localWall } from '#format/jscalendar/event.ts'
import { type Check, Invalid, id, list, nullable, text } from '../check.ts'
import { invalidArguments, MethodFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, checkArguments } from '../method.ts'
import { type CheckedSort, checkFilter, checkSort } from '../query.ts'
import { idOf } from './object.ts'

const textNames = ['text', 'title', 'description', 'location', 'owner', 'attendee'] as const
type TextName = (typeof textNames)[number]

interface EventCondition extends Readonly<Record<TextName, string | null>> {
  readonly inCalendar: number | null
  /** As it was in earlier drafts. */
  readonly inCalendars: readonly number[] | null
  /** Walls in the zone of the query. */
  readonly after: number | null
  readonly before: number | null
  readonly uid: string | null
}
type Condition = Partial<EventCondition>

const sorts = ['start', 'uid', 'recurrenceId', 'created', 'updated'] as const

export interface EventList {
  readonly filter: Filter<Condition> | null
  readonly sort: readonly CheckedSort<(typeof sorts)[number]>[]
  readonly zoneName: string
  readonly expand: boolean
}

const local: Check<number> = (value, path) => {
  const wall = localWall(value)
  if (wall === undefined) throw new Invalid(path, 'must be a LocalDateTime')
  return wall
}

/** Throws MethodFault invalidArguments, unsupportedFilter or unsupportedSort. */
export const eventList = (
  args: {
    readonly filter: Record<string, unknown> | null
    readonly sort: readonly Record<string, unknown>[] | null
    readonly timeZone: string
    readonly expandRecurrences: boolean
  },
  call: AccountCall,
): EventList => {
  const calendar: Check<number> = (value, path) => numberOf('calendar', id(value, path), call) ?? -1
  const words = nullable(text)
  const checks = {
    inCalendar: nullable(calendar),
    inCalendars: nullable(list(calendar)),
    after: nullable(local),
    before: nullable(local),
    uid: words,
    text: words,
    title: words,
    description: words,
    location: words,
    owner: words,
    attendee: words,
  }
  const { filter, sort, timeZone, expandRecurrences } = args
  const checked = filter === null ? null : checkArguments(() => checkFilter<EventCondition>(filter, checks), filter)
  if (expandRecurrences && checked && 'operator' in checked)
    throw invalidArguments('Instances are given for one condition, with after and before')
  return {
    filter: checked as Filter<Condition> | null,
    sort: checkArguments(() => checkSort(sort ?? [], sorts), sort),
    zoneName: timeZone,
    expand: expandRecurrences,
  }
}

const maxWords = 200

const fold = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const peopleIn = (component: Component, name: string): string[] =>
  propertiesIn(component, name).flatMap(({ value, params }) => [
    value,
    ...params.filter((one) => one.name === 'CN').flatMap((one) => one.values),
  ])

/** What of a component each filter of words looks at. */
const lookedAt: Readonly<Record<TextName, (component: Component) => readonly string[]>> = {
  title: (one) => [textIn(one, 'SUMMARY')],
  description: (one) => [textIn(one, 'DESCRIPTION')],
  location: (one) => [textIn(one, 'LOCATION')],
  owner: (one) => peopleIn(one, 'ORGANIZER'),
  attendee: (one) => peopleIn(one, 'ATTENDEE'),
  text: (one) => [
    ...['SUMMARY', 'DESCRIPTION', 'LOCATION', 'CATEGORIES'].map((name) => textIn(one, name)),
    ...peopleIn(one, 'ORGANIZER'),
    ...peopleIn(one, 'ATTENDEE'),
  ],
}

interface Candidate {
  readonly event: StoredEvent
  readonly object: CalendarObject
}

const saysWords = ({ object }: Candidate, name: TextName, wanted: string): boolean => {
  const words = fold(wanted.slice(0, maxWords))
  const parts = [...(object.master ? [object.master] : []), ...object.overrides]
  return parts.some((part) => lookedAt[name](part).some((value) => fold(value).includes(words)))
}

/** Whether it, or one of its instances, is in the window. */
const isIn = ({ object }: Candidate, { after, before }: Condition, zoneName: string): boolean => {
  const zone = zoneNamed(zoneName)
  const from = typeof after === 'number' ? toUtc(zone, after) : Date.UTC(1583, 0, 1)
  const to = typeof before === 'number' ? toUtc(zone, before) : Date.UTC(2900, 0, 1)
  const steps = { left: maxSteps }
  // What cannot be reckoned within the bounds is given: better too much than an event that is missing.
  return instancesOf(object, { from, to, floating: zone }, { instances: 1, steps }).length > 0 || steps.left <= 0
}

const meets = (candidate: Candidate, condition: Condition, zoneName: string): boolean => {
  const { inCalendar, inCalendars, uid, after, before } = condition
  return (
    (typeof inCalendar !== 'number' || inCalendar === candidate.event.calendarId) &&
    (!inCalendars || inCalendars.includes(candidate.event.calendarId)) &&
    (typeof uid !== 'string' || candidate.event.uid === uid) &&
    textNames.every((name) => {
      const wanted = condition[name]
      return typeof wanted !== 'string' || saysWords(candidate, name, wanted)
    }) &&
    ((typeof after !== 'number' && typeof before !== 'number') || isIn(candidate, condition, zoneName))
  )
}

const matches = (candidate: Candidate, filter: Filter<Condition>, zoneName: string): boolean => {
  if (!('operator' in filter)) return meets(candidate, filter, zoneName)
  const test = (part: Filter<Condition>) => matches(candidate, part, zoneName)
  if (filter.operator === 'AND') return filter.conditions.every(test)
  return filter.operator === 'OR' ? filter.conditions.some(test) : !filter.conditions.some(test)
}

interface Listed {
  readonly event: StoredEvent
  readonly component: Component
  readonly startUtc: number
  readonly recurrenceId: string
}

const utcIn = (component: Component, names: readonly string[], fallback: number): number =>
  names.map((name) => momentOf(propertyIn(component, name))?.wall).find((wall) => wall !== undefined) ?? fallback

const keyFor = (one: Listed, property: (typeof sorts)[number]): string | number => {
  switch (property) {
    case 'start':
      return one.startUtc
    case 'uid':
      return one.event.uid
    case 'recurrenceId':
      return one.recurrenceId
    case 'created':
      return utcIn(one.component, ['CREATED'], one.event.createdAt)
    case 'updated':
      return utcIn(one.component, ['LAST-MODIFIED', 'DTSTAMP'], one.event.updatedAt)
  }
}

const ordered = (all: readonly Listed[], sort: EventList['sort']): readonly Listed[] => {
  if (sort.length === 0) return all
  return all.toSorted((a, b) => {
    for (const { property, isAscending } of sort) {
      const [x, y] = [keyFor(a, property), keyFor(b, property)]
      if (x !== y) return x < y === isAscending ? -1 : 1
    }
    return 0
  })
}

const instancesOfList = async (call: AccountCall, { filter, zoneName }: EventList): Promise<Listed[]> => {
  const condition = filter && !('operator' in filter) ? filter : {}
  const { after, before, inCalendars, ...rest } = condition
  if (typeof after !== 'number' || typeof before !== 'number')
    throw invalidArguments('Instances are given for a window: after and before are needed')
  const zone = zoneNamed(zoneName)
  const look = { from: toUtc(zone, after), to: toUtc(zone, before), zone: zoneName }
  if (look.to - look.from > maxWindowDays * 86_400_000)
    throw new MethodFault('expandDurationTooLarge', `A window has at most ${maxWindowDays} days`)
  const calendars = inCalendars ? { calendarIds: new Set(inCalendars) } : {}
  const { found } = await eventsIn(call.ctx, call.account, { ...look, ...calendars })
  return found
    .filter((one) => meets(one, rest, zoneName))
    .map(({ event, instance }) => ({
      event,
      component: instance.component,
      startUtc: instance.startUtc,
      recurrenceId: instance.recurrenceId,
    }))
}

/** The window of a filter of one condition, for the index. */
const windowOf = ({ filter, zoneName }: EventList): { from?: number; to?: number } => {
  if (!filter || 'operator' in filter) return {}
  const zone = zoneNamed(zoneName)
  const { after, before } = filter
  return {
    ...(typeof after === 'number' ? { from: toUtc(zone, after) } : {}),
    ...(typeof before === 'number' ? { to: toUtc(zone, before) } : {}),
  }
}

/** It was readable when it was written: one that is not any more must not hide the others. */
const readable = (call: AccountCall, event: StoredEvent): CalendarObject | undefined => {
  try {
    return parseObject(event.data)
  } catch (error) {
    call.ctx.log.warn('calendar.unreadable', { account: call.account, event: event.id, error: String(error) })
    return undefined
  }
}

const eventsOfList = async (call: AccountCall, asked: EventList): Promise<Listed[]> => {
  const floating = zoneNamed(homeZone)
  const { from, to } = windowOf(asked)
  const all: Listed[] = []
  let lastPause = performance.now()
  for await (const event of eventsAround(call.ctx.store, call.account, from, to)) {
    if (event.kind !== 'VEVENT') continue
    const object = readable(call, event)
    const component = object?.master ?? object?.overrides[0]
    if (object && component && (!asked.filter || matches({ event, object }, asked.filter, asked.zoneName))) {
      const startUtc = spanOf(component, object.calendar, floating)?.startUtc ?? 0
      all.push({ event, component, startUtc, recurrenceId: '' })
    }
    if (performance.now() - lastPause < 5) continue
    await new Promise((resolve) => setImmediate(resolve))
    lastPause = performance.now()
  }
  return all
}

/** Ids of the list, in the order asked for; else instances by their beginnings, events by their ids. */
export const evaluateEventList = async (call: AccountCall, asked: EventList): Promise<Id[]> => {
  // Told before anything is looked at.
  zoneNamed(asked.zoneName)
  const all = asked.expand ? await instancesOfList(call, asked) : await eventsOfList(call, asked)
  return ordered(all, asked.sort).map(({ event, recurrenceId }) => idOf(event.id, recurrenceId))
}
