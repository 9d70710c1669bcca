/** BODYSTRUCTURE and BODY from the stored structure (RFC 9051 §7.5.2), without reading the message. */
import { isMessage, type MimeParam, type MimePart } from '#format/mime/structure.ts'
import { nstringOf, octetsOf, stringOf } from './text.ts'

export interface StructureOptions {
  /** With extension data: BODYSTRUCTURE rather than BODY. */
  readonly extended: boolean
  /** The client reads UTF-8 in quoted strings. */
  readonly utf8: boolean
  /** ENVELOPE of an embedded message, as written on the wire. */
  readonly envelope: (message: MimePart) => string
}

const word = (text: string): string => stringOf(text.toUpperCase())

const percentEncode = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9!#$&+.^_`{|}~-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

/** A parameter list; values beyond ASCII go back to RFC 2231 for clients that read only ASCII. */
const params = (list: readonly MimeParam[], utf8: boolean): string => {
  if (list.length === 0) return 'NIL'
  const items = list.map(([name, value]) =>
    utf8 || /^[\x00-\x7f]*$/.test(value)
      ? `${word(name)} ${stringOf(octetsOf(value), utf8)}`
      : `${word(`${name}*`)} ${stringOf(`utf-8''${percentEncode(value)}`)}`,
  )
  return `(${items.join(' ')})`
}

const text = (value: string | undefined, utf8: boolean): string =>
  nstringOf(value === undefined ? undefined : octetsOf(value), utf8)

const disposition = (part: MimePart, utf8: boolean): string =>
  part.disposition === undefined ? 'NIL' : `(${word(part.disposition)} ${params(part.dispositionParams, utf8)})`

const language = (part: MimePart): string => {
  const tags = part.language
  if (tags === undefined || tags.length === 0) return 'NIL'
  return tags.length === 1 ? stringOf(octetsOf(tags[0]!)) : `(${tags.map((tag) => stringOf(octetsOf(tag))).join(' ')})`
}

const extension = (part: MimePart, utf8: boolean): string =>
  `${disposition(part, utf8)} ${language(part)} ${text(part.location, utf8)}`

const multipart = (part: MimePart, options: StructureOptions): string => {
  const parts = part.parts.map((child) => bodyStructure(child, options)).join('')
  const rest = options.extended ? ` ${params(part.params, options.utf8)} ${extension(part, options.utf8)}` : ''
  return `(${parts} ${word(part.subtype)}${rest})`
}

/** The parenthesised structure of a part and everything in it. */
export const bodyStructure = (part: MimePart, options: StructureOptions): string => {
  if (part.type === 'multipart') return multipart(part, options)
  const { utf8 } = options
  const fields = [
    word(part.type),
    word(part.subtype),
    // RFC 9051: the default of text is charset=us-ascii; servers write it out, and clients rely on a list here
    part.params.length === 0 && part.type === 'text' ? '("CHARSET" "us-ascii")' : params(part.params, utf8),
    text(part.id, utf8),
    text(part.description, utf8),
    word(part.encoding),
    `${part.bodyEnd - part.bodyStart}`,
  ]
  const embedded = part.parts[0]
  if (isMessage(part) && embedded !== undefined)
    fields.push(options.envelope(embedded), bodyStructure(embedded, options), `${part.lines}`)
  else if (isMessage(part)) return bodyStructure(asOctets(part), options)
  else if (part.type === 'text') fields.push(`${part.lines}`)
  if (options.extended) fields.push(text(part.md5, utf8), extension(part, utf8))
  return `(${fields.join(' ')})`
}

/**
 * An embedded message that could not be read (encoded, or too deep) has no envelope to show, and the grammar demands one
 * for message/rfc822; it is described as the octets that it is.
 */
const asOctets = (part: MimePart): MimePart => ({ ...part, type: 'application', subtype: 'octet-stream', parts: [] })
