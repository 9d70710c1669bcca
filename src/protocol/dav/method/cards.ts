/** GET, PUT and DELETE of cards, DELETE of books, MOVE of a card (RFC 4918 §9, RFC 6352 §6.3). */
import { isFailure } from '#base/failure.ts'
import { deleteBook } from '#domain/contacts/books.ts'
import { contactAt, contactOfUid } from '#domain/contacts/cards.ts'
import { readVCard, vcardOf } from '#domain/contacts/vcard.ts'
import { changeContact, createContact, deleteContact } from '#domain/contacts/write.ts'
import { escapeXml } from '#format/xml/write.ts'
import { DavFault } from '../failure.ts'
import { dav, card as element } from '../names.ts'
import { checkConditions, type DavCall, type DavResponse } from '../request.ts'
import { etagOf, find, findThere, hrefs } from '../resources.ts'

const vcardType = 'text/vcard; charset=utf-8'

const versionIn = (accept: string | undefined): '3.0' | '4.0' | undefined => {
  const match = /text\/vcard\s*;\s*version\s*=\s*"?([34]\.0)"?/i.exec(accept ?? '')
  return match ? (match[1] as '3.0' | '4.0') : undefined
}

export const get = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const resource = await findThere(call)
  if (resource.kind !== 'card') throw new DavFault(405)
  const { book, place } = resource
  const found = await ctx.store.read(async (tx) => {
    const contact = await contactAt(tx, principal.accountId, book.id, place.uri)
    if (!contact) return undefined
    const text = await vcardOf(ctx, tx, principal.accountId, contact, versionIn(request.header('accept')))
    return { contact, text }
  })
  if (!found) throw new DavFault(404)
  const headers = {
    etag: etagOf(found.contact),
    'last-modified': new Date(found.contact.updatedAt).toUTCString(),
    'content-type': vcardType,
    'content-disposition': 'attachment',
    vary: 'Accept',
  }
  const none = request.header('if-none-match')
  if (none?.includes(headers.etag)) return { status: 304, headers }
  return { status: 200, headers, body: request.method === 'HEAD' ? '' : found.text }
}

const isVCard = (type: string | undefined): boolean =>
  type === undefined || /^\s*text\/(?:vcard|x-vcard|directory)\s*(?:;|$)/i.test(type)

/** The card that already has the UID (RFC 6352 §6.3.2.1). */
const uidConflict = async (call: DavCall, book: { id: number; uri: string }, uid: string): Promise<DavFault> => {
  const { ctx, principal } = call
  const other = await ctx.store.read((tx) => contactOfUid(tx, principal.accountId, book.id, uid))
  const href = other ? dav('href', escapeXml(hrefs.card(principal, book, other.uri))) : ''
  return new DavFault(409, element('no-uid-conflict', href))
}

export const put = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const found = await find(call)
  if (found.kind !== 'card' && found.kind !== 'no-card') throw new DavFault(405)
  if (!isVCard(request.header('content-type'))) throw new DavFault(415, element('supported-address-data'))
  const { book } = found
  const uri = found.kind === 'card' ? found.place.uri : found.uri
  const content = await readVCard(ctx, request.body).catch((error: unknown) => {
    throw isFailure(error, 'invalid') || isFailure(error, 'tooMany')
      ? new DavFault(403, element('valid-address-data'))
      : error
  })
  try {
    const { isNew, place } = await ctx.store.write(principal.accountId, async (tx) => {
      // Looked at again where nothing can come between.
      const before = await contactAt(tx, principal.accountId, book.id, uri)
      checkConditions(request, before && etagOf(before))
      const place = before
        ? await changeContact(ctx, tx, before.id, content)
        : await createContact(ctx, tx, { ...content, bookId: book.id, uri })
      return { isNew: before === undefined, place }
    })
    // An ETag says that what was sent is what is kept, byte for byte (RFC 6352 §6.3.2.3).
    const headers: Record<string, string> = content.source === undefined ? {} : { etag: etagOf(place) }
    return { status: isNew ? 201 : 204, headers }
  } catch (error) {
    if (isFailure(error, 'alreadyExists') && error.property === 'uid')
      throw await uidConflict(call, book, content.card.uid)
    if (isFailure(error, 'invalid')) throw new DavFault(403, element('valid-address-data'))
    throw error
  }
}

export const remove = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const resource = await findThere(call)
  if (resource.kind !== 'card' && resource.kind !== 'book') throw new DavFault(403)
  await ctx.store.write(principal.accountId, async (tx) => {
    if (resource.kind === 'book') return deleteBook(tx, resource.book.id, { contents: true })
    const before = await contactAt(tx, principal.accountId, resource.book.id, resource.place.uri)
    if (!before) throw new DavFault(404)
    checkConditions(request, etagOf(before))
    return deleteContact(tx, before.id)
  })
  return { status: 204 }
}

/** A card goes to another book of its owner, and keeps its name there when that is free. */
export const move = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const resource = await findThere(call)
  const target = request.header('destination')
  if (resource.kind !== 'card' || target === undefined) throw new DavFault(403)
  const destination = await find(call, target)
  if (destination.kind !== 'no-card') throw new DavFault(destination.kind === 'card' ? 412 : 403)
  if (destination.uri !== resource.place.uri) throw new DavFault(403)
  await ctx.store.write(principal.accountId, (tx) =>
    changeContact(ctx, tx, resource.place.id, { bookId: destination.book.id }),
  )
  return { status: 201 }
}
