/** When a message may leave later: what is proposed, and what a person writes. Pure. */

export interface ScheduleChoice {
  readonly id: 'tomorrow' | 'monday'
  /** Milliseconds since 1970. */
  readonly at: number
}

const HOUR = 8
/** The server holds a message for thirty days at most. */
export const MAX_HOLD_MS = 30 * 86_400_000

const morning = (now: number, days: number): number => {
  const date = new Date(now)
  date.setDate(date.getDate() + days)
  date.setHours(HOUR, 0, 0, 0)
  return date.getTime()
}

/** Tomorrow at eight, and next Monday at eight unless that is tomorrow. */
export const scheduleChoices = (now: number): readonly ScheduleChoice[] => {
  const untilMonday = (8 - new Date(now).getDay()) % 7 || 7
  const tomorrow = { id: 'tomorrow', at: morning(now, 1) } as const
  return untilMonday === 1 ? [tomorrow] : [tomorrow, { id: 'monday', at: morning(now, untilMonday) }]
}

/** The moment that was written, or why it cannot be. */
export const readSchedule = (text: string, now: number): number | 'past' | 'far' | 'none' => {
  const at = Date.parse(text)
  if (Number.isNaN(at)) return 'none'
  if (at <= now) return 'past'
  return at > now + MAX_HOLD_MS ? 'far' : at
}
