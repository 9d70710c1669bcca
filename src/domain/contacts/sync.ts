/**
 * What has changed in one book since a point, by the places of its cards: what synchronisation over DAV asks (RFC 6578). The
 * point is the account's modseq, the same number as JMAP's state (law 2).
 */
import { Failure } from '#base/failure.ts'
import { readState } from '#store/changes.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'

/** A card's place in its book, without what it says. */
export interface Place {
  readonly id: number
  readonly bookId: number
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

type Page = { account: number; book: number; modseq: number; id: number; limit: number }

const live = statement((q, p: Params<Page>) =>
  q
    .selectFrom('contact')
    .select(['id', 'uri', 'modseq'])
    .where('account_id', '=', p.account)
    .where('book_id', '=', p.book)
    .where('modseq', '>=', p.modseq)
    .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('id', '>', p.id)]))
    .orderBy('modseq')
    .orderBy('id')
    .limit(p.limit),
)

const gone = statement((q, p: Params<Page>) =>
  q
    .selectFrom('contact_gone')
    .select(['card_id as id', 'uri', 'modseq'])
    .where('account_id', '=', p.account)
    .where('book_id', '=', p.book)
    .where('modseq', '>=', p.modseq)
    .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('card_id', '>', p.id)]))
    .orderBy('modseq')
    .orderBy('card_id')
    .limit(p.limit),
)

const bookModseq = statement((q, p: Params<{ account: number; book: number }>) =>
  q.selectFrom('address_book').select('modseq').where('account_id', '=', p.account).where('id', '=', p.book),
)

const selectPlaces = statement((q, p: Params<{ account: number; book: number }>) =>
  q
    .selectFrom('contact')
    .select(['id', 'book_id as bookId', 'uri', 'modseq', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('account_id', '=', p.account)
    .where('book_id', '=', p.book)
    .orderBy('uri'),
)

/** Every place of a book that has a card. */
export const placesOf = (tx: Reader, account: number, book: number): Promise<Place[]> =>
  tx.all(selectPlaces, { account, book })

/**
 * At most `limit` entries; `more` says that others follow from `until`. Without `since`, everything that is there. Throws
 * Failure cannotCalculateChanges when the log no longer reaches back to `since`.
 */
export const bookChanges = async (
  tx: Reader,
  account: number,
  book: number,
  since: SyncPoint | undefined,
  limit: number,
): Promise<{ readonly entries: SyncEntry[]; readonly until: SyncPoint; readonly more: boolean }> => {
  const { modseq: head, lowModseq } = await readState(tx, account)
  // The point only moves when the book does: what happens elsewhere in the account asks nobody to look here.
  const own = (await tx.first(bookModseq, { account, book }))?.modseq ?? head
  const isFirst = since === undefined || since.first === true
  if (since && since.modseq >= own && since.modseq <= head && since.id === undefined)
    return { entries: [], until: { modseq: own }, more: false }
  if (since && (since.modseq > head || (!isFirst && since.modseq < lowModseq)))
    throw new Failure('cannotCalculateChanges', `point ${since.modseq} is outside ${lowModseq}..${head}`)
  const from = {
    account,
    book,
    modseq: since?.modseq ?? 0,
    id: since?.id ?? Number.MAX_SAFE_INTEGER,
    limit: limit + 1,
  }
  const there = (await tx.all(live, from)).map((row): SyncEntry => ({ ...row, gone: false }))
  const left = since === undefined ? [] : (await tx.all(gone, from)).map((row): SyncEntry => ({ ...row, gone: true }))
  const all = [...there, ...left].sort((a, b) => a.modseq - b.modseq || a.id - b.id)
  const entries = all.slice(0, limit)
  const last = entries.at(-1)
  if (all.length <= limit || !last) return { entries, until: { modseq: own }, more: false }
  return { entries, until: { modseq: last.modseq, id: last.id, ...(isFirst ? { first: true } : {}) }, more: true }
}
