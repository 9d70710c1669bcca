/** MKCOL with properties (RFC 5689), MKCALENDAR (RFC 4791 §5.3.1) and PROPPATCH (RFC 4918 §9.2): collections made and named. */
import { isFailure } from '#base/failure.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { escapeXml } from '#format/xml/write.ts'
import type { CollectionChange } from '../area.ts'
import { child, parseBody } from '../body.ts'
import { xmlType } from '../failure.ts'
import { DavFault } from '../fault.ts'
import { APPLE, CALDAV, CARDDAV, DAV, dav, documentOf, keyOf, named } from '../names.ts'
import { allNames } from '../properties.ts'
import type { DavCall, DavResponse } from '../request.ts'
import { find, findThere, hrefOf, type Resource } from '../resources.ts'

/** Properties that a client sets, and what they are of a collection. */
const settable: Readonly<Record<string, 'name' | 'description' | 'colour' | 'sortOrder'>> = {
  [`{${DAV}}displayname`]: 'name',
  [`{${CARDDAV}}addressbook-description`]: 'description',
  [`{${CALDAV}}calendar-description`]: 'description',
  [`{${APPLE}}calendar-color`]: 'colour',
  [`{${APPLE}}calendar-order`]: 'sortOrder',
}

interface Asked {
  readonly change: CollectionChange
  readonly known: readonly XmlElement[]
  readonly unknown: readonly XmlElement[]
}

const live = new Set(allNames.map(keyOf))

/** The server's own, which nobody sets (RFC 4918 §16). */
const isLive = (property: XmlElement): boolean => live.has(keyOf(property))

const propertiesIn = (root: XmlElement): Asked => {
  const change: { name?: string; description?: string; colour?: string; sortOrder?: number } = {}
  const known: XmlElement[] = []
  const unknown: XmlElement[] = []
  for (const act of root.children) {
    if (act.ns !== DAV || (act.name !== 'set' && act.name !== 'remove')) continue
    for (const property of child(act, DAV, 'prop')?.children ?? []) {
      const name = settable[`{${property.ns}}${property.name}`]
      // To remove what is not there is no error (RFC 4918 §14.23).
      if (name === undefined && act.name === 'remove' && !isLive(property)) known.push(property)
      else if (name === undefined || (name !== 'description' && act.name === 'remove')) unknown.push(property)
      else {
        known.push(property)
        const text = act.name === 'set' ? property.text.trim() : ''
        // Programs count from wherever they like.
        if (name === 'sortOrder') change.sortOrder = /^\d{1,9}$/.test(text) ? Number(text) : 0
        else change[name] = text
      }
    }
  }
  return { change, known, unknown }
}

const empty = ({ ns, name }: XmlElement): string => named({ ns, name })

const status = (line: string, properties: readonly XmlElement[], error = ''): string =>
  properties.length === 0
    ? ''
    : dav('propstat', dav('prop', ...properties.map(empty)), dav('status', `HTTP/1.1 ${line}`), error)

export const mkcol = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const found = await find(call)
  const isMkcalendar = request.method === 'MKCALENDAR'
  const elsewhere = isMkcalendar ? named({ ns: CALDAV, name: 'calendar-collection-location-ok' }) : undefined
  if (found.kind !== 'no-book')
    throw found.kind === 'no-card' ? new DavFault(403, elsewhere) : new DavFault(405, dav('resource-must-be-null'))
  const { area } = found
  if (isMkcalendar && area.ns !== CALDAV) throw new DavFault(403, elsewhere)
  // RFC 4918 §9.3: a body of a kind that nobody knows.
  if (
    request.body !== '' &&
    !/^\s*(?:application|text)\/(?:[\w.-]+\+)?xml\s*(?:;|$)/i.test(request.header('content-type') ?? 'text/xml')
  )
    throw new DavFault(415)
  if (request.body.trim() === '' && !isMkcalendar) throw new DavFault(403, dav('valid-resourcetype'))
  const root = request.body.trim() === '' ? undefined : parseBody(request.body)
  if (
    root &&
    (isMkcalendar ? root.ns !== CALDAV || root.name !== 'mkcalendar' : root.ns !== DAV || root.name !== 'mkcol')
  )
    throw new DavFault(400)
  const { change, unknown } = root ? propertiesIn(root) : { change: {} as CollectionChange, unknown: [] }
  const type = unknown.find((one) => one.ns === DAV && one.name === 'resourcetype')
  if (!isMkcalendar && (!type || !child(type, area.ns, area.resourceType)))
    throw new DavFault(403, dav('valid-resourcetype'))
  const wanted = { ...change, name: change.name || found.uri, uri: found.uri }
  await ctx.store.write(principal.accountId, async (tx) => {
    try {
      await area.collections.create(tx, wanted)
    } catch (error) {
      // Two collections of one name are two over DAV, where the path counts.
      if (!isFailure(error, 'alreadyExists') || error.property !== 'name') throw error
      await area.collections.create(tx, { ...wanted, name: `${wanted.name} (${wanted.uri})`.slice(0, 120) })
    }
  })
  return { status: 201, headers: { 'cache-control': 'no-cache' } }
}

/** False when the values cannot be those of a collection (RFC 4918 §9.2.1: 409). */
const isChanged = async (
  { ctx, principal }: DavCall,
  { area, book }: Extract<Resource, { kind: 'book' }>,
  change: CollectionChange,
): Promise<boolean> => {
  try {
    await ctx.store.write(principal.accountId, (tx) => area.collections.change(tx, book.id, change))
    return true
  } catch (error) {
    if (isFailure(error, 'invalid') || isFailure(error, 'alreadyExists')) return false
    throw error
  }
}

export const proppatch = async (call: DavCall): Promise<DavResponse> => {
  const { request, principal } = call
  const resource = await findThere(call)
  const root = parseBody(request.body)
  if (root.ns !== DAV || root.name !== 'propertyupdate') throw new DavFault(400)
  const { change, known, unknown } = propertiesIn(root)
  const isBook = resource.kind === 'book'
  const refused = isBook ? unknown : [...known, ...unknown]
  const fails = refused.length > 0
  const isChange = !fails && isBook && Object.keys(change).length > 0
  const conflicts = isChange && !(await isChanged(call, resource, change))
  const waiting = isBook && fails ? known : []
  // All or nothing (§9.2): what could have been set waits on what could not.
  const stats =
    status('200 OK', fails || conflicts ? [] : known) +
    status('409 Conflict', conflicts ? known : []) +
    status('403 Forbidden', refused.filter(isLive), dav('error', dav('cannot-modify-protected-property'))) +
    status(
      '403 Forbidden',
      refused.filter((one) => !isLive(one)),
    ) +
    status('424 Failed Dependency', waiting)
  const response = dav(
    'response',
    dav('href', escapeXml(hrefOf(principal, resource))),
    stats || dav('status', 'HTTP/1.1 200 OK'),
  )
  return { status: 207, headers: { 'content-type': xmlType }, body: documentOf(DAV, 'multistatus', response) }
}
