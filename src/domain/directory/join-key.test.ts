import { expect, test } from 'vitest'
import { parseJoinKey } from './join-key.ts'

test.each(['03|12345', '3|12345', '003|12345', '{AAF}3|1|12345', '{AAF}03||12345', 'P03|12345', ' 03|12345 '])(
  '%s is a key of the académie de Besançon',
  (text) => {
    expect(parseJoinKey(text)).toBe('03|12345')
  },
)

test('a bare key needs an académie', () => {
  expect(parseJoinKey('12345')).toBeUndefined()
  expect(parseJoinKey('12345', '3')).toBe('03|12345')
})

test.each(['', '|', '03|', '03|a b', '03|1|2|3', `03|${'9'.repeat(65)}`])('"%s" is no key', (text) => {
  expect(parseJoinKey(text)).toBeUndefined()
})
