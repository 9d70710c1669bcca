/** What every /set shares (RFC 8620 §5.3). */
import { isFailure } from '#base/failure.ts'
import type { Id, SetError, SetResponse } from '#format/jmap/core.ts'
import { anyObject, Invalid, id, isId, list, mapOf, nullable, text } from './check.ts'
import { invalidProperties, MethodFault, SetFault, setError } from './failure.ts'
import { dereference } from './ids.ts'
import type { AccountCall } from './method.ts'
import { formatState } from './state.ts'

const creationId = (value: unknown, path: string): string => {
  const name = text(value, path)
  if (!isId(name)) throw new Invalid(path, 'must have Ids for names')
  return name
}

export const setArguments = {
  ifInState: nullable(text),
  create: nullable(mapOf(anyObject, creationId)),
  update: nullable(mapOf(anyObject, id)),
  destroy: nullable(list(id)),
}

export interface SetArguments {
  readonly ifInState: string | null
  readonly create: Readonly<Record<Id, Record<string, unknown>>> | null
  readonly update: Readonly<Record<Id, Record<string, unknown>>> | null
  readonly destroy: readonly Id[] | null
}

/** Throws MethodFault requestTooLarge when a call names more objects than the session object allows. */
export const checkSetLimit = (count: number, call: AccountCall): void => {
  if (count > call.limits.maxObjectsInSet)
    throw new MethodFault('requestTooLarge', `At most ${call.limits.maxObjectsInSet} objects`)
}

/** What a /set has done so far; `respond` gives the response's form. */
export class SetOutcome {
  readonly created: Record<Id, object> = Object.create(null)
  readonly updated: Record<Id, object | null> = Object.create(null)
  readonly destroyed: Id[] = []
  readonly notCreated: Record<Id, SetError> = Object.create(null)
  readonly notUpdated: Record<Id, SetError> = Object.create(null)
  readonly notDestroyed: Record<Id, SetError> = Object.create(null)
  readonly #call: AccountCall

  constructor(call: AccountCall) {
    this.#call = call
  }

  /** Objects written. In one transaction, the account's state moves when this is above 0, and only then. */
  written = 0

  /** Records a creation, so that later calls may refer to it. */
  wasCreated(creation: Id, object: { readonly id: Id }): void {
    this.written++
    this.created[creation] = object
    this.#call.createdIds.set(creation, object.id)
  }

  /** Records an update; `changes` are properties that changed otherwise than the client asked. */
  wasUpdated(objectId: Id, changes: object | null = null): void {
    this.written++
    this.updated[objectId] = changes
  }
  /** Records an update that asked for what was so already. */
  wasUnchanged(objectId: Id): void {
    this.updated[objectId] = null
  }
  wasDestroyed(objectId: Id): void {
    this.written++
    this.destroyed.push(objectId)
  }
  notCreatedFor(creation: Id, error: unknown): void {
    this.notCreated[creation] = setError(error, this.#call.ctx.log)
  }
  notUpdatedFor(objectId: Id, error: unknown): void {
    this.notUpdated[objectId] = setError(error, this.#call.ctx.log)
  }
  notDestroyedFor(objectId: Id, error: unknown): void {
    this.notDestroyed[objectId] = setError(error, this.#call.ctx.log)
  }

  /** Whether anything was refused. */
  get hasRefused(): boolean {
    return [this.notCreated, this.notUpdated, this.notDestroyed].some((errors) => Object.keys(errors).length > 0)
  }

  /** The same for Email/import and /copy, which only create. */
  respondCreations(modseq: number): object {
    const { oldState, newState, created, notCreated } = this.respond(modseq)
    return { oldState, newState, created, notCreated }
  }

  /** `modseq` is the one that the transaction writes. */
  respond(modseq: number): Omit<SetResponse<object>, 'accountId'> {
    return this.#response(modseq - 1, this.written > 0 ? modseq : modseq - 1)
  }

  /**
   * When each object was written in a transaction of its own. If others wrote between, the state after cannot be told:
   * the client is given the old one, and learns everything from /changes.
   */
  respondBetween(before: number, after: number): Omit<SetResponse<object>, 'accountId'> {
    return this.#response(before, after - before === this.written ? after : before)
  }

  #response(before: number, after: number): Omit<SetResponse<object>, 'accountId'> {
    const orNull = <T>(map: Record<Id, T>) => (Object.keys(map).length === 0 ? null : map)
    return {
      oldState: formatState(before),
      newState: formatState(after),
      created: orNull(this.created),
      updated: orNull(this.updated),
      destroyed: this.destroyed.length === 0 ? null : this.destroyed,
      notCreated: orNull(this.notCreated),
      notUpdated: orNull(this.notUpdated),
      notDestroyed: orNull(this.notDestroyed),
    }
  }
}

/**
 * The objects to update and to destroy, by id: references resolved (so call this once the creations are done), each
 * once, and what is to be destroyed not updated.
 */
export const targetsOf = (
  args: SetArguments,
  call: AccountCall,
  outcome: SetOutcome,
): { update: { readonly id: Id; readonly patch: Record<string, unknown> }[]; destroy: Id[] } => {
  const destroy = new Set<Id>()
  for (const name of new Set(args.destroy ?? [])) {
    const known = dereference(name, call)
    if (known === undefined) outcome.notDestroyedFor(name, new SetFault('notFound', 'Nothing was created by this name'))
    else destroy.add(known)
  }
  const update: { id: Id; patch: Record<string, unknown> }[] = []
  for (const [name, patch] of Object.entries(args.update ?? {})) {
    const known = dereference(name, call)
    if (known === undefined) outcome.notUpdatedFor(name, new SetFault('notFound', 'Nothing was created by this name'))
    else if (destroy.has(known)) outcome.notUpdatedFor(name, new SetFault('willDestroy', 'The same call destroys it'))
    else update.push({ id: known, patch })
  }
  return { update, destroy: [...destroy] }
}

/** Runs a check of a property's value whose refusal is the SetError invalidProperties. */
export const checkProperty = <T>(property: string, check: (value: unknown, path: string) => T, value: unknown): T => {
  try {
    return check(value, property)
  } catch (error) {
    throw error instanceof Invalid ? invalidProperties(error.message, property) : error
  }
}

/** The total number of objects that a call names. */
export const objectCount = (args: SetArguments): number =>
  Object.keys(args.create ?? {}).length + Object.keys(args.update ?? {}).length + (args.destroy ?? []).length

/** What a /set does to one object of its type. */
export interface SetVerbs {
  /** The properties that the client does not know (RFC 8620 §5.3). */
  create(object: Readonly<Record<string, unknown>>, creation: Id): Promise<{ readonly id: Id }>
  /** False when it was so already; or what changed otherwise than asked. */
  update(id: Id, patch: Readonly<Record<string, unknown>>): Promise<object | boolean>
  destroy(id: Id): Promise<void>
  /** How a failure is told, where it is not told as everywhere. */
  told?(error: unknown): unknown
}

/** How a name that another object has is told (RFC 8620 §5.4). */
export const nameTaken = (error: unknown): unknown =>
  isFailure(error, 'alreadyExists') ? new SetFault('alreadyExists', error.message, { properties: ['name'] }) : error

/** Of a type whose objects a client neither makes nor destroys. */
export const onlyUpdates = (refusal: SetFault, update: SetVerbs['update']): SetVerbs => ({
  create: () => Promise.reject(refusal),
  update,
  destroy: () => Promise.reject(refusal),
})

/** Creates, updates and destroys what a call names, one after another; each that fails leaves the others as they are. */
export const applySet = async (args: SetArguments, call: AccountCall, verbs: SetVerbs): Promise<SetOutcome> => {
  const outcome = new SetOutcome(call)
  const told = (error: unknown) => verbs.told?.(error) ?? error
  for (const [creation, object] of Object.entries(args.create ?? {})) {
    try {
      outcome.wasCreated(creation, await verbs.create(object, creation))
    } catch (error) {
      outcome.notCreatedFor(creation, told(error))
    }
  }
  const targets = targetsOf(args, call, outcome)
  for (const { id: objectId, patch } of targets.update) {
    try {
      const changes = await verbs.update(objectId, patch)
      if (changes === false) outcome.wasUnchanged(objectId)
      else outcome.wasUpdated(objectId, changes === true ? null : changes)
    } catch (error) {
      outcome.notUpdatedFor(objectId, told(error))
    }
  }
  for (const objectId of targets.destroy) {
    try {
      await verbs.destroy(objectId)
      outcome.wasDestroyed(objectId)
    } catch (error) {
      outcome.notDestroyedFor(objectId, told(error))
    }
  }
  return outcome
}
