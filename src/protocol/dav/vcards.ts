/** vCards of many resources, some at a time (law 10). */
import { getContacts } from '#domain/contacts/cards.ts'
import { vcardOf } from '#domain/contacts/vcard.ts'
import type { DavCall } from './request.ts'
import type { Resource } from './resources.ts'

const slice = 50

/** Each resource with its vCard, in order; one that went meanwhile has none. */
export async function* loadVCards(
  { ctx, principal }: DavCall,
  resources: readonly Resource[],
  version: '3.0' | '4.0' | undefined,
): AsyncGenerator<{ readonly resource: Resource; readonly vcard: string | undefined }> {
  for (let at = 0; at < resources.length; at += slice) {
    const part = resources.slice(at, at + slice)
    const ids = part.flatMap((one) => (one.kind === 'card' ? [one.place.id] : []))
    const texts = await ctx.store.read(async (tx) => {
      const found = new Map<number, string>()
      for (const contact of await getContacts(tx, principal.accountId, ids))
        found.set(contact.id, await vcardOf(ctx, tx, principal.accountId, contact, version))
      return found
    })
    for (const resource of part)
      yield { resource, vcard: resource.kind === 'card' ? texts.get(resource.place.id) : undefined }
    await new Promise((resolve) => setImmediate(resolve))
  }
}
