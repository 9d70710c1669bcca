/**
 * The tree of resources below `/dav/`: principals and their homes. What a path names is found here and nowhere else; a path
 * of somebody else's is not there (404), so that nothing is told of it.
 */
import { formatId } from '#base/ids.ts'
import type { Place } from '#domain/sync/collection-changes.ts'
import { addressBooks } from './address-books.ts'
import type { Area, Collection } from './area.ts'
import { calendars } from './calendars.ts'
import { DavFault } from './fault.ts'
import type { DavCall, DavPrincipal } from './request.ts'

export const mount = '/dav'

export type Resource =
  | { readonly kind: 'root' | 'principals' | 'principal' }
  | { readonly kind: 'homes' | 'home'; readonly area: Area }
  | { readonly kind: 'book'; readonly area: Area; readonly book: Collection }
  | { readonly kind: 'card'; readonly area: Area; readonly book: Collection; readonly place: Place }

/** A place below a home where nothing is (yet). */
export type Vacant =
  | { readonly kind: 'no-book'; readonly area: Area; readonly uri: string }
  | { readonly kind: 'no-card'; readonly area: Area; readonly book: Collection; readonly uri: string }

/** Every area (law 11). */
export const areas: readonly Area[] = [addressBooks, calendars]

const ownId = (principal: DavPrincipal): string => formatId('account', principal.accountId)

const join = (...segments: readonly string[]): string =>
  `${mount}/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`

export const hrefs = {
  root: `${mount}/`,
  principals: `${mount}/principals/`,
  homes: (area: Area): string => `${mount}/${area.name}/`,
  principal: (principal: DavPrincipal): string => `${join('principals', ownId(principal))}/`,
  home: (principal: DavPrincipal, area: Area): string => `${join(area.name, ownId(principal))}/`,
  book: (principal: DavPrincipal, area: Area, book: Pick<Collection, 'uri'>): string =>
    `${join(area.name, ownId(principal), book.uri)}/`,
  card: (principal: DavPrincipal, area: Area, book: Pick<Collection, 'uri'>, uri: string): string =>
    join(area.name, ownId(principal), book.uri, uri),
}

export const hrefOf = (principal: DavPrincipal, resource: Resource): string => {
  switch (resource.kind) {
    case 'root':
      return hrefs.root
    case 'principals':
      return hrefs.principals
    case 'homes':
      return hrefs.homes(resource.area)
    case 'principal':
      return hrefs.principal(principal)
    case 'home':
      return hrefs.home(principal, resource.area)
    case 'book':
      return hrefs.book(principal, resource.area, resource.book)
    case 'card':
      return hrefs.card(principal, resource.area, resource.book, resource.place.uri)
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

/** Methods that make something need a place for it (RFC 4918 §9.3.1, §9.7.1): 409 where there is none. */
const makers = new Set(['PUT', 'MKCOL', 'MKCALENDAR'])

const below = async (
  call: DavCall,
  area: Area,
  uri: string,
  name: string | undefined,
  isDestination: boolean,
): Promise<Resource | Vacant> => {
  const { ctx, principal } = call
  const book = (await area.collections.of(ctx, principal.accountId)).find((one) => one.uri === uri)
  if (name === undefined) return book ? { kind: 'book', area, book } : { kind: 'no-book', area, uri }
  if (!book) throw new DavFault(isDestination || makers.has(call.request.method) ? 409 : 404)
  const place = await ctx.store.read((tx) => area.at(tx, principal.accountId, book.id, name))
  return place ? { kind: 'card', area, book, place } : { kind: 'no-card', area, book, uri: name }
}

/** What a path names. Throws DavFault 404, and 409 where something is to be made in a collection that is not there. */
export const find = async (call: DavCall, path = call.request.path): Promise<Resource | Vacant> => {
  const [first, owner, book, card, ...more] = segmentsOf(path) ?? ['nowhere']
  if (first === undefined) return { kind: 'root' }
  if (more.length === 0) {
    const isMine = owner === ownId(call.principal)
    if (first === 'principals' && book === undefined) {
      if (owner === undefined) return { kind: 'principals' }
      if (isMine) return { kind: 'principal' }
    }
    const area = areas.find(({ name }) => name === first)
    if (area) {
      const { scopes } = call.principal
      if (scopes !== undefined && !scopes.includes(area.scope)) throw new DavFault(403)
      if (owner === undefined) return { kind: 'homes', area }
      if (isMine)
        return book === undefined ? { kind: 'home', area } : below(call, area, book, card, path !== call.request.path)
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
