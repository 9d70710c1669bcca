/** Messages about events (iTIP, RFC 5546) as objects: what they are about, who answers, and what they change. Pure. */
import { Failure } from '#base/failure.ts'
import {
  type Component,
  type Property,
  paramOf,
  parseCalendars,
  propertiesIn,
  propertyIn,
  rawProperty,
  textIn,
  withProperties,
} from '#format/icalendar/component.ts'
import { printWall } from '#format/icalendar/moment.ts'
import { type CalendarObject, objectOf } from '#format/icalendar/object.ts'
import { mailOf } from '#format/jscalendar/from-ical.ts'

export type Answer = 'accepted' | 'tentative' | 'declined'

export interface ItipMessage {
  readonly method: 'REQUEST' | 'CANCEL' | 'REPLY'
  /** Without its METHOD: as it would be in a calendar. */
  readonly object: CalendarObject
  readonly organiser: string
  readonly sequence: number
}

const partsOf = ({ master, overrides }: CalendarObject): readonly Component[] => [
  ...(master ? [master] : []),
  ...overrides,
]

export const sequenceOf = (object: CalendarObject): number => {
  const [part] = partsOf(object)
  return Number(/^\d{1,9}$/.exec(part ? textIn(part, 'SEQUENCE') : '')?.[0] ?? 0)
}

/** Lower case; empty when nobody organises. */
export const organiserOf = (object: CalendarObject): string => {
  const [part] = partsOf(object)
  return mailOf((part && propertyIn(part, 'ORGANIZER')?.value) ?? '').toLowerCase()
}

/** Throws Failure invalid for what is no message about an event that we know what to do with. */
export const readMessage = (text: string): ItipMessage => {
  const [calendar] = parseCalendars(text)
  if (!calendar) throw new Failure('invalid', 'there is no calendar')
  const method = textIn(calendar, 'METHOD').toUpperCase()
  if (method !== 'REQUEST' && method !== 'CANCEL' && method !== 'REPLY')
    throw new Failure('invalid', 'this is no invitation', { property: 'method' })
  const object = objectOf(withProperties(calendar, 'METHOD', []))
  if (object.kind !== 'VEVENT') throw new Failure('invalid', 'this is no invitation', { property: 'method' })
  return { method, object, organiser: organiserOf(object), sequence: sequenceOf(object) }
}

const isOf = (property: Property, address: string): boolean => mailOf(property.value).toLowerCase() === address

/** How somebody has answered: upper case, or undefined when they are not invited. */
export const statusOf = (object: CalendarObject, address: string): string | undefined => {
  for (const part of partsOf(object)) {
    const own = propertiesIn(part, 'ATTENDEE').find((one) => isOf(one, address))
    if (own) return (paramOf(own, 'PARTSTAT') ?? 'NEEDS-ACTION').toUpperCase()
  }
  return undefined
}

const answered = (property: Property, status: string): Property => ({
  ...property,
  params: [
    ...property.params.filter(({ name }) => name !== 'PARTSTAT' && name !== 'RSVP'),
    { name: 'PARTSTAT', values: [status] },
  ],
})

/** A component with somebody's answer in it. */
const withStatus = (part: Component, address: string, status: string): Component => ({
  ...part,
  properties: part.properties.map((one) =>
    one.name === 'ATTENDEE' && isOf(one, address) ? answered(one, status) : one,
  ),
})

const recurrenceOf = (part: Component): string => propertyIn(part, 'RECURRENCE-ID')?.value ?? ''

/** The calendar of an object with somebody's answer; with `only`, to those instances alone. */
export const calendarWithStatus = (
  object: CalendarObject,
  address: string,
  status: string,
  only?: readonly string[],
): Component => ({
  ...object.calendar,
  components: object.calendar.components.map((part) =>
    part.name === 'VEVENT' && (only === undefined || only.includes(recurrenceOf(part)))
      ? withStatus(part, address, status)
      : part,
  ),
})

/** What is known, with what a message says put over it: the whole, or the instances that it names. */
export const mergedWith = (known: CalendarObject, message: CalendarObject): Component => {
  if (message.master) return message.calendar
  const named = message.overrides.map(recurrenceOf)
  const kept = known.calendar.components.filter((part) => part.name !== 'VEVENT' || !named.includes(recurrenceOf(part)))
  const zones = message.calendar.components.filter(
    (zone) =>
      zone.name === 'VTIMEZONE' &&
      !kept.some((one) => one.name === 'VTIMEZONE' && textIn(one, 'TZID') === textIn(zone, 'TZID')),
  )
  return { ...known.calendar, components: [...zones, ...kept, ...message.overrides] }
}

/** The instances that a message is about, as their RECURRENCE-ID has them; empty: the whole event. */
export const instancesNamed = (object: CalendarObject): readonly string[] =>
  object.master ? [] : object.overrides.map(recurrenceOf)

/** The REPLY of one attendee (RFC 5546 §3.2.3). */
export const replyTo = (object: CalendarObject, address: string, status: string, now: number): Component => {
  const kept = ['UID', 'SEQUENCE', 'RECURRENCE-ID', 'ORGANIZER', 'SUMMARY', 'DTSTART', 'DTEND', 'DURATION']
  return {
    name: 'VCALENDAR',
    properties: [
      rawProperty('VERSION', '2.0'),
      rawProperty('PRODID', '-//Convergence//FR'),
      rawProperty('METHOD', 'REPLY'),
    ],
    components: [
      ...object.calendar.components.filter(({ name }) => name === 'VTIMEZONE'),
      ...partsOf(object).map((part) => ({
        name: part.name,
        properties: [
          ...part.properties.filter(({ name }) => kept.includes(name)),
          rawProperty('DTSTAMP', `${printWall(now, false)}Z`),
          ...propertiesIn(part, 'ATTENDEE')
            .filter((one) => isOf(one, address))
            .slice(0, 1)
            .map((one) => answered(one, status)),
        ],
        components: [],
      })),
    ],
  }
}
