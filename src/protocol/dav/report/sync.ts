/** sync-collection (RFC 6578 §3.2). */
import { child, wantedOf } from '../body.ts'
import { DavFault } from '../fault.ts'
import { DAV, dav } from '../names.ts'
import { missingResponse } from '../properties.ts'
import { hrefs, type Resource } from '../resources.ts'
import { pointOf, tokenOf } from '../sync-token.ts'
import { limitIn, type Report, responsesOf, truncated } from './responses.ts'

export const syncCollection: Report = async (call, resource, root) => {
  if (resource.kind !== 'book') throw new DavFault(403, dav('supported-report'))
  const { area, book } = resource
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
