/**
 * Time zones: what a TZID means (RFC 5545 §3.2.19). Names of the IANA database are the platform's, which knows the changes of
 * law that a VTIMEZONE from years ago does not; the names of Windows are theirs; only for the rest is the VTIMEZONE read.
 */
import { type Component, propertiesIn, propertyIn, textIn } from './component.ts'
import { DAY, HOUR, MINUTE, momentOf, momentsOf } from './moment.ts'
import { occurrences, parseRule } from './recur.ts'
import { windowsZones } from './zones.data.ts'

export interface Zone {
  /** IANA name when it has one, else the TZID. */
  readonly id: string
  readonly isKnown: boolean
  /** Milliseconds that the wall is ahead of UTC. */
  offsetAt(utc: number): number
}

const formats = new Map<string, Zone | undefined>()
const maxFormats = 600
const maxDays = 4000

const makeIana = (id: string): Zone | undefined => {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: id,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const exact = (utc: number): number => {
    const at = Math.floor(utc / 1000) * 1000
    const parts: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) - at
  }
  // Nearly every day has one offset: two questions tell, and are not asked again.
  const days = new Map<number, number | undefined>()
  return {
    id: format.resolvedOptions().timeZone,
    isKnown: true,
    offsetAt: (utc) => {
      const day = Math.floor(utc / DAY)
      if (!days.has(day)) {
        if (days.size >= maxDays) days.clear()
        const first = exact(day * DAY)
        days.set(day, first === exact((day + 1) * DAY - 1000) ? first : undefined)
      }
      return days.get(day) ?? exact(utc)
    },
  }
}

/** A zone of the IANA database; undefined when the platform knows none of this name. */
export const ianaZone = (id: string): Zone | undefined => {
  if (!/^[A-Za-z][\w+\-/]{1,63}$/.test(id)) return undefined
  const key = id.toLowerCase()
  if (!formats.has(key)) {
    if (formats.size >= maxFormats) formats.clear()
    formats.set(key, makeIana(id))
  }
  return formats.get(key)
}

export const utcZone: Zone = { id: 'Etc/UTC', isKnown: true, offsetAt: () => 0 }

/** `+0130`, in milliseconds. */
const offsetOf = (text: string): number | undefined => {
  const match = /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(text.trim())
  if (!match) return undefined
  const size = Number(match[2]) * HOUR + Number(match[3]) * MINUTE + Number(match[4] ?? 0) * 1000
  return match[1] === '-' ? -size : size
}

const horizon = Date.UTC(2100, 0, 1)

interface Change {
  readonly at: number
  readonly before: number
  readonly after: number
}

const changesOf = (observance: Component): Change[] => {
  const start = momentOf(propertyIn(observance, 'DTSTART'))
  const before = offsetOf(textIn(observance, 'TZOFFSETFROM'))
  const after = offsetOf(textIn(observance, 'TZOFFSETTO'))
  if (!start || before === undefined || after === undefined) return []
  const walls = [start.wall]
  for (const property of propertiesIn(observance, 'RDATE').slice(0, 10))
    walls.push(
      ...momentsOf(property)
        .slice(0, 200)
        .map(({ wall }) => wall),
    )
  const rule = propertyIn(observance, 'RRULE')
  if (rule) {
    try {
      const parsed = parseRule(rule.value)
      const until = Math.min(horizon, parsed.until ? parsed.until.wall + before + DAY : horizon)
      // Before 1970 nobody has appointments; Windows begins its rules in 1601.
      const from = Date.UTC(1970, 0, 1)
      for (const wall of occurrences(parsed, start.wall, { from, until, steps: { left: 60_000 } })) walls.push(wall)
    } catch {
      // A rule that is none: the one change that DTSTART names stays.
    }
  }
  return walls.map((wall) => ({ at: wall - before, before, after }))
}

const zoneOfComponent = (id: string, component: Component): Zone | undefined => {
  const changes = component.components
    .filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
    .slice(0, 20)
    .flatMap(changesOf)
    .sort((a, b) => a.at - b.at)
  const [first] = changes
  if (!first) return undefined
  return {
    id,
    isKnown: false,
    offsetAt: (utc) => {
      let low = 0
      let high = changes.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (changes[middle]!.at <= utc) low = middle + 1
        else high = middle
      }
      return low === 0 ? first.before : changes[low - 1]!.after
    },
  }
}

/** Programs write `/mozilla.org/20070129_1/Europe/Paris`, `/freeassociation.sourceforge.net/Europe/Paris`. */
const nameWithin = (tzid: string): string | undefined => /[A-Za-z]+(?:\/[A-Za-z0-9_+-]+){1,2}$/.exec(tzid)?.[0]

/** What a TZID means in a calendar; undefined when nobody can tell. */
export const zoneOf = (tzid: string, calendar?: Component): Zone | undefined => {
  const known = ianaZone(tzid) ?? ianaZone(windowsZones[tzid] ?? '') ?? ianaZone(nameWithin(tzid) ?? '')
  if (known) return known
  const component = calendar?.components.find((one) => one.name === 'VTIMEZONE' && textIn(one, 'TZID') === tzid)
  return component && zoneOfComponent(tzid, component)
}

/**
 * When the wall of a zone shows this. Of an hour that comes twice the first; an hour that is skipped is reckoned with the
 * offset before the gap (RFC 5545 §3.3.5).
 */
export const toUtc = (zone: Zone, wall: number): number => {
  const before = zone.offsetAt(wall - DAY)
  const after = zone.offsetAt(wall + DAY)
  if (before === after || zone.offsetAt(wall - before) === before) return wall - before
  return zone.offsetAt(wall - after) === after ? wall - after : wall - before
}

/** What the wall of a zone shows. */
export const toWall = (zone: Zone, utc: number): number => utc + zone.offsetAt(utc)
