/** Cards made, changed and ended: each verb is part of a transaction on the account. */
import { Failure } from '#base/failure.ts'
import { inOrder, type JsCard, nameOf, sortNameOf } from '#format/jscontact/card.ts'
import { faultOf } from '#format/jscontact/check.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { fold, wordsOf } from '../mail/recipient-directory.ts'
import { checkUri } from '../sync/collection-rules.ts'
import type { Member } from '../sync/members.ts'
import { books } from './books.ts'
import { type Contact, contactAt, contactOfUid, getContact } from './cards.ts'
import { maxAddressesKnown, maxCardOctets, maxSourceOctets } from './limits.data.ts'
import { keepMedia, type PreparedMedia, resolveMedia } from './media.ts'

export interface ContactContent {
  /** JSContact; `data:` URIs taken out by `takeMedia`. */
  readonly card: JsCard
  readonly media: PreparedMedia
  /** The vCard that the card was made of, given back as it is. */
  readonly source?: string
}

const maxUid = 255

const octets = (text: string): number => Buffer.byteLength(text)

/** Throws Failure invalid, tooLarge. */
const checkCard = (card: JsCard): string => {
  const fault = faultOf(card)
  if (fault) throw new Failure('invalid', `"${fault.path}" ${fault.what}`, { property: fault.member })
  if (card.uid === '' || card.uid.length > maxUid || /\p{Cc}/u.test(card.uid))
    throw new Failure('invalid', `a UID has 1 to ${maxUid} characters`, { property: 'uid' })
  const text = JSON.stringify(card)
  if (octets(text) > maxCardOctets) throw new Failure('tooLarge', `a card has at most ${maxCardOctets} octets`)
  return text
}

const checkSource = (source: string | undefined): number => {
  const size = source === undefined ? 0 : octets(source)
  if (size > maxSourceOctets) throw new Failure('tooLarge', `a vCard has at most ${maxSourceOctets} octets`)
  return size
}

/** A name that no resource of the book has and that a path can hold, from the UID. */
const uriFor = (uid: string, id: number): string => `${/^[A-Za-z0-9_.-]{1,150}$/.test(uid) ? uid : `card-${id}`}.vcf`

type RowValues = {
  account: number
  id: number
  book: number
  uri: string
  uid: string
  kind: string
  sort: string
  card: string
  size: number
  modseq: number
  now: number
}

const insert = statement((q, p: Params<RowValues>) =>
  q.insertInto('contact').values({
    account_id: p.account,
    id: p.id,
    book_id: p.book,
    uri: p.uri,
    uid: p.uid,
    kind: p.kind,
    sort_name: p.sort,
    card: p.card,
    size: p.size,
    modseq: p.modseq,
    created_at: p.now,
    updated_at: p.now,
  }),
)

const update = statement((q, p: Params<RowValues>) =>
  q
    .updateTable('contact')
    .set({
      book_id: p.book,
      uri: p.uri,
      uid: p.uid,
      kind: p.kind,
      sort_name: p.sort,
      card: p.card,
      size: p.size,
      modseq: p.modseq,
      updated_at: p.now,
    })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const deleteSource = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('contact_source').where('account_id', '=', p.account).where('card_id', '=', p.id),
)
const insertSource = statement((q, p: Params<{ account: number; id: number; vcard: string }>) =>
  q.insertInto('contact_source').values({ account_id: p.account, card_id: p.id, vcard: p.vcard }),
)
const deleteEmails = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('contact_email').where('account_id', '=', p.account).where('card_id', '=', p.id),
)
const insertEmail = statement(
  (q, p: Params<{ account: number; id: number; n: number; address: string; name: string; words: string }>) =>
    q.insertInto('contact_email').values({
      account_id: p.account,
      card_id: p.id,
      n: p.n,
      address: p.address,
      name: p.name,
      words: p.words,
    }),
)

/** What is kept beside the row of a card. */
const writeBeside = async (tx: AccountWriter, id: number, { card, source }: ContactContent): Promise<void> => {
  const key = { account: tx.accountId, id }
  await tx.run(deleteSource, key)
  if (source !== undefined) await tx.run(insertSource, { ...key, vcard: source })
  await tx.run(deleteEmails, key)
  const name = nameOf(card).slice(0, 200)
  const nicknames = inOrder(card.nicknames).map((one) => one.name)
  for (const [n, { address: given }] of inOrder(card.emails).slice(0, maxAddressesKnown).entries()) {
    const address = given.normalize('NFC').trim().toLowerCase()
    if (address.length > 320 || !/^[^\s@]+@[^\s@]+$/.test(address)) continue
    const words = wordsOf([name, ...nicknames].join(' ').slice(0, 300), address)
    await tx.run(insertEmail, { ...key, n, address, name, words: words.map((word) => ` ${word}`).join('') })
  }
}

const rowOf = (tx: AccountWriter, id: number, book: number, uri: string, card: JsCard, text: string, size: number) => ({
  account: tx.accountId,
  id,
  book,
  uri,
  uid: card.uid,
  kind: card.kind ?? 'individual',
  sort: fold(sortNameOf(card)).slice(0, 200),
  card: text,
  size,
  modseq: tx.modseq,
  now: tx.now,
})

/** Throws Failure alreadyExists (property uid): another card of the book has it. */
const checkUid = async (tx: AccountWriter, book: number, uid: string, own?: number): Promise<void> => {
  const other = await contactOfUid(tx, tx.accountId, book, uid)
  if (other && other.id !== own)
    throw new Failure('alreadyExists', 'a card of this address book has this UID', { property: 'uid' })
}

/**
 * A new card. `uri` is where a program puts it over DAV. Throws Failure notFound (book, blob), invalid, alreadyExists
 * (property `uid` or `uri`), tooMany, tooLarge, overQuota.
 */
export const createContact = async (
  ctx: Context,
  tx: AccountWriter,
  given: ContactContent & { readonly bookId: number; readonly uri?: string },
): Promise<Contact> => {
  const { card, media, source, bookId } = given
  const text = checkCard(card)
  const sourceSize = checkSource(source)
  const all = await books.list(tx, tx.accountId)
  const book = books.in(all, bookId)
  await checkUid(tx, bookId, card.uid)
  const id = tx.nextId()
  let uri = checkUri(given.uri ?? uriFor(card.uid, id))
  if (await contactAt(tx, tx.accountId, bookId, uri)) {
    if (given.uri !== undefined) throw new Failure('alreadyExists', 'something is there', { property: 'uri' })
    uri = `card-${id}.vcf`
  }
  const { size: mediaSize, blobs } = await resolveMedia(ctx, tx, card, media)
  const size = octets(text) + sourceSize + mediaSize
  books.checkRoom(all, book, 1, size)
  await tx.run(insert, rowOf(tx, id, bookId, uri, card, text, size))
  await writeBeside(tx, id, given)
  await keepMedia(tx, id, blobs)
  await books.members.came(tx, { id, collection: bookId, uri, size })
  const { now } = tx
  return { id, bookId, uri, uid: card.uid, card, size, modseq: tx.modseq, createdAt: now, updatedAt: now }
}

const asMember = ({ id, bookId, uri, size }: Contact): Member => ({ id, collection: bookId, uri, size })

/**
 * Replaces what a card says, moves it to another book, or both. Without `source` the vCard that it came by is forgotten:
 * the card is what counts. Throws as `createContact`.
 */
export const changeContact = async (
  ctx: Context,
  tx: AccountWriter,
  id: number,
  change: Partial<ContactContent> & { readonly bookId?: number },
): Promise<Contact> => {
  const before = await getContact(tx, tx.accountId, id)
  if (!before) throw new Failure('notFound', `no card ${id}`)
  const bookId = change.bookId ?? before.bookId
  const all = await books.list(tx, tx.accountId)
  const book = books.in(all, bookId)
  const card = change.card ?? before.card
  const text = checkCard(card)
  const content: ContactContent = { card, media: change.media ?? new Map(), ...(await sourceKept(tx, id, change)) }
  const moved = bookId !== before.bookId
  if (moved || card.uid !== before.uid) await checkUid(tx, bookId, card.uid, id)
  const taken = moved && (await contactAt(tx, tx.accountId, bookId, before.uri)) !== undefined
  const uri = taken ? `card-${id}-${tx.modseq}.vcf` : before.uri
  const { size: mediaSize, blobs } = await resolveMedia(ctx, tx, card, content.media)
  const size = octets(text) + checkSource(content.source) + mediaSize
  books.checkRoom(all, book, moved ? 1 : 0, size - before.size)
  await tx.run(update, rowOf(tx, id, bookId, uri, card, text, size))
  await writeBeside(tx, id, content)
  await keepMedia(tx, id, blobs)
  await books.members.changed(tx, asMember(before), { id, collection: bookId, uri, size })
  const { now } = tx
  return { ...before, bookId, uri, uid: card.uid, card, size, modseq: tx.modseq, updatedAt: now }
}

const selectSource = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('contact_source').select('vcard').where('account_id', '=', p.account).where('card_id', '=', p.id),
)

/** A card that only moves keeps its vCard. */
const sourceKept = async (
  tx: AccountWriter,
  id: number,
  change: Partial<ContactContent>,
): Promise<{ readonly source?: string }> => {
  if (change.source !== undefined) return { source: change.source }
  if (change.card !== undefined) return {}
  const row = await tx.first(selectSource, { account: tx.accountId, id })
  return row ? { source: row.vcard } : {}
}

/** Ends a card. Throws Failure notFound. */
export const deleteContact = async (tx: AccountWriter, id: number): Promise<void> => {
  const contact = await getContact(tx, tx.accountId, id)
  if (!contact) throw new Failure('notFound', `no card ${id}`)
  await books.members.end(tx, asMember(contact))
}
