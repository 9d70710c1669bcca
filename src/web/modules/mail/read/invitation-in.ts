/** Whether a message invites somebody. */
import type { EmailBody, EmailBodyPart } from '../../../data/index.ts'
import { longest } from './viewable.ts'

/** What a calendar program asks or tells by this part (RFC 6047 §2.4: the method stands in the Content-Type too). */
const asks = /;\s*method\s*=\s*"?(?:request|cancel|reply)\b/i

/** The part by which a message invites, cancels or answers; undefined for most. */
export const invitationIn = (body: EmailBody): EmailBodyPart | undefined =>
  body.attachments.find(
    (part) =>
      part.type === 'text/calendar' &&
      part.blobId !== null &&
      part.size <= longest.event &&
      asks.test(part['header:Content-Type:asRaw'] ?? ''),
  )
