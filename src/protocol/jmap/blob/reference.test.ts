import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { parseMime } from '#format/mime/parse.ts'
import { type Encoding, formatBlobId, parseBlobId, partReference } from './reference.ts'

const slice = fc
  .record({
    start: fc.nat(2 ** 31),
    length: fc.nat(2 ** 31),
    encoding: fc.constantFrom<Encoding>('identity', 'base64', 'quoted-printable', 'uuencode'),
  })
  .map(({ start, length, encoding }) => ({ start, end: start + length, encoding }))

test('a reference survives its wire id', () =>
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.array(slice, { maxLength: 8 }), (hash, slices) => {
      const id = formatBlobId({ hash, slices })
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,255}$/)
      expect(parseBlobId(id ?? '')).toEqual({ hash, slices })
    }),
  ))

test('any text is a blob id or is not, and never another form of one', () =>
  fc.assert(
    fc.property(fc.stringMatching(/^b[A-Za-z0-9_-]{43}(-[0-9a-z]{1,3}-[0-9a-z]{1,3}-[ibqu]){0,2}$/), (text) => {
      const ref = parseBlobId(text)
      if (ref) expect(formatBlobId(ref)).toBe(text)
    }),
    { numRuns: 1000 },
  ))

test('a part of an unencoded message within a message is one slice of the outer one', () => {
  const inner = 'Content-Type: text/plain\r\n\r\nhello'
  const outer = `Content-Type: message/rfc822\r\n\r\n${inner}`
  const whole = { hash: new Uint8Array(32), slices: [] }
  const attached = partReference(whole, parseMime(utf8(outer)).root)
  const text = partReference(attached, parseMime(utf8(inner)).root)
  expect(text.slices).toHaveLength(1)
  expect(outer.slice(text.slices[0]!.start, text.slices[0]!.end)).toBe('hello')
})
