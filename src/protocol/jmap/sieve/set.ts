/** SieveScript/set (RFC 9661 §2.3). */
import { isFailure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import {
  activateScript,
  createScript,
  deleteScript,
  listScripts,
  type SieveScript,
  updateScript,
} from '#domain/filter/scripts.ts'
import type { Id } from '#format/jmap/core.ts'
import { SIEVE } from '#format/jmap/sieve.ts'
import { boolean, id, nullable, text, withDefault } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { checkProperty, checkSetLimit, objectCount, SetOutcome, setArguments, targetsOf } from '../set.ts'
import { checkState } from '../state.ts'
import { scriptIn } from './content.ts'
import { sieveObject } from './object.ts'

type Transaction = Parameters<typeof createScript>[1]
type Content = Parameters<typeof createScript>[2]['content']

const settable: readonly string[] = ['name', 'blobId']

const refuseOthers = (names: Iterable<string>): void => {
  const refused = [...names].filter((name) => !settable.includes(name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
}

/** What is made ready before the transaction: contents read, checked and prepared, by creation or script. */
type Ready = ReadonlyMap<string, Content | unknown[]>

const prepare = async (call: AccountCall, blobId: unknown): Promise<Content | unknown[]> => {
  try {
    const bytes = await scriptIn(call, checkProperty('blobId', id, blobId))
    return await call.ctx.store.blobs.prepare(bytes)
  } catch (error) {
    // Told where the object is written, so that each object has its own error.
    return [error]
  }
}

const contentOf = (ready: Ready, key: string): Content => {
  const content = ready.get(key)
  if (!content) throw invalidProperties('A script needs a text', 'blobId')
  if (Array.isArray(content)) throw content[0]
  return content as Content
}

/** Failures of names and numbers, as RFC 9661 has them. */
const explained = async (tx: Transaction, error: unknown, name: string): Promise<unknown> => {
  if (isFailure(error, 'conflict')) return new SetFault('sieveIsActive', 'The script is active')
  if (!isFailure(error, 'alreadyExists')) return error
  const other = (await listScripts(tx, tx.accountId)).find((script) => script.name === name.normalize('NFC'))
  const extra = other ? { existingId: formatId('script', other.id) } : {}
  return new SetFault('alreadyExists', 'Another script has this name', extra)
}

/** A name that no script has. */
const freeName = (all: readonly SieveScript[]): string => {
  for (let n = all.length + 1; ; n++) if (!all.some(({ name }) => name === `script-${n}`)) return `script-${n}`
}

const create = async (
  call: AccountCall,
  tx: Transaction,
  creation: Id,
  object: Readonly<Record<string, unknown>>,
  ready: Ready,
  outcome: SetOutcome,
): Promise<void> => {
  refuseOthers(Object.keys(object))
  const given = checkProperty('name', nullable(text), object.name)
  const content = contentOf(ready, `create ${creation}`)
  const name = given ?? freeName(await listScripts(tx, tx.accountId))
  try {
    const number = await createScript(call.ctx, tx, { name, content })
    const made = (await listScripts(tx, tx.accountId)).find((script) => script.id === number)
    if (!made) throw new Error('the script is gone')
    const told = Object.entries(sieveObject(made)).filter(([key, value]) => object[key] !== value)
    outcome.wasCreated(creation, { ...Object.fromEntries(told), id: formatId('script', number) })
  } catch (error) {
    throw await explained(tx, error, name)
  }
}

/** Returns false when the script was so already. */
const update = async (
  call: AccountCall,
  tx: Transaction,
  scriptId: Id,
  patch: Readonly<Record<string, unknown>>,
  ready: Ready,
): Promise<boolean> => {
  const number = parseId('script', scriptId)
  const stored = (await listScripts(tx, tx.accountId)).find((script) => script.id === number)
  if (!stored) throw new SetFault('notFound', 'There is no such script')
  const current: Record<string, unknown> = { ...sieveObject(stored) }
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  refuseOthers(changed)
  if (changed.length === 0) return false
  const name = changed.includes('name') ? checkProperty('name', text, value.name) : stored.name
  try {
    await updateScript(call.ctx, tx, stored.id, {
      name,
      ...(changed.includes('blobId') ? { content: contentOf(ready, `update ${scriptId}`) } : {}),
    })
  } catch (error) {
    throw await explained(tx, error, name)
  }
  return true
}

/** Activates after everything else went well (RFC 9661 §2.3), and tells which scripts changed by it. */
const activate = async (
  call: AccountCall,
  tx: Transaction,
  wanted: Id | null,
  deactivate: boolean,
  outcome: SetOutcome,
): Promise<void> => {
  const failed = [outcome.notCreated, outcome.notUpdated, outcome.notDestroyed]
  if ((wanted === null && !deactivate) || failed.some((errors) => Object.keys(errors).length > 0)) return
  const number = wanted === null ? undefined : numberOf('script', wanted, call)
  if (wanted !== null && number === undefined) return
  let changed: number[]
  try {
    changed = await activateScript(tx, number)
  } catch (error) {
    // RFC 9661 §2.3: a script that is not there leaves the active one as it is.
    if (isFailure(error, 'notFound')) return
    throw error
  }
  for (const one of changed) {
    const isActive = one === number
    const scriptId = formatId('script', one)
    const creation = Object.keys(outcome.created).find(
      (key) => (outcome.created[key] as { readonly id: Id }).id === scriptId,
    )
    if (creation === undefined) outcome.wasUpdated(scriptId, { isActive })
    else outcome.created[creation] = { ...outcome.created[creation], isActive }
  }
}

const members = {
  ...setArguments,
  onSuccessActivateScript: nullable(id),
  onSuccessDeactivateScript: withDefault(nullable(boolean), false),
}

export const sieveSet = accountMethod('SieveScript/set', SIEVE, members, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  const ready = new Map<string, Content | unknown[]>()
  for (const [creation, object] of Object.entries(args.create ?? {}))
    if (object.blobId !== undefined) ready.set(`create ${creation}`, await prepare(call, object.blobId))
  for (const [name, patch] of Object.entries(args.update ?? {}))
    if (patch.blobId !== undefined) ready.set(`update ${name}`, await prepare(call, patch.blobId))
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['SieveScript'], args.ifInState)
    const outcome = new SetOutcome(call)
    for (const [creation, object] of Object.entries(args.create ?? {}))
      await create(call, tx, creation, object, ready, outcome).catch((error) => outcome.notCreatedFor(creation, error))
    // RFC 9661 §2.3: a script is no longer active before it is destroyed by the same call.
    if (args.onSuccessDeactivateScript && args.onSuccessActivateScript === null && args.destroy)
      await activate(call, tx, null, true, outcome)
    const targets = targetsOf(args, call, outcome)
    for (const { id: scriptId, patch } of targets.update) {
      try {
        if (await update(call, tx, scriptId, patch, ready)) outcome.wasUpdated(scriptId)
        else outcome.wasUnchanged(scriptId)
      } catch (error) {
        outcome.notUpdatedFor(scriptId, error)
      }
    }
    for (const scriptId of targets.destroy) {
      try {
        await deleteScript(tx, parseId('script', scriptId) ?? 0)
        outcome.wasDestroyed(scriptId)
      } catch (error) {
        outcome.notDestroyedFor(scriptId, await explained(tx, error, ''))
      }
    }
    await activate(call, tx, args.onSuccessActivateScript, args.onSuccessDeactivateScript === true, outcome)
    return outcome.respond(tx.modseq)
  })
})
