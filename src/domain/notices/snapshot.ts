/**
 * For whom a notice is, fixed at one instant when its publication begins: whoever joins a class while the runner goes
 * through 30,000 accounts does not get it, and whoever leaves does. The account numbers are read in one snapshot of the
 * store and kept, packed, in one row, which is written whole or not at all; nobody has the notice before.
 */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { membersOf } from '../directory/audience.ts'
import type { StoredNotice } from './notice.ts'

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

const kept = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('notice_audience').select('members').where('notice_id', '=', p.id),
)
const keep = statement((q, p: Params<{ id: number; members: Uint8Array }>) =>
  q
    .insertInto('notice_audience')
    .values({ notice_id: p.id, members: p.members })
    .onConflict((on) => on.column('notice_id').doNothing()),
)

/** To be run when the notice is published: who has it is in its recipients then. */
export const dropSnapshot = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('notice_audience').where('notice_id', '=', p.id),
)

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Account numbers, ascending. Fixed by the first who asks, whatever becomes of them. */
export const frozenAudience = async (ctx: Context, { id, audience }: StoredNotice, now: number): Promise<number[]> => {
  const before = await ctx.store.read((tx) => tx.first(kept, { id }))
  if (before) return unpackNumbers(before.members)
  const members = await ctx.store.read(async (tx) => {
    const found: number[] = []
    for (let after: number | null = 0; after !== null; ) {
      const slice = await membersOf(tx, audience, { now, after, limit: 1000 })
      found.push(...slice.ids)
      after = slice.next
      await breathe()
    }
    return packNumbers(found)
  })
  return ctx.store.writeGlobal(async (tx) => {
    await tx.run(keep, { id, members })
    // Another process may have been first: one list holds for all.
    const row = await tx.first(kept, { id })
    return unpackNumbers(row?.members ?? members)
  })
}
