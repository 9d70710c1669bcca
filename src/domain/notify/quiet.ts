/** When somebody wants to be left alone, and when their digest comes. Pure. */
import { publicHoliday, schoolHoliday } from '../support/holidays.ts'
import { addDays, parisMoment, parisTime, weekday } from '../support/paris.ts'

export interface Quiet {
  /** Minutes since midnight in Paris; the same twice: no quiet hours. From 20:00 to 7:00 crosses midnight. */
  readonly from: number
  readonly to: number
  /** Quiet all day: 1 Monday to 7 Sunday. */
  readonly days: readonly number[]
  readonly publicHolidays: boolean
  /** Zone A. */
  readonly schoolHolidays: boolean
}

export interface Digest {
  readonly every: 'day' | 'week'
  /** 1 Monday to 7 Sunday; of a weekly digest. */
  readonly weekday: number
  /** Minutes since midnight in Paris. */
  readonly at: number
}

const isQuietDay = (quiet: Quiet, day: string): boolean =>
  quiet.days.includes(weekday(day)) ||
  (quiet.publicHolidays && publicHoliday(day) !== undefined) ||
  (quiet.schoolHolidays && schoolHoliday(day) !== undefined)

/** The next moment at which the quiet of a moment could end; undefined when it is not quiet. */
const boundary = (quiet: Quiet, at: number): number | undefined => {
  const { day, minutes } = parisTime(at)
  if (isQuietDay(quiet, day)) return parisMoment(addDays(day, 1), 0)
  const { from, to } = quiet
  if (from === to) return
  if (from < to) return minutes >= from && minutes < to ? parisMoment(day, to) : undefined
  if (minutes >= from) return parisMoment(addDays(day, 1), to)
  return minutes < to ? parisMoment(day, to) : undefined
}

/** A summer's holidays and what touches them. */
const longest = 150

/** When the quiet of this moment ends, in milliseconds; undefined when it is not quiet. Ends within five months. */
export const quietUntil = (quiet: Quiet, now: number): number | undefined => {
  let at = now
  for (let steps = 0; steps < longest; steps++) {
    const next = boundary(quiet, at)
    // An hour that the clock skips must not stop the search.
    if (next === undefined) break
    at = Math.max(next, at + 60_000)
  }
  return at === now ? undefined : at
}

/** The next time of a digest after this moment. */
export const nextDigest = ({ every, weekday: wanted, at }: Digest, now: number): number => {
  const { day } = parisTime(now)
  for (let ahead = 0; ahead <= 8; ahead++) {
    const then = addDays(day, ahead)
    if (every === 'week' && weekday(then) !== wanted) continue
    const moment = parisMoment(then, at)
    if (moment > now) return moment
  }
  return now + 86_400_000
}
