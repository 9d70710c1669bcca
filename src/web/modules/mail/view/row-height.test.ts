import { expect, test } from 'vitest'
import { mailDensities } from '#format/jmap/organising.ts'
import { rowHeight } from './row-height.ts'

test('each line of preview makes a row one line higher, and no row is too low for a finger', () => {
  for (const density of mailDensities) {
    const [none = 0, one = 0, two = 0] = [0, 1, 2].map((previewLines) => rowHeight({ density, previewLines }, false))
    expect(none).toBeGreaterThanOrEqual(3)
    expect(two - one).toBeCloseTo(one - none)
    expect(rowHeight({ density, previewLines: 9 }, false)).toBe(two)
  }
})

test('a wide row holds the words before it on one line', () => {
  for (const density of mailDensities) {
    const heights = [0, 1, 2].map((previewLines) => rowHeight({ density, previewLines }, true))
    expect(heights[0]).toBe(heights[1])
    expect(heights[2]).toBeGreaterThan(heights[1]!)
    expect(heights[0]).toBeLessThan(rowHeight({ density, previewLines: 0 }, false))
  }
})
