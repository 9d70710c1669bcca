import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DotDecoder } from './dots.ts'

/** Decodes a stream cut at the given places. */
const decode = (stream: string, cuts: readonly number[] = [], watches = true) => {
  const decoder = new DotDecoder(watches)
  const bytes = Buffer.from(stream, 'latin1')
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  let content = ''
  for (let i = 0; i + 1 < places.length; i++) {
    const from = places[i]!
    const decoded = decoder.decode(Buffer.from(bytes.subarray(from, places[i + 1])))
    content += decoded.content.toString('latin1')
    if (decoded.done) {
      const rest = bytes.subarray(places[i + 1]! - decoded.rest).toString('latin1')
      return { content, rest, done: true, bareNewline: decoder.bareNewline }
    }
  }
  return { content, rest: '', done: false, bareNewline: decoder.bareNewline }
}

test('a message ends at a line with a single dot and the rest is left alone', () => {
  expect(decode('a\r\nb\r\n.\r\nQUIT\r\n')).toEqual({
    content: 'a\r\nb\r\n',
    rest: 'QUIT\r\n',
    done: true,
    bareNewline: false,
  })
})

test('an empty message is a dot at once', () => {
  expect(decode('.\r\n')).toMatchObject({ content: '', done: true })
})

test('stuffed dots are removed', () => {
  expect(decode('..\r\n...a\r\n.b\r\n.\r\n')).toMatchObject({ content: '.\r\n..a\r\nb\r\n', done: true })
})

test('no mixture of bare newlines ends a message', () => {
  for (const end of ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r', '\r.\r\n', '\n.\r', '\r\n\x00.\r\n'])
    expect(decode(`a${end}MAIL FROM:<b@c>\r\n`), JSON.stringify(end)).toMatchObject({ done: false })
})

test('bare newlines are noticed', () => {
  for (const text of ['a\nb', 'a\rb', '\n', 'a\r\r\nb', '.\rb', 'é\n'])
    expect(decode(`${text}\r\n.\r\n`), JSON.stringify(text)).toMatchObject({ bareNewline: true })
  expect(decode('a\r\nb\r\n.\r\n').bareNewline).toBe(false)
})

test('what is stuffed is unstuffed, however the stream is cut', () => {
  const pieces = fc.array(fc.constantFrom('\r\n', '.', '\r', '\n', 'a', 'bc', '..', '\r\n.'), { maxLength: 30 })
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(), { maxLength: 12 }), (parts, cuts) => {
      const message = `${parts.join('')}\r\n`
      const stuffed = message.replace(/(^|\r\n)\./g, '$1..')
      const decoded = decode(`${stuffed}.\r\nREST`, cuts)
      expect(decoded).toMatchObject({ content: message, rest: 'REST', done: true })
    }),
    { numRuns: 2000 },
  )
})

test('who does not watch for bare newlines decodes the same', () => {
  const pieces = fc.array(fc.constantFrom('\r\n', '.', '\r', '\n', 'a', 'bc', '..', '\r\n.', '\r\n.\r\n'), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(), { maxLength: 12 }), (parts, cuts) => {
      const stream = parts.join('')
      expect(decode(stream, cuts, false)).toEqual({ ...decode(stream, cuts), bareNewline: false })
    }),
    { numRuns: 5000 },
  )
})
