/** A VTIMEZONE made of what the platform knows of a zone: programs that do not know the IANA names need one (RFC 5545 §3.6.5). */
import { type Component, rawProperty } from './component.ts'
import { DAY, HOUR, MINUTE, printWall } from './moment.ts'
import { weekdays } from './recur.ts'
import type { Zone } from './zone.ts'

const offsetText = (offset: number): string => {
  const minutes = Math.round(Math.abs(offset) / MINUTE)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}

/** The moments of a year at which the offset changes, to the minute. */
const changesIn = (zone: Zone, year: number): number[] => {
  const found: number[] = []
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY) {
    if (zone.offsetAt(day) === zone.offsetAt(day + DAY)) continue
    let [low, high] = [day, day + DAY]
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE
      if (zone.offsetAt(middle) === zone.offsetAt(low)) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found
}

/** `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU` of a day; the last week of a month counts from its end. */
const yearly = (wall: number): string => {
  const at = new Date(wall)
  const week = Math.ceil(at.getUTCDate() / 7)
  const isLast = new Date(wall + 7 * DAY).getUTCMonth() !== at.getUTCMonth()
  return `FREQ=YEARLY;BYMONTH=${at.getUTCMonth() + 1};BYDAY=${isLast ? -1 : week}${weekdays[at.getUTCDay()]}`
}

const observance = (before: number, after: number, wall: number, rule: string | undefined): Component => ({
  name: after > before ? 'DAYLIGHT' : 'STANDARD',
  properties: [
    rawProperty('TZOFFSETFROM', offsetText(before)),
    rawProperty('TZOFFSETTO', offsetText(after)),
    rawProperty('DTSTART', printWall(wall, false)),
    ...(rule === undefined ? [] : [rawProperty('RRULE', rule)]),
  ],
  components: [],
})

/** The zone as it is from `year` on. */
export const vtimezoneOf = (zone: Zone, year: number): Component => {
  const parts = changesIn(zone, year).map((at) => {
    const [before, after] = [zone.offsetAt(at - HOUR), zone.offsetAt(at)]
    const wall = at + before
    const rule = yearly(wall)
    // A rule only when the next years keep to it.
    const keeps = [1, 2].every((n) =>
      changesIn(zone, year + n).some((next) => yearly(next + zone.offsetAt(next - HOUR)) === rule),
    )
    return observance(before, after, wall, keeps ? rule : undefined)
  })
  const offset = zone.offsetAt(Date.UTC(year, 0, 1))
  return {
    name: 'VTIMEZONE',
    properties: [rawProperty('TZID', zone.id)],
    components: parts.length > 0 ? parts : [observance(offset, offset, Date.UTC(year, 0, 1), undefined)],
  }
}
