import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeXtext, encodeXtext, isXtext } from './xtext.ts'

test('xtext returns to the text it came from', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const coded = encodeXtext(text)
      expect(isXtext(coded)).toBe(true)
      expect(decodeXtext(coded)).toBe(text)
    }),
  )
})
