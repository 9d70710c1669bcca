/** Address books: named collections of cards (RFC 9610 §2, RFC 6352 §5.2). */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { type Collection, type CollectionChange, Collections } from '../sync/collections.ts'
import { maxBooks, maxCardsPerBook, maxContactsOctets } from './limits.data.ts'

interface Own {
  readonly isSubscribed: boolean
}

export type Book = Collection & Own
export type BookChange = CollectionChange<Own>

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

const endBeside = async (tx: AccountWriter, id: number): Promise<void> => {
  const { accountId: account, now } = tx
  // Whoever takes the deletion back can still name its pictures, as they could something just uploaded.
  for (const { blob_id: blob, type } of await tx.all(mediaOf, { account, id }))
    await tx.run(putAside, { account, blob, type, now })
  for (const statement of byCard) await tx.run(statement, { account, id })
}

export const books = new Collections<Own>({
  tables: {
    collection: 'address_book',
    member: 'contact',
    gone: 'contact_gone',
    collectionId: 'book_id',
    memberId: 'card_id',
    count: 'cards',
    own: ['is_subscribed'],
  },
  type: 'AddressBook',
  memberType: 'ContactCard',
  property: 'addressBookIds',
  words: { one: 'address book', many: 'address books', members: 'cards' },
  first: { uri: 'contacts', name: 'Contacts' },
  prefix: 'book',
  limits: { collections: maxBooks, members: maxCardsPerBook, bytes: maxContactsOctets },
  ownOf: (row) => ({ isSubscribed: row.is_subscribed === 1 }),
  own: (given, before) => ({ isSubscribed: given.isSubscribed ?? before?.isSubscribed ?? true }),
  columns: ({ isSubscribed }) => ({ is_subscribed: isSubscribed ? 1 : 0 }),
  endBeside,
})
