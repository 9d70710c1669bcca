/** JMAP submission wire types (RFC 8621 §7). */
import type { Id, PatchObject, SetArguments, UTCDate } from './core.ts'

export interface EnvelopeAddress {
  readonly email: string
  readonly parameters: Readonly<Record<string, string | null>> | null
}

export interface Envelope {
  readonly mailFrom: EnvelopeAddress
  readonly rcptTo: readonly EnvelopeAddress[]
}

export type UndoStatus = 'pending' | 'final' | 'canceled'

export interface DeliveryStatus {
  readonly smtpReply: string
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown'
  readonly displayed: 'unknown' | 'yes'
}

export interface EmailSubmission {
  readonly id: Id
  readonly identityId: Id
  readonly emailId: Id
  readonly threadId: Id
  readonly envelope: Envelope | null
  readonly sendAt: UTCDate
  readonly undoStatus: UndoStatus
  readonly deliveryStatus: Readonly<Record<string, DeliveryStatus>> | null
  readonly dsnBlobIds: readonly Id[]
  readonly mdnBlobIds: readonly Id[]
}

export interface EmailSubmissionCreate {
  readonly identityId: Id
  /** May be a creation reference (`#k1`). */
  readonly emailId: Id
  readonly envelope?: Envelope | null
}

export interface EmailSubmissionSetArguments extends SetArguments<EmailSubmissionCreate> {
  /** Keyed by submission id or creation reference; the patch is applied to the email (RFC 8621 §7.5). */
  readonly onSuccessUpdateEmail?: Readonly<Record<Id, PatchObject>> | null
  readonly onSuccessDestroyEmail?: readonly Id[] | null
}

export interface EmailSubmissionFilterCondition {
  readonly identityIds?: readonly Id[]
  readonly emailIds?: readonly Id[]
  readonly threadIds?: readonly Id[]
  readonly undoStatus?: UndoStatus
  readonly before?: UTCDate
  readonly after?: UTCDate
}

export type EmailSubmissionSortProperty = 'emailId' | 'threadId' | 'sentAt'
