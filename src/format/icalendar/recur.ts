/**
 * Recurrence rules (RFC 5545 §3.3.10) on wall time: what comes out has no zone yet. Hostile rules end too: every look at a
 * day or a time of day is a step, and there is a number of steps after which nothing follows (ADR 0025).
 */
import { Failure } from '#base/failure.ts'
import { DAY, HOUR, MINUTE, type Moment, readMoment } from './moment.ts'

const frequencies = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export type Frequency = (typeof frequencies)[number]

export const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const

export interface DayOfWeek {
  /** 0 Sunday to 6 Saturday. */
  readonly day: number
  /** The so-manieth of the month or the year; from the end when negative. */
  readonly nth?: number
}

export interface Rule {
  readonly frequency: Frequency
  readonly interval: number
  readonly count?: number
  readonly until?: Moment
  readonly bySecond: readonly number[]
  readonly byMinute: readonly number[]
  readonly byHour: readonly number[]
  readonly byDay: readonly DayOfWeek[]
  readonly byMonthDay: readonly number[]
  readonly byYearDay: readonly number[]
  readonly byWeekNo: readonly number[]
  readonly byMonth: readonly number[]
  readonly bySetPos: readonly number[]
  /** 0 Sunday to 6 Saturday. */
  readonly weekStart: number
}

const invalid = (what: string): Failure =>
  new Failure('invalid', `recurrence rule: ${what}`, { property: 'recurrenceRules' })

const numbers = (text: string | undefined, low: number, high: number, isSigned = false): number[] => {
  if (text === undefined) return []
  const list = text.split(',')
  if (list.length > 400) throw invalid('a list is too long')
  const values = list.map((one) => {
    const value = /^[+-]?\d{1,4}$/.test(one.trim()) ? Number(one) : Number.NaN
    const size = isSigned ? Math.abs(value) : value
    if (!(size >= low && size <= high)) throw invalid(`${one.slice(0, 20)} is not from ${low} to ${high}`)
    return value
  })
  return [...new Set(values)].sort((a, b) => a - b)
}

const dayOf = (text: string): DayOfWeek => {
  const match = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/i.exec(text.trim())
  const nth = match?.[1] === undefined ? undefined : Number(match[1])
  if (!match || nth === 0 || Math.abs(nth ?? 1) > 53) throw invalid(`${text.slice(0, 20)} is no day`)
  const day = weekdays.indexOf(match[2]!.toUpperCase() as (typeof weekdays)[number])
  return nth === undefined ? { day } : { day, nth }
}

const whole = (text: string | undefined, what: string, high: number): number | undefined => {
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0
  if (value < 1 || value > high) throw invalid(`${what} is a number from 1 to ${high}`)
  return value
}

/** Times of day that one day may have. */
const maxTimes = 1440

/** Throws Failure invalid. */
export const parseRule = (text: string): Rule => {
  const parts = new Map(
    text
      .slice(0, 10_000)
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')).trim().toUpperCase(), part.slice(part.indexOf('=') + 1).trim()]),
  )
  const frequency = frequencies.find((one) => one === parts.get('FREQ')?.toUpperCase())
  if (!frequency) throw invalid('FREQ is missing')
  const count = whole(parts.get('COUNT'), 'COUNT', 999_999_999)
  const untilText = parts.get('UNTIL')
  const until = untilText === undefined ? undefined : readMoment(untilText)
  if (untilText !== undefined && !until) throw invalid('UNTIL is no date')
  const rule: Rule = {
    frequency,
    interval: whole(parts.get('INTERVAL'), 'INTERVAL', 999_999) ?? 1,
    ...(count === undefined ? {} : { count }),
    ...(until === undefined ? {} : { until }),
    bySecond: numbers(parts.get('BYSECOND'), 0, 60).map((second) => Math.min(second, 59)),
    byMinute: numbers(parts.get('BYMINUTE'), 0, 59),
    byHour: numbers(parts.get('BYHOUR'), 0, 23),
    byDay: parts.get('BYDAY')?.split(',').slice(0, 400).map(dayOf) ?? [],
    byMonthDay: numbers(parts.get('BYMONTHDAY'), 1, 31, true),
    byYearDay: numbers(parts.get('BYYEARDAY'), 1, 366, true),
    byWeekNo: numbers(parts.get('BYWEEKNO'), 1, 53, true),
    byMonth: numbers(parts.get('BYMONTH'), 1, 12),
    bySetPos: numbers(parts.get('BYSETPOS'), 1, 366, true),
    weekStart: dayOf(parts.get('WKST') ?? 'MO').day,
  }
  const times = [rule.byHour, rule.byMinute, rule.bySecond].reduce((all, one) => all * Math.max(one.length, 1), 1)
  if (times > maxTimes) throw invalid('too many times a day')
  return rule
}

const startOfDay = (wall: number): number => Math.floor(wall / DAY) * DAY
const yearOf = (wall: number): number => new Date(wall).getUTCFullYear()
const monthOf = (wall: number): number => new Date(wall).getUTCMonth()
const weekdayOf = (wall: number): number => new Date(wall).getUTCDay()
const yearStart = (year: number): number => Date.UTC(year, 0, 1)
const monthStart = (year: number, month: number): number => Date.UTC(year, month, 1)

/** The first day of week 1 of a year: the week that has at least four days of it. */
const firstWeek = (year: number, weekStart: number): number => {
  const fourth = yearStart(year) + 3 * DAY
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7) * DAY
}

const isInWeeks = (day: number, weeks: readonly number[], weekStart: number): boolean => {
  let year = yearOf(day)
  if (day >= firstWeek(year + 1, weekStart)) year++
  else if (day < firstWeek(year, weekStart)) year--
  const week = Math.floor((day - firstWeek(year, weekStart)) / (7 * DAY)) + 1
  const all = Math.round((firstWeek(year + 1, weekStart) - firstWeek(year, weekStart)) / (7 * DAY))
  return weeks.includes(week) || weeks.includes(week - all - 1)
}

/** The rule with what DTSTART says where the rule is silent (§3.3.10). */
const completed = (rule: Rule, start: number): Rule => {
  const at = new Date(start)
  const isSilent = rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length + rule.byWeekNo.length === 0
  const days: Partial<Rule> =
    rule.frequency === 'YEARLY' && isSilent
      ? {
          byMonth: rule.byMonth.length > 0 ? rule.byMonth : [at.getUTCMonth() + 1],
          byMonthDay: [at.getUTCDate()],
        }
      : rule.frequency === 'MONTHLY' && isSilent
        ? { byMonthDay: [at.getUTCDate()] }
        : (rule.frequency === 'WEEKLY' && isSilent) ||
            (rule.byWeekNo.length > 0 && rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length === 0)
          ? { byDay: [{ day: at.getUTCDay() }] }
          : {}
  const rank = frequencies.indexOf(rule.frequency)
  return {
    ...rule,
    ...days,
    byHour: rule.byHour.length > 0 || rank < 3 ? rule.byHour : [at.getUTCHours()],
    byMinute: rule.byMinute.length > 0 || rank < 2 ? rule.byMinute : [at.getUTCMinutes()],
    bySecond: rule.bySecond.length > 0 || rank < 1 ? rule.bySecond : [at.getUTCSeconds()],
  }
}

const matchesNth = (day: number, nth: number, isOfYear: boolean): boolean => {
  const year = yearOf(day)
  const from = isOfYear ? yearStart(year) : monthStart(year, monthOf(day))
  const to = isOfYear ? yearStart(year + 1) : monthStart(year, monthOf(day) + 1)
  const fromStart = Math.floor((day - from) / (7 * DAY)) + 1
  const fromEnd = -(Math.floor((to - DAY - day) / (7 * DAY)) + 1)
  return nth === fromStart || nth === fromEnd
}

const isDay = (rule: Rule, day: number): boolean => {
  const at = new Date(day)
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(at.getUTCMonth() + 1)) return false
  if (rule.byMonthDay.length > 0) {
    const length = Math.round(
      (monthStart(at.getUTCFullYear(), at.getUTCMonth() + 1) - monthStart(at.getUTCFullYear(), at.getUTCMonth())) / DAY,
    )
    const date = at.getUTCDate()
    if (!rule.byMonthDay.includes(date) && !rule.byMonthDay.includes(date - length - 1)) return false
  }
  if (rule.byYearDay.length > 0) {
    const first = yearStart(at.getUTCFullYear())
    const length = Math.round((yearStart(at.getUTCFullYear() + 1) - first) / DAY)
    const date = Math.round((day - first) / DAY) + 1
    if (!rule.byYearDay.includes(date) && !rule.byYearDay.includes(date - length - 1)) return false
  }
  if (rule.byWeekNo.length > 0 && !isInWeeks(day, rule.byWeekNo, rule.weekStart)) return false
  if (rule.byDay.length === 0) return true
  const canCount = rule.frequency === 'MONTHLY' || rule.frequency === 'YEARLY'
  const isOfYear = rule.frequency === 'YEARLY' && rule.byMonth.length === 0
  return rule.byDay.some(
    (one) => one.day === at.getUTCDay() && (one.nth === undefined || !canCount || matchesNth(day, one.nth, isOfYear)),
  )
}

/** The days of the period that comes `n` intervals after that of `start`: first and, exclusive, last. */
const daysOfPeriod = (rule: Rule, start: number, n: number): readonly [number, number] => {
  const step = n * rule.interval
  switch (rule.frequency) {
    case 'YEARLY':
      return [yearStart(yearOf(start) + step), yearStart(yearOf(start) + step + 1)]
    case 'MONTHLY':
      return [monthStart(yearOf(start), monthOf(start) + step), monthStart(yearOf(start), monthOf(start) + step + 1)]
    case 'WEEKLY': {
      const day = startOfDay(start)
      const first = day - ((weekdayOf(day) - rule.weekStart + 7) % 7) * DAY + step * 7 * DAY
      return [first, first + 7 * DAY]
    }
    default: {
      const day = startOfDay(start) + step * DAY
      return [day, day + DAY]
    }
  }
}

const lengths: Readonly<Record<Frequency, number>> = {
  SECONDLY: 1000,
  MINUTELY: MINUTE,
  HOURLY: HOUR,
  DAILY: DAY,
  WEEKLY: 7 * DAY,
  MONTHLY: 31 * DAY,
  YEARLY: 366 * DAY,
}

/** A counter that a whole expansion shares. */
export interface Steps {
  left: number
}

const has = (list: readonly number[], value: number): boolean => list.length === 0 || list.includes(value)

/** Times of the periods shorter than a day: one reading of the clock, or several seconds of it. */
const shortPeriod = (rule: Rule, at: number): number[] => {
  const time = new Date(at)
  if (!isDay(rule, startOfDay(at)) || !has(rule.byHour, time.getUTCHours())) return []
  if (rule.frequency === 'SECONDLY')
    return has(rule.byMinute, time.getUTCMinutes()) && has(rule.bySecond, time.getUTCSeconds()) ? [at] : []
  if (rule.frequency === 'MINUTELY') {
    if (!has(rule.byMinute, time.getUTCMinutes())) return []
    const minute = Math.floor(at / MINUTE) * MINUTE
    return rule.bySecond.map((second) => minute + second * 1000)
  }
  const hour = Math.floor(at / HOUR) * HOUR
  return rule.byMinute.flatMap((minute) => rule.bySecond.map((second) => hour + minute * MINUTE + second * 1000))
}

/** The stretches of days of a period that are worth a look: of a year only the months that the rule names. */
const spansOf = (rule: Rule, start: number, n: number): (readonly [number, number])[] => {
  if (rule.frequency !== 'YEARLY' || rule.byMonth.length === 0) return [daysOfPeriod(rule, start, n)]
  const year = yearOf(start) + n * rule.interval
  return rule.byMonth.map((month) => [monthStart(year, month - 1), monthStart(year, month)])
}

const setOf = (rule: Rule, start: number, n: number, steps: Steps): number[] => {
  if (lengths[rule.frequency] < DAY) {
    steps.left--
    return shortPeriod(rule, start + n * rule.interval * lengths[rule.frequency])
  }
  const found: number[] = []
  for (const [first, last] of spansOf(rule, start, n)) {
    for (let day = first; day < last && steps.left > 0; day += DAY) {
      steps.left--
      if (!isDay(rule, day)) continue
      for (const hour of rule.byHour)
        for (const minute of rule.byMinute)
          for (const second of rule.bySecond) found.push(day + hour * HOUR + minute * MINUTE + second * 1000)
      steps.left -= rule.byHour.length * rule.byMinute.length * rule.bySecond.length - 1
    }
  }
  return found
}

const picked = (rule: Rule, set: readonly number[]): readonly number[] => {
  if (rule.bySetPos.length === 0) return set
  const at = rule.bySetPos.map((position) => (position > 0 ? position - 1 : set.length + position))
  return [...new Set(at)].sort((a, b) => a - b).flatMap((index) => set[index] ?? [])
}

/**
 * The wall times of a rule from `start` on, in order; `start` itself only when the rule has it. Those before `from` may be
 * left out when nothing is counted. `until` is inclusive. Ends at the rule's end or when `steps` are used up.
 */
export function* occurrences(
  given: Rule,
  start: number,
  { from = start, until = Number.POSITIVE_INFINITY, steps }: { from?: number; until?: number; steps: Steps },
): Generator<number> {
  const rule = completed(given, start)
  const canSkip = rule.count === undefined && from > start
  // Two periods of slack: periods differ in length, and a week number may belong to the year beside.
  const skip = canSkip ? Math.max(0, Math.floor((from - start) / (lengths[rule.frequency] * rule.interval)) - 2) : 0
  let left = rule.count ?? Number.POSITIVE_INFINITY
  for (let n = skip; steps.left > 0; n++) {
    steps.left--
    const set = setOf(rule, start, n, steps)
    // A period that was not looked at to its end says nothing.
    if (steps.left <= 0) return
    for (const at of picked(rule, set)) {
      if (at < start) continue
      if (at > until || left-- <= 0) return
      yield at
    }
    if (left <= 0) return
    const [first] = daysOfPeriod(rule, start, lengths[rule.frequency] < DAY ? 0 : n)
    const begins = lengths[rule.frequency] < DAY ? start + n * rule.interval * lengths[rule.frequency] : first
    if (!(begins <= until) || Number.isNaN(begins)) return
  }
}
