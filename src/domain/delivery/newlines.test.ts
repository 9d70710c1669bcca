import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRepair } from './newlines.ts'

test('every line end becomes CR LF, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.constantFrom('\r', '\n', 'a', 'b')), { maxLength: 6 }), (pieces) => {
      const repair = createRepair()
      const out = [...pieces.map((piece) => repair(Buffer.from(piece.join('')))), repair()]
      const expected = pieces
        .flat()
        .join('')
        .replace(/\r\n|\r|\n/g, '\r\n')
      expect(Buffer.concat(out).toString()).toBe(expected)
    }),
  )
})
