/** The IMAP ENVELOPE of a message (RFC 9051 §7.5.2): values as sent, not decoded. */
import { type RawAddress, rawAddresses } from '../address/parse.ts'
import { headerValue, parseHeaderBlock } from './headers.ts'

export interface Envelope {
  readonly date: string | null
  /** Raw: encoded words are kept. */
  readonly subject: string | null
  readonly from: readonly RawAddress[]
  readonly sender: readonly RawAddress[]
  readonly replyTo: readonly RawAddress[]
  readonly to: readonly RawAddress[]
  readonly cc: readonly RawAddress[]
  readonly bcc: readonly RawAddress[]
  readonly inReplyTo: string | null
  readonly messageId: string | null
}

/** The fields that an envelope is made of, in lower case. */
export const envelopeFields: ReadonlySet<string> = new Set([
  'date',
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'in-reply-to',
  'message-id',
])

/** The envelope of a header block. Sender and Reply-To default to From when absent or empty. */
export const envelopeOf = (headerBlock: Uint8Array): Envelope => {
  const fields = new Map<string, string>()
  for (const header of parseHeaderBlock(headerBlock)) {
    const name = header.name.length <= 11 ? header.name.toLowerCase() : ''
    if (envelopeFields.has(name) && !fields.has(name)) fields.set(name, headerValue(headerBlock, header))
  }
  return envelopeFrom(fields)
}

/** The same of the first field of each name in `envelopeFields`, for those who have read the block already. */
export const envelopeFrom = (fields: ReadonlyMap<string, string>): Envelope => {
  const list = (name: string) => rawAddresses(fields.get(name) ?? '')
  const from = list('from')
  const orFrom = (name: string) => {
    const own = list(name)
    return own.length > 0 ? own : from
  }
  return {
    date: fields.get('date') ?? null,
    subject: fields.get('subject') ?? null,
    from,
    sender: orFrom('sender'),
    replyTo: orFrom('reply-to'),
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
    inReplyTo: fields.get('in-reply-to') ?? null,
    messageId: fields.get('message-id') ?? null,
  }
}
