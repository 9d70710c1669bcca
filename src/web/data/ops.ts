/**
 * Pending operations: what a person did and the server has not yet acknowledged. Plain values, so that they can rest in
 * storage. Each carries its effect on emails (`emails`), laid over the server's records in order.
 */
import type { PatchObject } from '#format/jmap/core.ts'
import type { Draft, Hold, MailErrorEvent } from './contract.ts'

interface OpBase {
  readonly seq: number
  /** The verb, for messages. */
  readonly action: string
  /** `acked`: done at the server; stays in the overlay until a sync that came after has been applied. */
  phase: 'queued' | 'sending' | 'acked'
  /** The answer to an earlier attempt was lost: verify before trying again. */
  uncertain: boolean
  attempts: number
  /** Times in a row that the server was in another state than the one we knew. */
  mismatches: number
  /** Not sent before (milliseconds since 1970): the time to change one's mind. */
  notBefore: number
  /** Email id -> patch; null: destroyed. */
  emails: Map<string, PatchObject | null>
}

export interface UpdateOp extends OpBase {
  readonly kind: 'update'
  /** Email id -> the patch that undoes it. */
  readonly inverse: Map<string, PatchObject>
  /** The operation that this one undoes: what failed there must not be undone here. */
  readonly undoes?: number
}

export interface DestroyOp extends OpBase {
  readonly kind: 'destroy'
  /** Email id -> mailboxes it was in when the person decided. */
  readonly expect: Map<string, readonly string[]>
}

export interface MailboxCreateOp extends OpBase {
  readonly kind: 'mailboxCreate'
  /** Until the server names it; then the real id, while the operation waits for the sync. */
  tempId: string
  readonly name: string
  parentId: string | null
  readonly role?: string
}

export interface MailboxUpdateOp extends OpBase {
  readonly kind: 'mailboxUpdate'
  mailboxId: string
  readonly patch: PatchObject
  readonly inverse: PatchObject
}

export interface MailboxDestroyOp extends OpBase {
  readonly kind: 'mailboxDestroy'
  mailboxId: string
  readonly withEmails: boolean
  /** Emails that would end go there instead. */
  readonly moveTo?: string
  /** Mailboxes within it, which end with it: the deepest first. */
  readonly below?: readonly string[]
}

export interface DraftOp extends OpBase {
  readonly kind: 'draft'
  readonly key: string
  draft: Draft
  readonly messageId: string
  readonly savedAt: number
}

export interface SubmitOp extends OpBase {
  readonly kind: 'submit'
  readonly key: string
  readonly draft: Draft
  readonly hold?: Hold
  /** What the server calls it. */
  submissionId?: string
}

export type Op = UpdateOp | DestroyOp | MailboxCreateOp | MailboxUpdateOp | MailboxDestroyOp | DraftOp | SubmitOp

/** An operation before it is numbered and queued. */
export type NewOp = Op extends infer O
  ? O extends Op
    ? Omit<O, keyof OpBase> & Partial<OpBase> & { action: string }
    : never
  : never

export class MailFailure extends Error {
  readonly event: MailErrorEvent
  constructor(event: MailErrorEvent) {
    super(`${event.action}: ${event.code}`)
    this.event = event
  }
}

const codes: Readonly<Record<string, MailErrorEvent['code']>> = {
  notFound: 'gone',
  overQuota: 'overQuota',
  tooLarge: 'tooLarge',
  forbidden: 'forbidden',
  accountReadOnly: 'forbidden',
  alreadyExists: 'nameTaken',
  mailboxHasEmail: 'notEmpty',
  mailboxHasChild: 'notEmpty',
}

/** The event for a SetError or method error. */
export const errorEvent = (
  action: string,
  ids: readonly string[],
  error: { readonly type: string; readonly description?: string | undefined },
  fallback: MailErrorEvent['code'] = 'changeRefused',
): MailErrorEvent => ({
  code: codes[error.type] ?? fallback,
  action,
  ids,
  type: error.type,
  ...(error.description === undefined ? {} : { description: error.description }),
})
