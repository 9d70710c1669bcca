import { expect, test } from 'vitest'
import type { PortalArrangement, Tile } from '#format/jmap/portal.ts'
import { hide, inverseOf, moveToGroup, moveWithin, newGroup, sectionsOf, toggleFavourite } from './layout.ts'

const tile = (id: string, category: Tile['category'], sortOrder: number) => ({ id, category, sortOrder }) as Tile

const tiles = [
  tile('l1', 'teaching', 10),
  tile('l2', 'teaching', 20),
  tile('l3', 'teaching', 30),
  tile('l4', 'career', 40),
]
const plain: PortalArrangement = {
  id: 'a1',
  profileId: null,
  favourites: [],
  order: [],
  groups: [],
  hidden: [],
  recent: [],
}
const shape = (arrangement: PortalArrangement) =>
  Object.fromEntries(sectionsOf(tiles, arrangement).map(({ key, tiles: shown }) => [key, shown.map(({ id }) => id)]))

test('without an arrangement tiles are by category in the portal’s order', () => {
  expect(shape(plain)).toEqual({ teaching: ['l1', 'l2', 'l3'], career: ['l4'] })
})

test('a tile moves within its section, and only there', () => {
  const change = moveWithin(sectionsOf(tiles, plain), plain, 'teaching', 'l3', 0)
  expect(shape({ ...plain, ...change })).toEqual({ teaching: ['l3', 'l1', 'l2'], career: ['l4'] })
  expect(moveWithin(sectionsOf(tiles, plain), plain, 'teaching', 'l1', 0)).toBeUndefined()
  expect(moveWithin(sectionsOf(tiles, plain), plain, 'teaching', 'l4', 0)).toBeUndefined()
})

test('a favourite stays in its category too; what is hidden is nowhere', () => {
  const liked = { ...plain, ...toggleFavourite(plain, 'l4') }
  expect(shape(liked)).toEqual({ favourites: ['l4'], teaching: ['l1', 'l2', 'l3'], career: ['l4'] })
  expect(shape({ ...liked, ...hide(liked, 'l4') })).toEqual({ teaching: ['l1', 'l2', 'l3'] })
})

test('a group takes a tile out of its category, and gives it back', () => {
  const grouped = { ...plain, ...newGroup(plain, 'À moi', 'g', 'l2') }
  expect(shape(grouped)).toEqual({ 'group:g': ['l2'], teaching: ['l1', 'l3'], career: ['l4'] })
  expect(shape({ ...grouped, ...moveToGroup(grouped, 'l2', undefined) })).toEqual({
    'group:g': [],
    teaching: ['l1', 'l2', 'l3'],
    career: ['l4'],
  })
})

test('the inverse of a change is what was there before', () => {
  const change = toggleFavourite(plain, 'l1')
  expect({ ...plain, ...change, ...inverseOf(plain, change) }).toEqual(plain)
})

test('tiles that are not shown at present keep their place behind the others', () => {
  const before = { ...plain, favourites: ['l9', 'l1', 'l2'] }
  const change = moveWithin(sectionsOf(tiles, before), before, 'favourites', 'l2', 0)
  expect(change).toEqual({ favourites: ['l2', 'l1', 'l9'] })
})
