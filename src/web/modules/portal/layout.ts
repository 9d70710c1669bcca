/** How tiles are laid out for a person: sections in order, and what a move does to the arrangement. Pure. */
import { type PortalArrangement, type Tile, type TileCategory, tileCategories } from '#format/jmap/portal.ts'
import type { Arranged } from './portal-data.ts'

export type SectionKey = 'favourites' | `group:${string}` | TileCategory

export interface TileSection {
  readonly key: SectionKey
  /** The person's own name for a group; undefined: a name of ours. */
  readonly name: string | undefined
  readonly tiles: readonly Tile[]
}

/** Tiles by their place in a list of ids; the others after, in the portal's order. */
const inOrder = (tiles: readonly Tile[], order: readonly string[]): Tile[] => {
  const place = new Map(order.map((id, at) => [id, at]))
  const at = (tile: Tile) => place.get(tile.id) ?? order.length
  return tiles.toSorted((a, b) => at(a) - at(b) || a.sortOrder - b.sortOrder || (a.id < b.id ? -1 : 1))
}

const named = (tiles: readonly Tile[], ids: readonly string[]): Tile[] =>
  ids.flatMap((id) => tiles.find((tile) => tile.id === id) ?? [])

/** Favourites first, then the person's groups, then the categories; a tile is in one place besides the favourites. */
export const sectionsOf = (all: readonly Tile[], arrangement: PortalArrangement): TileSection[] => {
  const tiles = all.filter(({ id }) => !arrangement.hidden.includes(id))
  const grouped = new Set(arrangement.groups.flatMap((group) => group.tileIds))
  const rest = inOrder(
    tiles.filter(({ id }) => !grouped.has(id)),
    arrangement.order,
  )
  const favourites = { key: 'favourites', name: undefined, tiles: named(tiles, arrangement.favourites) } as const
  return [
    favourites,
    ...arrangement.groups.map((group) => ({
      key: `group:${group.id}` as const,
      name: group.name,
      tiles: named(tiles, group.tileIds),
    })),
    ...tileCategories.map((key) => ({
      key,
      name: undefined,
      tiles: rest.filter((tile) => tile.category === key),
    })),
  ].filter((section) => section.tiles.length > 0 || section.name !== undefined)
}

const moved = (ids: readonly string[], id: string, to: number): string[] => {
  const others = ids.filter((one) => one !== id)
  return [...others.slice(0, to), id, ...others.slice(to)]
}

/** The change that puts a tile at a place of its section; undefined when it is there already. */
export const moveWithin = (
  sections: readonly TileSection[],
  arrangement: PortalArrangement,
  key: SectionKey,
  id: string,
  to: number,
): Arranged | undefined => {
  const section = sections.find((one) => one.key === key)
  const ids = section?.tiles.map((tile) => tile.id) ?? []
  const place = Math.max(0, Math.min(to, ids.length - 1))
  if (!ids.includes(id) || ids.indexOf(id) === place) return
  const next = moved(ids, id, place)
  // Ids that are not shown at present keep their place behind the others.
  const withUnseen = (before: readonly string[]) => [...next, ...before.filter((one) => !next.includes(one))]
  if (key === 'favourites') return { favourites: withUnseen(arrangement.favourites) }
  if (key.startsWith('group:')) {
    const groups = arrangement.groups.map((group) =>
      `group:${group.id}` === key ? { ...group, tileIds: withUnseen(group.tileIds) } : group,
    )
    return { groups }
  }
  const shown = sections.flatMap((one) =>
    one.key === key ? next : one.key === 'favourites' || one.name !== undefined ? [] : one.tiles.map((tile) => tile.id),
  )
  return { order: [...shown, ...arrangement.order.filter((one) => !shown.includes(one))] }
}

/** The change that makes a tile a favourite, or no longer one. */
export const toggleFavourite = ({ favourites }: PortalArrangement, id: string): Arranged => ({
  favourites: favourites.includes(id) ? favourites.filter((one) => one !== id) : [...favourites, id],
})

export const hide = ({ hidden, favourites }: PortalArrangement, id: string): Arranged => ({
  hidden: [...hidden.filter((one) => one !== id), id],
  favourites: favourites.filter((one) => one !== id),
})

/** Into a group of the person, out of the others; `group` undefined: back to its category. */
export const moveToGroup = ({ groups }: PortalArrangement, id: string, group: string | undefined): Arranged => ({
  groups: groups
    .map((one) => ({ ...one, tileIds: one.tileIds.filter((tile) => tile !== id) }))
    .map((one) => (one.id === group ? { ...one, tileIds: [...one.tileIds, id] } : one)),
})

/** A new group with one tile in it. */
export const newGroup = (arrangement: PortalArrangement, name: string, id: string, tile: string): Arranged => {
  const { groups = [] } = moveToGroup(arrangement, tile, undefined)
  return { groups: [...groups, { id, name, tileIds: [tile] }] }
}

/** What takes a change back: the values that were there before. */
export const inverseOf = (arrangement: PortalArrangement, change: Arranged): Arranged =>
  Object.fromEntries(Object.keys(change).map((name) => [name, arrangement[name as keyof Arranged]]))
