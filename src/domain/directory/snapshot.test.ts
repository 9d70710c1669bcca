import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packNumbers, unpackNumbers } from './snapshot.ts'

test('ascending numbers come back as they were, at about one octet each', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 2 ** 45 })), (some) => {
      const numbers = some.toSorted((a, b) => a - b)
      expect(unpackNumbers(packNumbers(numbers))).toEqual(numbers)
    }),
  )
  const everybody = Array.from({ length: 30_000 }, (_one, i) => i * 3 + 1)
  expect(packNumbers(everybody)).toHaveLength(30_000)
})
