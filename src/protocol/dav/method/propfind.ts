/** PROPFIND (RFC 4918 §9.1). `Depth: infinity` is refused as the RFC allows: nobody needs a whole tree at once. */
import { parseBody, wantedOf } from '../body.ts'
import { xmlType } from '../failure.ts'
import { DavFault } from '../fault.ts'
import { DAV, dav, multistatus } from '../names.ts'
import { allNames, commonNames, needsText, responseOf } from '../properties.ts'
import { type DavCall, type DavResponse, depthOf } from '../request.ts'
import { areas, findThere, type Resource } from '../resources.ts'
import { loadTexts } from '../texts.ts'

const childrenOf = async ({ ctx, principal }: DavCall, resource: Resource): Promise<Resource[]> => {
  switch (resource.kind) {
    case 'root':
      return [{ kind: 'principals' }, ...areas.map((area) => ({ kind: 'homes', area }) as const)]
    case 'principals':
      return [{ kind: 'principal' }]
    case 'homes':
      return [{ kind: 'home', area: resource.area }]
    case 'home':
      return (await resource.area.collections.of(ctx, principal.accountId)).map((book) => ({
        kind: 'book',
        area: resource.area,
        book,
      }))
    case 'book': {
      const { area, book } = resource
      const places = await ctx.store.read((tx) => area.collections.members.places(tx, principal.accountId, book.id))
      return places.map((place) => ({ kind: 'card', area, book, place }))
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
  const { names: asked, include, version } = wantedOf(root)
  const names = asked === 'all' ? [...commonNames, ...include] : asked === 'names' ? allNames : asked
  const options = { quiet: typeof asked === 'string', namesOnly: asked === 'names' }
  const resources = [resource, ...(depth === '1' ? await childrenOf(call, resource) : [])]
  const responses = async function* () {
    if (!needsText(names) || options.namesOnly) {
      for (const one of resources) yield responseOf(one, principal, names, options)
      return
    }
    for await (const { resource: one, text } of loadTexts(call, resources, version))
      yield responseOf(one, principal, names, { ...options, loaded: text === undefined ? {} : { text } })
  }
  return { status: 207, headers: { 'content-type': xmlType }, body: multistatus(responses()) }
}
