/** Identity/set (RFC 8621 §6.3). */
import { isFailure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import {
  createIdentityWithin,
  deleteIdentityWithin,
  type IdentityProperties,
  listIdentities,
  updateIdentityWithin,
} from '#domain/mail/identities.ts'
import { type Id, SUBMISSION } from '#format/jmap/core.ts'
import { type Check, Invalid, isObject, list, nullable, text } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, setArguments } from '../set.ts'
import { checkState } from '../state.ts'
import { identityObject } from './object.ts'

type Transaction = Parameters<typeof createIdentityWithin>[0]

const address: Check<{ name: string | null; email: string }> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be an EmailAddress')
  const unknown = Object.keys(value).find((name) => name !== 'name' && name !== 'email')
  if (unknown !== undefined) throw new Invalid(`${path}/${unknown}`, 'is not known here')
  return { name: nullable(text)(value.name, `${path}/name`), email: text(value.email, `${path}/email`) }
}

const checks = {
  name: text,
  email: text,
  replyTo: nullable(list(address)),
  bcc: nullable(list(address)),
  textSignature: text,
  htmlSignature: text,
} satisfies { [K in keyof IdentityProperties]: Check<unknown> }

const defaults = { name: '', replyTo: null, bcc: null, textSignature: '', htmlSignature: '' }

const isSettable = (name: string): name is keyof IdentityProperties => Object.hasOwn(checks, name)

const read = (object: Readonly<Record<string, unknown>>, names: readonly string[]): Partial<IdentityProperties> => {
  const refused = names.filter((name) => !isSettable(name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  const result: Record<string, unknown> = {}
  for (const name of names) {
    const check: Check<unknown> | undefined = isSettable(name) ? checks[name] : undefined
    if (check) result[name] = checkProperty(name, check, object[name])
  }
  return result as Partial<IdentityProperties>
}

const create = async (tx: Transaction, object: Readonly<Record<string, unknown>>): Promise<{ id: Id }> => {
  const given = read(object, Object.keys(object))
  const { email } = given
  if (email === undefined) throw invalidProperties('An identity needs an address', 'email')
  try {
    const identity = identityObject(await createIdentityWithin(tx, { ...defaults, ...given, email }))
    const told = Object.entries(identity).filter(([name, value]) => !sameJson(object[name], value))
    return { ...Object.fromEntries(told), id: identity.id }
  } catch (error) {
    if (isFailure(error, 'forbidden')) throw new SetFault('forbiddenFrom', 'The address is not one of yours')
    throw error
  }
}

/** Returns false when the identity was so already. */
const update = async (tx: Transaction, id: Id, patch: Readonly<Record<string, unknown>>): Promise<boolean> => {
  const number = parseId('identity', id)
  const stored = (await listIdentities(tx, tx.accountId)).find((identity) => identity.id === number)
  if (!stored) throw new SetFault('notFound', 'There is no such identity')
  const current: Record<string, unknown> = { ...identityObject(stored) }
  const { value, touched } = applyPatch(current, patch, defaults)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const fixed = changed.filter((name) => name === 'email')
  if (fixed.length > 0) throw invalidProperties('The address of an identity never changes', ...fixed)
  const { email: _unchanged, ...properties } = read(value, changed)
  if (changed.length === 0) return false
  await updateIdentityWithin(tx, stored.id, properties)
  return true
}

export const identitySet = accountMethod('Identity/set', SUBMISSION, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['Identity'], args.ifInState)
    const outcome = await applySet(args, call, {
      create: (object) => create(tx, object),
      update: (id, patch) => update(tx, id, patch),
      destroy: (id) => deleteIdentityWithin(tx, parseId('identity', id) ?? 0),
    })
    return outcome.respond(tx.modseq)
  })
})
