/** The end of cards, and what is remembered of it for those who synchronise over DAV. */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'

type Key = { account: number; id: number }

const byCard = [
  statement((q, p: Params<Key>) =>
    q.deleteFrom('contact_source').where('account_id', '=', p.account).where('card_id', '=', p.id),
  ),
  statement((q, p: Params<Key>) =>
    q.deleteFrom('contact_blob').where('account_id', '=', p.account).where('card_id', '=', p.id),
  ),
  statement((q, p: Params<Key>) =>
    q.deleteFrom('contact_email').where('account_id', '=', p.account).where('card_id', '=', p.id),
  ),
]
const deleteRow = statement((q, p: Params<Key>) =>
  q.deleteFrom('contact').where('account_id', '=', p.account).where('id', '=', p.id),
)

const deleteGone = statement((q, p: Params<{ account: number; book: number; uri: string }>) =>
  q
    .deleteFrom('contact_gone')
    .where('account_id', '=', p.account)
    .where('book_id', '=', p.book)
    .where('uri', '=', p.uri),
)
const insertGone = statement(
  (q, p: Params<{ account: number; book: number; uri: string; id: number; modseq: number }>) =>
    q
      .insertInto('contact_gone')
      .values({ account_id: p.account, book_id: p.book, uri: p.uri, card_id: p.id, modseq: p.modseq }),
)
const forgetBook = statement((q, p: Params<{ account: number; book: number }>) =>
  q.deleteFrom('contact_gone').where('account_id', '=', p.account).where('book_id', '=', p.book),
)

/** What left a book is there no more: remembered until the change log forgets it too. */
export const rememberGone = async (tx: AccountWriter, book: number, uri: string, id: number): Promise<void> => {
  await tx.run(deleteGone, { account: tx.accountId, book, uri })
  await tx.run(insertGone, { account: tx.accountId, book, uri, id, modseq: tx.modseq })
}

/** Something is at this place again. */
export const forgetGone = async (tx: AccountWriter, book: number, uri: string): Promise<void> => {
  await tx.run(deleteGone, { account: tx.accountId, book, uri })
}

const countBook = statement(
  (q, p: Params<{ account: number; book: number; cards: number; bytes: number; modseq: number }>) =>
    q
      .updateTable('address_book')
      .set((eb) => ({ cards: eb('cards', '+', p.cards), bytes: eb('bytes', '+', p.bytes), modseq: p.modseq }))
      .where('account_id', '=', p.account)
      .where('id', '=', p.book),
)

/** Counts cards and octets that came to a book or left it (negative). */
export const tallyBook = async (tx: AccountWriter, book: number, cards: number, bytes: number): Promise<void> => {
  await tx.run(countBook, { account: tx.accountId, book, cards, bytes, modseq: tx.modseq })
}

interface Going {
  readonly id: number
  readonly bookId: number
  readonly uri: string
  readonly size: number
}

const mediaOf = statement((q, p: Params<Key>) =>
  q
    .selectFrom('contact_blob')
    .select(['blob_id', 'type'])
    .where('account_id', '=', p.account)
    .where('card_id', '=', p.id),
)
const putAside = statement((q, p: Params<{ account: number; blob: number; type: string; now: number }>) =>
  q
    .insertInto('upload')
    .values({ account_id: p.account, blob_id: p.blob, type: p.type, created_at: p.now })
    .onConflict((oc) => oc.columns(['account_id', 'blob_id']).doUpdateSet({ created_at: p.now })),
)

const dropCard = async (tx: AccountWriter, id: number): Promise<void> => {
  // Whoever takes the deletion back can still name its pictures, as they could something just uploaded.
  for (const { blob_id: blob, type } of await tx.all(mediaOf, { account: tx.accountId, id }))
    await tx.run(putAside, { account: tx.accountId, blob, type, now: tx.now })
  for (const statement of byCard) await tx.run(statement, { account: tx.accountId, id })
  await tx.run(deleteRow, { account: tx.accountId, id })
  tx.changed('ContactCard', id, 'destroyed')
}

/** Ends one card. */
export const removeCard = async (tx: AccountWriter, { id, bookId, uri, size }: Going): Promise<void> => {
  await dropCard(tx, id)
  await rememberGone(tx, bookId, uri, id)
  await tallyBook(tx, bookId, -1, -size)
}

const idsOfBook = statement((q, p: Params<{ account: number; book: number }>) =>
  q.selectFrom('contact').select('id').where('account_id', '=', p.account).where('book_id', '=', p.book).orderBy('id'),
)

/** Ends every card of a book that ends itself: nobody will ask what was in it. */
export const removeContents = async (tx: AccountWriter, book: number): Promise<void> => {
  for (const { id } of await tx.all(idsOfBook, { account: tx.accountId, book })) await dropCard(tx, id)
  await tx.run(forgetBook, { account: tx.accountId, book })
}
