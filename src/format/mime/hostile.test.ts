/**
 * Messages made to hurt. Each is built so that anything worse than linear would take minutes: these tests end by the
 * runner's limit or in a moment.
 */
import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { parseAddresses, rawAddresses } from '../address/parse.ts'
import { bodyLists, previewOf, searchableText } from './body.ts'
import { parseContentType } from './content.ts'
import { decodeCharset, unflow } from './decode.ts'
import { encodeHeaderText, encodeParam } from './encode.ts'
import { envelopeOf } from './envelope.ts'
import { decodeText, firstHeader, parseDate, parseHeaderBlock, parseMessageIds, parseUrls } from './headers.ts'
import { htmlToText } from './html.ts'
import { createMimeParser, parseMime } from './parse.ts'
import { encodeStructure, type MimePart } from './structure.ts'

const depthOf = (part: MimePart): number => 1 + Math.max(0, ...part.parts.map(depthOf))

const many = 400_000

test('ten thousand parts are read, and beyond the limit the last one takes the rest', () => {
  const text = (parts: number) =>
    'Content-Type: multipart/mixed; boundary=b\n\n' + '--b\n\nx\n'.repeat(parts) + '--b--\n'
  const whole = parseMime(utf8(text(9_999)))
  expect([whole.root.parts.length, whole.truncated]).toEqual([9_999, false])
  const cut = parseMime(utf8(text(50_000)))
  expect([cut.root.parts.length, cut.truncated]).toEqual([9_999, true])
  expect(cut.root.parts.at(-1)?.bodyEnd).toBe(cut.size)
  expect(bodyLists(cut).textBody).toHaveLength(9_999)
})

test('multiparts inside multiparts stop at the depth limit and become opaque', () => {
  let text = ''
  for (let i = 0; i < 5_000; i++) text += `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`
  const s = parseMime(utf8(text + '\nx\n'))
  expect([depthOf(s.root), s.truncated]).toEqual([100, true])
  encodeStructure(s)
})

test('messages inside messages stop at the depth limit', () => {
  const s = parseMime(utf8('Content-Type: message/rfc822\n\n'.repeat(50_000)))
  expect([depthOf(s.root), s.truncated]).toEqual([100, true])
  const global = parseMime(utf8('Content-Type: multipart/digest; boundary=b\n\n--b\n\n' + '\n'.repeat(many)))
  expect(depthOf(global.root)).toBeLessThanOrEqual(100)
})

test('a hundred open boundaries that differ in one character cost no more than their bytes', () => {
  let text = ''
  const stem = 'a'.repeat(60)
  for (let i = 10; i < 99; i++) text += `Content-Type: multipart/mixed; boundary=${i}${stem}\n\n--${i}${stem}\n`
  text += '\n' + `--00${stem}\n`.repeat(50_000)
  expect(parseMime(utf8(text)).truncated).toBe(false)
})

test('megabyte headers and a header without end are read in one pass', () => {
  for (const header of [
    'X: ' + 'a'.repeat(5 * many) + '\n',
    'X: a\n'.repeat(many),
    'X:\n' + ' a\n'.repeat(many),
    'Content-Type: text/plain;\n' + ' a=b;\n'.repeat(many),
    'Content-Type: text/plain; ' + 'a=b; '.repeat(many) + '\n',
    'a'.repeat(5 * many),
    'Content-Type: ' + '\r'.repeat(2 * many),
    '\r'.repeat(2 * many) + '\n',
    ' '.repeat(5 * many),
  ]) {
    const bytes = utf8(header + '\nbody\n')
    const s = parseMime(bytes)
    expect(s.root.bodyEnd).toBe(bytes.length)
    parseHeaderBlock(bytes)
    firstHeader(bytes, 'content-type')
    envelopeOf(bytes)
  }
})

test('a message that comes byte by byte costs no more than one that comes at once', () => {
  const bytes = utf8(
    'X: ' +
      'a'.repeat(200_000) +
      '\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n' +
      '-'.repeat(200_000) +
      '\n--b--\n',
  )
  const parser = createMimeParser()
  for (let i = 0; i < bytes.length; i++) parser.push(bytes.subarray(i, i + 1))
  expect(parser.end()).toEqual(parseMime(bytes))
})

test('bodies of nothing but dashes or line ends are read in one pass', () => {
  const head = 'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf\n\n'
  for (const filler of ['-', '--\n', '\n', '-\n', '--b-\n']) {
    expect(parseMime(utf8(head + filler.repeat(many))).root.parts).toHaveLength(1)
  }
})

const cruel = [
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n ',
  '(',
  ')',
  '((',
  '"',
  '\\',
  '<',
  '>',
  '@',
  ',',
  ';',
  ':',
  '<@',
  ',@',
  'a@b:',
  '<a@b,',
  'a:',
  '=?',
  '?=',
  '=?a?q?',
  '=?utf-8?q? ',
  '=?utf-8?b?=?=',
  '=?a*',
  '%',
  "'",
  '*',
  '*0*',
  'a=1 ',
  'a="',
  '=',
  ' a',
  '\0',
  'é',
  '1 ',
  'Jan ',
  '-',
  '1:',
  '<!--',
  '<a ="',
  "<a ='>",
  '<style>',
  '<head>',
  '<svg>',
  '</',
  '&',
  '&#',
  '&a',
  '> ',
  '- ',
  '[',
  ']',
  '. ',
  'a. ',
  'a ',
  '\u00a0',
  '+',
  '~{',
]

test('values that repeat any troublesome character ten thousand times are read', () => {
  for (const unit of cruel) {
    const value = unit.repeat(Math.floor(16_000 / unit.length))
    for (const text of [value, value + 'x', 'a@b' + value + 'x>']) {
      parseAddresses(text)
      rawAddresses(text)
      decodeText(text)
      parseMessageIds(text)
      parseUrls(text)
      parseDate(text)
      parseContentType(text)
      htmlToText(text, 100_000)
      unflow(text, true)
      encodeHeaderText(text)
      encodeParam('name', text)
    }
  }
})

test('previews and searchable text of such messages are bounded', () => {
  for (const unit of cruel) {
    for (const type of ['text/plain', 'text/html', 'text/plain; format=flowed']) {
      const bytes = utf8(
        `Subject: ${'a'.repeat(1000)}\nContent-Type: ${type}\n\n${unit.repeat(Math.floor(16_000 / unit.length))}`,
      )
      const s = parseMime(bytes)
      expect(previewOf(bytes, s).length).toBeLessThanOrEqual(256)
      expect(searchableText(bytes, s, 5_000).length).toBeLessThanOrEqual(5_000)
    }
  }
})

test('charset names may be anything', () => {
  for (const unit of cruel) decodeCharset(utf8('é'), unit.repeat(10_000))
})
