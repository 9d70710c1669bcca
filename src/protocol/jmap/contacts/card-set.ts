/** ContactCard/set (RFC 9610 §3.5). Pictures given as `data:` URIs become blobs before the transaction begins. */
import { isFailure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { books } from '#domain/contacts/books.ts'
import { type Contact, getContact } from '#domain/contacts/cards.ts'
import { type PreparedMedia, takeMedia } from '#domain/contacts/media.ts'
import { changeContact, createContact, deleteContact } from '#domain/contacts/write.ts'
import { CONTACTS } from '#format/jmap/contacts.ts'
import type { Id } from '#format/jmap/core.ts'
import type { CardDraft, JsCard } from '#format/jscontact/card.ts'
import { findBlob, readBlob } from '../blob/open.ts'
import { id, isObject, isTrue, mapOf } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { dereference, numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, patchTokens, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, setArguments } from '../set.ts'
import { checkState } from '../state.ts'
import { cardObject } from './card.ts'

type Transaction = Parameters<typeof deleteContact>[0]
type Given = Readonly<Record<string, unknown>>

/** What a create or a patch becomes once its media are blobs; or why they cannot. */
type Taken =
  | { readonly asked: Given; readonly object: Given; readonly media: PreparedMedia }
  | { readonly error: unknown }

/** Media within an object: of a whole card, of `media` in a patch, of one path in it. */
const takeFrom = async (call: AccountCall, object: Given): Promise<Taken> => {
  const read = async (blobId: string, max: number) => {
    const known = dereference(blobId, call)
    const blob = known === undefined ? undefined : await findBlob(call.ctx, call.account, known)
    return blob && readBlob(call.ctx, blob, max)
  }
  try {
    const taken: Record<string, unknown> = { ...object }
    const media = new Map<string, PreparedMedia extends ReadonlyMap<string, infer B> ? B : never>()
    const take = async (parts: Given): Promise<Given> => {
      const result = await takeMedia(call.ctx, { uid: '', media: parts } as JsCard, read)
      for (const [blobId, blob] of result.media) media.set(blobId, blob)
      return result.card.media ?? {}
    }
    for (const [path, value] of Object.entries(object)) {
      const [top, part, ...deeper] = patchTokens(path)
      if (top !== 'media' || !isObject(value)) continue
      if (part === undefined) taken[path] = await take(value)
      else if (deeper.length === 0) taken[path] = (await take({ [part]: value }))[part]
    }
    return { asked: object, object: taken, media }
  } catch (error) {
    return { error }
  }
}

const takeAll = async (call: AccountCall, objects: Readonly<Record<Id, Given>> | null): Promise<Map<Id, Taken>> => {
  const all = new Map<Id, Taken>()
  for (const [name, object] of Object.entries(objects ?? {})) all.set(name, await takeFrom(call, object))
  return all
}

/** Throws SetFault invalidProperties unless the card is in exactly one book (maxAddressBooksPerCard). */
const bookOf = (value: unknown, call: AccountCall): number => {
  const names = Object.keys(checkProperty('addressBookIds', mapOf(isTrue, id), value))
  const [only, ...others] = names
  const book = only === undefined || others.length > 0 ? undefined : numberOf('addressBook', only, call)
  if (book === undefined) throw invalidProperties('A card is in exactly one address book', 'addressBookIds')
  return book
}

/** The card within the object; the domain checks its members. `uid` for a card that has none. */
const cardOf = (object: Given, uid: string): JsCard => {
  const { id: _id, addressBookIds: _books, ...members } = object
  const card: CardDraft = { '@type': 'Card', version: '1.0', uid }
  for (const [name, value] of Object.entries(members)) if (value !== null && value !== undefined) card[name] = value
  return card
}

/** Told as an existing card (RFC 8620 §5.4) when it is the UID that another has. */
const existing = (error: unknown): unknown =>
  isFailure(error, 'alreadyExists') && error.property === 'uid'
    ? new SetFault('alreadyExists', error.message, { properties: ['uid'] })
    : error

const create = async (
  tx: Transaction,
  call: AccountCall,
  taken: Taken | undefined,
  defaultBook: number,
): Promise<{ id: Id }> => {
  if (!taken) throw new SetFault('notFound', 'There is no such card')
  if ('error' in taken) throw taken.error
  const { asked, object, media } = taken
  if (object.id !== undefined) throw invalidProperties('The server gives ids', 'id')
  const bookId = object.addressBookIds === undefined ? defaultBook : bookOf(object.addressBookIds, call)
  const card = cardOf(object, crypto.randomUUID())
  const contact = await createContact(call.ctx, tx, { card, media, bookId })
  const full = cardObject(contact)
  const told = Object.entries(full).filter(([name, value]) => !sameJson(asked[name], value))
  return { ...Object.fromEntries(told), id: full.id }
}

/** What changed otherwise than asked; false when nothing did. */
const update = async (
  tx: Transaction,
  call: AccountCall,
  cardId: Id,
  taken: Taken | undefined,
): Promise<object | boolean> => {
  if (!taken) throw new SetFault('notFound', 'There is no such card')
  if ('error' in taken) throw taken.error
  const number = parseId('contact', cardId)
  const contact: Contact | undefined = number === undefined ? undefined : await getContact(tx, call.account, number)
  if (!contact) throw new SetFault('notFound', 'There is no such card')
  const current: Given = cardObject(contact)
  const { value, touched } = applyPatch(current, taken.object)
  const changed = new Set([...touched].filter((name) => !sameJson(value[name] ?? null, current[name] ?? null)))
  if (changed.has('id')) throw invalidProperties('An id never changes', 'id')
  if (changed.has('uid')) throw invalidProperties('A UID never changes', 'uid')
  if (changed.size === 0) return false
  const bookId = changed.has('addressBookIds') ? bookOf(value.addressBookIds, call) : contact.bookId
  const onlyMoves = changed.size === 1 && changed.has('addressBookIds')
  const content = onlyMoves ? {} : { card: cardOf(value, contact.card.uid), media: taken.media }
  await changeContact(call.ctx, tx, contact.id, { bookId, ...content })
  return taken.media.size > 0 ? { media: value.media } : true
}

export const contactCardSet = accountMethod('ContactCard/set', CONTACTS, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  const all = await books.of(call.ctx, call.account)
  const defaultBook = all.find(({ isDefault }) => isDefault)?.id ?? 0
  const creations = await takeAll(call, args.create)
  const updates = await takeAll(call, args.update)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['ContactCard'], args.ifInState)
    const takenFor = (cardId: Id) =>
      updates.get(cardId) ?? [...updates].find(([name]) => dereference(name, call) === cardId)?.[1]
    const outcome = await applySet(args, call, {
      create: (_object, creation) => create(tx, call, creations.get(creation), defaultBook),
      update: (cardId) => update(tx, call, cardId, takenFor(cardId)),
      destroy: (cardId) => deleteContact(tx, parseId('contact', cardId) ?? 0),
      told: existing,
    })
    return outcome.respond(tx.modseq)
  })
})
