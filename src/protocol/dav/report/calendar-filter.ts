/** The filter of calendar-query (RFC 4791 §9.7): components within components, windows of time, properties, parameters. */
import type { StoredEvent } from '#domain/calendar/events.ts'
import { homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { unescapeText } from '#format/content-line/property.ts'
import {
  type Component,
  type Property,
  paramOf,
  propertiesIn,
  propertyIn,
  rawProperty,
} from '#format/icalendar/component.ts'
import { DAY, momentOf, momentsOf, readDuration, readMoment } from '#format/icalendar/moment.ts'
import {
  type CalendarObject,
  type Instance,
  instancesOf,
  objectKinds,
  parseObject,
  spanOf,
  zoneFor,
} from '#format/icalendar/object.ts'
import { toUtc } from '#format/icalendar/zone.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { child } from '../body.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, named } from '../names.ts'
import { collationNamed } from './filter.ts'

export interface CalendarFilter {
  test(event: StoredEvent): boolean
  /** What the index is asked for. */
  readonly from?: number
  readonly to?: number
}

interface Range {
  readonly from: number
  readonly to: number
}

/** On a component of an object; `parent` is what it is in. */
type Test = (component: Component, object: CalendarObject, parent: Component) => boolean
type PropertyTest = (property: Property, object: CalendarObject) => boolean

const unsupported = (): DavFault => new DavFault(403, named({ ns: CALDAV, name: 'supported-filter' }))

const maxFilters = 50
/** VCALENDAR, what is in it, alarms. */
const maxDepth = 3

const floating = zoneNamed(homeZone)

const all = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((one) => one.ns === CALDAV && one.name === name)

const utcIn = (element: XmlElement, name: string): number | undefined => {
  const text = element.attributes.get(name)
  if (text === undefined) return undefined
  const moment = momentOf(rawProperty('X', text))
  if (moment?.kind !== 'utc') throw new DavFault(400)
  return moment.wall
}

/** A window has one end at least, the second after the first (§9.9); without one it is as long as anybody looks. */
const rangeOf = (element: XmlElement): Range => {
  const from = utcIn(element, 'start')
  const to = utcIn(element, 'end')
  if ((from === undefined && to === undefined) || (from ?? 0) >= (to ?? Number.POSITIVE_INFINITY))
    throw new DavFault(400)
  return { from: from ?? Date.UTC(1970, 0, 1), to: to ?? Date.UTC(2200, 0, 1) }
}

const partsOf = ({ master, overrides }: CalendarObject): readonly Component[] => [
  ...(master ? [master] : []),
  ...overrides,
]

/** The whole object is looked at: what repeats is in the window when one of its instances is. */
const objectInWindow = ({ from, to }: Range): Test => {
  return (_component, object) => {
    // A task without a time is at any time (§9.9).
    if (object.kind !== 'VEVENT' && !partsOf(object).some((part) => spanOf(part, object.calendar, floating)))
      return true
    const steps = { left: 10_000 }
    // What cannot be reckoned within the bounds is given: better too much than an event that is missing.
    return instancesOf(object, { from, to, floating }, { instances: 1, steps }).length > 0 || steps.left <= 0
  }
}

/** When an alarm of an instance goes off: at first, and as often as it is repeated (RFC 5545 §3.6.6). */
const ringsAt = (alarm: Component, instance: Instance, object: CalendarObject): number[] => {
  const trigger = propertyIn(alarm, 'TRIGGER')
  if (!trigger) return []
  const exact = readMoment(trigger.value, paramOf(trigger, 'TZID'))
  const before = readDuration(trigger.value)
  if (!exact && before === undefined) return []
  const start = paramOf(trigger, 'RELATED')?.toUpperCase() === 'END' ? instance.endUtc : instance.startUtc
  const first = exact ? toUtc(zoneFor(exact, object.calendar, floating), exact.wall) : start + (before ?? 0)
  const gap = readDuration(propertyIn(alarm, 'DURATION')?.value ?? '') ?? 0
  const again = Math.min(Number(propertyIn(alarm, 'REPEAT')?.value ?? 0) || 0, 100)
  return Array.from({ length: again + 1 }, (_, n) => first + n * gap)
}

/** How far from its event an alarm is looked for. */
const alarmReach = 60 * DAY

const alarmInWindow =
  ({ from, to }: Range): Test =>
  (alarm, object, parent) => {
    const window = { from: from - alarmReach, to: to + alarmReach, floating }
    return instancesOf(object, window, { instances: 500, steps: { left: 10_000 } })
      .filter(({ component }) => component === parent)
      .some((instance) => ringsAt(alarm, instance, object).some((at) => at >= from && at < to))
  }

const textTest = (element: XmlElement): ((text: string) => boolean) => {
  const collate = collationNamed(element.attributes.get('collation') ?? 'i;ascii-casemap')
  if (!collate) throw new DavFault(403, named({ ns: CALDAV, name: 'supported-collation' }))
  const wanted = collate(element.text)
  const negate = element.attributes.get('negate-condition') === 'yes'
  return (text) => collate(text).includes(wanted) !== negate
}

const paramTest = (element: XmlElement): PropertyTest => {
  const name = (element.attributes.get('name') ?? '').toUpperCase()
  const values = ({ params }: Property) => params.filter((one) => one.name === name).flatMap((one) => one.values)
  if (child(element, CALDAV, 'is-not-defined')) return (property) => values(property).length === 0
  const match = child(element, CALDAV, 'text-match')
  const test = match && textTest(match)
  return (property) => values(property).some((value) => (test ? test(value) : true))
}

const propertyInWindow =
  ({ from, to }: Range): PropertyTest =>
  (property, { calendar }) =>
    momentsOf(property).some((moment) => {
      const at = toUtc(zoneFor(moment, calendar, floating), moment.wall)
      return at < to && (moment.kind === 'day' ? at + DAY > from : at >= from)
    })

/** One property of the name for which everything holds (§9.7.2). */
const propTest = (element: XmlElement): Test => {
  const name = (element.attributes.get('name') ?? '').toUpperCase()
  if (child(element, CALDAV, 'is-not-defined')) return (component) => propertiesIn(component, name).length === 0
  if (element.children.length > maxFilters) throw unsupported()
  const tests = all(element, 'param-filter').map(paramTest)
  const range = child(element, CALDAV, 'time-range')
  if (range) tests.push(propertyInWindow(rangeOf(range)))
  for (const match of all(element, 'text-match')) {
    const test = textTest(match)
    tests.push((property) => test(unescapeText(property.value)))
  }
  return (component, object) =>
    propertiesIn(component, name).some((property) => tests.every((test) => test(property, object)))
}

/** One component of the name, in the one given, for which everything holds (§9.7.1). */
const compTest = (element: XmlElement, depth: number): Test => {
  const name = (element.attributes.get('name') ?? '').toUpperCase()
  if (depth > maxDepth || element.children.length > maxFilters) throw unsupported()
  const inner = ({ components }: Component) => components.filter((one) => one.name === name)
  if (child(element, CALDAV, 'is-not-defined')) return (component) => inner(component).length === 0
  const tests = [
    ...all(element, 'prop-filter').map(propTest),
    ...all(element, 'comp-filter').map((one) => compTest(one, depth + 1)),
  ]
  const range = child(element, CALDAV, 'time-range')
  if (range) {
    const isObject = (objectKinds as readonly string[]).includes(name)
    if (!isObject && name !== 'VALARM') throw unsupported()
    tests.push(isObject ? objectInWindow(rangeOf(range)) : alarmInWindow(rangeOf(range)))
  }
  return (component, object) => inner(component).some((one) => tests.every((test) => test(one, object, component)))
}

/** Throws DavFault 400, 403 (what we do not filter by, collations that we have not). */
export const calendarFilter = (element: XmlElement): CalendarFilter => {
  const whole = child(element, CALDAV, 'comp-filter')
  if (whole?.attributes.get('name')?.toUpperCase() !== 'VCALENDAR') throw new DavFault(400)
  if (whole.children.length > maxFilters) throw unsupported()
  // Every object is in a calendar.
  if (child(whole, CALDAV, 'is-not-defined')) return { test: () => false }
  const components = all(whole, 'comp-filter')
  const tests = [...components.map((one) => compTest(one, 2)), ...all(whole, 'prop-filter').map(propTest)]
  const wanted = components.filter((one) => !child(one, CALDAV, 'is-not-defined'))
  const kinds = wanted
    .map((one) => one.attributes.get('name')?.toUpperCase() ?? '')
    .filter((name) => (objectKinds as readonly string[]).includes(name))
  const [first] = wanted
  const range = first && wanted.length === 1 ? child(first, CALDAV, 'time-range') : undefined
  // Of what asks for a kind only, the row tells.
  const isPlain = tests.length === kinds.length && components.every((one) => one.children.length === 0)
  return {
    test: (event) => {
      if (kinds.some((kind) => kind !== event.kind)) return false
      if (isPlain) return true
      const object = parseObject(event.data)
      return tests.every((test) => test(object.calendar, object, object.calendar))
    },
    ...(range ? rangeOf(range) : {}),
  }
}
