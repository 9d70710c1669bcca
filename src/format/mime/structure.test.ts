import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { isFailure } from '#base/failure.ts'
import { parseMime } from './parse.ts'
import { decodeStructure, encodeStructure, partByNumber } from './structure.ts'

const message = (text: string) => parseMime(utf8(text.replace(/\n/g, '\r\n')))

const mixed = message(`Content-Type: multipart/mixed; boundary=a

--a

text
--a
Content-Type: message/rfc822
Content-Disposition: attachment; filename="réponse.eml"
Content-ID: <x@y>
Content-Description: a message
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Language: fr, en
Content-Location: http://example.org/

Content-Type: multipart/alternative; boundary=b

--b

plain
--b
Content-Type: text/html

<p>
--b--
--a
Content-Type: message/rfc822

Subject: x

single
--a--
`)

test('a structure survives its journey through the database', () => {
  expect(decodeStructure(encodeStructure(mixed))).toEqual(mixed)
  const fields = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=b\n',
    'Content-Type: text/plain; charset="a;b"; name*=utf-8\'\'%C3%A9\n',
    'Content-Disposition: attachment; filename=a\n',
    'Content-ID: <a@b>\n',
    'Content-Language: fr\n',
    'Content-Transfer-Encoding: base64\n',
    '\n',
    '--b\n',
    '--b--\n',
    'x\n',
  )
  fc.assert(
    fc.property(fc.array(fields, { maxLength: 30, size: 'max' }), (lines) => {
      const parsed = parseMime(utf8(lines.join('')))
      expect(decodeStructure(encodeStructure(parsed))).toEqual(parsed)
    }),
  )
})

test('the stored form of an ordinary message is short', () => {
  expect(
    encodeStructure(message('Subject: x\nContent-Type: text/plain; charset=utf-8\n\nhello\n')).length,
  ).toBeLessThan(60)
})

test('a text that is no stored structure is refused', () => {
  for (const text of ['', '{}', '[]', 'null', '[0,1]']) {
    try {
      decodeStructure(text)
      expect.unreachable()
    } catch (error) {
      expect(isFailure(error, 'invalid')).toBe(true)
    }
  }
})

test('IMAP part numbers find parts, also inside embedded messages', () => {
  const { root } = mixed
  const type = (...section: number[]) => {
    const part = partByNumber(root, section)
    return part && `${part.type}/${part.subtype}`
  }
  expect(type()).toBe('multipart/mixed')
  expect(type(1)).toBe('text/plain')
  expect(type(2)).toBe('message/rfc822')
  expect(type(2, 1)).toBe('text/plain')
  expect(type(2, 2)).toBe('text/html')
  expect(type(3, 1)).toBe('text/plain')
  expect(type(3, 2)).toBeUndefined()
  expect(type(1, 1)).toBeUndefined()
  expect(type(4)).toBeUndefined()
  expect(type(0)).toBeUndefined()
})

test('the only part of a message that is no multipart is number 1', () => {
  const { root } = message('Subject: x\n\nhello\n')
  expect(partByNumber(root, [1])).toBe(root)
  expect(partByNumber(root, [2])).toBeUndefined()
  expect(partByNumber(root, [1, 1])).toBeUndefined()
})
