import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, fromBinaryString, fromUtf8, utf8 } from '#base/bytes.ts'
import { createTransferDecoder, decodeCharset, decodeTransfer, unflow } from './decode.ts'

const decoded = (text: string, encoding: string): string => fromUtf8(decodeTransfer(utf8(text), encoding))

test('base64 is decoded whatever is strewn into it', () => {
  expect(decoded('SGVs\r\nbG8=', 'BASE64')).toBe('Hello')
  expect(decoded('S G*V-s bG8', 'base64')).toBe('Hello')
  expect(decoded('SGVsbG8=\r\nIHdvcmxk', 'base64')).toBe('Hello world')
  expect(decoded('SGVsbG9', 'base64')).toBe('Hello')
  expect(decoded('A', 'base64')).toBe('')
  expect(decoded('====', 'base64')).toBe('')
})

test('quoted-printable is decoded, damage is kept', () => {
  expect(decoded('caf=C3=A9=\r\n au lait', 'quoted-printable')).toBe('café au lait')
  expect(decoded('caf=c3=a9', 'Quoted-Printable')).toBe('café')
  expect(decoded('a  \r\nb\t\n', 'quoted-printable')).toBe('a\r\nb\n')
  expect(decoded('soft = \t\r\nbreak', 'quoted-printable')).toBe('soft break')
  expect(decoded('1=2 =XY =4', 'quoted-printable')).toBe('1=2 =XY =4')
  expect(decoded('end=', 'quoted-printable')).toBe('end')
  expect(decoded('a=\nb', 'quoted-printable')).toBe('ab')
})

test('uuencoded data is found between its begin and end lines', () => {
  expect(decoded('text\nbegin 644 a.txt\n#0V%T\n`\nend\nmore\n', 'x-uuencode')).toBe('Cat')
  expect(decoded('begin 644 a\r\n%:&5L;&\\\r\n', 'uuencode')).toBe('hello')
})

test('other encodings leave the bytes as they are', () => {
  for (const encoding of ['7bit', '8bit', 'binary', 'x-unknown', ''])
    expect(decoded('=41 SGVs', encoding)).toBe('=41 SGVs')
})

const piece = fc.constantFrom(
  '=',
  '=4',
  '1',
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  'QUJD',
  'Q',
  '==',
  'begin 6 x\n',
  '#0V%T\n',
  'end\n',
  '=C3=A9',
  'é',
)

test('streams decode to the same bytes however they are cut', () => {
  for (const encoding of ['base64', 'quoted-printable', 'x-uuencode', '7bit']) {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30, size: 'max' }),
        fc.array(fc.nat(7), { maxLength: 60, size: 'max' }),
        (pieces, sizes) => {
          const bytes = utf8(pieces.join(''))
          const decoder = createTransferDecoder(encoding)
          const out: Uint8Array[] = []
          let at = 0
          for (const size of sizes) {
            out.push(decoder.push(bytes.slice(at, at + size)))
            at = Math.min(bytes.length, at + size)
          }
          out.push(decoder.push(bytes.subarray(at)), decoder.end())
          expect(concatBytes(out)).toEqual(concatBytes([decodeTransfer(bytes, encoding)]))
        },
      ),
      { numRuns: 500 },
    )
  }
})

test.each([
  ['utf-8', '\xc3\xa9', 'é'],
  ['UTF8', '\xc3\xa9', 'é'],
  ['iso-8859-1', '\x80\xe9', '€é'],
  ['"latin1"', '\xe9', 'é'],
  ['ISO_8859-15', '\xa4', '€'],
  ['iso8859-2', '\xb3', 'ł'],
  ['windows-1251', '\xcf', 'П'],
  ['cp-1252', '\x9c', 'œ'],
  ['win1250', '\x9c', 'ś'],
  ['cp437', '\x82\x90', 'éÉ'],
  ['IBM850', '\x82\xd5', 'éı'],
  ['CP858', '\xd5', '€'],
  ['macintosh', '\x8e', 'é'],
  ['x-mac-roman', '\x8e', 'é'],
  ['x-mac-ce', '\x8a', 'ä'],
  ['koi8-r', '\xc1', 'а'],
  ['shift_jis', '\x82\xa0', 'あ'],
  ['cp932', '\x82\xa0', 'あ'],
  ['iso-2022-jp', '\x1b$B$"\x1b(B', 'あ'],
  ['euc-kr', '\xc7\xd1', '한'],
  ['ks_c_5601-1987', '\xc7\xd1', '한'],
  ['iso-2022-kr', '\x1b$)C\x0eGQ\x0f!', '한!'],
  ['gb2312', '\xd6\xd0', '中'],
  ['cp936', '\xd6\xd0', '中'],
  ['hz-gb-2312', '~{VP~}!~~', '中!~'],
  ['big5', '\xa4\xa4', '中'],
  ['utf-7', 'caf+AOk- +- +2D3cqQ-', 'café + 💩'],
  ['unicode-1-1-utf-7', '+AOk', 'é'],
  ['utf-16', '\xfe\xff\x00\xe9', 'é'],
  ['utf-16', '\x00a\x00\xe9', 'aé'],
  ['utf-16', 'a\x00\xe9\x00', 'aé'],
  ['utf-16le', 'a\x00', 'a'],
  ['utf-32', '\x00\x00\x00\xe9', 'é'],
  ['us-ascii', 'abc', 'abc'],
  ['us-ascii', '\xc3\xa9', 'é'],
])('charset %s is decoded', (charset, bytes, text) => {
  expect(decodeCharset(fromBinaryString(bytes), charset)).toEqual({ text, ok: true })
})

test('an unknown or missing charset is UTF-8 when the bytes are, else windows-1252', () => {
  expect(decodeCharset(utf8('é'), 'x-unknown')).toEqual({ text: 'é', ok: false })
  expect(decodeCharset(utf8('abc'), 'x-unknown')).toEqual({ text: 'abc', ok: true })
  expect(decodeCharset(Uint8Array.of(0xe9), 'x-unknown')).toEqual({ text: 'é', ok: false })
  expect(decodeCharset(utf8('é'), undefined)).toEqual({ text: 'é', ok: true })
  expect(decodeCharset(Uint8Array.of(0xe9), undefined)).toEqual({ text: 'é', ok: false })
})

test('malformed bytes are told', () => {
  expect(decodeCharset(Uint8Array.of(97, 0xe9), 'utf-8')).toEqual({ text: 'a\ufffd', ok: false })
  expect(decodeCharset(utf8('+2D0-'), 'utf-7').ok).toBe(false)
})

test('any bytes in any charset give well-formed text', () => {
  const charset = fc.constantFrom(
    'utf-8',
    'utf-7',
    'utf-16',
    'utf-32',
    'hz',
    'iso-2022-kr',
    'iso-2022-jp',
    'cp437',
    'big5',
    'gb18030',
    'constructor',
    '',
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), charset, (bytes, name) => {
      expect(decodeCharset(bytes, name).text.isWellFormed()).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('flowed lines are joined to paragraphs', () => {
  expect(unflow('one \r\ntwo \r\nthree\r\n\r\nfour', false)).toBe('one two three\n\nfour')
  expect(unflow('on \r\ne', true)).toBe('one')
  expect(unflow(' From me\r\n  space', false)).toBe('From me\n space')
})

test('flowed quotations are joined within their depth', () => {
  expect(unflow('>> a \r\n>> b\r\n> c \r\nd', false)).toBe('>> a b\n> c \nd')
})

test('the signature line is never joined', () => {
  expect(unflow('text \r\n-- \r\nme', false)).toBe('text \n-- \nme')
})
