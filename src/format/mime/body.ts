/** Which parts are read and which are attached (RFC 8621 §4.1.4), and the text of a message for lists and search. */
import { parseAddresses } from '../address/parse.ts'
import { decodeCharset } from './charset.ts'
import { decodeTransfer, unflow } from './decode.ts'
import { decodeText, headerValue, parseHeaderBlock } from './headers.ts'
import { htmlToText } from './html.ts'
import { isMessage, type MimePart, type MimeStructure, paramOf } from './structure.ts'
import { decodeWords } from './words.ts'

export interface BodyPartRef {
  readonly part: MimePart
  /** IMAP part number: `1`, `2.1`. */
  readonly partId: string
}

export interface BodyLists {
  readonly textBody: readonly BodyPartRef[]
  readonly htmlBody: readonly BodyPartRef[]
  readonly attachments: readonly BodyPartRef[]
  /** A file that a reader would call one: not an inline picture of the text. */
  readonly hasAttachment: boolean
}

/** Part ids of a structure: every part but multiparts, numbered as IMAP does (embedded messages are not entered). */
export const partRefs = (root: MimePart): BodyPartRef[] => {
  const refs: BodyPartRef[] = []
  const visit = (part: MimePart, number: string) => {
    if (part.type !== 'multipart') refs.push({ part, partId: number || '1' })
    else
      for (const [i, child] of part.parts.entries()) visit(child, number === '' ? String(i + 1) : `${number}.${i + 1}`)
  }
  visit(root, '')
  return refs
}

const isInlineMedia = (type: string): boolean => type === 'image' || type === 'audio' || type === 'video'

interface Lists {
  readonly textBody: BodyPartRef[] | null
  readonly htmlBody: BodyPartRef[] | null
  readonly attachments: BodyPartRef[]
}

/** The algorithm of RFC 8621 §4.1.4, with its names. */
const parseStructure = (
  parts: readonly MimePart[],
  prefix: string,
  subtype: string,
  inAlternative: boolean,
  lists: Lists,
): void => {
  const textLength = lists.textBody?.length ?? -1
  const htmlLength = lists.htmlBody?.length ?? -1
  let { textBody, htmlBody } = lists
  parts.forEach((part, i) => {
    const partId = prefix + String(i + 1)
    if (part.type === 'multipart') {
      const inner = inAlternative || part.subtype === 'alternative'
      parseStructure(part.parts, partId + '.', part.subtype, inner, { ...lists, textBody, htmlBody })
      return
    }
    const ref = { part, partId }
    const text = part.type === 'text' && (part.subtype === 'plain' || part.subtype === 'html')
    const isInline =
      part.disposition !== 'attachment' &&
      (text || isInlineMedia(part.type)) &&
      (i === 0 || (subtype !== 'related' && (isInlineMedia(part.type) || fileNameOf(part) === undefined)))
    if (!isInline) {
      lists.attachments.push(ref)
      return
    }
    if (subtype === 'alternative') {
      if (part.type === 'text' && part.subtype === 'plain') textBody?.push(ref)
      else if (part.type === 'text' && part.subtype === 'html') htmlBody?.push(ref)
      else lists.attachments.push(ref)
      return
    }
    if (inAlternative) {
      if (part.type === 'text' && part.subtype === 'plain') htmlBody = null
      if (part.type === 'text' && part.subtype === 'html') textBody = null
    }
    textBody?.push(ref)
    htmlBody?.push(ref)
    if ((textBody === null || htmlBody === null) && isInlineMedia(part.type)) lists.attachments.push(ref)
  })
  if (subtype !== 'alternative' || !textBody || !htmlBody) return
  // An alternative with only one of the two serves as both.
  if (textLength === textBody.length && htmlLength !== htmlBody.length) {
    for (const ref of htmlBody.slice(htmlLength)) textBody.push(ref)
  }
  if (htmlLength === htmlBody.length && textLength !== textBody.length) {
    for (const ref of textBody.slice(textLength)) htmlBody.push(ref)
  }
}

/** The parts to show as text, to show as HTML, and to offer as attachments (RFC 8621 §4.1.4). */
export const bodyLists = (s: MimeStructure): BodyLists => {
  const textBody: BodyPartRef[] = []
  const htmlBody: BodyPartRef[] = []
  const attachments: BodyPartRef[] = []
  const { root } = s
  const lists = { textBody, htmlBody, attachments }
  if (root.type === 'multipart') parseStructure(root.parts, '', root.subtype, root.subtype === 'alternative', lists)
  else parseStructure([root], '', 'mixed', false, lists)
  return { textBody, htmlBody, attachments, hasAttachment: attachments.some(isRealAttachment) }
}

/** Pictures that the HTML shows by Content-ID, and signatures of the message, are nothing to announce with a paper clip. */
const isRealAttachment = ({ part }: BodyPartRef): boolean => {
  if (part.type === 'application' && /^(?:x-)?(?:pkcs7-signature|pgp-signature|pgp-encrypted)$/.test(part.subtype))
    return false
  if (part.disposition === 'attachment') return true
  if (part.disposition === 'inline' || part.id !== undefined) return !isInlineMedia(part.type)
  return true
}

/** What a reader would keep as a file: the attachments, and the pictures, sounds and films that stand between the words. */
export const filesOf = ({ textBody, htmlBody, attachments }: BodyLists): readonly BodyPartRef[] => {
  const known = new Set(attachments.map(({ partId }) => partId))
  const between = [...htmlBody, ...textBody].filter(({ part, partId }) => {
    if (part.type === 'text' || known.has(partId)) return false
    known.add(partId)
    return true
  })
  return [...attachments, ...between]
}

/** Characters that no file name may hold, and marks that turn the reading direction to hide an extension. */
const unsafe = /[\0-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * The file name of a part: Content-Disposition's, else Content-Type's; encoded words decoded (RFC 2047 forbids them in
 * parameters, everybody sends them), folders removed. Undefined when there is none.
 */
export const fileNameOf = (part: MimePart): string | undefined => {
  const raw = paramOf(part.dispositionParams, 'filename') || paramOf(part.params, 'name')
  if (!raw) return undefined
  const name = (decodeWords(raw).replace(unsafe, '').split(/[/\\]/).at(-1) ?? '').trim().normalize('NFC').slice(0, 255)
  return name === '' || name === '.' || name === '..' ? undefined : name
}

/** The decoded text of a text part: transfer encoding, charset and format=flowed undone. `maxBytes` bounds the source read. */
export const textOf = (message: Uint8Array, part: MimePart, maxBytes = Number.POSITIVE_INFINITY): string => {
  const end = Math.min(part.bodyEnd, part.bodyStart + maxBytes)
  const bytes = decodeTransfer(message.subarray(part.bodyStart, end), part.encoding)
  const { text } = decodeCharset(bytes, paramOf(part.params, 'charset') ?? charsetInHtml(bytes, part))
  const plain = part.type === 'text' && part.subtype === 'plain'
  if (!plain || paramOf(part.params, 'format')?.toLowerCase() !== 'flowed') return text
  return unflow(text, paramOf(part.params, 'delsp')?.toLowerCase() === 'yes')
}

/** HTML without a charset parameter may say it in a meta element. */
const charsetInHtml = (bytes: Uint8Array, part: MimePart): string | undefined => {
  if (part.subtype !== 'html') return undefined
  const head = String.fromCharCode(...bytes.subarray(0, 1024))
  return /<meta[^>]{1,200}charset\s*=\s*["']?([a-z0-9_:-]{2,40})/i.exec(head)?.[1]
}

/** Source read for a preview: at first, and when that was not enough. */
const previewBytes = [2_048, 16_384] as const
const previewLength = 256

/** Lines that introduce a quotation: `Le 3 mai 2026 à 10:12, Jeanne Martin a écrit :`, `On ... wrote:`. */
const attribution =
  /^(?:(?:Le|On|Am|El|Il) .{5,200}(?:a écrit|wrote|schrieb|escribió|ha scritto)\s?:|-{3,} ?(?:Original Message|Message d'origine|Message transféré|Forwarded message).{0,40})$/i

/** The lines that the writer wrote, as far as needed: without quotations, their introductions, and the signature. */
const ownLines = (text: string): string => {
  let own = ''
  for (let at = 0; at < text.length && own.length < previewLength; ) {
    const lf = text.indexOf('\n', at)
    const line = text.slice(at, lf < 0 ? text.length : lf)
    at = lf < 0 ? text.length : lf + 1
    if (/^-- ?\r?$/.test(line)) break
    const words = collapse(line)
    if (words === '' || words.startsWith('>') || attribution.test(words)) continue
    // Rules made of dashes and stars tell nothing.
    if (!/^[-=_*~# ]{4,}$/.test(words)) own += (own === '' ? '' : ' ') + words
  }
  return own
}

const collapse = (text: string): string =>
  /[^\x20-\x7e\u00c0-\u02ff\r]| {2}/.test(text) ? collapseAll(text) : text.trim()

const collapseAll = (text: string): string =>
  text
    .replace(/[\u00ad\u061c\u200b-\u200f\u2060\ufeff\0-\x08\x0e-\x1f\x7f]+|\u034f/g, '')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()

const cut = (text: string, length: number): string =>
  text.length > length
    ? text
        .slice(0, length)
        .toWellFormed()
        .replace(/\ufffd$/, '')
    : text

/**
 * The beginning of what the message says, for lists: at most 256 characters on one line. Quotations and the signature are
 * skipped when anything else is there. Reads at most about 16 kB of the first text part.
 */
export const previewOf = (message: Uint8Array, s: MimeStructure, lists: BodyLists = bodyLists(s)): string => {
  const { textBody, htmlBody } = lists
  const isText = ({ part }: BodyPartRef) => part.type === 'text'
  for (const { part } of [...textBody.filter(isText), ...htmlBody.filter(isText)].slice(0, 4)) {
    for (const bytes of previewBytes) {
      const whole = part.bodyEnd - part.bodyStart <= bytes
      const text = textOf(message, part, bytes)
      const plain = part.subtype === 'html' ? htmlToText(text, 4 * previewLength) : text
      const own = ownLines(plain)
      if (own.length < previewLength && !whole && bytes === previewBytes[0]) continue
      const preview = own || collapse(plain.slice(0, 4 * previewLength))
      if (preview !== '') return cut(preview.normalize('NFC'), previewLength)
      break
    }
  }
  return ''
}

const searchedHeaders = new Set(['subject', 'from', 'to', 'cc', 'bcc', 'reply-to', 'sender'])

/**
 * Everything a person may search a message for, in at most `maxLength` characters: subject, addresses, attachment names,
 * then the text of the bodies (HTML as text; an alternative is read once) and of text attachments, embedded messages
 * included.
 */
export const searchableText = (message: Uint8Array, s: MimeStructure, maxLength: number): string =>
  collectText(message, s, maxLength, true)

/** The same without the message's own headers, the bodies before the names of what is attached: what a reader sees. */
export const readableText = (message: Uint8Array, s: MimeStructure, maxLength: number): string =>
  collectText(message, s, maxLength, false)

/** The text of the bodies alone, nothing of what is attached. */
export const bodyText = (message: Uint8Array, s: MimeStructure, maxLength: number): string => {
  const { textBody, htmlBody } = bodyLists(s)
  const shown = textBody.some(({ part }) => part.type === 'text') ? textBody : htmlBody
  const out: string[] = []
  let left = maxLength
  for (const { part } of shown) {
    if (part.type !== 'text' || left <= 0) continue
    const source = textOf(message, part, left * 8)
    const text = cut(part.subtype === 'html' ? htmlToText(source, left) : source.trim(), left)
    out.push(text)
    left -= text.length + 1
  }
  return out.join('\n')
}

const collectText = (message: Uint8Array, s: MimeStructure, maxLength: number, withHeaders: boolean): string => {
  const out: string[] = []
  let left = maxLength
  const add = (text: string) => {
    if (text === '' || left <= 0) return
    const piece = cut(text, left).replaceAll('\0', '')
    out.push(piece)
    left -= piece.length + 1
  }
  const visit = (root: MimePart, depth: number) => {
    if (withHeaders || depth > 0)
      for (const line of headerTexts(message.subarray(root.headerStart, root.headerEnd))) add(line)
    const lists = bodyLists({ size: 0, root, truncated: false })
    const refs = partRefs(root)
    const addNames = () => {
      for (const { part } of refs) add(fileNameOf(part) ?? '')
    }
    if (withHeaders) addNames()
    const hasText = lists.textBody.some((r) => r.part.type === 'text')
    // The HTML half of an alternative says the same again; text attachments (notes, tables, invitations) come last.
    const bodies = new Set([...lists.textBody, ...(hasText ? [] : lists.htmlBody), ...lists.attachments])
    for (const { part } of bodies) {
      if (left <= 0) return
      if (part.type !== 'text') continue
      // Encoded text takes at most some four bytes of source per character; markup more.
      const text = textOf(message, part, left * 8)
      add(part.subtype === 'html' ? htmlToText(text, left) : text.trim())
    }
    if (!withHeaders) addNames()
    for (const { part } of refs) {
      const inner = isMessage(part) ? part.parts[0] : undefined
      if (inner && depth < 5 && left > 0) visit(inner, depth + 1)
    }
  }
  visit(s.root, 0)
  return out.join('\n')
}

const headerTexts = (block: Uint8Array): string[] => {
  const lines: string[] = []
  for (const header of parseHeaderBlock(block)) {
    const name = header.name.toLowerCase()
    if (!searchedHeaders.has(name)) continue
    const value = headerValue(block, header).slice(0, 20_000)
    if (name === 'subject') lines.push(decodeText(value))
    else
      lines.push(
        parseAddresses(value)
          .map((m) => (m.name ? `${m.name} ${m.email}` : m.email))
          .join(' '),
      )
  }
  return lines
}
