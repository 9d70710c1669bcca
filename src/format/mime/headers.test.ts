import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import {
  allHeaders,
  decodeText,
  firstHeader,
  formatDate,
  headerValue,
  parseDate,
  parseHeaderBlock,
  parseMessageIds,
  parseUrls,
} from './headers.ts'

test('a header block gives its fields with offsets', () => {
  const block = utf8('From: a@b\r\nSubject : two\r\n lines\r\nX:\r\n\r\nBody: no\r\n')
  expect(parseHeaderBlock(block)).toEqual([
    { name: 'From', start: 0, valueStart: 5, end: 11, text: ' a@b\r\n' },
    { name: 'Subject', start: 11, valueStart: 20, end: 34, text: ' two\r\n lines\r\n' },
    { name: 'X', start: 34, valueStart: 36, end: 38, text: '\r\n' },
  ])
  expect(firstHeader(block, 'subject')).toBe('two lines')
  expect(firstHeader(block, 'x')).toBe('')
  expect(firstHeader(block, 'body')).toBeUndefined()
})

test('octets above ASCII leave the offsets of a block as they are', () => {
  const block = utf8('Subject: été\r\nTo: c@d\r\n\r\n')
  expect(parseHeaderBlock(block)).toEqual([
    { name: 'Subject', start: 0, valueStart: 8, end: 16 },
    { name: 'To', start: 16, valueStart: 19, end: 25 },
  ])
  expect(firstHeader(block, 'subject')).toBe('été')
  expect(firstHeader(block, 'to')).toBe('c@d')
})

test('lines that are no field are left out', () => {
  const block = utf8('From a@b Mon Sep 1 2026\nFrom: a@b\n continued\ngarbage\n of two lines\nTo: c@d')
  expect(parseHeaderBlock(block).map((h) => h.name)).toEqual(['From', 'To'])
  expect(firstHeader(block, 'from')).toBe('a@b continued')
})

test('all fields of a name are found in order, in any case', () => {
  const block = utf8('received: 1\nRECEIVED: 2\nX: 3\nReceived:\n\t4\n\n')
  expect(allHeaders(block, 'Received')).toEqual(['1', '2', '4'])
})

test('8-bit values are UTF-8 when valid and windows-1252 otherwise', () => {
  expect(firstHeader(utf8('Subject: déjà\n'), 'subject')).toBe('déjà')
  expect(firstHeader(Uint8Array.of(83, 58, 0x80, 0xe9, 10), 's')).toBe('€é')
})

test('the fields of a block cover it without overlap', () => {
  const piece = fc.constantFrom('A: b\n', 'C:\r\n', ' fold\n', 'junk\n', '\t\n', ':\n', 'D : \r\r\n', 'x', 'é\n')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20, size: 'max' }), (pieces) => {
      const block = utf8(pieces.join(''))
      let at = 0
      for (const header of parseHeaderBlock(block)) {
        expect(header.start).toBeGreaterThanOrEqual(at)
        expect(header.valueStart).toBeGreaterThan(header.start)
        expect(header.end).toBeGreaterThanOrEqual(header.valueStart)
        expect(headerValue(block, header)).not.toMatch(/\n/)
        at = header.end
      }
      expect(at).toBeLessThanOrEqual(block.length)
    }),
  )
})

test('encoded words are decoded and the blanks between them dropped', () => {
  expect(decodeText('=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?= c')).toBe('ab c')
  expect(decodeText('=?utf-8?q?R=C3=A9union_de?= =?utf-8?b?IHJlbnRyw6ll?=')).toBe('Réunion de rentrée')
  expect(decodeText('Re: =?iso-8859-15?Q?=A4?=!')).toBe('Re: €!')
  expect(decodeText('=?us-ascii*fr?Q?bonjour?=')).toBe('bonjour')
})

test('a character cut between two encoded words is whole again', () => {
  expect(decodeText('=?utf-8?Q?caf=C3?= =?UTF-8?Q?=A9?=')).toBe('café')
  expect(decodeText('=?utf-8?B?Y2Fmww==?= =?utf-8?Q?=A9?=')).toBe('café')
  // A base64 group cut in two.
  expect(decodeText('=?utf-8?B?Y2Fmw6?=\r\n =?utf-8?B?kh?=')).toBe('café!')
})

test('an encoded word may stand inside a word and hold spaces, as some senders write it', () => {
  expect(decodeText('a=?utf-8?Q?b c?=d')).toBe('ab cd')
})

test('what is no encoded word stays as it is', () => {
  for (const text of ['=?', '=?utf-8?', '=?utf-8?X?a?=', '=?utf-8?Q?open', 'a =? b ?= c'])
    expect(decodeText(text)).toBe(text)
})

test('an unknown charset does not lose the text', () => {
  expect(decodeText('=?none?B?VEVTVA==?=')).toBe('TEST')
  expect(decodeText('=?x-strange?Q?=C3=A9?=')).toBe('é')
})

test('line ends and NUL inside encoded words cannot break out', () => {
  expect(decodeText('=?utf-8?Q?a=0D=0ABcc:_x=00y?=')).toBe('a Bcc: xy')
})

test('decoded text is in normal form C', () => {
  expect(decodeText('=?utf-8?Q?e=CC=81?=')).toBe('é')
})

test('message ids are found with and without brackets', () => {
  expect(parseMessageIds('<a@b> (comment) <c@d>\t<e@f>')).toEqual(['a@b', 'c@d', 'e@f'])
  expect(parseMessageIds('a@b, c@d')).toEqual(['a@b', 'c@d'])
  expect(parseMessageIds('<a b@c> <no-at>')).toEqual(['ab@c', 'no-at'])
  expect(parseMessageIds('Your message of Monday')).toEqual([])
})

test('URLs of List fields stand in angle brackets', () => {
  expect(parseUrls('<mailto:a@b>, (comment) <https://example.org/\r\n leave>')).toEqual([
    'mailto:a@b',
    'https://example.org/leave',
  ])
  expect(parseUrls('NO')).toBeNull()
})

test.each([
  ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06Z', -360],
  ['Fri, 21 Nov 1997 09:55:06 -0600 (CST)', '1997-11-21T15:55:06Z', -360],
  ['21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06Z', 0],
  ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06Z', -360],
  [
    'Thu,      13        Feb          1969      23:32               -0330 (Newfoundland Time)',
    '1969-02-14T03:02:00Z',
    -210,
  ],
  ['Mon, 1 Sep 2026 08:00 +0200', '2026-09-01T06:00:00Z', 120],
  ['1 sept. 2026 8:00:01 CEST', '2026-09-01T06:00:01Z', 120],
  ['Mon, 01-Sep-2026 08:00:00 +02:00', '2026-09-01T06:00:00Z', 120],
  ['Mon Aug 26 12:04:21 2002 +0200', '2002-08-26T10:04:21Z', 120],
  ['Mon Aug 26 12:04:21 EDT 2002', '2002-08-26T16:04:21Z', -240],
  ['Monday, August 26, 2002 12:04 PM', '2002-08-26T12:04:00Z', 0],
  ['2026-09-01T08:00:00.123Z', '2026-09-01T08:00:00Z', 0],
  ['2026-09-01 08:00:00 +0200', '2026-09-01T06:00:00Z', 120],
  ['26/08/2002 12:04:21', '2002-08-26T12:04:21Z', 0],
  ['Sat, 1 Jan 00 00:00:00 Z', '2000-01-01T00:00:00Z', 0],
  ['Sat, 1 Jan 100 00:00:00 EST', '2000-01-01T05:00:00Z', -300],
  ['Sun, 25 Aug 0102 10:36:36 -1000', '2002-08-25T20:36:36Z', -600],
  ['Tue, 31 Dec 2024 23:59:60 +0000', '2024-12-31T23:59:59Z', 0],
  ['Mon, 1 Sep 2026', '2026-09-01T00:00:00Z', 0],
])('the date %s is understood', (value, utc, offset) => {
  expect(parseDate(value)).toEqual({ time: Date.parse(utc), offset })
})

test('what is no date is none', () => {
  for (const value of [
    '',
    'yesterday',
    'Pn, 29 paX 2007 21:13:00 +0100',
    '32 Jan 2020 00:00:00',
    '1 Jan 2020 25:00:00',
    '<HR>',
  ]) {
    expect(parseDate(value)).toBeUndefined()
  }
})

test('dates are written so that they read back', () => {
  expect(formatDate(Date.UTC(2026, 8, 1, 6, 0, 5), 120)).toBe('Tue, 1 Sep 2026 08:00:05 +0200')
  expect(formatDate(0, -210)).toBe('Wed, 31 Dec 1969 20:30:00 -0330')
  fc.assert(
    fc.property(fc.integer({ min: -2e9, max: 2e11 }), fc.integer({ min: -840, max: 840 }), (seconds, offset) => {
      expect(parseDate(formatDate(seconds * 1000, offset))).toEqual({ time: seconds * 1000, offset: offset + 0 })
    }),
  )
})
