import { expect, test } from 'vitest'
import { byCategory, moved } from './tile-order.ts'

const tiles = [
  { id: 1, category: 'help' },
  { id: 2, category: 'teaching' },
  { id: 3, category: 'help' },
  { id: 4, category: 'teaching' },
] as const
const ids = (list: readonly { readonly id: number }[]) => list.map(({ id }) => id)

test('services are shown by category, in the order of the portal', () => {
  expect(byCategory(tiles).map(([category, inside]) => [category, ids(inside)])).toEqual([
    ['teaching', [2, 4]],
    ['help', [1, 3]],
  ])
})

test('a service changes place with its neighbour, and stays in its category', () => {
  expect(ids(moved(tiles, 4, -1))).toEqual([4, 2, 1, 3])
  expect(ids(moved(tiles, 1, 1))).toEqual([2, 4, 3, 1])
  expect(ids(moved(tiles, 2, -1))).toEqual([2, 4, 1, 3])
  expect(ids(moved(tiles, 3, 1))).toEqual([2, 4, 1, 3])
})
