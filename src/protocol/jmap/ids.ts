/** Ids on the wire to numbers in the store. A creation reference `#k` stands for what `k` created (RFC 8620 §5.3). */
import { type IdKind, parseId } from '#base/ids.ts'
import type { Id } from '#format/jmap/core.ts'
import { text } from './check.ts'
import { MethodFault } from './failure.ts'
import { type Call, checkArguments } from './method.ts'

/** The id that a creation reference stands for, or the id itself; undefined for a reference to nothing. */
export const dereference = (id: Id, call: Pick<Call, 'createdIds'>): Id | undefined =>
  id.startsWith('#') ? call.createdIds.get(id.slice(1)) : id

/** The number behind a wire id or creation reference; undefined when it is none of this kind. */
export const numberOf = (kind: IdKind, id: Id, call: Pick<Call, 'createdIds'>): number | undefined => {
  const known = dereference(id, call)
  return known === undefined ? undefined : parseId(kind, known)
}

export interface SplitIds {
  /** Each once, in the order asked for. */
  readonly found: { readonly id: Id; readonly number: number }[]
  readonly notFound: Id[]
}

/**
 * The `ids` of a /get: numbers, and what cannot be an id of this kind. An id that is given twice counts once.
 * Throws MethodFault requestTooLarge.
 */
export const splitIds = (kind: IdKind, ids: readonly Id[], call: Call): SplitIds => {
  const unique = new Set(ids)
  checkGetLimit(unique.size, call)
  const found: SplitIds['found'] = []
  const notFound: Id[] = []
  for (const id of unique) {
    const number = numberOf(kind, checkArguments(text, id), call)
    if (number === undefined) notFound.push(id)
    else found.push({ id: dereference(id, call) ?? id, number })
  }
  return { found, notFound }
}

/** Throws MethodFault requestTooLarge when a /get would return more than the session object allows. */
export const checkGetLimit = (count: number, call: Call): void => {
  if (count > call.limits.maxObjectsInGet)
    throw new MethodFault('requestTooLarge', `At most ${call.limits.maxObjectsInGet} objects`)
}
