/** Events of iCalendar as JSCalendar: what the web app and JMAP clients see. Nothing is lost by it: the text is what is kept. */
import { splitRaw, unescapeText } from '../content-line/property.ts'
import { type Component, paramOf, propertiesIn, propertyIn, textIn } from '../icalendar/component.ts'
import { momentOf, printDuration, readDuration, readMoment } from '../icalendar/moment.ts'
import { type CalendarObject, exceptionsOf, type Instance, type Span, spanOf, zoneFor } from '../icalendar/object.ts'
import { toUtc, toWall, type Zone } from '../icalendar/zone.ts'
import { type Alert, type JsEvent, localText, type Participant } from './event.ts'
import { readRule } from './rule.ts'

const maxParticipants = 500

const utcText = (component: Component, name: string): string | undefined => {
  const moment = momentOf(propertyIn(component, name))
  return moment?.kind === 'utc' ? `${localText(moment.wall)}Z` : undefined
}

const statuses: Readonly<Record<string, JsEvent['status']>> = { TENTATIVE: 'tentative', CANCELLED: 'cancelled' }
const privacies: Readonly<Record<string, JsEvent['privacy']>> = { PRIVATE: 'private', CONFIDENTIAL: 'secret' }

/** `mailto:` taken off; empty when it is something else. */
export const mailOf = (value: string): string =>
  /^mailto:/i.test(value.trim()) ? value.trim().slice(7).slice(0, 320) : ''

const participantsOf = (component: Component): Readonly<Record<string, Participant>> | undefined => {
  const found: Record<string, Participant> = {}
  const organiser = propertyIn(component, 'ORGANIZER')
  const owner = organiser && mailOf(organiser.value).toLowerCase()
  const attendees = propertiesIn(component, 'ATTENDEE').slice(0, maxParticipants)
  for (const [n, one] of attendees.entries()) {
    const email = mailOf(one.value)
    const role = paramOf(one, 'ROLE')?.toUpperCase()
    found[`a${n + 1}`] = {
      '@type': 'Participant',
      ...(paramOf(one, 'CN') ? { name: paramOf(one, 'CN')!.slice(0, 200) } : {}),
      ...(email === '' ? {} : { email }),
      roles: {
        attendee: true,
        ...(role === 'OPT-PARTICIPANT' ? { optional: true } : {}),
        ...(email !== '' && email.toLowerCase() === owner ? { owner: true } : {}),
      },
      participationStatus: (paramOf(one, 'PARTSTAT') ?? 'NEEDS-ACTION').toLowerCase().slice(0, 30),
    }
  }
  if (organiser && !Object.values(found).some(({ roles }) => roles.owner))
    found.o = {
      '@type': 'Participant',
      ...(paramOf(organiser, 'CN') ? { name: paramOf(organiser, 'CN')!.slice(0, 200) } : {}),
      ...(owner ? { email: mailOf(organiser.value) } : {}),
      roles: { owner: true },
    }
  return Object.keys(found).length === 0 ? undefined : found
}

const alertsOf = (component: Component): Readonly<Record<string, Alert>> | undefined => {
  const found: Record<string, Alert> = {}
  for (const [n, alarm] of component.components
    .filter(({ name }) => name === 'VALARM')
    .slice(0, 20)
    .entries()) {
    const trigger = propertyIn(alarm, 'TRIGGER')
    const offset = trigger && readDuration(trigger.value)
    if (!trigger || offset === undefined) continue
    const isEnd = paramOf(trigger, 'RELATED')?.toUpperCase() === 'END'
    found[`${n + 1}`] = {
      '@type': 'Alert',
      trigger: { '@type': 'OffsetTrigger', offset: printDuration(offset), ...(isEnd ? { relativeTo: 'end' } : {}) },
      action: textIn(alarm, 'ACTION').toUpperCase() === 'EMAIL' ? 'email' : 'display',
    }
  }
  return Object.keys(found).length === 0 ? undefined : found
}

/** The time members of a span: those of a zone that only the file knows are told in UTC. */
const timesOf = (
  span: Span,
  calendar: Component,
  floating: Zone,
): Pick<JsEvent, 'start' | 'duration' | 'timeZone' | 'showWithoutTime'> => {
  const { start, length } = span
  const showWithoutTime = start.kind === 'day'
  const duration = printDuration(length)
  if (start.kind === 'day' || start.kind === 'floating')
    return {
      start: localText(start.wall),
      duration: showWithoutTime && length === 0 ? 'P1D' : duration,
      timeZone: null,
      showWithoutTime,
    }
  const zone = zoneFor(start, calendar, floating)
  return zone.isKnown
    ? { start: localText(start.wall), duration, timeZone: zone.id === 'UTC' ? 'Etc/UTC' : zone.id, showWithoutTime }
    : { start: localText(span.startUtc), duration, timeZone: 'Etc/UTC', showWithoutTime }
}

const wordsOf = (component: Component): Readonly<Record<string, true>> | undefined => {
  const words = propertiesIn(component, 'CATEGORIES').flatMap(({ value }) => splitRaw(value, ',').map(unescapeText))
  return words.length === 0
    ? undefined
    : Object.fromEntries(words.slice(0, 50).map((word) => [word.slice(0, 100), true as const]))
}

/** LOCATION, then what has a component of its own (VLOCATION, RFC 9073 §7.2) by its UID. */
const locationsOf = (component: Component): JsEvent['locations'] => {
  const first = textIn(component, 'LOCATION')
  const others = component.components
    .filter(({ name }) => name === 'VLOCATION')
    .slice(0, 20)
    .map((one, n): [string, string] => [textIn(one, 'UID') || `${n + 2}`, textIn(one, 'NAME')])
    .filter(([, name]) => name !== '')
  const all: [string, string][] = first === '' ? others : [['1', first], ...others]
  if (all.length === 0) return undefined
  return Object.fromEntries(
    all.map(([key, name]) => [key, { '@type': 'Location' as const, name: name.slice(0, 1000) }]),
  )
}

/** What a component says besides when it is. */
const saidIn = (component: Component): Omit<JsEvent, 'uid' | 'start' | 'duration' | 'timeZone' | 'showWithoutTime'> => {
  const description = textIn(component, 'DESCRIPTION')
  const url = propertyIn(component, 'URL')?.value ?? ''
  const optional = {
    keywords: wordsOf(component),
    locations: locationsOf(component),
    organizerCalendarAddress: propertyIn(component, 'ORGANIZER')?.value.trim().slice(0, 1000),
    created: utcText(component, 'CREATED'),
    updated: utcText(component, 'LAST-MODIFIED') ?? utcText(component, 'DTSTAMP'),
    alerts: alertsOf(component),
    participants: participantsOf(component),
  }
  return {
    '@type': 'Event',
    version: '2.0',
    title: textIn(component, 'SUMMARY').slice(0, 1000),
    ...(description === '' ? {} : { description: description.slice(0, 32_000) }),
    ...(/^https?:\/\//i.test(url) ? { links: { '1': { '@type': 'Link' as const, href: url.slice(0, 2000) } } } : {}),
    status: statuses[textIn(component, 'STATUS').toUpperCase()] ?? 'confirmed',
    freeBusyStatus: textIn(component, 'TRANSP').toUpperCase() === 'TRANSPARENT' ? 'free' : 'busy',
    privacy: privacies[textIn(component, 'CLASS').toUpperCase()] ?? 'public',
    sequence: Number(/^\d{1,9}$/.exec(textIn(component, 'SEQUENCE'))?.[0] ?? 0),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  }
}

/** Members that no override changes (RFC 8984 §4.3.5). */
const fixed = new Set([
  '@type',
  'version',
  'uid',
  'privacy',
  'recurrenceRule',
  'recurrenceRules',
  'recurrenceId',
  'organizerCalendarAddress',
])

/** What one event says otherwise than another, as a patch. */
const difference = (base: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): object => {
  const names = new Set([...Object.keys(base), ...Object.keys(other)])
  return Object.fromEntries(
    [...names]
      .filter((name) => !fixed.has(name) && JSON.stringify(base[name]) !== JSON.stringify(other[name]))
      .map((name) => [name, other[name] ?? null]),
  )
}

/** Instances that are not as the rules say, by their LocalDateTime in the event's own time (RFC 8984 §4.3.5). */
const overridesOf = (
  object: CalendarObject,
  base: JsEvent,
  span: Span,
  floating: Zone,
): JsEvent['recurrenceOverrides'] => {
  const exceptions = exceptionsOf(object, floating)
  if (!exceptions) return undefined
  const zone = zoneFor(span.start, object.calendar, floating)
  const isShifted = span.start.kind === 'zoned' && !zone.isKnown
  const keyOf = (wall: number): string => localText(isShifted ? toUtc(zone, wall) : wall)
  const overrides: Record<string, object> = {}
  for (const wall of exceptions.added) overrides[keyOf(wall)] = {}
  for (const wall of exceptions.excluded) overrides[keyOf(wall)] = { excluded: true }
  for (const { wall, component } of exceptions.changed) {
    const own = spanOf(component, object.calendar, floating)
    if (!own) continue
    const start = keyOf(wall)
    overrides[start] = difference(
      { ...base, start },
      { ...saidIn(component), ...timesOf(own, object.calendar, floating) },
    )
  }
  return Object.keys(overrides).length === 0 ? undefined : overrides
}

/** An event as a whole: what repeats with its rules. Undefined when it says no time. */
export const eventOf = (object: CalendarObject, floating: Zone): JsEvent | undefined => {
  const component = object.master ?? object.overrides[0]
  const span = component && spanOf(component, object.calendar, floating)
  if (!component || !span) return undefined
  const zone = zoneFor(span.start, object.calendar, floating)
  const rules = propertiesIn(component, 'RRULE')
    .slice(0, 5)
    .map(({ value }) => readRule(value, (utc) => toWall(zone, utc)))
  const event: JsEvent = {
    ...saidIn(component),
    uid: object.uid,
    ...timesOf(span, object.calendar, floating),
    // By both names: what was a list (RFC 8984) is one rule since (draft-ietf-calext-jscalendarbis).
    ...(rules[0] ? { recurrenceRule: rules[0], recurrenceRules: rules } : {}),
  }
  const overrides = overridesOf(object, event, span, floating)
  return overrides ? { ...event, recurrenceOverrides: overrides } : event
}

/** A recurrence id as a LocalDateTime (RFC 8984 §4.3.1). */
const recurrenceText = (id: string): string => {
  const moment = readMoment(id)
  return moment ? localText(moment.wall) : id
}

/** One instance of an event, as an event of its own. */
export const instanceOf = (object: CalendarObject, instance: Instance, floating: Zone): JsEvent => ({
  ...saidIn(instance.component),
  uid: object.uid,
  ...timesOf(instance, object.calendar, floating),
  ...(instance.recurrenceId === '' ? {} : { recurrenceId: recurrenceText(instance.recurrenceId) }),
})
