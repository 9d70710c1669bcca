/** PROPFIND (RFC 4918 §9.1). `Depth: infinity` is refused as the RFC allows: nobody needs a whole tree at once. */
import { booksOf } from '#domain/contacts/books.ts'
import { placesOf } from '#domain/contacts/sync.ts'
import { parseBody, wantedOf } from '../body.ts'
import { DavFault, xmlType } from '../failure.ts'
import { DAV, dav, multistatus } from '../names.ts'
import { allNames, commonNames, needsVCard, responseOf } from '../properties.ts'
import { type DavCall, type DavResponse, depthOf } from '../request.ts'
import { findThere, type Resource } from '../resources.ts'
import { loadVCards } from '../vcards.ts'

const childrenOf = async ({ ctx, principal }: DavCall, resource: Resource): Promise<Resource[]> => {
  switch (resource.kind) {
    case 'root':
      return [{ kind: 'principals' }, { kind: 'homes' }]
    case 'principals':
      return [{ kind: 'principal' }]
    case 'homes':
      return [{ kind: 'home' }]
    case 'home':
      return (await booksOf(ctx, principal.accountId)).map((book) => ({ kind: 'book', book }))
    case 'book': {
      const { book } = resource
      const places = await ctx.store.read((tx) => placesOf(tx, principal.accountId, book.id))
      return places.map((place) => ({ kind: 'card', book, place }))
    }
    default:
      return []
  }
}

export const propfind = async (call: DavCall): Promise<DavResponse> => {
  const { request, principal } = call
  const resource = await findThere(call)
  const depth = depthOf(request)
  if (depth === 'infinity' && resource.kind !== 'card') throw new DavFault(403, dav('propfind-finite-depth'))
  const root = request.body.trim() === '' ? undefined : parseBody(request.body)
  if (root && (root.ns !== DAV || root.name !== 'propfind')) throw new DavFault(400)
  const { names: asked, version } = wantedOf(root)
  const names = asked === 'all' ? commonNames : asked === 'names' ? allNames : asked
  const options = { quiet: typeof asked === 'string', namesOnly: asked === 'names' }
  const resources = [resource, ...(depth === '1' ? await childrenOf(call, resource) : [])]
  const responses = async function* () {
    if (!needsVCard(names) || options.namesOnly) {
      for (const one of resources) yield responseOf(one, principal, names, options)
      return
    }
    for await (const { resource: one, vcard } of loadVCards(call, resources, version))
      yield responseOf(one, principal, names, { ...options, loaded: vcard === undefined ? {} : { vcard } })
  }
  return { status: 207, headers: { 'content-type': xmlType }, body: multistatus(responses()) }
}
