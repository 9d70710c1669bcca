/** What /get and /set of our small types share: a list read whole, objects made, changed and ended one by one. */
import { formatId, type IdKind, parseId } from '#base/ids.ts'
import type { ChangeType } from '#domain/mail/history.ts'
import type { createLabel } from '#domain/organise/labels.ts'
import type { Id } from '#format/jmap/core.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import type { Check } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod, type Method } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import type { Reading } from '../portal/tile.ts'
import { applySet, checkProperty, checkSetLimit, nameTaken, objectCount, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'

export type Writing = Parameters<typeof createLabel>[0]

export interface RecordType<T extends { readonly id: Id }> {
  readonly type: ChangeType
  readonly kind: IdKind
  readonly properties: readonly (keyof T & string)[]
  /** Properties that a client may set, and how each is checked. */
  readonly settable: Readonly<Record<string, Check<unknown>>>
  /** Those that it may set when it makes the object, and never again. */
  readonly settableOnce?: Readonly<Record<string, Check<unknown>>>
  list(tx: Reading, account: number, call: AccountCall): Promise<T[]>
  create(tx: Writing, values: Readonly<Record<string, unknown>>): Promise<{ readonly id: number }>
  change(tx: Writing, id: number, values: Readonly<Record<string, unknown>>): Promise<void>
  destroy(tx: Writing, id: number): Promise<void>
}

export const recordGet = <T extends { readonly id: Id }>(record: RecordType<T>): Method =>
  accountMethod(`${record.type}/get`, ORGANISING, getArguments, async (args, call) => {
    const wanted = wantedProperties(record.properties, args.properties)
    return call.ctx.store.read(async (tx) => {
      const all = new Map((await record.list(tx, call.account, call)).map((one) => [one.id, one]))
      const { found, notFound } = splitIds(record.kind, args.ids ?? [...all.keys()], call)
      const list: object[] = []
      for (const { id } of found) {
        const one = all.get(id)
        if (one) list.push(pick(one, wanted))
        else notFound.push(id)
      }
      return { state: await stateOf(tx, call.account), list, notFound }
    })
  })

/** The values of the named properties, checked. Throws SetFault for one that is not for the client to set. */
const valuesOf = (
  settable: RecordType<{ readonly id: Id }>['settable'],
  object: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> => {
  const refused = names.filter((name) => !Object.hasOwn(settable, name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  return Object.fromEntries(
    names.map((name) => [name, checkProperty(name, settable[name] as Check<unknown>, object[name])]),
  )
}

const create = async <T extends { readonly id: Id }>(
  record: RecordType<T>,
  tx: Writing,
  call: AccountCall,
  object: Readonly<Record<string, unknown>>,
): Promise<T> => {
  const { id } = await record.create(
    tx,
    valuesOf({ ...record.settable, ...record.settableOnce }, object, Object.keys(object)),
  )
  const made = (await record.list(tx, call.account, call)).find((one) => one.id === formatId(record.kind, id))
  if (!made) throw new SetFault('notFound', 'It is not there')
  return made
}

/** Returns false when it was so already. */
const change = async <T extends { readonly id: Id }>(
  record: RecordType<T>,
  tx: Writing,
  call: AccountCall,
  id: Id,
  patch: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  const stored = (await record.list(tx, call.account, call)).find((one) => one.id === id)
  if (!stored) throw new SetFault('notFound', 'There is no such object')
  const current: Record<string, unknown> = { ...stored }
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const values = valuesOf(record.settable, value, changed)
  if (changed.length > 0) await record.change(tx, parseId(record.kind, id) ?? 0, values)
  return changed.length > 0
}

export const recordSet = <T extends { readonly id: Id }>(record: RecordType<T>): Method =>
  accountMethod(`${record.type}/set`, ORGANISING, setArguments, async (args, call) => {
    checkSetLimit(objectCount(args), call)
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, [record.type], args.ifInState)
      const outcome = await applySet(args, call, {
        create: (object) => create(record, tx, call, object),
        update: (id, patch) => change(record, tx, call, id, patch),
        destroy: (id) => record.destroy(tx, parseId(record.kind, id) ?? 0),
        told: nameTaken,
      })
      return outcome.respond(tx.modseq)
    })
  })
