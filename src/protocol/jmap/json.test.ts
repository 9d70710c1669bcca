import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { NotIJson, parseIJson } from './json.ts'

const parse = (text: string) => parseIJson(utf8(text))
const plainly = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('any JSON value survives', () =>
  fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
      const text = JSON.stringify(value)
      if (!text.isWellFormed() || /\\ud[89a-f]/i.test(text)) return
      expect(plainly(await parse(text))).toEqual(plainly(value))
    }),
    { numRuns: 300 },
  ))

test('any text either parses as JSON.parse would or is refused by name', () =>
  fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[[\]{}",:0-9eE.+\-\\utrfalsn ]{0,40}$/), async (text) => {
      try {
        const value = await parse(text)
        expect(plainly(value)).toEqual(plainly(JSON.parse(text)))
      } catch (error) {
        expect(error).toBeInstanceOf(NotIJson)
      }
    }),
    { numRuns: 2000 },
  ))

test.each([
  ['a member name that appears twice', '{"a":1,"a":2}'],
  ['a name that appears twice once escapes are read', '{"a":1,"\\u0061":2}'],
  ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
  ['half of a surrogate pair', '["\\ud800"]'],
  ['a number out of range', '[1e999]'],
  ['a bare control character', '["a\nb"]'],
  ['a leading zero', '[01]'],
  ['a trailing comma', '[1,]'],
  ['nothing', ''],
  ['two values', '{} {}'],
  ['a byte order mark', '\ufeff{}'],
  ['unclosed nesting', '['.repeat(64)],
  ['nesting too deep', '['.repeat(100_000)],
])('%s is refused', async (_what, text) => {
  await expect(parse(text)).rejects.toThrow(NotIJson)
})

test('bytes that are not UTF-8 are refused', async () => {
  await expect(parseIJson(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))).rejects.toThrow(NotIJson)
})

test('__proto__ is a name like any other', async () => {
  const value = await parse('{"__proto__":{"polluted":true},"constructor":1}')
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('surrogate pairs made of escapes are characters', async () => {
  expect(await parse('"\\ud83d\\ude00"')).toBe('😀')
})

test('a long document gives the event loop back', async () => {
  let pauses = 0
  await parseIJson(utf8(JSON.stringify(Array.from({ length: 100_000 }, (_, i) => i * 1000))), async () => {
    pauses++
  })
  expect(pauses).toBeGreaterThan(2)
})
