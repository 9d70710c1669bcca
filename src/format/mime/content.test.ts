import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentOf, parseContentType, parseDisposition } from './content.ts'

const paramsOf = (value: string) => Object.fromEntries(parseContentType(value).params)

test('a media type is lower-cased and its parameters are read', () => {
  expect(parseContentType('Text/HTML; CharSet="utf-8" ; format=flowed')).toEqual({
    type: 'text',
    subtype: 'html',
    params: [
      ['charset', 'utf-8'],
      ['format', 'flowed'],
    ],
  })
})

test('comments and stray blanks in a media type are skipped', () => {
  expect(parseContentType('(what) text / plain (is it); charset = us-ascii (Plain text)')).toEqual({
    type: 'text',
    subtype: 'plain',
    params: [['charset', 'us-ascii']],
  })
})

test('quoted strings keep semicolons and lose only needed backslashes', () => {
  expect(paramsOf('a/b; name="x; y=\\"z\\".txt"')).toEqual({ name: 'x; y="z".txt' })
  expect(paramsOf('a/b; name="C:\\temp\\a.doc"')).toEqual({ name: 'C:\\temp\\a.doc' })
})

test('a quote that never closes takes the rest', () => {
  expect(paramsOf('a/b; name="unclosed; x=1')).toEqual({ name: 'unclosed; x=1' })
})

test('parameters without semicolon between them are told apart', () => {
  expect(paramsOf('text/html charset=utf-8 name=x')).toEqual({ charset: 'utf-8', name: 'x' })
  expect(paramsOf('text/plain; name=two words.txt')).toEqual({ name: 'two words.txt' })
})

test('RFC 2231 continuations are joined in their order and decoded together', () => {
  expect(paramsOf(`a/b; name*1*=%A9.txt; name*0*=UTF-8'fr'%C3; url*0="ftp://"; url*1="cs.utk.edu/pub/moore"`)).toEqual({
    name: 'é.txt',
    url: 'ftp://cs.utk.edu/pub/moore',
  })
  expect(
    paramsOf(
      "a/b; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
    ),
  ).toEqual({
    title: "This is even more ***fun*** isn't it!",
  })
})

test('an extended parameter wins over its plain twin, and its charset may be missing', () => {
  expect(paramsOf("a/b; name=plain; name*=UTF-8''%e2%82%ac")).toEqual({ name: '€' })
  expect(paramsOf("a/b; name*=''%C3%A9")).toEqual({ name: 'é' })
  expect(paramsOf('a/b; name*=caf%E9')).toEqual({ name: 'caf\ufffd' })
})

test('what cannot be understood is plain text, a bare word is data', () => {
  const typeOf = (value: string) => {
    const { type, subtype } = contentOf(new Map([['content-type', value]]), false)
    return `${type}/${subtype}`
  }
  expect(typeOf('')).toBe('text/plain')
  expect(typeOf('garbage here and there')).toBe('application/octet-stream')
  expect(typeOf('text')).toBe('text/plain')
  expect(typeOf('/plain')).toBe('text/plain')
  expect(typeOf('text/')).toBe('text/plain')
  expect(typeOf('"text/html"')).toBe('text/html')
  expect(typeOf('; charset=utf-8')).toBe('text/plain')
  expect(typeOf('charset=utf-8')).toBe('text/plain')
  expect(typeOf('multipart')).toBe('multipart/mixed')
})

test('a disposition is read with its file name', () => {
  expect(parseDisposition('ATTACHMENT; filename=a.txt; size=3')).toEqual({
    disposition: 'attachment',
    params: [
      ['filename', 'a.txt'],
      ['size', '3'],
    ],
  })
  expect(parseDisposition('filename=a.txt').disposition).toBe('attachment')
})

test('an encoding is read whatever surrounds it', () => {
  const encodingOf = (value: string) => contentOf(new Map([['content-transfer-encoding', value]]), false).encoding
  expect(encodingOf(' "BASE64" ')).toBe('base64')
  expect(encodingOf('Quoted-Printable; x=y')).toBe('quoted-printable')
  expect(encodingOf('8-bit')).toBe('8bit')
  expect(encodingOf('')).toBe('7bit')
})

test('any text can stand in a Content-Type field', () => {
  const piece = fc.constantFrom(
    ';',
    '=',
    '"',
    '\\',
    '*',
    '*0',
    '*0*',
    "''",
    '%',
    '%C3',
    '(',
    ')',
    ' ',
    '/',
    'name',
    'a',
    'é',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40, size: 'max' }), (pieces) => {
      const { params } = parseContentType(pieces.join(''))
      for (const [name] of params) expect(name).not.toBe('')
    }),
    { numRuns: 1000 },
  )
})
