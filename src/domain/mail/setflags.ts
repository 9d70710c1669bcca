/** Flags of entries: IMAP STORE (RFC 9051 §6.4.6, RFC 7162 §3.1.3). */
import type { Context } from '../context.ts'
import { entriesByUid, reflagEntry } from './entries.ts'
import { applyFlags, type FlagMode, type FlagSet } from './flags.ts'
import { slices } from './slices.ts'
import { Tally } from './tally.ts'

export interface FlagChange {
  readonly mode: FlagMode
  readonly change: FlagSet
  /** Leave entries alone whose modseq is above this (UNCHANGEDSINCE). */
  readonly unchangedSince?: number | undefined
  /** Filled with the modseq that each rewritten entry got, by UID. */
  readonly written?: Map<number, number>
}

export interface FlagResult {
  /** UIDs whose flags are now as asked, changed or not. */
  readonly done: number[]
  /** UIDs left alone because of UNCHANGEDSINCE. */
  readonly modified: number[]
}

/**
 * Changes the flags of entries; UIDs that are not there are passed over. A long list is done in several transactions,
 * each complete in itself. Throws Failure notFound (mailbox), tooMany (keywords).
 */
export const storeFlags = async (
  ctx: Context,
  account: number,
  mailbox: number,
  uids: readonly number[],
  request: FlagChange,
): Promise<FlagResult> => {
  const done: number[] = []
  const modified: number[] = []
  for await (const slice of slices(uids)) {
    const result = await ctx.store.write(account, async (tx) => {
      const tally = new Tally(tx)
      await tally.open(mailbox)
      const [done, modified]: [number[], number[]] = [[], []]
      let wrote = false
      for (const entry of await entriesByUid(tx, account, mailbox, slice)) {
        if (request.unchangedSince !== undefined && entry.modseq > request.unchangedSince) {
          modified.push(entry.uid)
          continue
        }
        done.push(entry.uid)
        if (await reflagEntry(tx, tally, entry, applyFlags(entry.flags, request.mode, request.change))) {
          wrote = true
          request.written?.set(entry.uid, tx.modseq)
        }
      }
      if (wrote) await tally.flush()
      return { done, modified }
    })
    done.push(...result.done)
    modified.push(...result.modified)
  }
  return { done, modified }
}
