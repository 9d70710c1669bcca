import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatUtcDate, Invalid, id, parseDate, shape, text, unsigned, utcDate } from './check.ts'

test('a time survives being written and read', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
      expect(parseDate(formatUtcDate(ms))).toBe(ms)
    }),
  ))

test('a fraction is written only when it is not zero', () => {
  expect(formatUtcDate(1_000)).toBe('1970-01-01T00:00:01Z')
  expect(formatUtcDate(1_250)).toBe('1970-01-01T00:00:01.250Z')
})

test.each([
  ['2026-02-29T00:00:00Z', 'a day that does not exist'],
  ['2026-13-01T00:00:00Z', 'a month that does not exist'],
  ['2026-01-01T24:00:00Z', 'an hour that does not exist'],
  ['2026-01-01t00:00:00z', 'lower case'],
  ['2026-01-01T00:00:00', 'no zone'],
  ['2026-01-01 00:00:00Z', 'a blank'],
  ['2026-01-01T00:00:00.Z', 'an empty fraction'],
  ['26-01-01T00:00:00Z', 'two digits for the year'],
])('%s is no date: %s', (value) => {
  expect(parseDate(value)).toBeUndefined()
})

test('a UTCDate ends with Z, a Date may have a zone', () => {
  expect(parseDate('2026-01-01T02:00:00+02:00')).toBe(Date.UTC(2026, 0, 1))
  expect(() => utcDate('2026-01-01T02:00:00+02:00', 'x')).toThrow(Invalid)
})

test('an unsigned integer is one that a double holds exactly', () => {
  for (const value of [-1, 1.5, 2 ** 53, Number.NaN, '1', null, true])
    expect(() => unsigned(value, 'n')).toThrow(Invalid)
  expect(unsigned(2 ** 53 - 1, 'n')).toBe(2 ** 53 - 1)
})

test('an Id has 1 to 255 safe characters', () => {
  for (const value of ['', 'a b', 'é', 'x'.repeat(256), 'a/b', 7]) expect(() => id(value, 'id')).toThrow(Invalid)
  expect(id('#k1', 'id')).toBe('#k1')
})

test('a shape names what is missing, unknown or wrong', () => {
  const check = shape({ name: text, size: unsigned })
  expect(() => check({ size: 1 }, '')).toThrow('"name" is required')
  expect(() => check({ name: 'x', size: 1, more: 1 }, '')).toThrow('"more" is not known here')
  expect(() => check({ name: 'x', size: 'y' }, '')).toThrow('"size" must be an unsigned integer, not a string')
})
