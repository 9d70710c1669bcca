/** Emails of the account as sources to render from. */
import { formatId } from '#base/ids.ts'
import type { EmailRecord } from '#domain/mail/emails.ts'
import { toKeywords } from '#domain/mail/flags.ts'
import { decodeStructure, type MimeStructure } from '#format/mime/structure.ts'
import { formatBlobId } from '../blob/reference.ts'
import { formatUtcDate } from '../check.ts'
import type { Call } from '../method.ts'
import type { EmailWanted } from './properties.ts'
import { type Budget, type MessageSource, renderMessage } from './render.ts'

export const sourceOf = (email: EmailRecord): MessageSource => {
  const { headers, preview, hasAttachment, structure: encoded } = email.content
  const ref = { hash: email.blobHash, slices: [] }
  let structure: MimeStructure | undefined
  return {
    blob: { ref, id: email.blobId, wholeSize: email.size, type: 'message/rfc822' },
    // Lists of messages need no more than the header, which is at hand: the structure is decoded when it is looked at.
    get structure() {
      structure ??= decodeStructure(encoded)
      return structure
    },
    headers,
    preview,
    hasAttachment,
  }
}

const trueFor = (ids: Iterable<string>): Record<string, true> => {
  const set: Record<string, true> = {}
  for (const id of ids) set[id] = true
  return set
}

/** The properties of RFC 8621 §4.1.1: what the account knows of an email. */
export const emailMetadata = (email: EmailRecord): Record<string, unknown> => ({
  id: formatId('email', email.id),
  blobId: formatBlobId({ hash: email.blobHash, slices: [] }),
  threadId: formatId('thread', email.threadId),
  mailboxIds: trueFor(email.mailboxIds.map((id) => formatId('mailbox', id))),
  keywords: toKeywords(email.flags),
  size: email.size,
  receivedAt: formatUtcDate(email.receivedAt),
})

/** The Email object that a call asks for. Throws as `renderMessage`. */
export const renderEmail = async (
  call: Call,
  email: EmailRecord,
  wanted: EmailWanted,
  budget: Budget,
): Promise<Record<string, unknown>> => {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(emailMetadata(email))) {
    if (name === 'id' || wanted.plain.has(name)) result[name] = value
  }
  const needsContent =
    wanted.headers.length > 0 ||
    wanted.needsBody ||
    ['headers', 'preview', 'hasAttachment'].some((name) => wanted.plain.has(name))
  if (!needsContent) return result
  return Object.assign(result, await renderMessage(call.ctx, sourceOf(email), wanted, budget))
}
