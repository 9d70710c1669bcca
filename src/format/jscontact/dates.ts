/** Dates of vCard (RFC 6350 §4.3, RFC 2426, Apple's year 1604 for none) as JSContact writes them, and back. */
import type { Anniversary, PartialDate } from './card.ts'

type When = Anniversary['date']

const day = (year?: string, month?: string, date?: string): PartialDate | undefined => {
  const parts = {
    '@type': 'PartialDate' as const,
    ...(year === undefined ? {} : { year: Number(year) }),
    ...(month === undefined ? {} : { month: Number(month) }),
    ...(date === undefined ? {} : { day: Number(date) }),
  }
  const { month: m = 1, day: d = 1 } = parts
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? parts : undefined
}

/** A date or a moment, or undefined for anything else. `noYear` is the year that stands for none. */
export const readDate = (value: string, noYear = ''): When | undefined => {
  const text = value.trim()
  const whole = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text) ?? /^(\d{4})-?(\d\d)-?(\d\d)T00(?::?00){0,2}Z?$/.exec(text)
  if (whole) return day(whole[1] === noYear ? undefined : whole[1], whole[2], whole[3])
  const moment = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?Z$/.exec(text)
  if (moment) {
    const utc = `${moment[1]}-${moment[2]}-${moment[3]}T${moment[4]}:${moment[5]}:${moment[6]}Z`
    return Number.isNaN(Date.parse(utc)) ? undefined : { '@type': 'Timestamp', utc }
  }
  const month = /^(\d{4})-(\d\d)$/.exec(text)
  if (month) return day(month[1], month[2])
  if (/^\d{4}$/.test(text)) return day(text)
  const yearless = /^--(\d\d)(?:-?(\d\d))?$/.exec(text)
  if (yearless) return day(undefined, yearless[1], yearless[2])
  const dayOnly = /^---(\d\d)$/.exec(text)
  return dayOnly ? day(undefined, undefined, dayOnly[1]) : undefined
}

const two = (n: number): string => String(n).padStart(2, '0')
const four = (n: number): string => String(n).padStart(4, '0')

/** The value and, for version 3, the year that stands for none. Undefined when nothing is left to write. */
export const writeDate = (date: When, version: '3.0' | '4.0'): { value: string; noYear?: string } | undefined => {
  if ('utc' in date) return { value: version === '4.0' ? date.utc.replace(/[-:]/g, '') : date.utc }
  const { year, month, day: date1 } = date
  if (year !== undefined && month !== undefined && date1 !== undefined) {
    const parts = [four(year), two(month), two(date1)]
    return { value: parts.join(version === '4.0' ? '' : '-') }
  }
  if (year !== undefined) return { value: month === undefined ? four(year) : `${four(year)}-${two(month)}` }
  if (month !== undefined && date1 !== undefined) {
    if (version === '3.0') return { value: `1604-${two(month)}-${two(date1)}`, noYear: '1604' }
    return { value: `--${two(month)}${two(date1)}` }
  }
  if (month !== undefined) return { value: `--${two(month)}` }
  return date1 === undefined ? undefined : { value: `---${two(date1)}` }
}

/** A UTCDate of REV or CREATED; undefined when it is none. */
export const readMoment = (value: string): string | undefined => {
  const when = readDate(value)
  if (when === undefined) return
  if ('utc' in when) return when.utc
  const { year, month, day: date } = when
  return year !== undefined && month !== undefined && date !== undefined
    ? `${four(year)}-${two(month)}-${two(date)}T00:00:00Z`
    : undefined
}
