/** Answers of people who are away (RFC 5230, RFC 6131): when one is due, and the message. Pure. */
import { randomBytes } from 'node:crypto'
import { concatBytes, utf8 } from '#base/bytes.ts'
import { formatAddress, parseAddresses } from '#format/address/parse.ts'
import { buildMessage, encodeHeaderText, type PartSource } from '#format/mime/build.ts'
import { formatDate, parseMessageIds } from '#format/mime/headers.ts'
import { foldAddress, splitAddress } from '../delivery/envelope.ts'
import { type FilterMessage, readable } from './message.ts'

export interface Owner {
  readonly name: string
  /** The primary address first; folded. */
  readonly addresses: readonly string[]
  readonly language: 'fr' | 'en'
}

/** Lists and machines, by the names they go under (RFC 5230 §4.6). */
const automatic =
  /^(?:owner-.*|.*-(?:request|owner|bounces?)|bounces?[+-].*|mailer-daemon|listserv|majordomo|no-?reply.*|ne-?pas-?repondre.*)$/i

const first = (message: FilterMessage, name: string): string | undefined => message.fields(name)[0]?.value.trim()

const listFields = ['list-id', 'list-help', 'list-post', 'list-subscribe', 'list-unsubscribe', 'list-owner']

/** True for what no person wrote to a person (RFC 3834 §2, RFC 5230 §4.6). */
export const isAutomatic = (message: FilterMessage): boolean =>
  listFields.some((name) => message.fields(name).length > 0) ||
  !/^(?:no)?(?:\s|;|$)/i.test(first(message, 'auto-submitted') ?? 'no') ||
  /^(?:bulk|list|junk)$/i.test(first(message, 'precedence') ?? '') ||
  /\b(?:all|oof|autoreply)\b/i.test(first(message, 'x-auto-response-suppress') ?? '') ||
  ['x-autoreply', 'x-autorespond', 'x-loop'].some((name) => message.fields(name).length > 0)

const recipientFields = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc']

/** An address without the detail of a subaddress. */
const plain = (address: string, separator: string): string => {
  const { local, domain } = splitAddress(address)
  const at = separator === '' ? -1 : local.indexOf(separator)
  return at > 0 ? `${local.slice(0, at)}@${domain}` : address
}

/** Which of the owner's addresses the message names; undefined when it came by a list or a blind copy. */
export const addressedTo = (message: FilterMessage, own: readonly string[], separator: string): string | undefined => {
  const mine = new Set(own.map(foldAddress))
  for (const name of recipientFields)
    for (const field of message.fields(name))
      for (const { email } of parseAddresses(field.value)) {
        const folded = foldAddress(email)
        if (mine.has(folded)) return folded
        const base = plain(folded, separator)
        if (mine.has(base)) return base
      }
  return
}

/** True when an answer to this sender is due. `own` are all addresses of the owner. */
export const deservesAnswer = (
  message: FilterMessage,
  sender: string,
  own: readonly string[],
  separator: string,
): boolean => {
  if (sender === '' || automatic.test(splitAddress(sender).local) || isAutomatic(message)) return false
  const folded = foldAddress(sender)
  const mine = own.map(foldAddress)
  return (
    !mine.includes(folded) &&
    !mine.includes(plain(folded, separator)) &&
    addressedTo(message, own, separator) !== undefined
  )
}

export type AnswerBody = { readonly text: string; readonly html?: string } | { readonly entity: string }

export interface AnswerParts {
  readonly from: { readonly name: string; readonly email: string }
  readonly to: string
  readonly subject: string | undefined
  readonly body: AnswerBody
  readonly now: number
  readonly messageId: string
}

/** The Content- fields of a MIME entity, and its body (RFC 5230 §4.5). */
const readEntity = (entity: string): { fields: string; body: string } => {
  const text = entity.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n')
  const blank = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n')
  const head = blank <= 0 ? '' : `${text.slice(0, blank)}\r\n`
  const body = blank < 0 ? text : text.slice(blank === 0 ? 2 : blank + 4)
  const fields = head.match(/^[!-9;-~]+:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n/gm) ?? []
  return { fields: fields.filter((field) => /^content-/i.test(field)).join(''), body }
}

const partOf = ({ text, html }: { readonly text: string; readonly html?: string }): PartSource =>
  html === undefined
    ? { type: 'text/plain', text }
    : {
        type: 'multipart/alternative',
        parts: [
          { type: 'text/plain', text },
          { type: 'text/html', text: html },
        ],
      }

const boundary = (): string => `=_${randomBytes(12).toString('hex')}`

const longestSubject = 250

/** The answer to a message, CRLF throughout. */
export const buildAnswer = (original: FilterMessage, parts: AnswerParts): Uint8Array => {
  const { from, to, body } = parts
  const before = original.fields('subject')[0]
  const subject = parts.subject ?? `Auto: ${before ? readable(before) : ''}`.trim()
  const id = parseMessageIds(first(original, 'message-id') ?? '')[0]
  const references = parseMessageIds(first(original, 'references') ?? '').slice(-20)
  const headers: [string, string][] = [
    ['Date', formatDate(parts.now)],
    ['From', formatAddress(from)],
    ['To', `<${to}>`],
    ['Subject', encodeHeaderText(subject.replace(/\p{Cc}+/gu, ' ').slice(0, longestSubject))],
    ['Message-ID', parts.messageId],
    ['Auto-Submitted', 'auto-replied (vacation)'],
    ['X-Auto-Response-Suppress', 'All'],
  ]
  if (id !== undefined) {
    headers.push(['In-Reply-To', `<${id}>`])
    headers.push(['References', [...references, id].map((one) => `<${one}>`).join('\r\n ')])
  }
  if ('text' in body) return buildMessage(headers, partOf(body), { boundary })
  const { fields, body: octets } = readEntity(body.entity)
  // The fields of a part whose body is empty, so that all that precedes them is written in one place.
  const whole = new TextDecoder().decode(buildMessage(headers, { type: 'text/plain', text: '' }, { boundary }))
  const head = whole.slice(0, whole.search(/^content-type:/im))
  const type = /^content-type:/im.test(fields) ? '' : 'Content-Type: text/plain; charset=utf-8\r\n'
  const encoding = /^content-transfer-encoding:/im.test(fields) ? '' : 'Content-Transfer-Encoding: 8bit\r\n'
  return concatBytes([utf8(`${head}${type}${encoding}${fields}\r\n`), utf8(octets)])
}
