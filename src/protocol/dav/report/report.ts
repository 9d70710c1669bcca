/** REPORT on a collection: query and multiget (RFC 6352 §8.6, §8.7; RFC 4791 §7.8, §7.9), synchronisation (RFC 6578 §3.2). */
import { eventsAround } from '#domain/calendar/events.ts'
import { everyContact } from '#domain/contacts/cards.ts'
import { toVCardProperties } from '#format/jscontact/to-vcard.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { child, parseBody, type Wanted, wantedOf } from '../body.ts'
import { xmlType } from '../failure.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, CARDDAV, DAV, dav, keyOf, multistatus, type Name } from '../names.ts'
import { commonNames, missingResponse, needsText, responseOf } from '../properties.ts'
import type { DavCall, DavResponse } from '../request.ts'
import { findThere, hrefs, type Resource, segmentsOf } from '../resources.ts'
import { pointOf, tokenOf } from '../sync-token.ts'
import { loadTexts } from '../texts.ts'
import { calendarFilter } from './calendar-filter.ts'
import { cardFilter } from './filter.ts'

type InBook = Extract<Resource, { kind: 'book' }>
type Report = (call: DavCall, resource: InBook, root: XmlElement) => Promise<AsyncIterable<string>>

/** Results that one answer gives at most. */
const most = 10_000

const limitIn = (root: XmlElement, ns: string): number => {
  const limit = child(root, ns, 'limit')
  const text = limit && child(limit, ns, 'nresults')?.text.trim()
  if (text === undefined) return most
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new DavFault(400)
  return Math.min(Number(text), most)
}

const namesOf = ({ names }: Wanted): readonly Name[] => (typeof names === 'string' ? commonNames : names)

/** Responses for cards that are there. */
async function* responsesOf(call: DavCall, resources: readonly Resource[], wanted: Wanted): AsyncGenerator<string> {
  const names = namesOf(wanted)
  if (!needsText(names)) {
    for (const one of resources) yield responseOf(one, call.principal, names)
    return
  }
  for await (const { resource, text } of loadTexts(call, resources, wanted.version))
    yield responseOf(resource, call.principal, names, { loaded: text === undefined ? {} : { text } })
}

const multiget: Report = async (call, { area, book }, root) => {
  const wanted = wantedOf(root)
  const { ctx, principal } = call
  const places = new Map(
    (await ctx.store.read((tx) => area.collections.members.places(tx, principal.accountId, book.id))).map((place) => [
      place.uri,
      place,
    ]),
  )
  const found: Resource[] = []
  const missing: string[] = []
  // Each once: a place asked for thousands of times would be answered with thousands of pictures.
  const asked = root.children.filter((one) => one.ns === DAV && one.name === 'href').map((one) => one.text.trim())
  for (const path of new Set(asked)) {
    const segments = segmentsOf(path) ?? []
    const uri = segments.length === 4 && path.includes(hrefs.book(principal, area, book)) ? segments[3] : undefined
    const place = uri === undefined ? undefined : places.get(uri)
    if (place) found.push({ kind: 'card', area, book, place })
    else missing.push(path)
  }
  return (async function* () {
    yield* responsesOf(call, found, wanted)
    for (const path of missing) yield missingResponse(path)
  })()
}

const truncated = (path: string): string =>
  dav(
    'response',
    dav('href', path),
    dav('status', 'HTTP/1.1 507 Insufficient Storage'),
    dav('error', dav('number-of-matches-within-limits')),
  )

const cardQuery: Report = async (call, { area, book }, root) => {
  const { ctx, principal } = call
  const wanted = wantedOf(root)
  const filter = child(root, CARDDAV, 'filter')
  if (!filter) throw new DavFault(400)
  const test = cardFilter(filter)
  const limit = limitIn(root, CARDDAV)
  const found: Resource[] = []
  let more = false
  for await (const contact of everyContact(ctx.store, principal.accountId)) {
    if (contact.bookId !== book.id || !test(toVCardProperties(contact.card, '3.0'))) continue
    more = found.length >= limit
    if (more) break
    found.push({ kind: 'card', area, book, place: contact })
  }
  return (async function* () {
    yield* responsesOf(call, found, wanted)
    if (more) yield truncated(hrefs.book(principal, area, book))
  })()
}

const eventQuery: Report = async (call, { area, book }, root) => {
  const { ctx, principal } = call
  const wanted = wantedOf(root)
  const filter = child(root, CALDAV, 'filter')
  if (!filter) throw new DavFault(400)
  const { test, from, to } = calendarFilter(filter)
  const found: Resource[] = []
  let more = false
  let lastPause = performance.now()
  for await (const event of eventsAround(ctx.store, principal.accountId, from, to)) {
    if (event.calendarId !== book.id || !test(event)) continue
    more = found.length >= most
    if (more) break
    found.push({ kind: 'card', area, book, place: event })
    if (performance.now() - lastPause < 5) continue
    await new Promise((resolve) => setImmediate(resolve))
    lastPause = performance.now()
  }
  return (async function* () {
    yield* responsesOf(call, found, wanted)
    if (more) yield truncated(hrefs.book(principal, area, book))
  })()
}

const syncCollection: Report = async (call, { area, book }, root) => {
  const { ctx, principal } = call
  const level = (child(root, DAV, 'sync-level')?.text ?? '1').trim()
  // Clients of the drafts said it in the Depth header; books have one level in any case.
  if (level !== '1' && level !== 'infinite') throw new DavFault(400)
  const wanted = wantedOf(root)
  const since = pointOf((child(root, DAV, 'sync-token')?.text ?? '').trim())
  const limit = limitIn(root, DAV)
  const { changes, places } = await ctx.store.read(async (tx) => ({
    changes: await area.collections.changes(tx, principal.accountId, book.id, since, limit),
    places: new Map(
      (await area.collections.members.places(tx, principal.accountId, book.id)).map((place) => [place.id, place]),
    ),
  }))
  const there = changes.entries.flatMap(({ id, gone }): Resource[] => {
    const place = gone ? undefined : places.get(id)
    return place ? [{ kind: 'card', area, book, place }] : []
  })
  return (async function* () {
    yield* responsesOf(call, there, wanted)
    for (const { gone, uri } of changes.entries) if (gone) yield missingResponse(hrefs.card(principal, area, book, uri))
    if (changes.more) yield truncated(hrefs.book(principal, area, book))
    yield dav('sync-token', tokenOf(changes.until))
  })()
}

const reports: Readonly<Record<string, Report>> = {
  [keyOf({ ns: CARDDAV, name: 'addressbook-multiget' })]: multiget,
  [keyOf({ ns: CARDDAV, name: 'addressbook-query' })]: cardQuery,
  [keyOf({ ns: CALDAV, name: 'calendar-multiget' })]: multiget,
  [keyOf({ ns: CALDAV, name: 'calendar-query' })]: eventQuery,
  [keyOf({ ns: DAV, name: 'sync-collection' })]: syncCollection,
}

export const report = async (call: DavCall): Promise<DavResponse> => {
  const resource = await findThere(call)
  const root = parseBody(call.request.body)
  const run = reports[keyOf(root)]
  if (!run || resource.kind !== 'book' || (root.ns !== DAV && root.ns !== resource.area.ns))
    throw new DavFault(403, dav('supported-report'))
  const responses = await run(call, resource, root)
  return { status: 207, headers: { 'content-type': xmlType }, body: multistatus(responses) }
}
