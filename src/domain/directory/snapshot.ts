/**
 * For whom something is that goes to many (a notice, a request for documents), fixed at one instant when its runner begins:
 * whoever joins a class while it goes through 30,000 accounts is not in it, and whoever leaves is. The account numbers are
 * read in one snapshot of the store and kept, packed, in one row, which is written whole or not at all; nobody is served before.
 */

import type { Reader, Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { breathe } from '../turn.ts'
import { membersOf } from './audience.ts'
import type { Audience } from './audience-rules.ts'

/**
 * Ascending numbers as their differences, seven bits an octet, the last octet of each below 128: about one octet a person.
 */
export const packNumbers = (numbers: readonly number[]): Uint8Array => {
  const octets: number[] = []
  let before = 0
  for (const number of numbers) {
    let rest = number - before
    before = number
    for (; rest > 127; rest = Math.floor(rest / 128)) octets.push((rest % 128) + 128)
    octets.push(rest)
  }
  return Uint8Array.from(octets)
}

export const unpackNumbers = (octets: Uint8Array): number[] => {
  const numbers: number[] = []
  let [before, rest, place] = [0, 0, 1]
  for (const octet of octets) {
    rest += (octet % 128) * place
    place *= 128
    if (octet > 127) continue
    before += rest
    numbers.push(before)
    rest = 0
    place = 1
  }
  return numbers
}

/** The row that keeps one list. `keep` leaves a row that is there as it is. */
export interface SnapshotRow {
  readonly kept: (tx: Reader) => Promise<Uint8Array | undefined>
  readonly keep: (tx: Writer, members: Uint8Array) => Promise<unknown>
}

const packedMembers = (ctx: Context, audience: Audience, now: number): Promise<Uint8Array> =>
  ctx.store.read(async (tx) => {
    const found: number[] = []
    for (let after: number | null = 0; after !== null; ) {
      const slice = await membersOf(tx, audience, { now, after, limit: 1000 })
      found.push(...slice.ids)
      after = slice.next
      await breathe()
    }
    return packNumbers(found)
  })

/** Account numbers, ascending. Fixed by the first who asks, whatever becomes of them. */
export const frozenAudience = async (
  ctx: Context,
  audience: Audience,
  now: number,
  row: SnapshotRow,
): Promise<number[]> => {
  const before = await ctx.store.read(row.kept)
  if (before) return unpackNumbers(before)
  const members = await packedMembers(ctx, audience, now)
  return ctx.store.writeGlobal(async (tx) => {
    await row.keep(tx, members)
    // Another process may have been first: one list holds for all.
    return unpackNumbers((await row.kept(tx)) ?? members)
  })
}
