/** EmailSubmission/set (RFC 8621 §7.5), with the Email/set that follows when a submission went well. */
import { isFailure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { cancelSubmission } from '#domain/delivery/call-back.ts'
import { destroySubmission, getSubmission, type SubmissionEnvelope } from '#domain/delivery/submission.ts'
import { submitMessage } from '#domain/delivery/submit.ts'
import { readState } from '#domain/mail/history.ts'
import { type Id, SUBMISSION } from '#format/jmap/core.ts'
import { anyObject, type Check, Invalid, id, isObject, list, mapOf, nullable, text } from '../check.ts'
import { setEmails } from '../email/set.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { dereference, numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import {
  checkProperty,
  checkSetLimit,
  objectCount,
  type SetArguments,
  SetOutcome,
  setArguments,
  targetsOf,
} from '../set.ts'
import { checkState } from '../state.ts'
import { submissionObject } from './object.ts'
import { submissionFault } from './refusal.ts'

const maxEnvelope = 5000

const envelopeAddress: Check<SubmissionEnvelope['mailFrom']> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be an Address')
  const unknown = Object.keys(value).find((name) => name !== 'email' && name !== 'parameters')
  if (unknown !== undefined) throw new Invalid(`${path}/${unknown}`, 'is not known here')
  return {
    email: text(value.email, `${path}/email`),
    parameters: nullable(mapOf(nullable(text)))(value.parameters, `${path}/parameters`),
  }
}

const envelope: Check<SubmissionEnvelope> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be an Envelope')
  const unknown = Object.keys(value).find((name) => name !== 'mailFrom' && name !== 'rcptTo')
  if (unknown !== undefined) throw new Invalid(`${path}/${unknown}`, 'is not known here')
  const rcptTo = list(envelopeAddress)(value.rcptTo, `${path}/rcptTo`)
  if (rcptTo.length > maxEnvelope) throw new Invalid(`${path}/rcptTo`, `must be at most ${maxEnvelope} addresses`)
  return { mailFrom: envelopeAddress(value.mailFrom, `${path}/mailFrom`), rcptTo }
}

const create = async (call: AccountCall, creation: Id, object: Record<string, unknown>, outcome: SetOutcome) => {
  const settable = ['identityId', 'emailId', 'envelope']
  const refused = Object.keys(object).filter((name) => !settable.includes(name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  const identity = numberOf('identity', checkProperty('identityId', id, object.identityId), call)
  if (identity === undefined) throw invalidProperties('There is no such identity', 'identityId')
  const email = numberOf('email', checkProperty('emailId', id, object.emailId), call)
  if (email === undefined) throw invalidProperties('There is no such email', 'emailId')
  const given = checkProperty('envelope', nullable(envelope), object.envelope)
  const { delivery, principal } = call
  const person = { id: principal.accountId, name: principal.name }
  const from = { accountId: call.account, login: principal.login, ip: principal.ip ?? '' }
  const by = call.open.isPersonal ? from : { ...from, person }
  try {
    const request = { identityId: identity, emailId: email, envelope: given ?? undefined }
    const submission = submissionObject(await submitMessage(delivery, by, request))
    const told = Object.entries(submission).filter(([name, value]) => !sameJson(object[name], value))
    outcome.wasCreated(creation, { ...Object.fromEntries(told), id: submission.id })
    return submission.emailId
  } catch (error) {
    throw submissionFault(error, delivery.config)
  }
}

const find = async (call: AccountCall, submissionId: Id) => {
  const number = parseId('submission', submissionId)
  const stored =
    number === undefined ? undefined : await call.ctx.store.read((tx) => getSubmission(tx, call.account, number))
  if (!stored) throw new SetFault('notFound', 'There is no such submission')
  return stored
}

/** Only a pending submission can change, and only to be called back (§7). Returns false when it is so already. */
const update = async (call: AccountCall, submissionId: Id, patch: Readonly<Record<string, unknown>>) => {
  const stored = await find(call, submissionId)
  const current: Record<string, unknown> = { ...submissionObject(stored) }
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const refused = changed.filter((name) => name !== 'undoStatus')
  if (refused.length > 0) throw invalidProperties('These cannot be changed', ...refused)
  if (changed.length === 0) return { emailId: submissionObject(stored).emailId, written: false }
  if (value.undoStatus !== 'canceled') throw invalidProperties('A submission can only be canceled', 'undoStatus')
  try {
    await cancelSubmission(call.delivery, call.account, stored.id)
  } catch (error) {
    throw isFailure(error, 'conflict') ? new SetFault('cannotUnsend', 'The message is on its way') : error
  }
  return { emailId: submissionObject(stored).emailId, written: true }
}

/** Ids of the emails whose submission went well, by submission id. */
type Sent = Map<Id, Id>

const applyAll = async (call: AccountCall, args: SetArguments, outcome: SetOutcome): Promise<Sent> => {
  const sent: Sent = new Map()
  for (const [creation, object] of Object.entries(args.create ?? {})) {
    try {
      const emailId = await create(call, creation, object, outcome)
      sent.set(call.createdIds.get(creation) ?? '', emailId)
    } catch (error) {
      outcome.notCreatedFor(creation, error)
    }
  }
  const targets = targetsOf(args, call, outcome)
  for (const { id: submissionId, patch } of targets.update) {
    try {
      const { emailId, written } = await update(call, submissionId, patch)
      if (written) outcome.wasUpdated(submissionId)
      else outcome.wasUnchanged(submissionId)
      sent.set(submissionId, emailId)
    } catch (error) {
      outcome.notUpdatedFor(submissionId, error)
    }
  }
  for (const submissionId of targets.destroy) {
    try {
      const stored = await find(call, submissionId)
      await destroySubmission(call.delivery, call.account, stored.id)
      outcome.wasDestroyed(submissionId)
      sent.set(submissionId, submissionObject(stored).emailId)
    } catch (error) {
      outcome.notDestroyedFor(submissionId, error)
    }
  }
  return sent
}

interface Afterwards {
  readonly onSuccessUpdateEmail: Readonly<Record<Id, Record<string, unknown>>> | null
  readonly onSuccessDestroyEmail: readonly Id[] | null
}

/** The one Email/set that follows, for the submissions that went well; its response comes after ours (§7.5). */
const followUp = async (call: AccountCall, args: Afterwards, sent: Sent): Promise<void> => {
  const emailOf = (name: Id): Id | undefined => sent.get(dereference(name, call) ?? '')
  const update: Record<Id, Record<string, unknown>> = {}
  for (const [name, patch] of Object.entries(args.onSuccessUpdateEmail ?? {})) {
    const email = emailOf(name)
    if (email !== undefined) update[email] = { ...update[email], ...patch }
  }
  const destroy = (args.onSuccessDestroyEmail ?? []).flatMap((name) => emailOf(name) ?? [])
  if (Object.keys(update).length === 0 && destroy.length === 0) return
  const response = await setEmails({ ifInState: null, create: null, update, destroy }, call)
  call.implicit.push(['Email/set', { accountId: call.accountId, ...response }])
}

export const submissionSet = accountMethod(
  'EmailSubmission/set',
  SUBMISSION,
  { ...setArguments, onSuccessUpdateEmail: nullable(mapOf(anyObject, id)), onSuccessDestroyEmail: nullable(list(id)) },
  async (args, call) => {
    checkSetLimit(objectCount(args), call)
    const { store } = call.ctx
    const before = await store.read(async (tx) => {
      await checkState(tx, call, ['EmailSubmission'], args.ifInState)
      return (await readState(tx, call.account)).modseq
    })
    const outcome = new SetOutcome(call)
    const sent = await applyAll(call, args, outcome)
    const after = await store.read(async (tx) => (await readState(tx, call.account)).modseq)
    const response = outcome.respondBetween(before, after)
    await followUp(call, args, sent)
    return response
  },
)
