import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromUtf8, utf8 } from '#base/bytes.ts'
import { formatAddress, parseAddresses } from '../address/parse.ts'
import { fileNameOf, textOf } from './body.ts'
import { buildMessage, encodeHeaderText, encodeParam, type PartSource } from './build.ts'
import { parseContentType } from './content.ts'
import { decodeTransfer } from './decode.ts'
import { decodeText, firstHeader } from './headers.ts'
import { parseMime } from './parse.ts'

const counter = () => {
  let n = 0
  return { boundary: () => `=_boundary_${n++}` }
}
const build = (body: PartSource, headers: readonly [string, string][] = [['Subject', 'x']]) =>
  buildMessage(headers, body, counter())

const lines = (bytes: Uint8Array): string[] => fromUtf8(bytes).split('\r\n')

test('plain ASCII text is written as it is', () => {
  expect(fromUtf8(build({ type: 'text/plain', text: 'hello\nworld\n' }))).toBe(
    'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=us-ascii\r\n\r\nhello\r\nworld\r\n',
  )
})

test('French text is quoted-printable, Japanese text is base64, a long line is quoted-printable', () => {
  const encodingOf = (text: string) => parseMime(build({ type: 'text/plain', text })).root.encoding
  expect(encodingOf('La réunion de rentrée aura lieu jeudi. '.repeat(20))).toBe('quoted-printable')
  expect(encodingOf('日本語'.repeat(100))).toBe('base64')
  expect(encodingOf('a'.repeat(1000))).toBe('quoted-printable')
})

test('a file is base64 with its name in every form', () => {
  const bytes = build({
    type: 'application/pdf',
    bytes: Uint8Array.of(1, 2, 3),
    name: 'bulletin de Zoé.pdf',
    cid: 'a@b',
  })
  const { root } = parseMime(bytes)
  expect([root.encoding, root.disposition, root.id, fileNameOf(root)]).toEqual([
    'base64',
    'attachment',
    '<a@b>',
    'bulletin de Zoé.pdf',
  ])
})

test('an embedded message keeps its bytes', () => {
  const inner = utf8('Subject: é\r\n\r\nbody\r\n')
  const bytes = build({ type: 'multipart/mixed', parts: [{ type: 'message/rfc822', message: inner }] })
  const { root } = parseMime(bytes)
  const [message] = root.parts
  expect(message?.encoding).toBe('8bit')
  expect(root.encoding).toBe('8bit')
  expect(bytes.slice(message?.bodyStart, message?.bodyEnd)).toEqual(inner)
})

test('a field value cannot add fields or end the header', () => {
  const text = fromUtf8(
    build({ type: 'text/plain\r\nX: 1', text: 'b', cid: 'a>\r\nX: 2\r\n\r\n' }, [
      ['Subject', 'a\r\nBcc: x\r\n\r\nbody'],
    ]),
  )
  expect(text.split('\r\n\r\n')).toHaveLength(2)
  expect(firstHeader(utf8(text), 'bcc')).toBeUndefined()
  expect(firstHeader(utf8(text), 'x')).toBeUndefined()
})

test('a field of a hundred addresses is folded', () => {
  const addresses = Array.from({ length: 100 }, (_, i) => `Somebody Number${i} <somebody.number${i}@example.org>`).join(
    ', ',
  )
  const bytes = build({ type: 'text/plain', text: 'x' }, [['To', addresses]])
  for (const line of lines(bytes)) expect(line.length).toBeLessThanOrEqual(78)
  expect(firstHeader(bytes, 'to')).toBe(addresses)
})

test('a delivery report has its type, and no charset where none belongs', () => {
  const bytes = build({
    type: 'multipart/report; report-type=delivery-status',
    parts: [
      { type: 'text/plain', text: 'Non remis.\n' },
      { type: 'message/delivery-status', text: 'Reporting-MTA: dns; mx.example.org\n' },
      { type: 'text/rfc822-headers', text: 'Subject: x\n' },
    ],
  })
  const { root } = parseMime(bytes)
  expect(root.params[0]).toEqual(['report-type', 'delivery-status'])
  expect(root.parts.map((p) => [p.subtype, p.encoding, p.params.length])).toEqual([
    ['plain', '7bit', 1],
    ['delivery-status', '7bit', 0],
    ['rfc822-headers', '7bit', 1],
  ])
})

/** Text as JMAP clients send it: line ends are LF, no NUL. */
const anyText = fc
  .array(
    fc.constantFrom(
      'a',
      ' ',
      '\n',
      'é',
      '=',
      '.',
      'From ',
      '\t',
      '日',
      '💩',
      'word '.repeat(30),
      'x'.repeat(80),
      '--',
      '\r\n',
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((parts) => parts.join(''))

const normal = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n')

test('what is built parses back to the same', () => {
  fc.assert(
    fc.property(
      anyText,
      anyText,
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 60, size: 'max' }),
      (text, html, bytes, name) => {
        const message = build({
          type: 'multipart/mixed',
          parts: [
            {
              type: 'multipart/alternative',
              parts: [
                { type: 'text/plain', text },
                { type: 'text/html', text: html },
              ],
            },
            { type: 'application/octet-stream', bytes, name },
          ],
        })
        for (const line of lines(message)) expect(line.length).toBeLessThanOrEqual(998)
        const { root } = parseMime(message)
        const [alternative, file] = root.parts
        const [plain, rich] = alternative?.parts ?? []
        if (!plain || !rich || !file) throw new Error('parts are missing')
        expect(textOf(message, plain)).toBe(normal(text))
        expect(textOf(message, rich)).toBe(normal(html))
        expect(decodeTransfer(message.subarray(file.bodyStart, file.bodyEnd), file.encoding)).toEqual(bytes)
      },
    ),
    { numRuns: 300 },
  )
})

test('encoded lines are no longer than 76', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const message = build({ type: 'text/plain', text: text + 'é' })
      for (const line of lines(message)) expect(line.length).toBeLessThanOrEqual(76)
    }),
    { numRuns: 300 },
  )
})

/** Text without control characters and outer or doubled blanks, in the form decoding gives. */
const headerText = fc
  .array(
    fc.constantFrom(
      'a',
      'é',
      'Réunion',
      '日本語',
      '💩',
      '=?utf-8?Q?a?=',
      '=?',
      '?=',
      '"',
      '\\',
      ',',
      '<',
      '(',
      'word',
      'x'.repeat(100),
    ),
    { maxLength: 25, size: 'max' },
  )
  .map((words) => words.join(' '))

test('header text decodes to what was encoded, in short lines', () => {
  fc.assert(
    fc.property(headerText, (text) => {
      const coded = encodeHeaderText(text)
      expect(coded).toMatch(/^[\x20-\x7e\r\n]*$/)
      expect(decodeText(coded.replace(/\r\n/g, ''))).toBe(text)
      if (!text.includes('xx')) for (const line of coded.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
      for (const line of coded.split('\r\n')) expect(line.trim() === '' && coded !== '').toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('ASCII header text is left readable', () => {
  expect(encodeHeaderText('Hello world')).toBe('Hello world')
  expect(encodeHeaderText('[list] Réunion jeudi')).toBe('[list] =?UTF-8?Q?R=C3=A9union?= jeudi')
  expect(encodeHeaderText('a\r\nBcc: b')).toBe('a Bcc: b')
})

test('parameters decode to what was encoded', () => {
  expect(encodeParam('name', 'a.txt')).toBe('name=a.txt')
  expect(encodeParam('name', 'two words.txt')).toBe('name="two words.txt"')
  expect(encodeParam('name', 'é')).toBe("name*=UTF-8''%C3%A9")
  fc.assert(
    fc.property(headerText, (value) => {
      const coded = encodeParam('filename', value)
      for (const line of coded.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
      const { params } = parseContentType(`a/b; ${coded.replace(/\r\n/g, '')}`)
      expect(params).toEqual([['filename', value]])
    }),
    { numRuns: 500 },
  )
})

test('addresses read back as they were written', () => {
  fc.assert(
    fc.property(headerText, (name) => {
      const mailbox = { name: name.trim() || null, email: 'a@example.org' }
      expect(parseAddresses(formatAddress(mailbox).replace(/\r\n/g, ''))).toEqual([mailbox])
    }),
    { numRuns: 500 },
  )
})
