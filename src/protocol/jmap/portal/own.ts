/** Types whose records are told to one person, of which they may change little: what their /get and /set share. */
import { type IdKind, parseId } from '#base/ids.ts'
import type { ChangeType } from '#domain/mail/history.ts'
import { PORTAL } from '#format/jmap/portal.ts'
import { boolean } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'

type Reading = Parameters<Parameters<AccountCall['ctx']['store']['read']>[0]>[0]
type AccountWriter = Parameters<Parameters<AccountCall['ctx']['store']['write']>[1]>[0]

export interface OwnType<T extends { readonly id: string }> {
  readonly type: ChangeType
  readonly kind: IdKind
  readonly properties: readonly (keyof T & string)[]
  /** Every record of the account, the latest first. */
  readonly read: (tx: Reading, account: number, now: number) => Promise<T[]>
  /** True-or-false properties that the person may set, and what that does. */
  readonly settable: Readonly<Record<string, (tx: AccountWriter, id: number, value: boolean) => Promise<void>>>
  readonly destroy?: (tx: AccountWriter, id: number) => Promise<void>
}

export const ownGet = <T extends { readonly id: string }>({ type, kind, properties, read }: OwnType<T>) =>
  accountMethod(`${type}/get`, PORTAL, getArguments, async (args, call) => {
    const wanted = wantedProperties(properties, args.properties)
    return call.ctx.store.read(async (tx) => {
      const all = new Map((await read(tx, call.account, call.ctx.clock.now())).map((one) => [one.id as string, one]))
      const ids = args.ids ?? [...all.keys()].slice(0, call.limits.maxObjectsInGet)
      const { found, notFound } = splitIds(kind, ids, call)
      const list: object[] = []
      for (const { id } of found) {
        const one = all.get(id)
        if (one) list.push(pick(one, wanted))
        else notFound.push(id)
      }
      return { state: await stateOf(tx, call.account), list, notFound }
    })
  })

const update = async <T extends { readonly id: string }>(
  { kind, settable }: OwnType<T>,
  tx: AccountWriter,
  stored: T | undefined,
  patch: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  if (!stored) throw new SetFault('notFound', 'There is no such object')
  const current: Record<string, unknown> = { ...stored }
  const { value, touched } = applyPatch(current, patch, {})
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const fixed = changed.filter((name) => !Object.hasOwn(settable, name))
  if (fixed.length > 0) throw invalidProperties('These are not for the client to set', ...fixed)
  for (const name of changed)
    await settable[name]?.(tx, parseId(kind, stored.id) ?? 0, checkProperty(name, boolean, value[name]))
  return changed.length > 0
}

export const ownSet = <T extends { readonly id: string }>(own: OwnType<T>) =>
  accountMethod(`${own.type}/set`, PORTAL, setArguments, async (args, call) => {
    checkSetLimit(objectCount(args), call)
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, [own.type], args.ifInState)
      const all = new Map((await own.read(tx, call.account, tx.now)).map((one) => [one.id as string, one]))
      const outcome = await applySet(args, call, {
        async create() {
          throw new SetFault('forbidden', 'These come from the server')
        },
        update: (id, patch) => update(own, tx, all.get(id), patch),
        async destroy(id) {
          if (!own.destroy) throw new SetFault('forbidden', 'This is not for the client to destroy')
          if (!all.has(id)) throw new SetFault('notFound', 'There is no such object')
          await own.destroy(tx, parseId(own.kind, id) ?? 0)
        },
      })
      return outcome.respond(tx.modseq)
    })
  })
