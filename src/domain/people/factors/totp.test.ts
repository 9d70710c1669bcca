import { expect, test } from 'vitest'
import { matchStep } from './totp.ts'

/** `12345678901234567890` in base32: the secret of RFC 6238 appendix B. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
])('RFC 6238: at %i seconds the code is %s', (seconds, code) => {
  expect(matchStep(seed, code, seconds * 1000, 0)).toBe(Math.floor(seconds / 30))
})

test('one step early or late is taken, two are not, and none that is not later than the last', () => {
  const at = 1_234_567_890_000
  const step = Math.floor(at / 30_000)
  expect(matchStep(seed, '005924', at + 30_000, 0)).toBe(step)
  expect(matchStep(seed, '005924', at - 30_000, 0)).toBe(step)
  expect(matchStep(seed, '005924', at + 60_000, 0)).toBeUndefined()
  expect(matchStep(seed, '005924', at, step - 1)).toBe(step)
  expect(matchStep(seed, '005924', at, step)).toBeUndefined()
})

test.each(['', '00592', '0059244', '00592a', '٠٠٥٩٢٤', 'x'.repeat(1000)])('%j is no code', (code) => {
  expect(matchStep(seed, code, 1_234_567_890_000, 0)).toBeUndefined()
})
