/** Parts of texts: what of an object a report asks for (RFC 4791 §9.6, RFC 6352 §10.4). */
import { isFailure } from '#base/failure.ts'
import { maxSteps } from '#domain/calendar/limits.data.ts'
import { homeZone, zoneNamed } from '#domain/calendar/window.ts'
import {
  type Component,
  type Property,
  parseCalendars,
  printComponent,
  propertyIn,
  rawProperty,
} from '#format/icalendar/component.ts'
import { type Moment, momentOf, printWall, readMoment } from '#format/icalendar/moment.ts'
import {
  type CalendarObject,
  type Instance,
  instancesOf,
  isRecurring,
  objectOf,
  spanOf,
  zoneFor,
} from '#format/icalendar/object.ts'
import { toUtc } from '#format/icalendar/zone.ts'
import { parseVCards, printVCard } from '#format/vcard/syntax.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { DavFault } from './fault.ts'
import { CALDAV, CARDDAV } from './names.ts'

export type Shape = (text: string) => string

const childOf = (element: XmlElement, ns: string, name: string): XmlElement | undefined =>
  element.children.find((one) => one.ns === ns && one.name === name)

const namedIn = (element: XmlElement, ns: string, kind: string): Map<string, XmlElement> =>
  new Map(
    element.children
      .filter((one) => one.ns === ns && one.name === kind)
      .map((one) => [(one.attributes.get('name') ?? '').toUpperCase(), one]),
  )

/** Of a name that is asked for without its value, the value is left out. */
const valued = (asked: XmlElement, property: Property): Property =>
  asked.attributes.get('novalue') === 'yes' ? { ...property, value: '' } : property

/** Unreadable texts are given whole: it was readable when it was written. */
const orWhole =
  (shape: Shape): Shape =>
  (text) => {
    try {
      return shape(text)
    } catch (error) {
      if (isFailure(error)) return text
      throw error
    }
  }

/** The properties of a card that are asked for, and VERSION, without which it is none. */
export const cardShape = (element: XmlElement): Shape | undefined => {
  const asked = namedIn(element, CARDDAV, 'prop')
  if (asked.size === 0 || childOf(element, CARDDAV, 'allprop')) return undefined
  return orWhole((text) => {
    const [card] = parseVCards(text)
    if (!card) return text
    const properties = card.properties.flatMap((property) => {
      const wanted = asked.get(property.name)
      return wanted ? [valued(wanted, property)] : []
    })
    return printVCard({ ...card, properties })
  })
}

interface Range {
  readonly from: number
  readonly to: number
}

/** Both ends are needed, in UTC (§9.6.5). Throws DavFault 400. */
const rangeIn = (element: XmlElement | undefined): Range | undefined => {
  if (!element) return undefined
  const [from, to] = ['start', 'end'].map((name) => readMoment(element.attributes.get(name) ?? ''))
  if (from?.kind !== 'utc' || to?.kind !== 'utc' || from.wall >= to.wall) throw new DavFault(400)
  return { from: from.wall, to: to.wall }
}

/** Instances that one object is told by at most. */
const maxExpanded = 2000

const floating = zoneNamed(homeZone)

const instancesIn = (object: CalendarObject, { from, to }: Range): Instance[] =>
  instancesOf(object, { from, to, floating }, { instances: maxExpanded, steps: { left: maxSteps } })

const utcText = (utc: number): string => `${printWall(utc, false)}Z`

const inUtc = (name: string, moment: Moment, utc: number): Property =>
  moment.kind === 'day'
    ? rawProperty(name, printWall(moment.wall, true), { VALUE: 'DATE' })
    : rawProperty(name, moment.kind === 'floating' ? printWall(moment.wall, false) : utcText(utc))

const recurring = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'DTSTART', 'DTEND', 'RECURRENCE-ID', 'DUE'])

/** One instance on its own, its times in UTC (§9.6.5). */
const expanded = (object: CalendarObject, instance: Instance): Component => {
  const { component, start, startUtc, endUtc, length } = instance
  const properties = component.properties.filter(({ name }) => !recurring.has(name))
  properties.push(inUtc('DTSTART', start, startUtc))
  for (const name of ['DTEND', 'DUE'])
    if (propertyIn(component, name)) properties.push(inUtc(name, { ...start, wall: start.wall + length }, endUtc))
  const first = object.master && spanOf(object.master, object.calendar, floating)?.start
  const moment = first && readMoment(instance.recurrenceId)
  if (moment && isRecurring(object)) {
    const utc = toUtc(zoneFor(first, object.calendar, floating), moment.wall)
    properties.push(inUtc('RECURRENCE-ID', { ...first, wall: moment.wall }, utc))
  } else if (!object.master) properties.push(...component.properties.filter(({ name }) => name === 'RECURRENCE-ID'))
  return { ...component, properties }
}

/** Every instance in the window on its own; what it is in UTC needs no time zones. */
const expand = (object: CalendarObject, range: Range): Component => ({
  ...object.calendar,
  components: instancesIn(object, range).map((instance) => expanded(object, instance)),
})

/** Without the changed instances that neither are in the window nor were (§9.6.6). */
const limited = (object: CalendarObject, range: Range): Component => {
  const { calendar, overrides } = object
  const there = new Set(instancesIn(object, range).map(({ component }) => component))
  const touches = (one: Component): boolean => {
    const id = momentOf(propertyIn(one, 'RECURRENCE-ID'))
    const at = id ? toUtc(zoneFor(id, calendar, floating), id.wall) : range.from
    return there.has(one) || (at >= range.from && at < range.to)
  }
  return { ...calendar, components: calendar.components.filter((one) => !overrides.includes(one) || touches(one)) }
}

const maxDepth = 5

/** The properties and components that a `comp` names; all of either when it names none (§9.6.1). */
const picked = (component: Component, asked: XmlElement, depth = 0): Component => {
  const properties = namedIn(asked, CALDAV, 'prop')
  const components = namedIn(asked, CALDAV, 'comp')
  const allProperties = properties.size === 0 || childOf(asked, CALDAV, 'allprop') !== undefined
  const allComponents =
    childOf(asked, CALDAV, 'allcomp') !== undefined || (components.size === 0 && properties.size === 0)
  return {
    ...component,
    properties: allProperties
      ? component.properties
      : component.properties.flatMap((property) => {
          const wanted = properties.get(property.name)
          return wanted ? [valued(wanted, property)] : []
        }),
    components: component.components.flatMap((one) => {
      const wanted = components.get(one.name)
      if (wanted && depth < maxDepth) return [picked(one, wanted, depth + 1)]
      return allComponents ? [one] : []
    }),
  }
}

/** Throws DavFault 400. */
export const calendarShape = (element: XmlElement): Shape | undefined => {
  const expansion = rangeIn(childOf(element, CALDAV, 'expand'))
  const limit = rangeIn(childOf(element, CALDAV, 'limit-recurrence-set'))
  const whole = childOf(element, CALDAV, 'comp')
  if (whole && whole.attributes.get('name')?.toUpperCase() !== 'VCALENDAR') throw new DavFault(400)
  if (!expansion && !limit && !whole) return undefined
  return orWhole((text) => {
    const [calendar] = parseCalendars(text)
    if (!calendar) return text
    const shown = expansion
      ? expand(objectOf(calendar), expansion)
      : limit
        ? limited(objectOf(calendar), limit)
        : calendar
    return printComponent(whole ? picked(shown, whole) : shown)
  })
}
