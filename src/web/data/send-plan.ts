/** What the senders share: plans, the reading of /set answers, and the bond to a state. */
import type { PatchObject, SetError } from '#format/jmap/core.ts'
import type { MailErrorEvent } from './contract.ts'
import type { Model } from './model.ts'
import { errorEvent, type Op } from './ops.ts'
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
/** The same for what should not be done twice. */
export const MORE_PATIENCE = 10
const MAX_MISMATCHES = 20

export const errorsOf = (args: Readonly<Record<string, unknown>>, property: string): Map<string, SetError> =>
  new Map(Object.entries((args[property] ?? {}) as Record<string, SetError>))

/** The main answer when it is good; otherwise deals with the failure. */
export const goodAnswer = (
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
export const bond = (model: Model, batch: readonly Op[], patience = PATIENCE): { ifInState: string | null } => ({
  ifInState: batch.some((op) => op.mismatches >= patience) ? null : (model.states.Email ?? null),
})

export const idsOf = (op: Op): string[] => {
  if (op.kind === 'draft' || op.kind === 'submit') return [op.key]
  if (op.kind === 'mailboxCreate') return [op.tempId]
  if (op.kind === 'mailboxUpdate') return [op.mailboxId]
  if (op.kind === 'mailboxDestroy') return [op.mailboxId, ...(op.below ?? [])]
  return [...op.emails.keys()]
}

export const setCall = (context: SendContext, name: string, args: Record<string, unknown>): Call => ({
  name,
  args: { accountId: context.accountId, ...args },
})

export const doneAll = (context: SendContext, batch: readonly Op[]): Plan => {
  for (const op of batch) context.outbox.acknowledged(op)
  return { is: 'done' }
}
