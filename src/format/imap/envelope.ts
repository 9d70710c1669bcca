/**
 * ENVELOPE as IMAP writes it (RFC 9051 §7.5.2), rendered once when a message arrives and served as it is ever after.
 */
import { concatBytes, fromBinaryString, utf8 } from '#base/bytes.ts'
import type { rawAddresses } from '../address/parse.ts'
import type { Envelope } from '../mime/envelope.ts'

type RawAddress = ReturnType<typeof rawAddresses>[number]

/** Quoted when it is short 7-bit text, else a literal: 8-bit octets are legal in literals of every revision. */
const nstring = (text: string | null): Uint8Array => {
  if (text === null) return utf8('NIL')
  if (text.length <= 1000 && !/[^\x20-\x7e\t]/.test(text)) return utf8(`"${text.replace(/[\\"]/g, '\\$&')}"`)
  const bytes = utf8(text.replaceAll('\0', ''))
  return concatBytes([fromBinaryString(`{${bytes.length}}\r\n`), bytes])
}

const space = utf8(' ')
const open = utf8('(')
const close = utf8(')')

const list = (items: readonly Uint8Array[], separator?: Uint8Array): Uint8Array => {
  const parts: Uint8Array[] = [open]
  items.forEach((item, i) => {
    if (separator && i > 0) parts.push(separator)
    parts.push(item)
  })
  parts.push(close)
  return concatBytes(parts)
}

const addresses = (all: readonly RawAddress[]): Uint8Array =>
  all.length === 0
    ? utf8('NIL')
    : list(all.map((a) => list([nstring(a.name), nstring(a.adl), nstring(a.mailbox), nstring(a.host)], space)))

/** Octets of the parenthesized list. */
export const renderEnvelope = (envelope: Envelope): Uint8Array =>
  list(
    [
      nstring(envelope.date),
      nstring(envelope.subject),
      addresses(envelope.from),
      addresses(envelope.sender),
      addresses(envelope.replyTo),
      addresses(envelope.to),
      addresses(envelope.cc),
      addresses(envelope.bcc),
      nstring(envelope.inReplyTo),
      nstring(envelope.messageId),
    ],
    space,
  )
