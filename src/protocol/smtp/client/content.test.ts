import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DotDecoder } from '../dots.ts'
import { createStuffer } from './content.ts'

test('what is stuffed arrives as it was, with its line ends repaired', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.constantFrom('\r\n', '.', '\r', '\n', 'a', '..')), { maxLength: 6 }), (pieces) => {
      const stuffer = createStuffer()
      const sent = Buffer.concat([...pieces.map((piece) => stuffer(Buffer.from(piece.join('')))), stuffer()])
      const decoder = new DotDecoder()
      const { content, done, rest } = decoder.decode(sent)
      const text = pieces
        .flat()
        .join('')
        .replace(/\r\n|\r|\n/g, '\r\n')
      expect(content.toString()).toBe(text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`)
      expect(done).toBe(true)
      expect(rest).toBe(0)
      expect(decoder.bareNewline).toBe(false)
    }),
    { numRuns: 1000 },
  )
})
