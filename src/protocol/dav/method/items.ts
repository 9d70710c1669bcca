/** GET, PUT and DELETE of what is in collections, DELETE of collections (RFC 4918 §9, RFC 6352 §6.3, RFC 4791 §5.3). */
import { Failure, isFailure } from '#base/failure.ts'
import { escapeXml } from '#format/xml/write.ts'
import type { Area, Collection } from '../area.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, dav, named } from '../names.ts'
import { checkConditions, type DavCall, type DavResponse, noneMatches } from '../request.ts'
import { etagOf, find, findThere, hrefs } from '../resources.ts'

const element = ({ ns }: Area, name: string, ...children: readonly string[]): string => named({ ns, name }, ...children)

const versionIn = (accept: string | undefined): '3.0' | '4.0' | undefined => {
  const match = /text\/vcard\s*;\s*version\s*=\s*"?([34]\.0)"?/i.exec(accept ?? '')
  return match ? (match[1] as '3.0' | '4.0') : undefined
}

export const get = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const resource = await findThere(call)
  if (resource.kind !== 'card') throw new DavFault(405)
  const { area, book, place } = resource
  const found = await ctx.store.read(async (tx) => {
    const now = await area.at(tx, principal.accountId, book.id, place.uri)
    const version = versionIn(request.header('accept'))
    const text = now && (await area.texts(ctx, tx, principal.accountId, [now.id], version)).get(now.id)
    return now && text !== undefined ? { place: now, text } : undefined
  })
  if (!found) throw new DavFault(404)
  const headers = {
    etag: etagOf(found.place),
    'last-modified': new Date(found.place.updatedAt).toUTCString(),
    'content-type': area.type,
    'content-disposition': 'attachment',
    vary: 'Accept',
  }
  const none = request.header('if-none-match')
  if (none !== undefined && !noneMatches(none, headers.etag)) return { status: 304, headers }
  // Of a HEAD the application sends the header only, the length among it.
  return { status: 200, headers, body: found.text }
}

/** What already has the UID (RFC 6352 §6.3.2.1, RFC 4791 §5.3.2.1). */
export const uidConflict = async (call: DavCall, area: Area, book: Collection, uid: string): Promise<DavFault> => {
  const { ctx, principal } = call
  const uri = await ctx.store.read((tx) => area.uriOf(tx, principal.accountId, book.id, uid))
  const href = uri === undefined ? '' : dav('href', escapeXml(hrefs.card(principal, area, book, uri)))
  return new DavFault(409, element(area, 'no-uid-conflict', href))
}

export const put = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const found = await find(call)
  if (found.kind !== 'card' && found.kind !== 'no-card') throw new DavFault(405)
  const { area, book } = found
  const type = request.header('content-type')
  if (type !== undefined && !area.accepts.test(type)) throw new DavFault(415, element(area, area.supportedData))
  const uri = found.kind === 'card' ? found.place.uri : found.uri
  const content = await area.read(ctx, request.body).catch((error: unknown) => {
    if (isFailure(error, 'tooLarge')) throw new DavFault(413, element(area, 'max-resource-size'))
    throw isFailure(error, 'invalid') || isFailure(error, 'tooMany')
      ? new DavFault(403, element(area, area.validData))
      : error
  })
  try {
    const { isNew, place } = await ctx.store.write(principal.accountId, async (tx) => {
      // Looked at again where nothing can come between.
      const before = await area.at(tx, principal.accountId, book.id, uri)
      checkConditions(request, before && etagOf(before))
      // An event keeps its UID (RFC 4791 §5.3.2.1). Cards may have none of their own: each reading gives them another.
      const known = before && area.ns === CALDAV
      if (known && (await area.uriOf(tx, principal.accountId, book.id, content.uid)) !== uri)
        throw new Failure('alreadyExists', 'an event keeps its UID', { property: 'uid' })
      const place = await content.put(tx, { collection: book.id, uri, ...(before ? { before: before.id } : {}) })
      return { isNew: before === undefined, place }
    })
    // An ETag says that what was sent is what is kept, byte for byte (RFC 6352 §6.3.2.3).
    const headers: Record<string, string> = content.isExact ? { etag: etagOf(place) } : {}
    return { status: isNew ? 201 : 204, headers }
  } catch (error) {
    if (isFailure(error, 'alreadyExists') && error.property === 'uid')
      throw await uidConflict(call, area, book, content.uid)
    if (isFailure(error, 'invalid')) throw new DavFault(403, element(area, area.validData))
    throw error
  }
}

export const remove = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const resource = await findThere(call)
  if (resource.kind !== 'card' && resource.kind !== 'book') throw new DavFault(403)
  const { area } = resource
  await ctx.store.write(principal.accountId, async (tx) => {
    if (resource.kind === 'book') return area.collections.end(tx, resource.book.id, { contents: true })
    const before = await area.at(tx, principal.accountId, resource.book.id, resource.place.uri)
    if (!before) throw new DavFault(404)
    checkConditions(request, etagOf(before))
    return area.remove(tx, before.id)
  })
  return { status: 204 }
}
