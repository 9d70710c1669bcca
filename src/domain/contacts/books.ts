/**
 * Address books: named collections of cards (RFC 9610 §2, RFC 6352 §5.2). An account has a default one from the first time
 * that anybody looks, and never loses it.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { checkTitle } from '../organise/rules.ts'
import { checkDescription, checkOrder, checkUri } from '../sync/collection-rules.ts'
import { maxBooks } from './limits.data.ts'
import { removeContents } from './remove.ts'

export interface Book {
  readonly id: number
  readonly uri: string
  readonly name: string
  readonly description: string
  readonly sortOrder: number
  readonly isDefault: boolean
  readonly isSubscribed: boolean
  /** Of the last change to the book or to a card in it. */
  readonly modseq: number
  readonly cards: number
  readonly bytes: number
}

export type BookChange = Partial<Pick<Book, 'name' | 'description' | 'sortOrder' | 'isSubscribed'>>

const maxName = 120
const defaultUri = 'contacts'

const select = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('address_book')
    .selectAll()
    .where('account_id', '=', p.account)
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id'),
)

/** Every book of the account, in its order. */
export const listBooks = async (tx: Reader, account: number): Promise<Book[]> =>
  (await tx.all(select, { account })).map((row) => ({
    id: row.id,
    uri: row.uri,
    name: row.name,
    description: row.description,
    sortOrder: row.sort_order,
    isDefault: row.is_default === 1,
    isSubscribed: row.is_subscribed === 1,
    modseq: row.modseq,
    cards: row.cards,
    bytes: row.bytes,
  }))

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      uri: string
      name: string
      description: string
      order: number
      first: number
      subscribed: number
      modseq: number
      now: number
    }>,
  ) =>
    q.insertInto('address_book').values({
      account_id: p.account,
      id: p.id,
      uri: p.uri,
      name: p.name,
      description: p.description,
      sort_order: p.order,
      is_default: p.first,
      is_subscribed: p.subscribed,
      modseq: p.modseq,
      cards: 0,
      bytes: 0,
      created_at: p.now,
    }),
)

const checkFree = (name: string, others: readonly Book[]): void => {
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new Failure('alreadyExists', 'there is an address book of this name', { property: 'name' })
}

/** A new book; the first of an account is its default one. Throws Failure invalid, alreadyExists, tooMany. */
export const createBook = async (tx: AccountWriter, given: BookChange & { readonly uri?: string }): Promise<Book> => {
  const all = await listBooks(tx, tx.accountId)
  if (all.length >= maxBooks) throw new Failure('tooMany', `at most ${maxBooks} address books`)
  const name = checkTitle('name', given.name ?? '', maxName)
  checkFree(name, all)
  const id = tx.nextId()
  const uri = checkUri(given.uri ?? (all.length === 0 ? defaultUri : `book-${id}`))
  if (all.some((other) => other.uri === uri))
    throw new Failure('alreadyExists', 'there is an address book at this path', { property: 'uri' })
  const book: Book = {
    id,
    uri,
    name,
    description: checkDescription(given.description ?? ''),
    sortOrder: checkOrder(given.sortOrder ?? 0),
    isDefault: all.length === 0,
    isSubscribed: given.isSubscribed ?? true,
    modseq: tx.modseq,
    cards: 0,
    bytes: 0,
  }
  await tx.run(insert, {
    account: tx.accountId,
    id,
    uri,
    name,
    description: book.description,
    order: book.sortOrder,
    first: book.isDefault ? 1 : 0,
    subscribed: book.isSubscribed ? 1 : 0,
    modseq: tx.modseq,
    now: tx.now,
  })
  tx.changed('AddressBook', id, 'created')
  return book
}

/** The books, the default one made when there is none yet. Throws Failure notFound (account). */
export const booksOf = async (ctx: Context, account: number): Promise<Book[]> => {
  const known = await ctx.store.read((tx) => listBooks(tx, account))
  if (known.length > 0) return known
  return ctx.store.write(account, async (tx) => {
    const now = await listBooks(tx, account)
    return now.length > 0 ? now : [await createBook(tx, { name: 'Contacts' })]
  })
}

/** Throws Failure notFound. */
export const bookIn = (books: readonly Book[], id: number): Book => {
  const book = books.find((one) => one.id === id)
  if (!book) throw new Failure('notFound', `no address book ${id}`, { property: 'addressBookIds' })
  return book
}

const update = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      name: string
      description: string
      order: number
      subscribed: number
      modseq: number
    }>,
  ) =>
    q
      .updateTable('address_book')
      .set({
        name: p.name,
        description: p.description,
        sort_order: p.order,
        is_subscribed: p.subscribed,
        modseq: p.modseq,
      })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

/** Throws Failure notFound, invalid, alreadyExists. */
export const changeBook = async (tx: AccountWriter, id: number, change: BookChange): Promise<void> => {
  const all = await listBooks(tx, tx.accountId)
  const before = all.find((book) => book.id === id)
  if (!before) throw new Failure('notFound', `no address book ${id}`)
  const name = change.name === undefined ? before.name : checkTitle('name', change.name, maxName)
  checkFree(
    name,
    all.filter((book) => book.id !== id),
  )
  await tx.run(update, {
    account: tx.accountId,
    id,
    name,
    description: checkDescription(change.description ?? before.description),
    order: checkOrder(change.sortOrder ?? before.sortOrder),
    subscribed: (change.isSubscribed ?? before.isSubscribed) ? 1 : 0,
    modseq: tx.modseq,
  })
  tx.changed('AddressBook', id, 'updated')
}

const setDefault = statement((q, p: Params<{ account: number; id: number; is: number; modseq: number }>) =>
  q
    .updateTable('address_book')
    .set({ is_default: p.is, modseq: p.modseq })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

/** Where new cards go unless told otherwise. Throws Failure notFound. */
export const makeDefaultBook = async (tx: AccountWriter, id: number): Promise<void> => {
  const all = await listBooks(tx, tx.accountId)
  if (!all.some((book) => book.id === id)) throw new Failure('notFound', `no address book ${id}`)
  for (const book of all) {
    if (book.isDefault === (book.id === id)) continue
    await tx.run(setDefault, { account: tx.accountId, id: book.id, is: book.id === id ? 1 : 0, modseq: tx.modseq })
    tx.changed('AddressBook', book.id, 'updated')
  }
}

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('address_book').where('account_id', '=', p.account).where('id', '=', p.id),
)

/**
 * Ends a book; with `contents` also the cards in it. Throws Failure notFound, forbidden (the default book), conflict
 * (cards are in it).
 */
export const deleteBook = async (tx: AccountWriter, id: number, { contents }: { contents: boolean }): Promise<void> => {
  const book = (await listBooks(tx, tx.accountId)).find((one) => one.id === id)
  if (!book) throw new Failure('notFound', `no address book ${id}`)
  if (book.isDefault) throw new Failure('forbidden', 'the default address book stays')
  if (book.cards > 0 && !contents) throw new Failure('conflict', 'there are cards in the address book')
  await removeContents(tx, id)
  await tx.run(remove, { account: tx.accountId, id })
  tx.changed('AddressBook', id, 'destroyed')
}
