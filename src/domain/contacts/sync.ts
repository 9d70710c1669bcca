/** The tables of address books, for synchronisation over DAV (RFC 6578). */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { collectionChanges, type Page, type Place, type SyncPoint } from '../sync/collection-changes.ts'

const tables = {
  live: statement((q, p: Params<Page>) =>
    q
      .selectFrom('contact')
      .select(['id', 'uri', 'modseq'])
      .where('account_id', '=', p.account)
      .where('book_id', '=', p.collection)
      .where('modseq', '>=', p.modseq)
      .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('id', '>', p.id)]))
      .orderBy('modseq')
      .orderBy('id')
      .limit(p.limit),
  ),
  gone: statement((q, p: Params<Page>) =>
    q
      .selectFrom('contact_gone')
      .select(['card_id as id', 'uri', 'modseq'])
      .where('account_id', '=', p.account)
      .where('book_id', '=', p.collection)
      .where('modseq', '>=', p.modseq)
      .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('card_id', '>', p.id)]))
      .orderBy('modseq')
      .orderBy('card_id')
      .limit(p.limit),
  ),
  modseq: statement((q, p: Params<{ account: number; collection: number }>) =>
    q.selectFrom('address_book').select('modseq').where('account_id', '=', p.account).where('id', '=', p.collection),
  ),
}

const selectPlaces = statement((q, p: Params<{ account: number; collection: number }>) =>
  q
    .selectFrom('contact')
    .select(['id', 'uri', 'modseq', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('account_id', '=', p.account)
    .where('book_id', '=', p.collection)
    .orderBy('uri'),
)

/** Every place of a book that has a card. */
export const placesOf = (tx: Reader, account: number, collection: number): Promise<Place[]> =>
  tx.all(selectPlaces, { account, collection })

/** Changes of a book since a point; see `collectionChanges`. */
export const bookChanges = (tx: Reader, account: number, book: number, since: SyncPoint | undefined, limit: number) =>
  collectionChanges(tables, tx, account, book, since, limit)
