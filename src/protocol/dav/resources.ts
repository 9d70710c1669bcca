/**
 * The tree of resources below `/dav/`: principals and their homes. What a path names is found here and nowhere else; a path
 * of somebody else's is not there (404), so that nothing is told of it. Calendars will be a home beside `addressbooks`.
 */
import { formatId } from '#base/ids.ts'
import { type Book, booksOf } from '#domain/contacts/books.ts'
import { contactAt } from '#domain/contacts/cards.ts'
import type { Place } from '#domain/sync/collection-changes.ts'
import { DavFault } from './failure.ts'
import type { DavCall, DavPrincipal } from './request.ts'

export const mount = '/dav'

export type Resource =
  | { readonly kind: 'root' | 'principals' | 'principal' | 'homes' | 'home' }
  | { readonly kind: 'book'; readonly book: Book }
  | { readonly kind: 'card'; readonly book: Book; readonly place: Place }

/** A place below a home where nothing is (yet). */
export type Vacant =
  | { readonly kind: 'no-book'; readonly uri: string }
  | { readonly kind: 'no-card'; readonly book: Book; readonly uri: string }

const ownId = (principal: DavPrincipal): string => formatId('account', principal.accountId)

const join = (...segments: readonly string[]): string =>
  `${mount}/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`

export const hrefs = {
  root: `${mount}/`,
  principals: `${mount}/principals/`,
  homes: `${mount}/addressbooks/`,
  principal: (principal: DavPrincipal): string => `${join('principals', ownId(principal))}/`,
  home: (principal: DavPrincipal): string => `${join('addressbooks', ownId(principal))}/`,
  book: (principal: DavPrincipal, book: Pick<Book, 'uri'>): string =>
    `${join('addressbooks', ownId(principal), book.uri)}/`,
  card: (principal: DavPrincipal, book: Pick<Book, 'uri'>, uri: string): string =>
    join('addressbooks', ownId(principal), book.uri, uri),
}

export const hrefOf = (principal: DavPrincipal, resource: Resource): string => {
  switch (resource.kind) {
    case 'root':
      return hrefs.root
    case 'principals':
      return hrefs.principals
    case 'homes':
      return hrefs.homes
    case 'principal':
      return hrefs.principal(principal)
    case 'home':
      return hrefs.home(principal)
    case 'book':
      return hrefs.book(principal, resource.book)
    case 'card':
      return hrefs.card(principal, resource.book, resource.place.uri)
  }
}

/** The segments of a path below the mount, decoded; undefined when it is none of ours. */
export const segmentsOf = (path: string): string[] | undefined => {
  const plain = path.replace(/^https?:\/\/[^/]+/i, '')
  if (plain !== mount && !plain.startsWith(`${mount}/`)) return undefined
  try {
    const segments = plain
      .slice(mount.length)
      .split('/')
      .map((segment) => decodeURIComponent(segment))
    if (segments.some((segment) => segment === '.' || segment === '..' || segment.includes('/'))) return undefined
    return segments.filter((segment) => segment !== '')
  } catch {
    return undefined
  }
}

const below = async (call: DavCall, uri: string, name: string | undefined): Promise<Resource | Vacant> => {
  const { ctx, principal } = call
  const book = (await booksOf(ctx, principal.accountId)).find((one) => one.uri === uri)
  if (name === undefined) return book ? { kind: 'book', book } : { kind: 'no-book', uri }
  if (!book) throw new DavFault(call.request.method === 'PUT' ? 409 : 404)
  const place = await ctx.store.read((tx) => contactAt(tx, principal.accountId, book.id, name))
  return place ? { kind: 'card', book, place } : { kind: 'no-card', book, uri: name }
}

/** What a path names. Throws DavFault 404. */
export const find = async (call: DavCall, path = call.request.path): Promise<Resource | Vacant> => {
  const [area, owner, book, card, ...more] = segmentsOf(path) ?? ['nowhere']
  if (area === undefined) return { kind: 'root' }
  if (more.length === 0) {
    const isMine = owner === ownId(call.principal)
    if (area === 'principals' && book === undefined) {
      if (owner === undefined) return { kind: 'principals' }
      if (isMine) return { kind: 'principal' }
    }
    if (area === 'addressbooks') {
      if (owner === undefined) return { kind: 'homes' }
      if (isMine) return book === undefined ? { kind: 'home' } : below(call, book, card)
    }
  }
  throw new DavFault(404)
}

/** What a path names that is there. Throws DavFault 404. */
export const findThere = async (call: DavCall, path?: string): Promise<Resource> => {
  const found = await find(call, path)
  if (found.kind === 'no-book' || found.kind === 'no-card') throw new DavFault(404)
  return found
}

/** Strong: it changes with every change of the card. */
export const etagOf = (place: Pick<Place, 'id' | 'modseq'>): string =>
  `"${place.id.toString(36)}-${place.modseq.toString(36)}"`
