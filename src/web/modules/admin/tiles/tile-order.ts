/** The order of services as a list of numbers: by category, as the portal shows them. Pure. */
import { type TileCategory, tileCategories } from '#format/jmap/portal.ts'

interface Placed {
  readonly id: number
  readonly category: TileCategory
}

/** Each category that has services, in the portal's order. */
export const byCategory = <T extends Placed>(tiles: readonly T[]): readonly (readonly [TileCategory, readonly T[]])[] =>
  tileCategories.flatMap((category) => {
    const inside = tiles.filter((tile) => tile.category === category)
    return inside.length === 0 ? [] : [[category, inside] as const]
  })

/** The services with one of them a place earlier (-1) or later (1) in its category. */
export const moved = <T extends Placed>(tiles: readonly T[], id: number, by: -1 | 1): readonly T[] =>
  byCategory(tiles).flatMap(([, inside]) => {
    const at = inside.findIndex((tile) => tile.id === id)
    const [one, other] = [inside[at], inside[at + by]]
    return one === undefined || other === undefined ? inside : inside.with(at, other).with(at + by, one)
  })
