import { expect, test } from 'vitest'
import { sortInTurns } from './order.ts'

test('a long list is sorted, and equals keep their order', async () => {
  const list = Array.from({ length: 10_000 }, (_none, i) => ({ key: (i * 7919) % 101, at: i }))
  const sorted = await sortInTurns(list, (a, b) => a.key - b.key)
  expect(sorted).toEqual([...list].sort((a, b) => a.key - b.key || a.at - b.at))
})

test('short lists are lists too', async () => {
  expect(await sortInTurns<number>([], (a, b) => a - b)).toEqual([])
  expect(await sortInTurns([2, 1], (a, b) => a - b)).toEqual([1, 2])
})
