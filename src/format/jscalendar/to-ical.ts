/**
 * Changes of JSCalendar members (RFC 8984) put into an iCalendar object: only the properties that a member stands for are
 * written anew, whatever else the object has stays as it was.
 */
import { Failure } from '#base/failure.ts'
import { escapeText } from '../content-line/property.ts'
import {
  type Component,
  paramOf,
  propertiesIn,
  propertyIn,
  rawProperty,
  textIn,
  textProperty,
  withProperties,
} from '../icalendar/component.ts'
import { DAY, momentOf, printWall, readDuration } from '../icalendar/moment.ts'
import type { CalendarObject } from '../icalendar/object.ts'
import { vtimezoneOf } from '../icalendar/vtimezone.ts'
import { ianaZone, toUtc, type Zone } from '../icalendar/zone.ts'
import { type Alert, type JsEvent, localWall } from './event.ts'
import { writeRule } from './rule.ts'

type Given = Readonly<Record<string, unknown>>

const bad = (property: string, what: string): Failure => new Failure('invalid', `${property} ${what}`, { property })

const textOf = (property: string, value: unknown, max: number): string => {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' || value.length > max || !value.isWellFormed())
    throw bad(property, `is a text of at most ${max} characters`)
  return value
}

const replaced = (component: Component, name: string, value: string): Component =>
  withProperties(component, name, value === '' ? [] : [textProperty(name, value)])

const wordOf = (property: string, value: unknown, words: Readonly<Record<string, string>>): string => {
  const word = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined
  if (word === undefined) throw bad(property, `is one of ${Object.keys(words).join(', ')}`)
  return word
}

const firstOf = (property: string, value: unknown, member: string): string => {
  if (value === undefined || value === null) return ''
  const [first, ...more] =
    typeof value === 'object' ? Object.values(value as Record<string, Given | null>) : [undefined]
  if (more.length > 0) throw bad(property, 'has at most one entry here')
  return first ? textOf(property, first[member], 1000) : ''
}

const alarmOf = (alert: Alert | null, title: string): Component => {
  const offset = alert?.trigger?.offset
  if (typeof offset !== 'string' || readDuration(offset) === undefined) throw bad('alerts', 'have an offset')
  const related = alert?.trigger.relativeTo === 'end' ? { RELATED: 'END' } : {}
  return {
    name: 'VALARM',
    properties: [
      rawProperty('ACTION', 'DISPLAY'),
      textProperty('DESCRIPTION', title === '' ? '-' : title),
      rawProperty('TRIGGER', offset, related),
    ],
    components: [],
  }
}

const withAlerts = (component: Component, value: unknown): Component => {
  const alerts = value === null || value === undefined ? [] : Object.values(value as Record<string, Alert | null>)
  if (alerts.length > 10) throw bad('alerts', 'are at most ten')
  const title = textIn(component, 'SUMMARY')
  return {
    ...component,
    components: [
      ...component.components.filter(({ name }) => name !== 'VALARM'),
      ...alerts.map((one) => alarmOf(one, title)),
    ],
  }
}

const withWords = (component: Component, value: unknown): Component => {
  const words = Object.keys((value ?? {}) as object)
  if (words.length > 50 || words.some((word) => word.length > 100)) throw bad('keywords', 'are too many or too long')
  const raw = words.map((word) => escapeText(word)).join(',')
  return withProperties(component, 'CATEGORIES', raw === '' ? [] : [rawProperty('CATEGORIES', raw)])
}

const maxLocations = 20

/** The first is LOCATION; the others have components of their own (VLOCATION, RFC 9073 §7.2). */
const withLocations = (component: Component, value: unknown): Component => {
  const given = value === null || value === undefined ? [] : Object.entries(value as Record<string, Given | null>)
  if (given.length > maxLocations) throw bad('locations', `are at most ${maxLocations}`)
  const [first, ...others] = given.map(([key, one]) => ({ key, name: textOf('locations', one?.name, 1000) }))
  return replaced(
    {
      ...component,
      components: [
        ...component.components.filter(({ name }) => name !== 'VLOCATION'),
        ...others.map(({ key, name }) => ({
          name: 'VLOCATION',
          properties: [textProperty('UID', key.slice(0, 255)), textProperty('NAME', name)],
          components: [],
        })),
      ],
    },
    'LOCATION',
    first?.name ?? '',
  )
}

/** Each member that a client sets besides when the event is. */
const writers: Readonly<Record<string, (component: Component, value: unknown) => Component>> = {
  title: (component, value) => replaced(component, 'SUMMARY', textOf('title', value, 1000)),
  description: (component, value) => replaced(component, 'DESCRIPTION', textOf('description', value, 32_000)),
  locations: (component, value) => withLocations(component, value),
  links: (component, value) => {
    const href = firstOf('links', value, 'href')
    if (href !== '' && !/^https?:\/\/[^\s]+$/i.test(href)) throw bad('links', 'are addresses of the web')
    return withProperties(component, 'URL', href === '' ? [] : [rawProperty('URL', href)])
  },
  status: (component, value) =>
    replaced(
      component,
      'STATUS',
      wordOf('status', value, { confirmed: 'CONFIRMED', tentative: 'TENTATIVE', cancelled: 'CANCELLED' }),
    ),
  freeBusyStatus: (component, value) =>
    replaced(component, 'TRANSP', wordOf('freeBusyStatus', value, { busy: 'OPAQUE', free: 'TRANSPARENT' })),
  privacy: (component, value) =>
    replaced(
      component,
      'CLASS',
      wordOf('privacy', value, { public: 'PUBLIC', private: 'PRIVATE', secret: 'CONFIDENTIAL' }),
    ),
  keywords: withWords,
  alerts: withAlerts,
}

const timeMembers = ['start', 'duration', 'timeZone', 'showWithoutTime'] as const
/** What the server says itself; taken when it is what it is already. */
const own = [
  '@type',
  'version',
  'uid',
  'created',
  'updated',
  'sequence',
  'recurrenceId',
  'participants',
  'organizerCalendarAddress',
]

interface When {
  readonly wall: number
  readonly length: number
  readonly isDay: boolean
  readonly zone: Zone | undefined
}

const whenOf = (event: Given): When => {
  const wall = localWall(event.start)
  if (wall === undefined) throw bad('start', 'is a local date and time')
  const isDay = event.showWithoutTime === true
  const said = event.duration ?? (isDay ? 'P1D' : 'PT0S')
  const length = typeof said === 'string' ? readDuration(said) : undefined
  if (length === undefined || length < 0 || length > 3660 * DAY) throw bad('duration', 'is a duration')
  if (isDay && (wall % DAY !== 0 || length % DAY !== 0 || length === 0))
    throw bad('start', 'of a whole day has no time')
  const name = event.timeZone ?? null
  const zone = name === null || isDay ? undefined : ianaZone(String(name))
  if (name !== null && !isDay && !zone) throw bad('timeZone', 'is not known')
  return { wall, length, isDay, zone }
}

const moment = (name: string, wall: number, { isDay, zone }: When) =>
  isDay
    ? rawProperty(name, printWall(wall, true), { VALUE: 'DATE' })
    : zone === undefined
      ? rawProperty(name, printWall(wall, false))
      : /^(?:Etc\/)?UTC$/.test(zone.id)
        ? rawProperty(name, `${printWall(wall, false)}Z`)
        : rawProperty(name, printWall(wall, false), { TZID: zone.id })

const withTimes = (component: Component, when: When): Component =>
  withProperties(
    withProperties(withProperties(component, 'DURATION', []), 'DTSTART', [moment('DTSTART', when.wall, when)]),
    'DTEND',
    when.length === 0 ? [] : [moment('DTEND', when.wall + when.length, when)],
  )

const withRules = (component: Component, value: unknown, when: When): Component => {
  const rules = value === null || value === undefined ? [] : value
  if (!Array.isArray(rules) || rules.length > 1) throw bad('recurrenceRules', 'has at most one rule here')
  const { zone, isDay } = when
  const utc = zone && ((wall: number) => toUtc(zone, wall))
  return withProperties(
    component,
    'RRULE',
    rules.map((one) => rawProperty('RRULE', writeRule(one, isDay, utc))),
  )
}

const stamp = (component: Component, now: number, sequence: boolean): Component => {
  const text = `${printWall(now, false)}Z`
  const stamped = withProperties(
    withProperties(component, 'DTSTAMP', [rawProperty('DTSTAMP', text)]),
    'LAST-MODIFIED',
    [rawProperty('LAST-MODIFIED', text)],
  )
  const before = Number(/^\d{1,9}$/.exec(textIn(component, 'SEQUENCE'))?.[0] ?? 0)
  return sequence ? withProperties(stamped, 'SEQUENCE', [rawProperty('SEQUENCE', String(before + 1))]) : stamped
}

/** The calendar with the zones that its components name and that it lacks. */
const withZones = (calendar: Component, when: When): Component => {
  const { zone } = when
  if (!zone || when.isDay || /^(?:Etc\/)?UTC$/.test(zone.id)) return calendar
  if (calendar.components.some((one) => one.name === 'VTIMEZONE' && textIn(one, 'TZID') === zone.id)) return calendar
  return { ...calendar, components: [vtimezoneOf(zone, new Date(when.wall).getUTCFullYear()), ...calendar.components] }
}

/** A component with the members written into it. `event` is what it is to be as a whole. Throws Failure invalid. */
const written = (
  component: Component,
  event: Given,
  names: readonly string[],
): { component: Component; when: When | undefined } => {
  const unknown = names.find(
    (name) =>
      !Object.hasOwn(writers, name) &&
      !(timeMembers as readonly string[]).includes(name) &&
      name !== 'recurrenceRules' &&
      !own.includes(name),
  )
  if (unknown !== undefined) throw bad(unknown.slice(0, 60), 'is not for the client to set')
  let result = component
  for (const name of names) result = writers[name]?.(result, event[name]) ?? result
  const isMoved = names.some((name) => (timeMembers as readonly string[]).includes(name))
  const when = isMoved || names.includes('recurrenceRules') ? whenOf(event) : undefined
  if (when && isMoved) result = withTimes(result, when)
  // UNTIL is in UTC of the zone: a move writes it anew too.
  if (when && (names.includes('recurrenceRules') || event.recurrenceRules !== undefined))
    result = withRules(result, event.recurrenceRules, when)
  return { component: result, when }
}

/** A new object. Throws Failure invalid (its `property` the member at fault). */
export const createObject = (event: Given, uid: string, now: number): Component => {
  const names = Object.keys(event).filter((name) => event[name] !== null && event[name] !== undefined)
  const base: Component = {
    name: 'VEVENT',
    properties: [rawProperty('UID', uid), rawProperty('CREATED', `${printWall(now, false)}Z`)],
    components: [],
  }
  const { component, when } = written(base, event, [...new Set([...names, 'start'])])
  const calendar: Component = {
    name: 'VCALENDAR',
    properties: [rawProperty('VERSION', '2.0'), rawProperty('PRODID', '-//Convergence//FR')],
    components: [stamp(component, now, false)],
  }
  return when ? withZones(calendar, when) : calendar
}

/** The object with members of the whole event changed. Instances that were said otherwise stay as they are. */
export const changeObject = (
  object: CalendarObject,
  event: Given,
  names: readonly string[],
  now: number,
): Component => {
  const { master, calendar } = object
  if (!master) throw bad('id', 'names an event of which only an instance is known')
  const { component, when } = written(master, event, names)
  const isMoved = when !== undefined
  const next = stamp(component, now, isMoved)
  const changed = { ...calendar, components: calendar.components.map((one) => (one === master ? next : one)) }
  return when ? withZones(changed, when) : changed
}

/** Which instance, as RECURRENCE-ID and EXDATE say it: in the form of the master's DTSTART. */
const sameForm = (master: Component, name: string, recurrenceId: string) => {
  const start = propertyIn(master, 'DTSTART')
  const first = momentOf(start)
  const zone = start && paramOf(start, 'TZID')
  const params = first?.kind === 'day' ? { VALUE: 'DATE' } : zone === undefined ? {} : { TZID: zone }
  return rawProperty(
    name,
    `${recurrenceId}${first?.kind === 'utc' ? 'Z' : ''}`,
    params as Readonly<Record<string, string>>,
  )
}

/** The components of an object but what is said of one instance. */
export const withoutOverride = (object: CalendarObject, recurrenceId: string): readonly Component[] =>
  object.calendar.components.filter((one) => {
    const id = object.overrides.includes(one) ? momentOf(propertyIn(one, 'RECURRENCE-ID')) : undefined
    return !id || printWall(id.wall, id.kind === 'day') !== recurrenceId
  })

/** The object with an instance more than its rules have. */
export const addInstance = (object: CalendarObject, recurrenceId: string, now: number): Component => {
  const { master } = object
  if (!master) throw bad('id', 'names an event of which only an instance is known')
  const added = [...propertiesIn(master, 'RDATE'), sameForm(master, 'RDATE', recurrenceId)]
  const next = stamp(withProperties(master, 'RDATE', added), now, true)
  return { ...object.calendar, components: object.calendar.components.map((one) => (one === master ? next : one)) }
}

/** The object without one of its instances. */
export const excludeInstance = (object: CalendarObject, recurrenceId: string, now: number): Component => {
  const { master } = object
  if (!master) throw bad('id', 'names an event of which only an instance is known')
  const gone = [...propertiesIn(master, 'EXDATE'), sameForm(master, 'EXDATE', recurrenceId)]
  const next = stamp(withProperties(master, 'EXDATE', gone), now, true)
  const components = withoutOverride(object, recurrenceId).map((one) => (one === master ? next : one))
  return { ...object.calendar, components }
}

/** The object with one of its instances said otherwise. `instance` is the component that it had until now. */
export const changeInstance = (
  object: CalendarObject,
  { recurrenceId, component }: { readonly recurrenceId: string; readonly component: Component },
  event: Given,
  names: readonly string[],
  now: number,
): Component => {
  const { master } = object
  if (!master) throw bad('id', 'names an event of which only an instance is known')
  if (names.includes('recurrenceRules')) throw bad('recurrenceRules', 'are those of the whole event')
  const repeating = ['RRULE', 'RDATE', 'EXDATE']
  const base: Component =
    component === master
      ? {
          ...master,
          properties: [
            ...master.properties.filter(({ name }) => !repeating.includes(name)),
            sameForm(master, 'RECURRENCE-ID', recurrenceId),
          ],
        }
      : component
  const { component: next, when } = written(base, event, [...new Set([...names, ...timeMembers])])
  const calendar = {
    ...object.calendar,
    components: [...withoutOverride(object, recurrenceId), stamp(next, now, true)],
  }
  return when ? withZones(calendar, when) : calendar
}

/** Members that a client may send and that say what is so already. */
export const isOwn = (name: string): name is keyof JsEvent & string => own.includes(name)
