/**
 * What has changed in one collection since a point, by the places of what is in it: what synchronisation over DAV asks (RFC
 * 6578), the same for address books and calendars. The point is the account's modseq, the same number as JMAP's state (law 2).
 */
import { Failure } from '#base/failure.ts'
import { readState } from '#store/changes.ts'
import type { Reader, Statement } from '#store/engine.ts'

/** Where something is in its collection, without what it says. */
export interface Place {
  readonly id: number
  /** The last segment of its path over DAV. */
  readonly uri: string
  readonly modseq: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** Everything up to `modseq` is known; with `id`, of that modseq only cards up to it. */
export interface SyncPoint {
  readonly modseq: number
  readonly id?: number
  /** Still in the first reading, which may begin with changes older than the log. */
  readonly first?: boolean
}

export interface SyncEntry {
  readonly id: number
  readonly uri: string
  readonly modseq: number
  readonly gone: boolean
}

/** A page of one collection: what was changed after `modseq`, or at it with an id above. */
export type Page = { account: number; collection: number; modseq: number; id: number; limit: number }

type Entry = { readonly id: number; readonly uri: string; readonly modseq: number }

/** What the tables of one kind of collection answer. */
export interface SyncTables {
  readonly live: Statement<Page, Entry>
  readonly gone: Statement<Page, Entry>
  readonly modseq: Statement<{ account: number; collection: number }, { readonly modseq: number }>
}

/**
 * At most `limit` entries; `more` says that others follow from `until`. Without `since`, everything that is there. Throws
 * Failure cannotCalculateChanges when the log no longer reaches back to `since`.
 */
export const collectionChanges = async (
  tables: SyncTables,
  tx: Reader,
  account: number,
  collection: number,
  since: SyncPoint | undefined,
  limit: number,
): Promise<{ readonly entries: SyncEntry[]; readonly until: SyncPoint; readonly more: boolean }> => {
  const { modseq: head, lowModseq } = await readState(tx, account)
  // The point only moves when the collection does: what happens elsewhere in the account asks nobody to look here.
  const own = (await tx.first(tables.modseq, { account, collection }))?.modseq ?? head
  const isFirst = since === undefined || since.first === true
  if (since && since.modseq >= own && since.modseq <= head && since.id === undefined)
    return { entries: [], until: { modseq: own }, more: false }
  if (since && (since.modseq > head || (!isFirst && since.modseq < lowModseq)))
    throw new Failure('cannotCalculateChanges', `point ${since.modseq} is outside ${lowModseq}..${head}`)
  const from = {
    account,
    collection,
    modseq: since?.modseq ?? 0,
    id: since?.id ?? Number.MAX_SAFE_INTEGER,
    limit: limit + 1,
  }
  const there = (await tx.all(tables.live, from)).map((row): SyncEntry => ({ ...row, gone: false }))
  const left =
    since === undefined ? [] : (await tx.all(tables.gone, from)).map((row): SyncEntry => ({ ...row, gone: true }))
  const all = [...there, ...left].sort((a, b) => a.modseq - b.modseq || a.id - b.id)
  const entries = all.slice(0, limit)
  const last = entries.at(-1)
  if (all.length <= limit || !last) return { entries, until: { modseq: own }, more: false }
  return { entries, until: { modseq: last.modseq, id: last.id, ...(isFirst ? { first: true } : {}) }, more: true }
}
