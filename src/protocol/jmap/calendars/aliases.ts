/**
 * Members that say what others say too: the one rule of draft-ietf-calext-jscalendarbis, and the dates in UTC of
 * draft-ietf-jmap-calendars §5, for clients that know no time zones.
 */
import { zoneNamed } from '#domain/calendar/window.ts'
import { printDuration } from '#format/icalendar/moment.ts'
import { toUtc, toWall } from '#format/icalendar/zone.ts'
import { localText, localWall } from '#format/jscalendar/event.ts'
import { utcDate } from '../check.ts'
import { invalidProperties } from '../failure.ts'
import { checkProperty } from '../set.ts'

type Given = Readonly<Record<string, unknown>>

/** Throws SetFault invalidProperties when a client says both. */
const notBoth = (names: readonly string[], alias: string, name: string): void => {
  if (names.includes(alias) && names.includes(name)) throw invalidProperties('Only one of them may be set', alias, name)
}

const zoneOf = (event: Given) => zoneNamed(typeof event.timeZone === 'string' ? event.timeZone : 'Etc/UTC')

/** The event, and the names of the members set in it, without such aliases. Throws SetFault, and Failure invalid. */
export const withoutAliases = (given: Given, set: readonly string[]): { event: Given; names: string[] } => {
  const event: Record<string, unknown> = { ...given }
  const names = new Set(set)
  const instead = (alias: string, members: Given): void => {
    Object.assign(event, members)
    names.delete(alias)
    for (const name of Object.keys(members)) names.add(name)
  }
  if (names.has('recurrenceRule')) {
    notBoth(set, 'recurrenceRule', 'recurrenceRules')
    instead('recurrenceRule', { recurrenceRules: event.recurrenceRule ? [event.recurrenceRule] : null })
  }
  delete event.recurrenceRule
  if (names.has('utcStart')) {
    notBoth(set, 'utcStart', 'start')
    const zone = zoneOf(event)
    const start = localText(toWall(zone, checkProperty('utcStart', utcDate, event.utcStart)))
    instead('utcStart', { start, ...(event.timeZone ? {} : { timeZone: 'Etc/UTC' }) })
  }
  if (names.has('utcEnd')) {
    notBoth(set, 'utcEnd', 'duration')
    const start = localWall(event.start)
    if (start === undefined) throw invalidProperties('An end needs a beginning', 'utcEnd')
    const end = toWall(zoneOf(event), checkProperty('utcEnd', utcDate, event.utcEnd))
    if (end < start || toUtc(zoneOf(event), start) > toUtc(zoneOf(event), end))
      throw invalidProperties('An event ends after it begins', 'utcEnd')
    instead('utcEnd', { duration: printDuration(end - start) })
  }
  return { event, names: [...names] }
}
