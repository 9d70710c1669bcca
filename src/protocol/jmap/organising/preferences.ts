/** MailPreferences (`urn:convergence:organising`): one object in each account. */
import { formatId, parseId } from '#base/ids.ts'
import { type Preferences, preferencesNumber, readPreferences, savePreferences } from '#domain/organise/preferences.ts'
import type { Id } from '#format/jmap/core.ts'
import {
  labelColours,
  type MailPreferences,
  mailDensities,
  mailLayouts,
  mailOrders,
  ORGANISING,
} from '#format/jmap/organising.ts'
import { answerChanges, changesArguments } from '../changes.ts'
import { boolean, type Check, Invalid, list, mapOf, nullable, oneOf, shape, text, unsigned } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { checkGetLimit } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, onlyUpdates, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'
import type { Writing } from './records.ts'

const singleton = 'singleton'
const properties = [
  'id',
  'archiveBy',
  'focus',
  'mailboxColours',
  'view',
] as const satisfies readonly (keyof MailPreferences)[]

const objectOf = ({ archiveBy, focus, mailboxColours, view }: Preferences): MailPreferences => ({
  id: singleton,
  archiveBy,
  focus,
  mailboxColours: Object.fromEntries(
    Object.entries(mailboxColours).map(([id, colour]) => [formatId('mailbox', Number(id)), colour]),
  ),
  view,
})

export const preferencesGet = accountMethod('MailPreferences/get', ORGANISING, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  const asked = new Set(args.ids ?? [singleton])
  checkGetLimit(asked.size, call)
  return call.ctx.store.read(async (tx) => ({
    state: await stateOf(tx, call.account),
    list: asked.has(singleton) ? [pick(objectOf(await readPreferences(tx, call.account)), wanted)] : [],
    notFound: [...asked].filter((id) => id !== singleton),
  }))
})

/** The log counts the object as any other; on the wire it has its fixed name. */
export const preferencesChanges = accountMethod(
  'MailPreferences/changes',
  ORGANISING,
  changesArguments,
  async (args, call) => {
    const { response, changes } = await answerChanges(call, 'MailPreferences', 'label', args)
    return { ...response, updated: changes.updated.includes(preferencesNumber) ? [singleton] : [] }
  },
)

const mailbox = (value: unknown, path: string): string => {
  const number = parseId('mailbox', text(value, path))
  if (number === undefined) throw new Invalid(path, 'must be the id of a mailbox')
  return String(number)
}

const colours: Check<Preferences['mailboxColours']> = (value, path) => {
  const given = mapOf(oneOf(...labelColours), text)(value, path)
  return Object.fromEntries(Object.entries(given).map(([id, colour]) => [mailbox(id, path), colour]))
}

const settable: Readonly<Record<string, Check<unknown>>> = {
  archiveBy: oneOf('single', 'year'),
  focus: shape({ heads: boolean, service: boolean, contacts: boolean, people: list(text) }),
  mailboxColours: colours,
  view: nullable(
    shape({
      layout: oneOf(...mailLayouts),
      density: oneOf(...mailDensities),
      previewLines: unsigned,
      listOrder: oneOf(...mailOrders),
      threadOrder: oneOf(...mailOrders),
      flat: boolean,
    }),
  ),
}

/** Returns false when it was so already. */
const update = async (tx: Writing, id: Id, patch: Readonly<Record<string, unknown>>): Promise<boolean> => {
  if (id !== singleton) throw new SetFault('notFound', 'There is no such object')
  const current: Record<string, unknown> = { ...objectOf(await readPreferences(tx, tx.accountId)) }
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const refused = changed.filter((name) => !Object.hasOwn(settable, name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  const values = changed.map((name) => [name, checkProperty(name, settable[name] as Check<unknown>, value[name])])
  if (changed.length > 0) await savePreferences(tx, Object.fromEntries(values) as Partial<Preferences>)
  return changed.length > 0
}

export const preferencesSet = accountMethod('MailPreferences/set', ORGANISING, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['MailPreferences'], args.ifInState)
    const only = new SetFault('singleton', 'There is one, neither made nor destroyed')
    const verbs = onlyUpdates(only, (id, patch) => update(tx, id, patch))
    return (await applySet(args, call, verbs)).respond(tx.modseq)
  })
})
