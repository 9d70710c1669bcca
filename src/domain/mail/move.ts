/** Moves entries to another mailbox: IMAP MOVE (RFC 6851). JMAP's moves are in update.ts. */
import type { Context } from '../context.ts'
import type { UidMap } from './copy.ts'
import { entriesByUid, putEntry, takeEntry } from './entries.ts'
import { slices } from './slices.ts'
import { Tally } from './tally.ts'

/**
 * Each message is moved whole or not at all (RFC 6851 §3.3); a long list is done in several transactions. Moving to the
 * same mailbox gives new UIDs. Throws Failure notFound.
 */
export const moveEntries = async (
  ctx: Context,
  account: number,
  source: number,
  uids: readonly number[],
  target: number,
): Promise<UidMap> => {
  const from: number[] = []
  const to: number[] = []
  let uidValidity = 0
  for await (const slice of slices(uids, 250)) {
    const moved = await ctx.store.write(account, async (tx) => {
      const tally = new Tally(tx)
      const [from, to]: [number[], number[]] = [[], []]
      const { uid_validity: validity } = await tally.open(target)
      const entries = await entriesByUid(tx, account, source, slice)
      for (const entry of entries) {
        await takeEntry(tx, tally, entry)
        to.push(await putEntry(tx, tally, target, entry, entry.flags))
        from.push(entry.uid)
        tx.changed('Email', entry.emailId, 'updated')
      }
      if (entries.length > 0) await tally.flush()
      return { from, to, validity }
    })
    from.push(...moved.from)
    to.push(...moved.to)
    uidValidity = moved.validity
  }
  if (uids.length === 0)
    uidValidity = await ctx.store.write(account, async (tx) => (await new Tally(tx).open(target)).uid_validity)
  return { uidValidity, from, to }
}
