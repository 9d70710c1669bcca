import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentDisposition, parseRange } from './download.ts'

test('any range lies within the content', () =>
  fc.assert(
    fc.property(fc.stringMatching(/^bytes=\d{0,4}-\d{0,4}$/), fc.nat(3000), (header, size) => {
      const range = parseRange(header, size)
      if (!range) return
      expect(range.start).toBeGreaterThanOrEqual(0)
      expect(range.start).toBeLessThan(range.end)
      expect(range.end).toBeLessThanOrEqual(size)
    }),
    { numRuns: 1000 },
  ))

test('no name of a file breaks its header', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(contentDisposition(name)).toMatch(
        /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[A-Za-z0-9\-._~!%]*$/,
      )
    }),
  ))
