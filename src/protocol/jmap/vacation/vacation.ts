/** VacationResponse/get and /set (RFC 8621 §8): one object in each account. */

import { isFailure } from '#base/failure.ts'
import { readVacation, type VacationResponse as Stored, saveVacation } from '#domain/filter/vacation-response.ts'
import type { Id } from '#format/jmap/core.ts'
import { FILTERS, VACATION, type VacationResponse } from '#format/jmap/sieve.ts'
import { boolean, type Check, formatUtcDate, nullable, text, utcDate } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { checkGetLimit } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, onlyUpdates, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'

const singleton = 'singleton'

const properties = [
  'id',
  'isEnabled',
  'fromDate',
  'toDate',
  'subject',
  'textBody',
  'htmlBody',
  'outsideTextBody',
] as const satisfies readonly (keyof VacationResponse)[]

const dateOf = (time: number | null): string | null => (time === null ? null : formatUtcDate(time))

const objectOf = (stored: Stored): VacationResponse => ({
  id: singleton,
  isEnabled: stored.enabled,
  fromDate: dateOf(stored.from),
  toDate: dateOf(stored.to),
  subject: stored.subject,
  textBody: stored.text,
  htmlBody: stored.html,
  outsideTextBody: stored.outsideText,
})

export const vacationGet = accountMethod('VacationResponse/get', VACATION, getArguments, async (args, call) => {
  // The text for outsiders is ours: told to those who ask for it, or know our filters.
  const isKnown = args.properties !== null || call.using.has(FILTERS)
  const wanted = wantedProperties(properties, args.properties).filter((name) => isKnown || name !== 'outsideTextBody')
  const asked = new Set(args.ids ?? [singleton])
  checkGetLimit(asked.size, call)
  return call.ctx.store.read(async (tx) => ({
    state: await stateOf(tx, call.account),
    list: asked.has(singleton) ? [pick(objectOf(await readVacation(tx, call.account)), wanted)] : [],
    notFound: [...asked].filter((id) => id !== singleton),
  }))
})

const checks: Readonly<Record<string, readonly [keyof Stored, Check<unknown>]>> = {
  isEnabled: ['enabled', boolean],
  fromDate: ['from', nullable(utcDate)],
  toDate: ['to', nullable(utcDate)],
  subject: ['subject', nullable(text)],
  textBody: ['text', nullable(text)],
  htmlBody: ['html', nullable(text)],
  outsideTextBody: ['outsideText', nullable(text)],
}

const nameOf = (property: string | undefined): string =>
  Object.entries(checks).find(([, [stored]]) => stored === property)?.[0] ?? 'id'

type Transaction = Parameters<typeof saveVacation>[0]

/** Returns false when it was so already. */
const update = async (tx: Transaction, id: Id, patch: Readonly<Record<string, unknown>>): Promise<boolean> => {
  if (id !== singleton) throw new SetFault('notFound', 'There is no such object')
  const stored = await readVacation(tx, tx.accountId)
  const current: Record<string, unknown> = { ...objectOf(stored) }
  const { value, touched } = applyPatch(current, patch, { isEnabled: false })
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const refused = changed.filter((name) => !Object.hasOwn(checks, name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  if (changed.length === 0) return false
  const wanted: Record<string, unknown> = {}
  for (const name of changed) {
    const [property, check] = checks[name] as (typeof checks)[string]
    wanted[property] = checkProperty(name, check, value[name])
  }
  try {
    await saveVacation(tx, { ...stored, ...(wanted as Partial<Stored>) })
  } catch (error) {
    if (isFailure(error, 'invalid')) throw invalidProperties(error.message, nameOf(error.property))
    throw error
  }
  return true
}

export const vacationSet = accountMethod('VacationResponse/set', VACATION, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['VacationResponse'], args.ifInState)
    const only = new SetFault('singleton', 'There is one vacation response, neither made nor destroyed')
    const verbs = onlyUpdates(only, (id, patch) => update(tx, id, patch))
    return (await applySet(args, call, verbs)).respond(tx.modseq)
  })
})
