/** MKCOL with properties (RFC 5689) and PROPPATCH (RFC 4918 §9.2): address books made and named. */
import { isFailure } from '#base/failure.ts'
import { type BookChange, changeBook, createBook } from '#domain/contacts/books.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { escapeXml } from '#format/xml/write.ts'
import { child, parseBody } from '../body.ts'
import { DavFault, xmlType } from '../failure.ts'
import { CARDDAV, DAV, dav, documentOf, named } from '../names.ts'
import type { DavCall, DavResponse } from '../request.ts'
import { find, findThere, hrefOf } from '../resources.ts'

/** Properties that a client sets, and what they are of a book. */
const settable: Readonly<Record<string, keyof BookChange>> = {
  [`{${DAV}}displayname`]: 'name',
  [`{${CARDDAV}}addressbook-description`]: 'description',
}

interface Asked {
  readonly change: Record<string, string>
  readonly known: readonly XmlElement[]
  readonly unknown: readonly XmlElement[]
}

const propertiesIn = (root: XmlElement): Asked => {
  const change: Record<string, string> = {}
  const known: XmlElement[] = []
  const unknown: XmlElement[] = []
  for (const act of root.children) {
    if (act.ns !== DAV || (act.name !== 'set' && act.name !== 'remove')) continue
    for (const property of child(act, DAV, 'prop')?.children ?? []) {
      const name = settable[`{${property.ns}}${property.name}`]
      if (name === undefined || (name === 'name' && act.name === 'remove')) unknown.push(property)
      else {
        known.push(property)
        change[name] = act.name === 'set' ? property.text.trim() : ''
      }
    }
  }
  return { change, known, unknown }
}

const empty = ({ ns, name }: XmlElement): string => named({ ns, name })

const status = (line: string, properties: readonly XmlElement[]): string =>
  properties.length === 0
    ? ''
    : dav('propstat', dav('prop', ...properties.map(empty)), dav('status', `HTTP/1.1 ${line}`))

export const mkcol = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const found = await find(call)
  if (found.kind !== 'no-book') throw new DavFault(found.kind === 'no-card' ? 403 : 405)
  if (request.body.trim() === '') throw new DavFault(403, dav('valid-resourcetype'))
  const root = parseBody(request.body)
  if (root.ns !== DAV || root.name !== 'mkcol') throw new DavFault(400)
  const { change, unknown } = propertiesIn(root)
  const type = unknown.find((one) => one.ns === DAV && one.name === 'resourcetype')
  if (!type || !child(type, CARDDAV, 'addressbook')) throw new DavFault(403, dav('valid-resourcetype'))
  const wanted: { name: string; description: string; uri: string } = {
    name: change.name || found.uri,
    description: change.description ?? '',
    uri: found.uri,
  }
  await ctx.store.write(principal.accountId, async (tx) => {
    try {
      await createBook(tx, wanted)
    } catch (error) {
      // Two books of one name are two books over DAV, where the path counts.
      if (!isFailure(error, 'alreadyExists') || error.property !== 'name') throw error
      await createBook(tx, { ...wanted, name: `${wanted.name} (${wanted.uri})`.slice(0, 120) })
    }
  })
  return { status: 201, headers: { 'cache-control': 'no-cache' } }
}

export const proppatch = async (call: DavCall): Promise<DavResponse> => {
  const { ctx, request, principal } = call
  const resource = await findThere(call)
  const root = parseBody(request.body)
  if (root.ns !== DAV || root.name !== 'propertyupdate') throw new DavFault(400)
  const { change, known, unknown } = propertiesIn(root)
  const refused = resource.kind === 'book' ? unknown : [...known, ...unknown]
  const fits = refused.length === 0 && known.length > 0
  if (fits && resource.kind === 'book')
    await ctx.store.write(principal.accountId, (tx) => changeBook(tx, resource.book.id, change))
  // All or nothing (§9.2): what could have been set waits on what could not.
  const stats = fits
    ? status('200 OK', known)
    : status('403 Forbidden', refused) + status('424 Failed Dependency', resource.kind === 'book' ? known : [])
  const response = dav('response', dav('href', escapeXml(hrefOf(principal, resource))), stats)
  return { status: 207, headers: { 'content-type': xmlType }, body: documentOf(DAV, 'multistatus', response) }
}
