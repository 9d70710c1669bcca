/** Why mail is not taken: a closed union (law 8). Each way in maps it to its own words in one table. */
import { Failure, type FailureCode } from '#base/failure.ts'

export type RefusalReason =
  | 'unknownRecipient'
  | 'disabledRecipient'
  | 'relayDenied'
  | 'mailboxFull'
  | 'largerThanMailbox'
  | 'tooLarge'
  | 'headerTooLarge'
  | 'tooManyRecipients'
  | 'noRecipients'
  | 'invalidRecipients'
  | 'loop'
  | 'senderNotAllowed'
  | 'authorNotAllowed'
  | 'authorMissing'
  | 'dmarcPolicy'
  | 'bareNewline'
  | 'utf8Address'
  | 'rateLimited'
  | 'heldTooLong'
  | 'outOfMemory'
  | 'filtered'

const codeOf: Record<RefusalReason, FailureCode> = {
  unknownRecipient: 'notFound',
  disabledRecipient: 'notFound',
  relayDenied: 'forbidden',
  mailboxFull: 'overQuota',
  largerThanMailbox: 'tooLarge',
  tooLarge: 'tooLarge',
  headerTooLarge: 'tooLarge',
  tooManyRecipients: 'tooMany',
  noRecipients: 'invalid',
  invalidRecipients: 'invalid',
  loop: 'invalid',
  senderNotAllowed: 'forbidden',
  authorNotAllowed: 'forbidden',
  authorMissing: 'invalid',
  dmarcPolicy: 'forbidden',
  bareNewline: 'invalid',
  utf8Address: 'unsupported',
  rateLimited: 'throttled',
  heldTooLong: 'invalid',
  outOfMemory: 'unavailable',
  filtered: 'forbidden',
}

const temporary: ReadonlySet<RefusalReason> = new Set([
  'mailboxFull',
  'tooManyRecipients',
  'rateLimited',
  'outOfMemory',
])

export interface RefusalOptions {
  /** Milliseconds. */
  readonly retryAfter?: number
  readonly addresses?: readonly string[]
}

/** Mail, a recipient or a sender is not taken; `temporary` tells whether the same may succeed later. */
export class Refusal extends Failure {
  readonly reason: RefusalReason
  /** Those it is about, for invalidRecipients. */
  readonly addresses: readonly string[]

  constructor(reason: RefusalReason, message: string, options: RefusalOptions = {}) {
    const { addresses = [], ...rest } = options
    super(codeOf[reason], message, { temporary: temporary.has(reason), ...rest })
    this.reason = reason
    this.addresses = addresses
  }
}

export const isRefusal = (error: unknown, reason?: RefusalReason): error is Refusal =>
  error instanceof Refusal && (reason === undefined || error.reason === reason)
