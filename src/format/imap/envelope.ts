/**
 * ENVELOPE as IMAP writes it (RFC 9051 §7.5.2), rendered once when a message arrives and served as it is ever after.
 */
import { utf8 } from '#base/bytes.ts'
import type { rawAddresses } from '../address/parse.ts'
import type { Envelope } from '../mime/envelope.ts'

type RawAddress = ReturnType<typeof rawAddresses>[number]

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e\t]*$/
const quotable = /^[\x20-\x7e\t]*$/

/** Quoted when it is short 7-bit text, else a literal: 8-bit octets are legal in literals of every revision. */
const nstring = (text: string | null): string => {
  if (text === null) return 'NIL'
  if (text.length <= 1000) {
    if (plain.test(text)) return `"${text}"`
    if (quotable.test(text)) return `"${text.replace(/[\\"]/g, '\\$&')}"`
  }
  const clean = text.replaceAll('\0', '')
  return `{${utf8(clean).length}}\r\n${clean}`
}

const address = (a: RawAddress): string =>
  `(${nstring(a.name)} ${nstring(a.adl)} ${nstring(a.mailbox)} ${nstring(a.host)})`

const addresses = (all: readonly RawAddress[]): string => (all.length === 0 ? 'NIL' : `(${all.map(address).join('')})`)

/** Octets of the parenthesized list. */
export const renderEnvelope = (envelope: Envelope): Uint8Array => {
  const from = addresses(envelope.from)
  // Sender and Reply-To are From's very list when the message has none of its own.
  const like = (list: readonly RawAddress[]) => (list === envelope.from ? from : addresses(list))
  return utf8(
    `(${nstring(envelope.date)} ${nstring(envelope.subject)} ${from} ${like(envelope.sender)} ${like(envelope.replyTo)} ` +
      `${addresses(envelope.to)} ${addresses(envelope.cc)} ${addresses(envelope.bcc)} ` +
      `${nstring(envelope.inReplyTo)} ${nstring(envelope.messageId)})`,
  )
}
