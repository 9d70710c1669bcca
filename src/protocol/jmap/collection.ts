/** /get, /changes and /set of a kind of collection: address books (RFC 9610 §2) and calendars (draft-ietf-jmap-calendars §4). */
import { isFailure } from '#base/failure.ts'
import { formatId, type IdKind, parseId } from '#base/ids.ts'
import type { ChangeType } from '#domain/mail/history.ts'
import type { Collection, CollectionChange, Collections } from '#domain/sync/collections.ts'
import type { Id, SetErrorType } from '#format/jmap/core.ts'
import { changesMethod } from './changes.ts'
import { boolean, type Check, id, nullable, text, unsigned, withDefault } from './check.ts'
import { invalidProperties, SetFault } from './failure.ts'
import { getArguments, pick, wantedProperties } from './get.ts'
import { numberOf, splitIds } from './ids.ts'
import { type AccountCall, accountMethod, type Method } from './method.ts'
import { applyPatch, sameJson } from './patch.ts'
import { applySet, checkProperty, checkSetLimit, nameTaken, objectCount, type SetVerbs, setArguments } from './set.ts'
import { checkState, stateOf } from './state.ts'

type Transaction = Parameters<Collections<object>['end']>[0]
type Given = Readonly<Record<string, unknown>>

/** What differs from one kind to the other. */
export interface CollectionType<Own extends object, Wire extends { readonly id: Id }> {
  readonly type: ChangeType
  readonly capability: string
  readonly idKind: IdKind
  readonly collections: Collections<Own>
  readonly properties: readonly (keyof Wire & string)[]
  objectOf(one: Collection & Own): Wire
  /** Members of this kind alone that a client sets, and what they are in the domain. */
  readonly settable: Readonly<Record<string, readonly [keyof Own & string, Check<unknown>]>>
  /** Members that are always so, and may be said to be. */
  readonly constant: Readonly<Record<string, unknown>>
  /** Something is in what should be destroyed. */
  readonly notEmpty: SetErrorType
  /** The argument that says that it may go too. */
  readonly removeContents: string
}

/** Members that a client sets of every kind. */
const settable: Readonly<Record<string, readonly [string, Check<unknown>]>> = {
  name: ['name', text],
  description: ['description', (value, path) => nullable(text)(value, path) ?? ''],
  sortOrder: ['sortOrder', unsigned],
}

const verbsOf = <Own extends object, Wire extends { readonly id: Id }>(
  kind: CollectionType<Own, Wire>,
  tx: Transaction,
  contents: boolean,
): SetVerbs => {
  const { collections, idKind } = kind
  const all = { ...settable, ...kind.settable }
  const changeOf = (object: Given, names: readonly string[]): CollectionChange<Own> => {
    const refused = names.filter((name) => !Object.hasOwn(all, name))
    if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
    return Object.fromEntries(
      names.flatMap((name) => {
        const [own, check] = all[name] ?? []
        return own && check ? [[own, checkProperty(name, check, object[name])]] : []
      }),
    ) as CollectionChange<Own>
  }
  return {
    async create(object) {
      const names = Object.keys(object).filter(
        (name) => !(Object.hasOwn(kind.constant, name) && sameJson(object[name], kind.constant[name])),
      )
      return kind.objectOf(await collections.create(tx, changeOf(object, names)))
    },
    async update(objectId, patch) {
      const number = parseId(idKind, objectId)
      const one = (await collections.list(tx, tx.accountId)).find((each) => each.id === number)
      if (!one) throw new SetFault('notFound', 'There is no such object')
      const current: Given = { ...kind.objectOf(one) }
      const { value, touched } = applyPatch(current, patch)
      const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
      if (changed.length === 0) return false
      await collections.change(tx, one.id, changeOf(value, changed))
      return true
    },
    async destroy(objectId) {
      try {
        await collections.end(tx, parseId(idKind, objectId) ?? 0, { contents })
      } catch (error) {
        throw isFailure(error, 'conflict') ? new SetFault(kind.notEmpty, error.message) : error
      }
    },
    told: nameTaken,
  }
}

const getMethod = <Own extends object, Wire extends { readonly id: Id }>(kind: CollectionType<Own, Wire>): Method => {
  const { collections, idKind } = kind
  return accountMethod(`${kind.type}/get`, kind.capability, getArguments, async (args, call) => {
    const wanted = wantedProperties(kind.properties, args.properties)
    // The first look makes the default one.
    await collections.of(call.ctx, call.account)
    return call.ctx.store.read(async (tx) => {
      const all = new Map((await collections.list(tx, call.account)).map((one) => [one.id, one]))
      const everything = [...all.keys()].map((number) => formatId(idKind, number))
      const { found, notFound } = splitIds(idKind, args.ids ?? everything, call)
      const list: object[] = []
      for (const { id: asked, number } of found) {
        const one = all.get(number)
        if (one) list.push(pick(kind.objectOf(one), wanted))
        else notFound.push(asked)
      }
      return { state: await stateOf(tx, call.account), list, notFound }
    })
  })
}

/** Makes another one the default; an id that is not there is ignored (RFC 9610 §2.3). Returns whether it did. */
const choose = async <Own extends object>(
  { collections, idKind }: Pick<CollectionType<Own, { readonly id: Id }>, 'collections' | 'idKind'>,
  tx: Transaction,
  call: AccountCall,
  chosen: Id,
): Promise<boolean> => {
  const number = numberOf(idKind, chosen, call)
  const one = (await collections.list(tx, tx.accountId)).find((each) => each.id === number)
  if (!one || one.isDefault) return false
  await collections.makeDefault(tx, one.id)
  return true
}

const setMethod = <Own extends object, Wire extends { readonly id: Id }>(kind: CollectionType<Own, Wire>): Method =>
  accountMethod(
    `${kind.type}/set`,
    kind.capability,
    { ...setArguments, [kind.removeContents]: withDefault(boolean, false), onSuccessSetIsDefault: nullable(id) },
    async (args, call) => {
      checkSetLimit(objectCount(args), call)
      await kind.collections.of(call.ctx, call.account)
      const given: Readonly<Record<string, unknown>> = args
      const contents = given[kind.removeContents] === true
      return call.ctx.store.write(call.account, async (tx) => {
        await checkState(tx, call, [kind.type], args.ifInState)
        const outcome = await applySet(args, call, verbsOf(kind, tx, contents))
        const chosen = args.onSuccessSetIsDefault
        if (chosen !== null && !outcome.hasRefused && (await choose(kind, tx, call, chosen))) outcome.written++
        return outcome.respond(tx.modseq)
      })
    },
  )

export const collectionMethods = <Own extends object, Wire extends { readonly id: Id }>(
  kind: CollectionType<Own, Wire>,
): { readonly get: Method; readonly changes: Method; readonly set: Method } => ({
  get: getMethod(kind),
  changes: changesMethod(`${kind.type}/changes`, kind.capability, kind.type, kind.idKind),
  set: setMethod(kind),
})
