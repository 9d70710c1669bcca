/** Each kind of pending operation as JMAP method calls, and what the answers mean for it. */
import type { PatchObject, SetError } from '#format/jmap/core.ts'
import { emailOf } from './compose.ts'
import type { MailErrorEvent } from './contract.ts'
import type { Model } from './model.ts'
import { type DestroyOp, type DraftOp, errorEvent, type MailboxCreateOp, type Op, type SubmitOp } from './ops.ts'
import type { Outbox } from './outbox.ts'
import type { Answer, Call, Transport } from './transport.ts'

export interface SendContext {
  readonly model: Model
  readonly outbox: Outbox
  readonly transport: Transport
  readonly accountId: string
  roleId(role: string): string | undefined
}

/** What the server has said about emails: from this state to that one nothing has changed but these. */
export interface Confirmed {
  readonly oldState: string
  readonly newState: string
  readonly patches: ReadonlyMap<string, PatchObject>
}

/** `send`: these calls. `done`: nothing left to do. `later`: try again after a sync. */
export type Plan =
  | {
      readonly is: 'send'
      readonly calls: readonly Call[]
      settle(answers: readonly Answer[][]): void
      confirmed?(answers: readonly Answer[][]): Confirmed | undefined
    }
  | { readonly is: 'done' }
  | { readonly is: 'later' }

/** Method errors that may go away by themselves. */
const TEMPORARY = new Set(['serverUnavailable', 'serverFail', 'serverPartialFail', 'rateLimit'])
/** Mismatches after which an Email/set goes without `ifInState`, and after which an operation is given up. */
const PATIENCE = 3
const MAX_MISMATCHES = 20

const errorsOf = (args: Readonly<Record<string, unknown>>, property: string): Map<string, SetError> =>
  new Map(Object.entries((args[property] ?? {}) as Record<string, SetError>))

/** The main answer when it is good; otherwise deals with the failure. */
const goodAnswer = (
  context: SendContext,
  batch: readonly Op[],
  answers: readonly Answer[][],
  fallback: MailErrorEvent['code'] = 'changeRefused',
): Readonly<Record<string, unknown>> | undefined => {
  const answer = answers[0]?.[0] ?? { ok: false, type: 'serverPartialFail' }
  if (answer.ok) return answer.args
  for (const op of batch) {
    if (answer.type === 'stateMismatch' && op.mismatches < MAX_MISMATCHES) context.outbox.mismatch(op)
    else if (!TEMPORARY.has(answer.type) || !context.outbox.retry(op, true))
      context.outbox.fail(op, errorEvent(op.action, idsOf(op), answer, fallback))
  }
  return
}

/**
 * Every Email/set is bound to the state we know, so that a request delayed on its way cannot be done a second time after
 * later changes. On a busy account the state may run ahead of us for ever: then the bond is let go, since patches by key
 * go well with the changes of others, and the sync that came with the mismatch has just told what they did.
 */
const bond = (model: Model, batch: readonly Op[]): { ifInState: string | null } => ({
  ifInState: batch.some((op) => op.mismatches >= PATIENCE) ? null : (model.states.Email ?? null),
})

export const idsOf = (op: Op): string[] => {
  if (op.kind === 'draft' || op.kind === 'submit') return [op.key]
  if (op.kind === 'mailboxCreate') return [op.tempId]
  if (op.kind === 'mailboxUpdate' || op.kind === 'mailboxDestroy') return [op.mailboxId]
  return [...op.emails.keys()]
}

const setCall = (context: SendContext, name: string, args: Record<string, unknown>): Call => ({
  name,
  args: { accountId: context.accountId, ...args },
})

/** Updates share one Email/set. */
const planUpdates = (context: SendContext, batch: readonly Op[]): Plan => {
  const { outbox } = context
  const update = Object.fromEntries(outbox.compose(batch))
  if (!Object.keys(update).length) return doneAll(context, batch)
  return {
    is: 'send',
    calls: [setCall(context, 'Email/set', { update, ...bond(context.model, batch) })],
    settle: (answers) => {
      const args = goodAnswer(context, batch, answers)
      if (!args) return
      const refused = errorsOf(args, 'notUpdated')
      for (const op of batch) {
        const own = new Map([...refused].filter(([id]) => op.emails.has(id)))
        if (own.size) outbox.refuse(op, own)
        outbox.acknowledged(op)
      }
    },
    confirmed: ([answer]) => (answer?.[0]?.ok ? confirmedBy(answer[0].args, update) : undefined),
  }
}

/** The updates that were done exactly as asked. */
const confirmedBy = (
  args: Readonly<Record<string, unknown>>,
  update: Readonly<Record<string, PatchObject>>,
): Confirmed | undefined => {
  const { oldState, newState } = args
  if (typeof oldState !== 'string' || typeof newState !== 'string') return
  const updated = (args.updated ?? {}) as Record<string, unknown>
  const patches = new Map(Object.entries(update).filter(([id]) => updated[id] === null))
  return { oldState, newState, patches }
}

const doneAll = (context: SendContext, batch: readonly Op[]): Plan => {
  for (const op of batch) context.outbox.acknowledged(op)
  return { is: 'done' }
}

const sameMailboxes = (expected: readonly string[], now: Readonly<Record<string, true>>): boolean =>
  expected.length === Object.keys(now).length && expected.every((id) => now[id])

/**
 * Destruction cannot be undone: when something has changed since the state we know, the sync comes first, and an email
 * that someone has moved elsewhere is spared.
 */
const planDestroy = (context: SendContext, op: DestroyOp): Plan => {
  const { model, outbox } = context
  const spared = new Map<string, { type: string }>()
  const destroy: string[] = []
  for (const id of op.emails.keys()) {
    const base = model.emails.get(id)
    const expected = op.expect.get(id)
    if (base && expected && !sameMailboxes(expected, base.mailboxIds)) spared.set(id, { type: 'stateMismatch' })
    else destroy.push(id)
  }
  if (spared.size) outbox.refuse(op, spared)
  if (!destroy.length) return doneAll(context, [op])
  return {
    is: 'send',
    calls: [setCall(context, 'Email/set', { destroy, ...bond(model, [op]) })],
    settle: (answers) => {
      const args = goodAnswer(context, [op], answers)
      if (!args) return
      const refused = errorsOf(args, 'notDestroyed')
      for (const [id, error] of refused) if (error.type === 'notFound') refused.delete(id)
      if (refused.size) outbox.refuse(op, refused)
      outbox.acknowledged(op)
    },
  }
}

const planMailboxCreate = (context: SendContext, op: MailboxCreateOp): Plan => {
  const { model, outbox } = context
  if (op.uncertain) {
    const made = [...(model.mailboxRecords?.values() ?? [])].find(
      (m) => m.name === op.name && m.parentId === op.parentId,
    )
    if (made) {
      outbox.renameMailbox(op.tempId, made.id)
      return doneAll(context, [op])
    }
  }
  return {
    is: 'send',
    calls: [setCall(context, 'Mailbox/set', { create: { m: { name: op.name, parentId: op.parentId } } })],
    settle: (answers) => {
      const args = goodAnswer(context, [op], answers)
      if (!args) return
      const created = (args.created as Record<string, { id: string }> | null | undefined)?.m
      const error = errorsOf(args, 'notCreated').get('m')
      if (created) {
        outbox.renameMailbox(op.tempId, created.id)
        outbox.acknowledged(op)
      } else outbox.fail(op, errorEvent(op.action, [op.tempId], error ?? { type: 'serverFail' }))
    },
  }
}

const planMailboxChange = (context: SendContext, op: Op, id: string, args: Record<string, unknown>): Plan => ({
  is: 'send',
  calls: [setCall(context, 'Mailbox/set', args)],
  settle: (answers) => {
    const result = goodAnswer(context, [op], answers)
    if (!result) return
    const error = errorsOf(result, 'notUpdated').get(id) ?? errorsOf(result, 'notDestroyed').get(id)
    const isGone = error?.type === 'notFound' && op.kind === 'mailboxDestroy'
    if (error && !isGone) context.outbox.fail(op, errorEvent(op.action, [id], error))
    else context.outbox.acknowledged(op)
  },
})

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
const planDraft = async (context: SendContext, op: DraftOp): Promise<Plan> => {
  const { model, outbox, accountId } = context
  const mailboxId = context.roleId('drafts')
  if (mailboxId === undefined) return { is: 'later' }
  const before = outbox.draftIds.get(op.key)
  if (op.uncertain) {
    const filter = { header: ['Message-ID', op.messageId] }
    const [found] = await ask(context, [{ name: 'Email/query', args: { accountId, filter } }])
    const ids = idsIn(found)
    if (!ids) return { is: 'later' }
    op.uncertain = false
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
    ifInState: model.states.Email ?? null,
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
const planSubmit = async (context: SendContext, op: SubmitOp): Promise<Plan> => {
  const { outbox, accountId } = context
  const emailId = outbox.draftIds.get(op.key)
  if (emailId === undefined) {
    outbox.fail(op, errorEvent(op.action, [op.key], { type: 'invalidEmail' }, 'sendFailed'))
    return { is: 'done' }
  }
  const [state, found] = await ask(context, [
    { name: 'EmailSubmission/get', args: { accountId, ids: [] } },
    { name: 'EmailSubmission/query', args: { accountId, filter: { emailIds: [emailId] } } },
  ])
  const submitted = idsIn(found)
  const ifInState = state?.state
  if (!submitted || typeof ifInState !== 'string') return { is: 'later' }
  const patch = sentPatch(context.roleId('sent'))
  const after = afterSending(op)
  if (submitted.length) {
    const settle = () => outbox.acknowledged(op)
    return { is: 'send', calls: [setCall(context, 'Email/set', { update: { [emailId]: patch, ...after } })], settle }
  }
  const create = { s: { identityId: op.draft.identityId, emailId } }
  const calls = [setCall(context, 'EmailSubmission/set', { ifInState, create, onSuccessUpdateEmail: { '#s': patch } })]
  return { is: 'send', calls, settle: (answers) => settleSubmit(context, op, answers) }
}

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

/** How the batch (operations of one kind) is said to the server. */
export const planFor = async (context: SendContext, batch: readonly Op[]): Promise<Plan> => {
  const [op] = batch
  if (!op) return { is: 'done' }
  switch (op.kind) {
    case 'update':
      return planUpdates(context, batch)
    case 'destroy':
      return planDestroy(context, op)
    case 'mailboxCreate':
      return planMailboxCreate(context, op)
    case 'mailboxUpdate':
      return planMailboxChange(context, op, op.mailboxId, { update: { [op.mailboxId]: op.patch } })
    case 'mailboxDestroy':
      return planMailboxChange(context, op, op.mailboxId, {
        destroy: [op.mailboxId],
        onDestroyRemoveEmails: op.withEmails,
      })
    case 'draft':
      return planDraft(context, op)
    case 'submit':
      return planSubmit(context, op)
  }
}
