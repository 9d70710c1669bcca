/** When a recipient that could not be reached is tried again (RFC 5321 §4.5.4.1). */

const minute = 60_000
const hour = 60 * minute

/** Milliseconds after the first, second, ... attempt; the last one repeats. */
export const retryDelays: readonly number[] = [
  1 * minute,
  5 * minute,
  15 * minute,
  30 * minute,
  1 * hour,
  2 * hour,
  4 * hour,
]

/** Time of the next attempt after so many; a tenth earlier or later, so that what failed together does not return together. */
export const nextAttempt = (now: number, attempts: number, chance: () => number = Math.random): number => {
  const delay = retryDelays[Math.min(Math.max(attempts, 1), retryDelays.length) - 1] as number
  return Math.round(now + delay * (0.9 + 0.2 * chance()))
}
