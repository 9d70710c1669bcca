import { expect, test } from 'vitest'
import { nextAttempt, retryDelays } from './retry.ts'

test('attempts come further and further apart, up to four hours', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => nextAttempt(0, attempts, () => 0.5))
  expect(delays).toEqual([...retryDelays, retryDelays.at(-1), retryDelays.at(-1)])
  expect(retryDelays.at(-1)).toBe(4 * 3_600_000)
})

test('what failed together returns a little apart', () => {
  expect(nextAttempt(1000, 1, () => 0)).toBe(1000 + 54_000)
  expect(nextAttempt(1000, 1, () => 1)).toBe(1000 + 66_000)
})
