/** Drafts and sending as JMAP method calls: each done once, whatever happens to requests and answers. */
import type { PatchObject } from '#format/jmap/core.ts'
import { emailOf } from './compose.ts'
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
      outbox.draftSaved(op.key, made, sentPatch(context.roleId('sent')))
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
        outbox.draftSaved(op.key, created.id, sentPatch(context.roleId('sent')))
        outbox.acknowledged(op)
      } else outbox.fail(op, errorEvent(op.action, [op.key], error ?? { type: 'serverFail' }))
    },
  }
}

/** What sending does to the email itself: out of the drafts, into the sent messages. */
export const sentPatch = (sentId: string | undefined): PatchObject => ({
  ...(sentId === undefined ? {} : { mailboxIds: { [sentId]: true } }),
  'keywords/$draft': null,
  'keywords/$seen': true,
})

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
  const patch = sentPatch(context.roleId('sent'))
  const after = afterSending(op)
  if (known.isSubmitted) {
    const settle = (answers: readonly Answer[][]) => {
      if (!goodAnswer(context, [op], answers, 'sendFailed')) return
      outbox.draftIds.delete(op.key)
      outbox.acknowledged(op)
    }
    return { is: 'send', calls: [setCall(context, 'Email/set', { update: { [emailId]: patch, ...after } })], settle }
  }
  const calls = [submitCall(context, op, emailId, known.state)]
  return { is: 'send', calls, settle: (answers) => settleSubmit(context, op, answers) }
}

/** The submission state, and then (in this order) whether the email has been submitted. */
const askSubmission = async (
  context: SendContext,
  emailId: string,
): Promise<{ readonly state: string; readonly isSubmitted: boolean } | undefined> => {
  const { accountId } = context
  const [before, found] = await ask(context, [
    { name: 'EmailSubmission/get', args: { accountId, ids: [] } },
    { name: 'EmailSubmission/query', args: { accountId, filter: { emailIds: [emailId] } } },
  ])
  const submitted = idsIn(found)
  const state = before?.state
  return submitted && typeof state === 'string' ? { state, isSubmitted: submitted.length > 0 } : undefined
}

const submitCall = (context: SendContext, op: SubmitOp, emailId: string, ifInState: string): Call => {
  const create = { s: { identityId: op.draft.identityId, emailId } }
  const onSuccessUpdateEmail = { '#s': sentPatch(context.roleId('sent')) }
  return setCall(context, 'EmailSubmission/set', { ifInState, create, onSuccessUpdateEmail })
}

/** Learns what sending will need, while there is time: a page that is closed cannot ask any more. */
export const armSubmits = async (context: SendContext): Promise<void> => {
  for (const op of context.outbox.waitingSubmits()) {
    const emailId = context.outbox.draftIds.get(op.key)
    if (op.guard !== undefined || emailId === undefined) continue
    op.guard = 'none'
    const known = await askSubmission(context, emailId)
    if (known && !known.isSubmitted) op.guard = { emailId, state: known.state }
  }
}

/**
 * The page is being closed: what waits only for a change of mind is sent now. Nobody will read the answer; the operation
 * stays in storage, and the next page asks whether it was done before doing it.
 */
export const partingCalls = (context: SendContext): Call[] =>
  context.outbox.waitingSubmits().flatMap((op) => {
    if (op.guard === undefined || op.guard === 'none') return []
    op.uncertain = true
    const { emailId, state } = op.guard
    const after = afterSending(op)
    const rest = Object.keys(after).length ? [setCall(context, 'Email/set', { update: after })] : []
    return [submitCall(context, op, emailId, state), ...rest]
  })

const settleSubmit = (context: SendContext, op: SubmitOp, answers: readonly Answer[][]): void => {
  const { outbox } = context
  const result = goodAnswer(context, [op], answers, 'sendFailed')
  if (!result) return
  const created = (result.created as Record<string, unknown> | null | undefined)?.s
  if (!created) {
    const error = errorsOf(result, 'notCreated').get('s') ?? { type: 'serverFail' }
    outbox.fail(op, { ...errorEvent(op.action, [op.key], error), code: 'sendFailed' })
    return
  }
  outbox.draftIds.delete(op.key)
  outbox.acknowledged(op)
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
