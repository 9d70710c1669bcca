/** The calendar and the clock of France, by Intl alone: days as `YYYY-MM-DD`, times of day in minutes. Pure. */

export const zone = 'Europe/Paris'

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly day: string
  /** Minutes since midnight, as a clock on the wall shows them. */
  readonly minutes: number
}

/** What the calendar and the clock on the wall show in Paris. */
export const parisTime = (at: number): LocalTime => {
  const parts: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(at)) parts[type] = value
  const { year = '', month = '', day = '', hour = '0', minute = '0' } = parts
  return { day: `${year}-${month}-${day}`, minutes: Number(hour) * 60 + Number(minute) }
}

/** When the wall shows this, in milliseconds; of an hour that comes twice the first, of one that is skipped the next. */
export const parisMoment = (day: string, minutes: number): number => {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000
  const shownAt = (at: number): number => {
    const shown = parisTime(at)
    return Date.parse(`${shown.day}T00:00:00Z`) + shown.minutes * 60_000
  }
  // Paris is one or two hours ahead: the earlier moment that shows the wanted time, else the usual reckoning.
  for (const ahead of [2, 1]) {
    const at = wanted - ahead * 3_600_000
    if (shownAt(at) === wanted) return at
  }
  return wanted - 3_600_000
}

/** The day that is `days` later. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** 1 Monday to 7 Sunday. */
export const weekday = (day: string): number => new Date(`${day}T12:00:00Z`).getUTCDay() || 7
