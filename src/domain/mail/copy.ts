/** Copies entries to another mailbox: IMAP COPY (RFC 9051 §6.4.7). The copy is the same email with flags of its own. */
import type { Context } from '../context.ts'
import { entriesByUid, putEntry } from './entries.ts'
import { slices } from './slices.ts'
import { Tally } from './tally.ts'

export interface UidMap {
  readonly uidValidity: number
  /** UIDs in the source and, at the same index, in the target. */
  readonly from: number[]
  readonly to: number[]
}

const sliceLength = 250

/**
 * All or nothing, as the RFC asks: one transaction, during which other writers wait, but nobody else. Throws Failure
 * notFound.
 */
export const copyEntries = (
  ctx: Context,
  account: number,
  source: number,
  uids: readonly number[],
  target: number,
): Promise<UidMap> =>
  ctx.store.write(account, async (tx) => {
    const tally = new Tally(tx)
    const { uid_validity: uidValidity } = await tally.open(target)
    const map: UidMap = { uidValidity, from: [], to: [] }
    for await (const slice of slices(uids, sliceLength))
      for (const entry of await entriesByUid(tx, account, source, slice)) {
        map.to.push(await putEntry(tx, tally, target, entry, entry.flags))
        map.from.push(entry.uid)
        tx.changed('Email', entry.emailId, 'updated')
      }
    if (map.from.length > 0) await tally.flush()
    return map
  })
