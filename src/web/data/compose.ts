/** A draft as the Email/set creation that says it (RFC 8621 §4.6), with its MIME structure spelled out. */
import type { EmailBodyPartCreate, EmailCreate } from '#format/jmap/mail.ts'
import type { Draft, DraftAttachment } from './contract.ts'

const partOf = (attachment: DraftAttachment): EmailBodyPartCreate => ({
  blobId: attachment.blobId,
  type: attachment.type,
  name: attachment.name,
  disposition: attachment.disposition ?? 'attachment',
  ...(attachment.cid === undefined ? {} : { cid: attachment.cid }),
})

const wrap = (type: string, parts: readonly EmailBodyPartCreate[]): EmailBodyPartCreate =>
  parts.length === 1 && parts[0] ? parts[0] : { type, subParts: parts }

/** mixed( alternative( text, related( html, inline images ) ), attachments ), each level only when needed. */
const structureOf = (draft: Draft): EmailBodyPartCreate => {
  const isInline = (one: DraftAttachment) => one.disposition === 'inline' && draft.html !== undefined
  const inline = draft.attachments.filter(isInline).map(partOf)
  const attached = draft.attachments.filter((one) => !isInline(one)).map(partOf)
  const text: EmailBodyPartCreate = { partId: 'text', type: 'text/plain' }
  if (draft.html === undefined) return wrap('multipart/mixed', [text, ...attached])
  const html = wrap('multipart/related', [{ partId: 'html', type: 'text/html' }, ...inline])
  return wrap('multipart/mixed', [wrap('multipart/alternative', [text, html]), ...attached])
}

export interface Envelope {
  readonly mailboxId: string
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export const emailOf = (draft: Draft, { mailboxId, messageId, at }: Envelope): EmailCreate => {
  const list = <T>(value: readonly T[] | undefined) => (value?.length ? value : null)
  return {
    mailboxIds: { [mailboxId]: true },
    keywords: { $draft: true, $seen: true },
    messageId: [messageId],
    inReplyTo: list(draft.inReplyTo),
    references: list(draft.references),
    from: draft.from ? [draft.from] : null,
    to: list(draft.to),
    cc: list(draft.cc),
    bcc: list(draft.bcc),
    replyTo: list(draft.replyTo),
    subject: draft.subject,
    ...(draft.receiptTo === undefined
      ? {}
      : { 'header:Disposition-Notification-To:asAddresses': [{ name: null, email: draft.receiptTo }] }),
    sentAt: new Date(draft.dated ?? at).toISOString().replace(/\.\d+Z$/, 'Z'),
    bodyStructure: structureOf(draft),
    bodyValues: {
      text: { value: draft.text },
      ...(draft.html === undefined ? {} : { html: { value: draft.html } }),
    },
  }
}
