/**
 * A calendar object: the components of one UID (RFC 4791 §4.1), what repeats and what is said otherwise of single instances
 * (RECURRENCE-ID), and its instances in a window of time. Pure; expansion is bounded (ADR 0025).
 */
import { Failure } from '#base/failure.ts'
import { type Component, parseCalendars, propertiesIn, propertyIn, textIn } from './component.ts'
import { DAY, HOUR, type Moment, momentOf, momentsOf, printWall, readDuration } from './moment.ts'
import { occurrences, parseRule, type Rule, type Steps } from './recur.ts'
import { toUtc, utcZone, type Zone, zoneOf } from './zone.ts'

export const objectKinds = ['VEVENT', 'VTODO', 'VJOURNAL'] as const
export type ObjectKind = (typeof objectKinds)[number]

export interface CalendarObject {
  readonly kind: ObjectKind
  readonly uid: string
  readonly calendar: Component
  /** What repeats, or the only one; an invitation to one instance has none. */
  readonly master: Component | undefined
  readonly overrides: readonly Component[]
}

/** Single instances that are said otherwise. */
const maxOverrides = 1000
const maxUid = 255

const isKind = (name: string): name is ObjectKind => (objectKinds as readonly string[]).includes(name)

/** The object that a VCALENDAR holds. Throws Failure invalid unless it is one object with a UID that has a beginning. */
export const objectOf = (calendar: Component): CalendarObject => {
  const parts = calendar.components.filter(({ name }) => isKind(name))
  const [first] = parts
  if (!first || !isKind(first.name)) throw new Failure('invalid', 'there is no event in the calendar')
  const uid = textIn(first, 'UID')
  if (uid === '' || uid.length > maxUid || /\p{Cc}/u.test(uid) || !uid.isWellFormed())
    throw new Failure('invalid', `a UID has 1 to ${maxUid} characters`, { property: 'uid' })
  if (parts.some((one) => one.name !== first.name || textIn(one, 'UID') !== uid))
    throw new Failure('invalid', 'there is more than one object in the calendar')
  const masters = parts.filter((one) => !propertyIn(one, 'RECURRENCE-ID'))
  if (masters.length > 1) throw new Failure('invalid', 'an event is there twice')
  const overrides = parts.filter((one) => propertyIn(one, 'RECURRENCE-ID'))
  if (overrides.length > maxOverrides) throw new Failure('tooMany', `at most ${maxOverrides} changed instances`)
  for (const part of parts) {
    if (first.name === 'VEVENT' && !momentOf(propertyIn(part, 'DTSTART')))
      throw new Failure('invalid', 'an event needs a beginning', { property: 'start' })
    for (const rule of propertiesIn(part, 'RRULE').slice(0, 5)) parseRule(rule.value)
  }
  return { kind: first.name, uid, calendar, master: masters[0], overrides }
}

/** Throws Failure invalid, tooMany. */
export const parseObject = (text: string): CalendarObject => {
  const [calendar] = parseCalendars(text)
  if (!calendar) throw new Failure('invalid', 'there is no calendar')
  return objectOf(calendar)
}

export const isRecurring = ({ master }: CalendarObject): boolean =>
  master !== undefined && (propertyIn(master, 'RRULE') !== undefined || propertyIn(master, 'RDATE') !== undefined)

/** The zone of a moment; `floating` is that of whoever looks. */
export const zoneFor = (moment: Moment, calendar: Component, floating: Zone): Zone =>
  moment.kind === 'utc'
    ? utcZone
    : moment.kind === 'zoned'
      ? (zoneOf(moment.zone ?? '', calendar) ?? floating)
      : floating

const utcOf = (moment: Moment, calendar: Component, floating: Zone): number =>
  toUtc(zoneFor(moment, calendar, floating), moment.wall)

export interface Span {
  readonly start: Moment
  /** What is shown between beginning and end, in milliseconds of wall time. */
  readonly length: number
  readonly startUtc: number
  readonly endUtc: number
}

/** When a component is; a task by its DTSTART and DUE. Undefined when it says no time. */
export const spanOf = (component: Component, calendar: Component, floating: Zone): Span | undefined => {
  const due = component.name === 'VTODO' ? momentOf(propertyIn(component, 'DUE')) : undefined
  const start = momentOf(propertyIn(component, 'DTSTART')) ?? due
  if (!start) return undefined
  const end = due ?? momentOf(propertyIn(component, 'DTEND'))
  const duration = propertyIn(component, 'DURATION')
  const startUtc = utcOf(start, calendar, floating)
  if (end) {
    const endUtc = Math.max(startUtc, utcOf(end, calendar, floating))
    const isAlike = end.kind === start.kind && end.zone === start.zone
    const length = Math.max(0, isAlike ? end.wall - start.wall : endUtc - startUtc)
    // A day that ends on itself is that day (§3.6.1).
    if (start.kind !== 'day' || length > 0) return { start, length, startUtc, endUtc }
  }
  const said = duration ? Math.max(0, readDuration(duration.value) ?? 0) : 0
  const length = said > 0 ? said : start.kind === 'day' && component.name === 'VEVENT' ? DAY : 0
  return { start, length, startUtc, endUtc: utcOf({ ...start, wall: start.wall + length }, calendar, floating) }
}

export interface Instance extends Span {
  /** `20260901` or `20260901T080000`: which instance it is, in the master's own time; empty when nothing repeats. */
  readonly recurrenceId: string
  readonly component: Component
}

/** Which instance of the master an override is about, on the master's wall. */
const recurrenceWall = (
  override: Component,
  first: Moment,
  calendar: Component,
  floating: Zone,
): number | undefined => {
  const id = momentOf(propertyIn(override, 'RECURRENCE-ID'))
  if (!id) return undefined
  if (id.kind === first.kind && id.zone === first.zone) return id.wall
  if (id.kind === 'day' || first.kind === 'day') return Math.floor(id.wall / DAY) * DAY
  const zone = zoneFor(first, calendar, floating)
  const utc = utcOf(id, calendar, floating)
  return utc + zone.offsetAt(utc)
}

/** The walls that EXDATE or RDATE name, on the master's own wall. */
const wallsOf = (component: Component, name: string, first: Moment, calendar: Component, floating: Zone): number[] =>
  propertiesIn(component, name)
    .flatMap((property) => momentsOf(property))
    .slice(0, 5000)
    .map((moment) => {
      if ((moment.kind === first.kind && moment.zone === first.zone) || moment.kind === 'day' || first.kind === 'day')
        return moment.wall
      const utc = utcOf(moment, calendar, floating)
      return utc + zoneFor(first, calendar, floating).offsetAt(utc)
    })

/** UNTIL on the wall of the event: in UTC by the standard, a day or without a zone by many programs. */
const untilWall = (rule: Rule, first: Moment, zone: Zone): number => {
  const { until } = rule
  if (!until) return Number.POSITIVE_INFINITY
  if (until.kind === 'day') return until.wall + DAY - 1
  if (first.kind === 'day')
    return Math.floor((until.kind === 'utc' ? until.wall + zone.offsetAt(until.wall) : until.wall) / DAY) * DAY
  return until.kind === 'utc' ? until.wall + zone.offsetAt(until.wall) : until.wall
}

export interface Window {
  /** Milliseconds UTC; instances that touch the window are given. */
  readonly from: number
  readonly to: number
  /** The zone of whoever looks, for what has none. */
  readonly floating: Zone
}

export interface Bounds {
  /** Instances of one object. */
  readonly instances: number
  readonly steps: Steps
}

const touches = ({ startUtc, endUtc }: Span, { from, to }: Window): boolean =>
  startUtc < to && (endUtc > from || (endUtc === startUtc && startUtc >= from))

/** The walls at which the master is, in order, each once, from about `from` to about `to`. */
const masterWalls = (master: Component, span: Span, calendar: Component, window: Window, steps: Steps): number[] => {
  const { start, length } = span
  const zone = zoneFor(start, calendar, window.floating)
  // A day of slack for zones on both sides.
  const from = window.from - length - 2 * DAY
  const to = window.to + 2 * DAY
  const walls = new Set<number>([start.wall])
  for (const property of propertiesIn(master, 'RRULE').slice(0, 5)) {
    const rule = parseRule(property.value)
    const until = Math.min(untilWall(rule, start, zone), to)
    for (const wall of occurrences(rule, start.wall, { from, until, steps })) if (wall >= from) walls.add(wall)
  }
  for (const wall of wallsOf(master, 'RDATE', start, calendar, window.floating)) walls.add(wall)
  const gone = wallsOf(master, 'EXDATE', start, calendar, window.floating)
  const isGone = new Set(gone)
  // EXDATE may name a day of a timed event: RFC 5545 does not say so, programs do.
  const goneDays = new Set(gone.filter((wall) => wall % DAY === 0))
  return [...walls]
    .filter((wall) => wall >= from && wall <= to && !isGone.has(wall) && !goneDays.has(Math.floor(wall / DAY) * DAY))
    .sort((a, b) => a - b)
}

/** What of an object that repeats is not as its rules say, on the master's own wall. */
export interface Exceptions {
  /** EXDATE. */
  readonly excluded: readonly number[]
  /** RDATE. */
  readonly added: readonly number[]
  readonly changed: readonly { readonly wall: number; readonly component: Component }[]
}

/** Undefined for what has no master. */
export const exceptionsOf = (
  { calendar, master, overrides }: CalendarObject,
  floating: Zone,
): Exceptions | undefined => {
  const first = master && spanOf(master, calendar, floating)?.start
  if (!master || !first) return undefined
  return {
    excluded: wallsOf(master, 'EXDATE', first, calendar, floating),
    added: wallsOf(master, 'RDATE', first, calendar, floating),
    changed: overrides.flatMap((component) => {
      const wall = recurrenceWall(component, first, calendar, floating)
      return wall === undefined ? [] : [{ wall, component }]
    }),
  }
}

/** The instances that touch a window, in order; at most `bounds.instances`. */
export const instancesOf = (object: CalendarObject, window: Window, bounds: Bounds): Instance[] => {
  const { calendar, master, overrides } = object
  const { floating } = window
  const found: Instance[] = []
  const masterSpan = master && spanOf(master, calendar, floating)
  const first = masterSpan?.start
  const isDay = first?.kind === 'day'
  const overridden = new Set<number>()
  for (const component of overrides) {
    const wall = first ? recurrenceWall(component, first, calendar, floating) : undefined
    const own = momentOf(propertyIn(component, 'RECURRENCE-ID'))
    if (wall !== undefined) overridden.add(wall)
    const span = spanOf(component, calendar, floating)
    if (span && touches(span, window))
      found.push({ ...span, recurrenceId: printWall(wall ?? own?.wall ?? 0, isDay || own?.kind === 'day'), component })
  }
  if (master && masterSpan && first) {
    const zone = zoneFor(first, calendar, floating)
    const repeats = isRecurring(object)
    for (const wall of repeats ? masterWalls(master, masterSpan, calendar, window, bounds.steps) : [first.wall]) {
      if (overridden.has(wall)) continue
      if (found.length >= bounds.instances + overrides.length) break
      const startUtc = toUtc(zone, wall)
      // Of what ends in another zone the length is exact; otherwise the clock on the wall decides.
      const endUtc = toUtc(zone, wall + masterSpan.length)
      const span = { start: { ...first, wall }, length: masterSpan.length, startUtc, endUtc }
      if (touches(span, window))
        found.push({ ...span, recurrenceId: repeats ? printWall(wall, isDay) : '', component: master })
    }
  }
  return found.sort((a, b) => a.startUtc - b.startUtc).slice(0, bounds.instances)
}

/** The end of time, for what repeats for ever. */
export const forever = Date.UTC(2999, 0, 1)

/**
 * From when to when an object is at most, in UTC, whatever the zone of whoever looks: for an index. Undefined when it has no
 * time. What cannot be reckoned within the bounds lasts for ever.
 */
export const extentOf = (object: CalendarObject): { readonly from: number; readonly to: number } | undefined => {
  const { calendar, master, overrides } = object
  const spans = [master, ...overrides].flatMap((one) => (one && spanOf(one, calendar, utcZone)) ?? [])
  if (spans.length === 0) return undefined
  let from = Math.min(...spans.map(({ startUtc }) => startUtc))
  let to = Math.max(...spans.map(({ endUtc }) => endUtc))
  const span = master && spanOf(master, calendar, utcZone)
  if (master && span && isRecurring(object)) {
    for (const wall of wallsOf(master, 'RDATE', span.start, calendar, utcZone)) {
      from = Math.min(from, wall)
      to = Math.max(to, wall + span.length)
    }
    for (const property of propertiesIn(master, 'RRULE').slice(0, 5)) {
      const rule = parseRule(property.value)
      const until = untilWall(rule, span.start, utcZone)
      to =
        Math.max(to, rule.count === undefined ? Math.min(until, forever) : lastOf(rule, span.start.wall, until)) +
        span.length
    }
  }
  // Walls were taken for UTC: no zone is further away than 14 hours.
  return { from: from - 14 * HOUR, to: Math.min(forever, to + 14 * HOUR) }
}

const lastOf = (rule: Rule, start: number, until: number): number => {
  const steps: Steps = { left: 20_000 }
  let last = start
  for (const wall of occurrences(rule, start, { until, steps })) last = wall
  return steps.left <= 0 ? forever : last
}
