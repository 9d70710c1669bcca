/** Dates of IMAP (RFC 3501 §9 `date`, `date-time`). */
import { BadSyntax, type Scanner } from './scanner.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const monthOf = (name: string): number => {
  const month = months.findIndex((known) => known.toLowerCase() === name.toLowerCase())
  if (month < 0) throw new BadSyntax('Invalid month')
  return month
}

/** Midnight UTC of a calendar day, or BadSyntax when there is no such day. */
const dayOf = (day: string, month: string, year: string): number => {
  const time = Date.UTC(Number(year), monthOf(month), Number(day))
  if (new Date(time).getUTCDate() !== Number(day)) throw new BadSyntax('Invalid date')
  return time
}

/** `date`: `1-Feb-2026`, quoted or not; milliseconds of that day's midnight UTC. */
export const date = (scanner: Scanner): number => {
  const text = scanner.astring().toString('latin1')
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text)
  if (match === null) throw new BadSyntax('Invalid date')
  return dayOf(match[1]!, match[2]!, match[3]!)
}

/** `date-time`: `"17-Jul-1996 02:44:25 -0700"`; milliseconds. */
export const dateTime = (scanner: Scanner): number => {
  const text = scanner.string().toString('latin1')
  const match = /^([ \d]?\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(text)
  if (match === null) throw new BadSyntax('Invalid date-time')
  const [, day, month, year, hour, minute, second, sign, zoneHour, zoneMinute] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) throw new BadSyntax('Invalid time')
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1)
  const clock = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  return dayOf(day!.trim(), month!, year!) + (clock - zone * 60) * 1000
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

let cachedDay = Number.NaN
let cachedText = ''

/** `"17-Jul-1996 02:44:25 +0000"` with its quotes; always UTC. */
export const formatDateTime = (time: number): string => {
  const seconds = Math.floor(time / 1000)
  const day = Math.floor(seconds / 86_400)
  if (day !== cachedDay) {
    const value = new Date(day * 86_400_000)
    const dayOfMonth = value.getUTCDate()
    cachedDay = day
    // date-day-fixed: a space before a single digit
    cachedText = `"${dayOfMonth < 10 ? ' ' : ''}${dayOfMonth}-${months[value.getUTCMonth()]}-${`${value.getUTCFullYear()}`.padStart(4, '0')} `
  }
  const rest = seconds - day * 86_400
  return `${cachedText}${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)} +0000"`
}
