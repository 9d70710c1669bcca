/** Flags of entries: IMAP STORE (RFC 9051 §6.4.6, RFC 7162 §3.1.3). */
import type { Context } from '../context.ts'
import { type Entry, entriesByUid, reflagEntry } from './entries.ts'
import { applyFlags, type FlagMode, type FlagSet, joinKeywords } from './flags.ts'
import { slices } from './slices.ts'
import { Tally } from './tally.ts'

export interface FlagChange {
  readonly mode: FlagMode
  readonly change: FlagSet
  /** Leave entries alone whose modseq is above this (UNCHANGEDSINCE). */
  readonly unchangedSince?: number | undefined
}

/** An entry whose flags are as asked. */
export interface Flagged {
  readonly uid: number
  readonly flags: number
  /** As in the column: separated by spaces. */
  readonly keywords: string
  readonly modseq: number
  /** They were not before. */
  readonly changed: boolean
}

export interface FlagResult {
  /** By UID. */
  readonly done: Flagged[]
  /** UIDs left alone because of UNCHANGEDSINCE. */
  readonly modified: number[]
}

const flagged = ({ uid, modseq }: Entry, { flags, keywords }: FlagSet, changed?: number): Flagged => ({
  uid,
  flags,
  keywords: joinKeywords(keywords),
  modseq: changed ?? modseq,
  changed: changed !== undefined,
})

const isModified = (entry: Entry, { unchangedSince }: FlagChange): boolean =>
  unchangedSince !== undefined && entry.modseq > unchangedSince

const same = (a: FlagSet, b: FlagSet): boolean =>
  a.flags === b.flags && joinKeywords(a.keywords) === joinKeywords(b.keywords)

/** What there is to say when nothing needs to be written; undefined when something does. */
const asTheyAre = (entries: readonly Entry[], request: FlagChange): FlagResult | undefined => {
  const result: FlagResult = { done: [], modified: [] }
  for (const entry of entries) {
    if (isModified(entry, request)) result.modified.push(entry.uid)
    else if (same(entry.flags, applyFlags(entry.flags, request.mode, request.change)))
      result.done.push(flagged(entry, entry.flags))
    else return
  }
  return result
}

/**
 * Changes the flags of entries; UIDs that are not there are passed over. A long list is done in several transactions,
 * each complete in itself; what is already as asked is only read. Throws Failure notFound (mailbox), tooMany (keywords).
 */
export const storeFlags = async (
  ctx: Context,
  account: number,
  mailbox: number,
  uids: readonly number[],
  request: FlagChange,
): Promise<FlagResult> => {
  const done: Flagged[] = []
  const modified: number[] = []
  for await (const slice of slices(uids)) {
    const found = await ctx.store.read((tx) => entriesByUid(tx, account, mailbox, slice))
    const result =
      (found.length > 0 ? asTheyAre(found, request) : undefined) ??
      (await ctx.store.write(account, async (tx): Promise<FlagResult> => {
        const tally = new Tally(tx)
        await tally.open(mailbox)
        const written: FlagResult = { done: [], modified: [] }
        let wrote = false
        for (const entry of await entriesByUid(tx, account, mailbox, slice)) {
          if (isModified(entry, request)) {
            written.modified.push(entry.uid)
            continue
          }
          const after = applyFlags(entry.flags, request.mode, request.change)
          const changed = await reflagEntry(tx, tally, entry, after)
          wrote ||= changed
          written.done.push(flagged(entry, after, changed ? tx.modseq : undefined))
        }
        if (wrote) await tally.flush()
        return written
      }))
    done.push(...result.done)
    modified.push(...result.modified)
  }
  return { done, modified }
}
