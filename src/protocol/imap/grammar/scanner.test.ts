import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateTime, formatDateTime } from './date.ts'
import { fetchItems } from './fetch.ts'
import { matcher } from './list.ts'
import { decodeMailboxName, fromUtf7, toUtf7 } from './mailbox-name.ts'
import { BadSyntax, Scanner } from './scanner.ts'
import { searchProgram } from './search.ts'
import { formatSet, pick, ranges, sequenceSpans, uidSpans } from './sequence-set.ts'

const scan = (text: string): Scanner => new Scanner(Buffer.from(text, 'latin1'))

test('strings are quoted, literal or bare', () => {
  expect(scan('abc]d').astring().toString()).toBe('abc]d')
  expect(scan('"a\\"b\\\\c"').astring().toString()).toBe('a"b\\c')
  expect(scan('{5}\r\nhe"lo').astring().toString()).toBe('he"lo')
  expect(scan('~{2+}\r\n\0x').astring().toString()).toBe('\0x')
  expect(scan('NIL').nstring()).toBeUndefined()
})

test('strings that are cut short, badly escaped or hold NUL are refused', () => {
  for (const text of ['"abc', '"a\\x"', '"a\rb"', '{5}\r\nabc', '{1}\r\n\0', '', '(', '"\\'])
    expect(() => scan(text).astring(), text).toThrow(BadSyntax)
})

test('a keyword is taken only whole', () => {
  const scanner = scan('RETURNS')
  expect(scanner.takeKeyword('RETURN')).toBe(false)
  expect(scanner.takeKeyword('RETURNS')).toBe(true)
})

test('sets mean the same whichever way round they are written', () => {
  const places = (text: string, count: number) => sequenceSpans(ranges(scan(text)), count)
  expect(pick([11, 12, 13, 14], places('3:2,*', 4).spans)).toEqual([12, 13, 14])
  expect(places('5', 4).outside).toBe(true)
  expect(places('1:*', 0)).toEqual({ spans: [], outside: false })
  expect(pick([11, 12, 13, 14], uidSpans(ranges(scan('900:*')), [11, 12, 13, 14]))).toEqual([14])
  expect(pick([11, 12, 13, 14], uidSpans(ranges(scan('1:12,14:100')), [11, 12, 13, 14]))).toEqual([11, 12, 14])
})

test('every ascending list is written as a set and read back', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 }), (list) => {
      const uids = [...list].sort((a, b) => a - b)
      const all = Array.from({ length: 300 }, (_none, i) => i + 1)
      expect(pick(all, uidSpans(ranges(scan(formatSet(uids))), all))).toEqual(uids)
    }),
  )
})

test('every text survives modified UTF-7', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
      expect(fromUtf7(toUtf7(text))).toBe(text)
    }),
  )
  expect(toUtf7('~peter/mail/台北/日本語')).toBe('~peter/mail/&U,BTFw-/&ZeVnLIqe-')
  for (const wrong of ['&Jjo', '&AGE-', '&U,BTFw', 'é', '&AB-']) expect(fromUtf7(wrong), wrong).toBeUndefined()
})

test('INBOX is INBOX in any case, at the top only', () => {
  expect(decodeMailboxName(Buffer.from('inbox'), false)).toBe('INBOX')
  expect(decodeMailboxName(Buffer.from('iNbOx/a'), false)).toBe('INBOX/a')
  expect(decodeMailboxName(Buffer.from('a/inbox'), false)).toBe('a/inbox')
  expect(() => decodeMailboxName(Buffer.from('a\tb'), false)).toThrow(BadSyntax)
})

test('patterns match as the RFC says and never slowly', () => {
  const yes = (pattern: string, name: string) => matcher(pattern)(name)
  expect(yes('*', 'a/b')).toBe(true)
  expect(yes('%', 'a/b')).toBe(false)
  expect(yes('a%c', 'abc')).toBe(true)
  expect(yes('%/%', 'a/b')).toBe(true)
  expect(yes('a*', 'a')).toBe(true)
  expect(yes('*%*%*a', `${'b/'.repeat(2000)}a`)).toBe(true)
  expect(yes('*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(2000))).toBe(false)
})

test('dates are read in their zone and written in UTC', () => {
  const time = dateTime(scan('"17-Jul-1996 02:44:25 -0700"'))
  expect(new Date(time).toISOString()).toBe('1996-07-17T09:44:25.000Z')
  expect(formatDateTime(time)).toBe('"17-Jul-1996 09:44:25 +0000"')
  expect(formatDateTime(Date.UTC(2026, 0, 5, 1, 2, 3))).toBe('" 5-Jan-2026 01:02:03 +0000"')
  for (const wrong of ['"31-Feb-2026 00:00:00 +0000"', '"1-Foo-2026 00:00:00 +0000"', '"01-Jan-2026 25:00:00 +0000"'])
    expect(() => dateTime(scan(wrong)), wrong).toThrow(BadSyntax)
})

test('fetch items keep the name that the answer must use', () => {
  expect(fetchItems(scan('(UID BODY.PEEK[1.2.HEADER.FIELDS (To "X-Y")]<5.10> BINARY.SIZE[3])'))).toEqual([
    { kind: 'simple', name: 'UID' },
    {
      kind: 'section',
      peek: true,
      label: 'BODY[1.2.HEADER.FIELDS (To X-Y)]<5>',
      section: { part: [1, 2], text: 'HEADER.FIELDS', fields: ['to', 'x-y'] },
      partial: { offset: 5, length: 10 },
    },
    { kind: 'binarySize', label: 'BINARY.SIZE[3]', part: [3] },
  ])
  for (const wrong of [
    'BODY[',
    'BODY[1',
    'BODY[1.]',
    'BODY[MIME]',
    'BODY[0]',
    'BODY[]<1>',
    'BODY[HEADER.FIELDS ()]',
    '()',
  ])
    expect(() => fetchItems(scan(wrong)), wrong).toThrow(BadSyntax)
})

test('searches nest to a bound and no further', () => {
  const nested = (depth: number) => ` ${'NOT '.repeat(depth)}SEEN`
  expect(searchProgram(scan(nested(40))).key.key).toBe('not')
  expect(() => searchProgram(scan(nested(60)))).toThrow(BadSyntax)
  expect(() => searchProgram(scan(` ${'('.repeat(200)}`))).toThrow(BadSyntax)
})

test('no octets make the readers do anything but return or refuse', () => {
  const readers = [
    (s: Scanner) => s.flagList(),
    (s: Scanner) => s.skipValue(),
    (s: Scanner) => fetchItems(s),
    (s: Scanner) => searchProgram(s),
    (s: Scanner) => ranges(s),
  ]
  const pieces = fc.constantFrom(
    ...[
      '(',
      ')',
      '"',
      '\\',
      '{3}\r\n',
      '{9999999999}\r\n',
      'BODY[',
      ']',
      '<0.',
      '>',
      'OR ',
      'NOT ',
      'UID ',
      '1:*',
      ',',
      '$',
    ],
    ...['HEADER.FIELDS (', 'RETURN (', 'CHARSET ', 'a', '\xff', '\0', ' ', '%', '*', '9'.repeat(20)],
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      for (const read of readers) {
        try {
          read(scan(parts.join('')))
        } catch (error) {
          if (!(error instanceof BadSyntax) && (error as Error).constructor.name !== 'UnknownCharset') throw error
        }
      }
    }),
  )
})
