/** The texts of many resources, some at a time (law 10). */
import type { DavCall } from './request.ts'
import type { Resource } from './resources.ts'

const slice = 50

/** Each resource with its text, in order; one that went meanwhile has none. */
export async function* loadTexts(
  { ctx, principal }: DavCall,
  resources: readonly Resource[],
  version: '3.0' | '4.0' | undefined,
): AsyncGenerator<{ readonly resource: Resource; readonly text: string | undefined }> {
  for (let at = 0; at < resources.length; at += slice) {
    const part = resources.slice(at, at + slice)
    const [first] = part
    const area = first && 'area' in first ? first.area : undefined
    const ids = part.flatMap((one) => (one.kind === 'card' ? [one.place.id] : []))
    // What is listed together is of one area.
    const texts = area
      ? await ctx.store.read((tx) => area.texts(ctx, tx, principal.accountId, ids, version))
      : new Map<number, string>()
    for (const resource of part)
      yield { resource, text: resource.kind === 'card' ? texts.get(resource.place.id) : undefined }
    await new Promise((resolve) => setImmediate(resolve))
  }
}
