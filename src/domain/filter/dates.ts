/** Dates and their parts (RFC 5260 §4). */
import { formatDate, parseDate } from '#format/mime/headers.ts'

const two = (n: number): string => String(n).padStart(2, '0')
const unixEpochModifiedJulian = 40_587

/** `+0200` as minutes; undefined when it is no zone. */
export const parseZone = (text: string): number | undefined => {
  const match = /^([+-])(\d\d)([0-5]\d)$/.exec(text)
  if (!match) return
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

const printZone = (offset: number): string => {
  const away = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(away / 60))}${two(away % 60)}`
}

/** The date of a field's value: of a Received field, what follows its last semicolon. */
export const dateInField = (name: string, value: string) =>
  parseDate(name.toLowerCase() === 'received' ? value.slice(value.lastIndexOf(';') + 1) : value)

/** A part of a moment as seen `offset` minutes east of UTC; undefined when there is no such part. */
export const datePart = (part: string, time: number, offset: number): string | undefined => {
  const date = new Date(time + offset * 60_000)
  const year = String(date.getUTCFullYear()).padStart(4, '0')
  const [month, day] = [two(date.getUTCMonth() + 1), two(date.getUTCDate())]
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  const zone = printZone(offset)
  switch (part.toLowerCase()) {
    case 'year':
      return year
    case 'month':
      return month
    case 'day':
      return day
    case 'date':
      return `${year}-${month}-${day}`
    case 'julian':
      return String(Math.floor(date.getTime() / 86_400_000) + unixEpochModifiedJulian)
    case 'hour':
      return clock.slice(0, 2)
    case 'minute':
      return clock.slice(3, 5)
    case 'second':
      return clock.slice(6)
    case 'time':
      return clock
    case 'iso8601':
      return `${year}-${month}-${day}T${clock}${zone.slice(0, 3)}:${zone.slice(3)}`
    case 'std11':
      return formatDate(time, offset)
    case 'zone':
      return zone
    case 'weekday':
      return String(date.getUTCDay())
    default:
      return
  }
}
