/** The EmailSubmission object (RFC 8621 §7). */
import { formatId } from '#base/ids.ts'
import type { Submission } from '#domain/delivery/submission.ts'
import type { EmailSubmission } from '#format/jmap/submission.ts'
import { formatUtcDate } from '../check.ts'

export const submissionProperties = [
  'id',
  'identityId',
  'emailId',
  'threadId',
  'envelope',
  'sendAt',
  'undoStatus',
  'deliveryStatus',
  'dsnBlobIds',
  'mdnBlobIds',
] as const satisfies readonly (keyof EmailSubmission)[]

export const submissionObject = (submission: Submission): EmailSubmission => ({
  id: formatId('submission', submission.id),
  identityId: formatId('identity', submission.identityId),
  emailId: formatId('email', submission.emailId),
  threadId: formatId('thread', submission.threadId),
  envelope: submission.envelope,
  sendAt: formatUtcDate(submission.sendAt),
  undoStatus: submission.undoStatus,
  deliveryStatus: submission.deliveryStatus,
  dsnBlobIds: [],
  mdnBlobIds: [],
})
