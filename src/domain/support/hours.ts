/** When somebody answers: up to two ranges a day by weekday, closed on public holidays and on exceptional days. Pure. */
import { Failure } from '#base/failure.ts'
import { type Period, publicHoliday, schoolHoliday } from './holidays.ts'
import { addDays, parisMoment, parisTime, weekday } from './paris.ts'

/** Minutes since midnight. */
export type Range = readonly [from: number, to: number]

export interface Hours {
  /** Ranges by weekday: index 0 is Monday. */
  readonly week: readonly (readonly Range[])[]
  /** False: nobody answers during school holidays. */
  readonly schoolHolidays: boolean
}

export interface Closures {
  readonly schoolHolidays: readonly Period[]
  /** Local closures: ponts, days of the rectorat. */
  readonly exceptional: readonly Period[]
}

export type Opening =
  | { readonly open: true /** Milliseconds. */; readonly until: number }
  | {
      readonly open: false
      /** Milliseconds; undefined when nothing opens within three months. */
      readonly opensAt: number | undefined
      /** Why it is closed today, when the calendar says so. */
      readonly because: string | undefined
    }

const rangesADay = 2
const daysLookedAt = 92

const closedBecause = (hours: Hours, closures: Closures, day: string): string | undefined =>
  publicHoliday(day) ??
  schoolHoliday(day, closures.exceptional) ??
  (hours.schoolHolidays ? undefined : schoolHoliday(day, closures.schoolHolidays))

const rangesOn = (hours: Hours, closures: Closures, day: string): readonly Range[] =>
  closedBecause(hours, closures, day) === undefined ? (hours.week[weekday(day) - 1] ?? []) : []

/** Whether somebody answers now, and until or from when. */
export const openingAt = (hours: Hours, closures: Closures, now: number): Opening => {
  const { day, minutes } = parisTime(now)
  const current = rangesOn(hours, closures, day).find(([from, to]) => minutes >= from && minutes < to)
  if (current) return { open: true, until: parisMoment(day, current[1]) }
  const because = closedBecause(hours, closures, day)
  for (let ahead = 0; ahead < daysLookedAt; ahead++) {
    const then = addDays(day, ahead)
    const next = rangesOn(hours, closures, then).find(([from]) => ahead > 0 || from > minutes)
    if (next) return { open: false, opensAt: parisMoment(then, next[0]), because }
  }
  return { open: false, opensAt: undefined, because }
}

const readTime = (text: string): number | undefined => {
  const [, hour = '', minute = ''] = /^(\d{1,2})[:hH](\d{2})?$/.exec(text.trim()) ?? []
  const minutes = Number(hour) * 60 + Number(minute || 0)
  return hour !== '' && Number(minute || 0) < 60 && minutes <= 1440 ? minutes : undefined
}

const dayNames: readonly (readonly [string, number])[] = [
  ['lundi', 0],
  ['mardi', 1],
  ['mercredi', 2],
  ['jeudi', 3],
  ['vendredi', 4],
  ['samedi', 5],
  ['dimanche', 6],
  ['mon', 0],
  ['tue', 1],
  ['wed', 2],
  ['thu', 3],
  ['fri', 4],
  ['sat', 5],
  ['sun', 6],
]

const dayIndex = (word: string): number | undefined =>
  dayNames.find(([name]) => word.length >= 2 && (name.startsWith(word) || word.startsWith(name)))?.[1]

const invalid = (why: string): Failure => new Failure('invalid', why, { property: 'hours' })

/**
 * Hours as people write them, one group of days after another: `lun-ven 8:00-12:00 13:30-18:00; sam 9:00-12:00`;
 * `hors vacances` at the end closes them during school holidays. Throws Failure invalid.
 */
export const parseHours = (text: string): Hours => {
  const week: Range[][] = Array.from({ length: 7 }, () => [])
  const outside = /hors vacances/i.test(text)
  for (const group of text
    .replace(/hors vacances/i, '')
    .slice(0, 500)
    .split(';')) {
    const [days, ...ranges] = group.trim().toLowerCase().split(/\s+/)
    if (days === undefined || days === '') continue
    const [first, last] = days.split('-').map(dayIndex)
    const to = days.includes('-') ? last : first
    if (first === undefined || to === undefined || to < first) throw invalid(`${days} are no days of the week`)
    const read = ranges.map((range): Range => {
      const [from, until] = range.split('-').map(readTime)
      if (from === undefined || until === undefined || until <= from) throw invalid(`${range} is no range of hours`)
      return [from, until]
    })
    if (read.length === 0 || read.length > rangesADay) throw invalid('a day has one or two ranges')
    if (read[1] && read[0] && read[1][0] < read[0][1])
      throw invalid('the second range begins before the first one ends')
    for (let day = first; day <= to; day++) week[day] = read
  }
  return { week, schoolHolidays: !outside }
}

const shortDays = ['lun', 'mar', 'mer', 'jeu', 'ven', 'sam', 'dim'] as const

const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`

/** The same hours as people write them: what `parseHours` reads. */
export const writeHours = ({ week, schoolHolidays }: Hours): string => {
  const groups: { from: number; to: number; text: string }[] = []
  for (const [day, ranges] of week.entries()) {
    const text = ranges.map(([from, to]) => `${clock(from)}-${clock(to)}`).join(' ')
    const last = groups.at(-1)
    if (text === '') continue
    if (last?.text === text && last.to === day - 1) last.to = day
    else groups.push({ from: day, to: day, text })
  }
  const lines = groups.map(({ from, to, text }) => {
    const days = from === to ? shortDays[from] : `${shortDays[from]}-${shortDays[to]}`
    return `${days} ${text}`
  })
  return `${lines.join('; ')}${schoolHolidays ? '' : ' hors vacances'}`.trim()
}

const isRange = (value: unknown): value is Range =>
  Array.isArray(value) && value.length === 2 && value.every((n) => Number.isInteger(n) && n >= 0 && n <= 1440)

/** What the column holds; damaged text is "never open", which nobody is misled by. */
export const decodeHours = (json: string): Hours => {
  try {
    const { week, schoolHolidays } = JSON.parse(json) as { week?: unknown; schoolHolidays?: unknown }
    if (Array.isArray(week) && week.length === 7 && week.every((day) => Array.isArray(day) && day.every(isRange)))
      return { week: week as Range[][], schoolHolidays: schoolHolidays !== false }
  } catch {
    // Falls through.
  }
  return { week: [], schoolHolidays: true }
}

export const encodeHours = (hours: Hours): string => JSON.stringify(hours)
