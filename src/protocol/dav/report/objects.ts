/** multiget and query of cards and events (RFC 6352 §8.6, §8.7; RFC 4791 §7.8, §7.9). */
import { eventsAround } from '#domain/calendar/events.ts'
import { everyContact } from '#domain/contacts/cards.ts'
import type { Place } from '#domain/sync/collection-changes.ts'
import { toVCardProperties } from '#format/jscontact/to-vcard.ts'
import type { Area, Collection } from '../area.ts'
import { child, wantedOf } from '../body.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, CARDDAV, DAV, dav } from '../names.ts'
import { missingResponse } from '../properties.ts'
import type { DavCall } from '../request.ts'
import { hrefOf, hrefs, type Resource, segmentsOf } from '../resources.ts'
import { calendarFilter } from './calendar-filter.ts'
import { cardFilter } from './filter.ts'
import { limitIn, most, type Report, responsesOf, truncated } from './responses.ts'

type Card = Extract<Resource, { kind: 'card' }>
type Ranged = Extract<Resource, { kind: 'book' | 'card' }> | { readonly kind: 'home'; readonly area: Area }

/** Throws DavFault 403 for what no report looks into. */
const ranged = (resource: Resource): Ranged => {
  if (resource.kind === 'book' || resource.kind === 'card') return resource
  if (resource.kind === 'home') return { kind: 'home', area: resource.area }
  throw new DavFault(403, dav('supported-report'))
}

/** The collections that a report on the resource looks into: of a home all, when the request asks so deep. */
const collectionsOf = async (
  { ctx, principal, request }: DavCall,
  resource: Ranged,
): Promise<Map<number, Collection>> => {
  const isDeep = request.header('depth')?.trim().toLowerCase() === 'infinity'
  const all =
    resource.kind !== 'home'
      ? [resource.book]
      : isDeep
        ? await resource.area.collections.of(ctx, principal.accountId)
        : []
  return new Map(all.map((one) => [one.id, one]))
}

/** Finds what paths name within the resource, looking into each collection once. */
const finder = async (call: DavCall, resource: Ranged) => {
  const { ctx, principal } = call
  const { area } = resource
  const [, mine] = segmentsOf(hrefs.home(principal, area)) ?? []
  const books = resource.kind === 'home' ? await area.collections.of(ctx, principal.accountId) : [resource.book]
  const known = new Map<number, Map<string, Place>>()
  return async (path: string): Promise<Card | undefined> => {
    const [name, owner, bookUri, uri, ...more] = segmentsOf(path) ?? []
    if (name !== area.name || owner !== mine || uri === undefined || more.length > 0) return undefined
    const book = books.find((one) => one.uri === bookUri)
    if (!book || (resource.kind === 'card' && uri !== resource.place.uri)) return undefined
    let places = known.get(book.id)
    if (!places) {
      const all = await ctx.store.read((tx) => area.collections.members.places(tx, principal.accountId, book.id))
      places = new Map(all.map((place) => [place.uri, place]))
      known.set(book.id, places)
    }
    const place = places.get(uri)
    return place && { kind: 'card', area, book, place }
  }
}

export const multiget: Report = async (call, resource, root) => {
  const wanted = wantedOf(root)
  const find = await finder(call, ranged(resource))
  const found: Resource[] = []
  const missing: string[] = []
  // Each once: a place asked for thousands of times would be answered with thousands of pictures.
  const asked = root.children.filter((one) => one.ns === DAV && one.name === 'href').map((one) => one.text.trim())
  for (const path of new Set(asked)) {
    const one = await find(path)
    if (one) found.push(one)
    else missing.push(path)
  }
  return (async function* () {
    yield* responsesOf(call, found, wanted)
    for (const path of missing) yield missingResponse(path)
  })()
}

const filterIn = (root: Parameters<Report>[2], ns: string) => {
  const filter = child(root, ns, 'filter')
  if (!filter) throw new DavFault(400)
  return filter
}

export const cardQuery: Report = async (call, given, root) => {
  const resource = ranged(given)
  const { area } = resource
  const wanted = wantedOf(root)
  const test = cardFilter(filterIn(root, CARDDAV))
  const limit = limitIn(root, CARDDAV)
  const books = await collectionsOf(call, resource)
  const found: Resource[] = []
  let more = false
  for await (const contact of everyContact(call.ctx.store, call.principal.accountId)) {
    const book = books.get(contact.bookId)
    if (!book || (resource.kind === 'card' && contact.id !== resource.place.id)) continue
    if (!test(toVCardProperties(contact.card, '3.0'))) continue
    more = found.length >= limit
    if (more) break
    found.push({ kind: 'card', area, book, place: contact })
  }
  return (async function* () {
    yield* responsesOf(call, found, wanted)
    if (more) yield truncated(hrefOf(call.principal, resource))
  })()
}

export const eventQuery: Report = async (call, given, root) => {
  const resource = ranged(given)
  const { area } = resource
  const wanted = wantedOf(root)
  const { test, from, to } = calendarFilter(filterIn(root, CALDAV))
  const limit = Math.min(limitIn(root, CALDAV), most)
  const books = await collectionsOf(call, resource)
  const found: Resource[] = []
  let more = false
  let lastPause = performance.now()
  for await (const event of eventsAround(call.ctx.store, call.principal.accountId, from, to)) {
    const book = books.get(event.calendarId)
    if (!book || (resource.kind === 'card' && event.id !== resource.place.id) || !test(event)) continue
    more = found.length >= limit
    if (more) break
    found.push({ kind: 'card', area, book, place: event })
    if (performance.now() - lastPause < 5) continue
    await new Promise((resolve) => setImmediate(resolve))
    lastPause = performance.now()
  }
  return (async function* () {
    yield* responsesOf(call, found, wanted)
    if (more) yield truncated(hrefOf(call.principal, resource))
  })()
}
