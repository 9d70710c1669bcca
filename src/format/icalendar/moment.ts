/**
 * Dates and times of iCalendar (RFC 5545 §3.3.4 to §3.3.6). `wall` is what the clock on the wall shows, in milliseconds as
 * if it showed UTC: arithmetic with days and months is done on it, zones come after.
 */
import { type Property, paramOf } from './component.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface Moment {
  readonly wall: number
  /** `day`: no time of day; `floating`: of wherever one is; `zoned`: of the zone named; `utc`. */
  readonly kind: 'day' | 'floating' | 'zoned' | 'utc'
  /** TZID as written. */
  readonly zone?: string
}

/** Years that are taken; others are no moments. */
const firstYear = 1583
const lastYear = 2999

const two = (value: number, digits = 2): string => String(value).padStart(digits, '0')

/** A DATE or DATE-TIME; undefined for anything else. */
export const readMoment = (text: string, zone?: string): Moment | undefined => {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/i.exec(text.trim())
  if (!match) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((one) => Number(one ?? 0))
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 60)
    return undefined
  const wall = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59))
  if (day < 1 || new Date(wall).getUTCDate() !== day) return undefined
  if (match[4] === undefined) return { wall, kind: 'day' }
  if (match[7] !== undefined) return { wall, kind: 'utc' }
  return zone === undefined ? { wall, kind: 'floating' } : { wall, kind: 'zoned', zone }
}

/** The moment that a property says; of a list, the first. */
export const momentOf = (property: Property | undefined): Moment | undefined =>
  property && readMoment(property.value.split(',')[0] ?? '', paramOf(property, 'TZID')?.slice(0, 200))

/** Every moment of a property that holds a list (EXDATE, RDATE; of a period its beginning). */
export const momentsOf = (property: Property): Moment[] => {
  const zone = paramOf(property, 'TZID')?.slice(0, 200)
  return property.value.split(',').flatMap((one) => readMoment(one.split('/')[0] ?? '', zone) ?? [])
}

/** `20260901` or `20260901T080000`, without a zone. */
export const printWall = (wall: number, isDay: boolean): string => {
  const at = new Date(wall)
  const day = `${two(at.getUTCFullYear(), 4)}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`
  return isDay ? day : `${day}T${two(at.getUTCHours())}${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}`
}

/** A duration in milliseconds (§3.3.6), negative ones too; undefined for anything else. */
export const readDuration = (text: string): number | undefined => {
  const match = /^([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/i.exec(
    text.trim(),
  )
  if (!match || /^[+-]?PT?$/i.test(text.trim())) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(2).map((one) => Number(one ?? 0))
  const length = weeks * 7 * DAY + days * DAY + hours * HOUR + minutes * MINUTE + seconds * 1000
  return match[1] === '-' ? -length : length
}

/** The shortest form: `P1D`, `PT1H30M`, `-PT15M`. */
export const printDuration = (length: number): string => {
  const sign = length < 0 ? '-' : ''
  let rest = Math.round(Math.abs(length) / 1000)
  const days = Math.floor(rest / 86_400)
  rest -= days * 86_400
  const [hours, minutes, seconds] = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60]
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`
  if (days === 0 && time === '') return 'PT0S'
  return `${sign}P${days ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}
