/** Cards of an account, read. */

import type { JsCard } from '#format/jscontact/card.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import { breathe } from '../turn.ts'

export interface Contact {
  readonly id: number
  readonly bookId: number
  /** The last segment of its path over DAV. */
  readonly uri: string
  readonly uid: string
  readonly card: JsCard
  /** Octets of card, source and media. */
  readonly size: number
  readonly modseq: number
  readonly createdAt: number
  readonly updatedAt: number
}

const columns = ['id', 'book_id', 'uri', 'uid', 'card', 'size', 'modseq', 'created_at', 'updated_at'] as const

interface Row {
  readonly id: number
  readonly book_id: number
  readonly uri: string
  readonly uid: string
  readonly card: string
  readonly size: number
  readonly modseq: number
  readonly created_at: number
  readonly updated_at: number
}

const contactOf = (row: Row): Contact => ({
  id: row.id,
  bookId: row.book_id,
  uri: row.uri,
  uid: row.uid,
  card: JSON.parse(row.card) as JsCard,
  size: row.size,
  modseq: row.modseq,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const chunk = 200

/** Those of the ids that there are, in no order. */
export const getContacts = async (tx: Reader, account: number, ids: readonly number[]): Promise<Contact[]> => {
  const found: Contact[] = []
  for (let at = 0; at < ids.length; at += chunk) {
    const part = ids.slice(at, at + chunk)
    const rows = await tx.query<Row>((q) =>
      q.selectFrom('contact').select(columns).where('account_id', '=', account).where('id', 'in', part),
    )
    found.push(...rows.map(contactOf))
  }
  return found
}

const selectOne = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('contact').select(columns).where('account_id', '=', p.account).where('id', '=', p.id),
)

export const getContact = async (tx: Reader, account: number, id: number): Promise<Contact | undefined> => {
  const row = await tx.first(selectOne, { account, id })
  return row && contactOf(row)
}

const selectByUri = statement((q, p: Params<{ account: number; book: number; uri: string }>) =>
  q
    .selectFrom('contact')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('book_id', '=', p.book)
    .where('uri', '=', p.uri),
)

/** The card at a place of a book. */
export const contactAt = async (
  tx: Reader,
  account: number,
  book: number,
  uri: string,
): Promise<Contact | undefined> => {
  const row = await tx.first(selectByUri, { account, book, uri })
  return row && contactOf(row)
}

const selectByUid = statement((q, p: Params<{ account: number; book: number; uid: string }>) =>
  q
    .selectFrom('contact')
    .select(['id', 'uri'])
    .where('account_id', '=', p.account)
    .where('uid', '=', p.uid)
    .where('book_id', '=', p.book),
)

/** The card of a UID in a book. */
export const contactOfUid = (
  tx: Reader,
  account: number,
  book: number,
  uid: string,
): Promise<{ readonly id: number; readonly uri: string } | undefined> => tx.first(selectByUid, { account, book, uid })

const selectIds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('contact').select('id').where('account_id', '=', p.account).orderBy('id'),
)

/** Ids of every card of the account. */
export const listContactIds = async (tx: Reader, account: number): Promise<number[]> =>
  (await tx.all(selectIds, { account })).map(({ id }) => id)

const selectPage = statement((q, p: Params<{ account: number; after: number; limit: number }>) =>
  q
    .selectFrom('contact')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
)

/** Every card by id, a page at a time, giving way to others between: law 10. */
export async function* everyContact(store: Store, account: number): AsyncGenerator<Contact> {
  for (let after = 0; ; ) {
    const page = await store.read((tx) => tx.all(selectPage, { account, after, limit: chunk }))
    for (const row of page) yield contactOf(row)
    if (page.length < chunk) return
    after = page.at(-1)!.id
    await breathe()
  }
}

const selectSource = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('contact_source').select('vcard').where('account_id', '=', p.account).where('card_id', '=', p.id),
)

/** The vCard of a card as a program sent it, when nothing has changed the card since. */
export const sourceOf = async (tx: Reader, account: number, id: number): Promise<string | undefined> =>
  (await tx.first(selectSource, { account, id }))?.vcard
