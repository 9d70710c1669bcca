import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, fromUtf8 } from '#base/bytes.ts'
import { decodeTransfer } from '#format/mime/decode.ts'
import { parseMime } from '#format/mime/parse.ts'
import { type PartPlan, writePart } from './write.ts'

const written = async (plan: PartPlan): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of writePart(plan)) chunks.push(chunk)
  return concatBytes(chunks)
}

const bytesOf = async function* (bytes: Uint8Array, step: number) {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}

test('any text comes back from a text part', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
      const message = await written({
        fields: ['Content-Type: text/plain; charset=utf-8'],
        content: { kind: 'text', text },
      })
      const { root } = parseMime(message)
      const body = fromUtf8(decodeTransfer(message.subarray(root.bodyStart, root.bodyEnd), root.encoding))
      expect(body).toBe(text.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n'))
    }),
    { numRuns: 300 },
  ))

test('any bytes come back from a base64 part, however they arrive', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 1, max: 100 }), async (bytes, step) => {
      const message = await written({
        fields: ['Content-Type: application/octet-stream'],
        content: { kind: 'bytes', open: () => bytesOf(bytes, step), encoding: 'base64' },
      })
      const { root } = parseMime(message)
      expect(decodeTransfer(message.subarray(root.bodyStart, root.bodyEnd), root.encoding)).toEqual(bytes)
    }),
    { numRuns: 100 },
  ))

test('a multipart has its parts in order', async () => {
  const message = await written({
    fields: ['Content-Type: multipart/mixed; boundary=xyz'],
    content: {
      kind: 'multipart',
      boundary: 'xyz',
      parts: [
        { fields: ['Content-Type: text/plain; charset=utf-8'], content: { kind: 'text', text: 'Été\n' } },
        { fields: ['Content-Type: text/html; charset=utf-8'], content: { kind: 'text', text: '<b>a</b>' } },
      ],
    },
  })
  const { root } = parseMime(message)
  expect(root.parts.map((part) => `${part.type}/${part.subtype} ${part.encoding}`)).toEqual([
    'text/plain quoted-printable',
    'text/html 7bit',
  ])
  const first = root.parts[0]!
  expect(fromUtf8(decodeTransfer(message.subarray(first.bodyStart, first.bodyEnd), first.encoding))).toBe('Été\r\n')
})
