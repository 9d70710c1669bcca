/** The filter of calendar-query (RFC 4791 §9.7): a kind of component, a window of time, properties. */
import type { StoredEvent } from '#domain/calendar/events.ts'
import { homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { unescapeText } from '#format/content-line/property.ts'
import { type Component, propertiesIn, rawProperty } from '#format/icalendar/component.ts'
import { momentOf } from '#format/icalendar/moment.ts'
import { type CalendarObject, instancesOf, parseObject, spanOf } from '#format/icalendar/object.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { child } from '../body.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, named } from '../names.ts'

export interface CalendarFilter {
  test(event: StoredEvent): boolean
  /** What the index is asked for. */
  readonly from?: number
  readonly to?: number
}

type Test = (object: CalendarObject) => boolean

const unsupported = (): DavFault => new DavFault(403, named({ ns: CALDAV, name: 'supported-filter' }))

const utcIn = (element: XmlElement, name: string): number | undefined => {
  const text = element.attributes.get(name)
  if (text === undefined) return undefined
  const moment = momentOf(rawProperty('X', text))
  if (moment?.kind !== 'utc') throw new DavFault(400)
  return moment.wall
}

const partsOf = ({ master, overrides }: CalendarObject): readonly Component[] => [
  ...(master ? [master] : []),
  ...overrides,
]

/** Windows without an end are as long as anybody looks. */
const inWindow = (from = Date.UTC(1970, 0, 1), to = Date.UTC(2200, 0, 1)): Test => {
  const floating = zoneNamed(homeZone)
  return (object) => {
    // A task without a time is at any time (§9.9).
    if (object.kind !== 'VEVENT' && !partsOf(object).some((part) => spanOf(part, object.calendar, floating)))
      return true
    const steps = { left: 10_000 }
    // What cannot be reckoned within the bounds is given: better too much than an event that is missing.
    return instancesOf(object, { from, to, floating }, { instances: 1, steps }).length > 0 || steps.left <= 0
  }
}

const propFilter = (element: XmlElement): Test => {
  const name = (element.attributes.get('name') ?? '').toUpperCase()
  if (child(element, CALDAV, 'param-filter') || child(element, CALDAV, 'time-range')) throw unsupported()
  const values = (object: CalendarObject) =>
    partsOf(object).flatMap((part) => propertiesIn(part, name).map(({ value }) => unescapeText(value)))
  if (child(element, CALDAV, 'is-not-defined')) return (object) => values(object).length === 0
  const match = child(element, CALDAV, 'text-match')
  if (!match) return (object) => values(object).length > 0
  const exact = match.attributes.get('collation') === 'i;octet'
  const folded = (text: string) => (exact ? text : text.toLowerCase())
  const wanted = folded(match.text)
  const negate = match.attributes.get('negate-condition') === 'yes'
  return (object) => values(object).some((value) => folded(value).includes(wanted)) !== negate
}

const maxFilters = 50

/** Throws DavFault 400, 403 (what we do not filter by). */
export const calendarFilter = (element: XmlElement): CalendarFilter => {
  const whole = child(element, CALDAV, 'comp-filter')
  if (whole?.attributes.get('name')?.toUpperCase() !== 'VCALENDAR') throw new DavFault(400)
  const inner = whole.children.filter((one) => one.ns === CALDAV && one.name === 'comp-filter')
  if (inner.length > 1 || whole.children.length > maxFilters) throw unsupported()
  const [component] = inner
  if (!component) return { test: () => true }
  const kind = component.attributes.get('name')?.toUpperCase()
  if (child(component, CALDAV, 'is-not-defined')) return { test: (event) => event.kind !== kind }
  if (component.children.length > maxFilters || child(component, CALDAV, 'comp-filter')) throw unsupported()
  const range = child(component, CALDAV, 'time-range')
  const from = range && utcIn(range, 'start')
  const to = range && utcIn(range, 'end')
  const tests = component.children.filter((one) => one.ns === CALDAV && one.name === 'prop-filter').map(propFilter)
  if (range) tests.push(inWindow(from, to))
  return {
    test: (event) => {
      if (event.kind !== kind) return false
      if (tests.length === 0) return true
      const object = parseObject(event.data)
      return tests.every((one) => one(object))
    },
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}
