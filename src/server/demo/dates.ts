/** Dates of the demonstration, always around today. */
const day = 86_400_000

/** Minutes that Paris is ahead of UTC at a moment. */
const parisOffset = (at: number): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Paris',
    hour12: false,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour') % 24, part('minute'))
  return Math.round((wall - Math.floor(at / 60_000) * 60_000) / 60_000)
}

/** `08:12` in Paris, so many days before `now`; never in the future. */
export const momentOf = (now: number, daysAgo: number, clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  const that = now - daysAgo * day
  const offset = parisOffset(that)
  const midnight = Math.floor((that + offset * 60_000) / day) * day
  const at = midnight + (hours * 60 + minutes - offset) * 60_000
  // Today's messages are spread over the morning; before it, over the last hours.
  return at < now ? at : now - (1440 - hours * 60 - minutes) * 10_000
}

const french = new Intl.DateTimeFormat('fr-FR', {
  timeZone: 'Europe/Paris',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
})

/** A working day so many days from `now`: a Saturday or a Sunday becomes the Monday after. */
export const workingDay = (now: number, days: number): Date => {
  const at = new Date(now + days * day)
  const weekday = at.getUTCDay()
  const shift = weekday === 6 ? 2 : weekday === 0 ? 1 : 0
  return new Date(at.getTime() + shift * day)
}

/** Replaces `{J+7}` by the date in words. */
export const withDates = (text: string, now: number): string =>
  text.replace(/\{J([+-]\d+)\}/g, (_all, days: string) => french.format(workingDay(now, Number(days))))
