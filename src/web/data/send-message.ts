/** Drafts and sending as JMAP method calls: each done once, whatever happens to requests and answers. */
import type { PatchObject } from '#format/jmap/core.ts'
import { emailOf } from './compose.ts'
import type { Hold } from './contract.ts'
import { type DraftOp, errorEvent, type SubmitOp } from './ops.ts'
import {
  bond,
  doneAll,
  errorsOf,
  goodAnswer,
  MORE_PATIENCE,
  type Plan,
  type SendContext,
  setCall,
} from './send-plan.ts'
import type { Answer, Call } from './transport.ts'

const ask = async (
  context: SendContext,
  calls: readonly Call[],
): Promise<(Readonly<Record<string, unknown>> | undefined)[]> => {
  const answers = await context.transport.send(calls)
  return answers.map(([answer]) => (answer?.ok ? answer.args : undefined))
}

const idsIn = (args: Readonly<Record<string, unknown>> | undefined): string[] | undefined =>
  Array.isArray(args?.ids) ? args.ids.map(String) : undefined

/**
 * A save makes a new email and destroys the one before (emails do not change, RFC 8621 §4). Creation is not repeatable,
 * so it is bound to the Email state, and after a lost answer the message is looked for by its Message-ID first.
 */
export const planDraft = async (context: SendContext, op: DraftOp): Promise<Plan> => {
  const { model, outbox, accountId } = context
  const mailboxId = context.roleId('drafts')
  if (mailboxId === undefined) return { is: 'later' }
  const before = outbox.draftIds.get(op.key)
  // The state known before looking: what an earlier attempt does after the look makes this one mismatch, and look again.
  const bound = bond(model, [op], MORE_PATIENCE)
  if (op.uncertain) {
    const filter = { header: ['Message-ID', op.messageId] }
    const [found] = await ask(context, [{ name: 'Email/query', args: { accountId, filter } }])
    const ids = idsIn(found)
    if (!ids) return { is: 'later' }
    const [made] = ids
    if (made !== undefined) {
      outbox.draftSaved(op.key, made, ({ hold }) => leavingPatch(context.roleId, hold))
      if (before === undefined || before === made) return doneAll(context, [op])
      const settle = () => outbox.acknowledged(op)
      return { is: 'send', calls: [setCall(context, 'Email/set', { destroy: [before] })], settle }
    }
  }
  const email = emailOf(op.draft, { mailboxId, messageId: op.messageId, at: op.savedAt })
  const args = {
    create: { d: email },
    destroy: before === undefined ? [] : [before],
    ...bound,
  }
  return {
    is: 'send',
    calls: [setCall(context, 'Email/set', args)],
    settle: (answers) => {
      const result = goodAnswer(context, [op], answers)
      if (!result) return
      const created = (result.created as Record<string, { id: string }> | null | undefined)?.d
      const error = errorsOf(result, 'notCreated').get('d')
      if (created) {
        outbox.draftSaved(op.key, created.id, ({ hold }) => leavingPatch(context.roleId, hold))
        outbox.acknowledged(op)
      } else outbox.fail(op, errorEvent(op.action, [op.key], error ?? { type: 'serverFail' }))
    },
  }
}

/** What sending does to the email itself: out of the drafts, into the sent messages, or those held for later. */
export const leavingPatch = (roleId: SendContext['roleId'], hold: Hold | undefined): PatchObject => {
  const target = roleId(hold === undefined ? 'sent' : 'scheduled')
  return {
    ...(target === undefined ? {} : { mailboxIds: { [target]: true } }),
    'keywords/$draft': null,
    'keywords/$seen': true,
  }
}

/**
 * Sending happens once. The submission state is read, then whether this email has been submitted; the submission is
 * bound to that state (`ifInState`), so that of two attempts, delayed or repeated, only one can succeed.
 */
export const planSubmit = async (context: SendContext, op: SubmitOp): Promise<Plan> => {
  const { outbox } = context
  const emailId = outbox.draftIds.get(op.key)
  if (emailId === undefined) {
    outbox.fail(op, errorEvent(op.action, [op.key], { type: 'invalidEmail' }, 'sendFailed'))
    return { is: 'done' }
  }
  const known = await askSubmission(context, emailId)
  if (!known) return { is: 'later' }
  if (known.submitted !== undefined) {
    op.submissionId = known.submitted
    // Filed already where it is held: that is the server's business.
    const own = op.hold === undefined ? { [emailId]: leavingPatch(context.roleId, undefined) } : {}
    const update = { ...own, ...afterSending(op) }
    const settle = (answers: readonly Answer[][]) => {
      if (!goodAnswer(context, [op], answers, 'sendFailed')) return
      left(context, op)
    }
    return { is: 'send', calls: [setCall(context, 'Email/set', { update })], settle }
  }
  const calls = [submitCall(context, op, emailId, known.state)]
  return { is: 'send', calls, settle: (answers) => settleSubmit(context, op, answers) }
}

/** The server has it. While it is held it may come back as the draft that it was. */
const left = ({ outbox }: SendContext, op: SubmitOp): void => {
  if (op.hold === undefined) outbox.draftIds.delete(op.key)
  outbox.acknowledged(op)
}

/** What was called back may be sent again. */
const live = { operator: 'NOT', conditions: [{ undoStatus: 'canceled' }] }

/** The submission state, and then (in this order) the submission of the email if there is one. */
const askSubmission = async (
  context: SendContext,
  emailId: string,
): Promise<{ readonly state: string; readonly submitted: string | undefined } | undefined> => {
  const { accountId } = context
  const filter = { operator: 'AND', conditions: [{ emailIds: [emailId] }, live] }
  const [before, found] = await ask(context, [
    { name: 'EmailSubmission/get', args: { accountId, ids: [] } },
    { name: 'EmailSubmission/query', args: { accountId, filter } },
  ])
  const submitted = idsIn(found)
  const state = before?.state
  return submitted && typeof state === 'string' ? { state, submitted: submitted[0] } : undefined
}

/** The envelope that asks the server to hold a message (RFC 8621 §7, RFC 4865); undefined: it is sent as it is. */
const envelopeOf = ({ draft, hold }: SubmitOp): object | undefined => {
  if (hold === undefined || draft.from === undefined) return undefined
  const parameters =
    'seconds' in hold
      ? { HOLDFOR: String(hold.seconds) }
      : { HOLDUNTIL: new Date(hold.until).toISOString().replace(/\.\d+Z$/, 'Z') }
  const emails = new Map([...draft.to, ...draft.cc, ...draft.bcc].map(({ email }) => [email.toLowerCase(), email]))
  return {
    mailFrom: { email: draft.from.email, parameters },
    rcptTo: [...emails.values()].map((email) => ({ email, parameters: null })),
  }
}

const submitCall = (context: SendContext, op: SubmitOp, emailId: string, ifInState: string): Call => {
  const envelope = envelopeOf(op)
  const s = { identityId: op.draft.identityId, emailId, ...(envelope === undefined ? {} : { envelope }) }
  const patch = leavingPatch(context.roleId, undefined)
  // The server itself files what it holds.
  const follow = envelope === undefined ? { onSuccessUpdateEmail: { '#s': patch } } : {}
  return setCall(context, 'EmailSubmission/set', { ifInState, create: { s }, ...follow })
}

const settleSubmit = (context: SendContext, op: SubmitOp, answers: readonly Answer[][]): void => {
  const { outbox } = context
  const result = goodAnswer(context, [op], answers, 'sendFailed')
  if (!result) return
  const created = (result.created as Record<string, { id?: string }> | null | undefined)?.s
  if (!created) {
    const error = errorsOf(result, 'notCreated').get('s') ?? { type: 'serverFail' }
    const { invalidRecipients: addresses } = error as { readonly invalidRecipients?: readonly string[] }
    const event = errorEvent(op.action, [outbox.draftIds.get(op.key) ?? op.key], error)
    outbox.fail(op, { ...event, code: 'sendFailed', ...(addresses ? { addresses } : {}) })
    return
  }
  if (created.id !== undefined) op.submissionId = created.id
  left(context, op)
  for (const [id, patch] of Object.entries(afterSending(op))) {
    outbox.add({ kind: 'update', action: 'markAnswered', emails: new Map([[id, patch]]), inverse: new Map() })
  }
}

/** The messages that were answered or forwarded are marked so. */
const afterSending = ({ draft }: SubmitOp): Record<string, PatchObject> => {
  const after: Record<string, PatchObject> = {}
  if (draft.answers !== undefined) after[draft.answers] = { 'keywords/$answered': true }
  if (draft.forwards !== undefined) after[draft.forwards] = { 'keywords/$forwarded': true }
  return after
}
