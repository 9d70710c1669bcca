/** EmailBodyValue (RFC 8621 §4.1.4): the text of a part. */
import type { EmailBodyValue } from '#format/jmap/mail.ts'
import { isKnownCharset } from '#format/mime/charset.ts'
import { decodeCharset, isKnownEncoding } from '#format/mime/decode.ts'
import { paramOf } from '#format/mime/structure.ts'
import type { BodyPart } from './body.ts'

/** No value is longer, whatever was asked for: it is decoded in one go, and says that it is truncated. */
export const maxValueBytes = 5_000_000

/** HTML without a charset in its Content-Type may name it itself. */
const charsetInHtml = (bytes: Uint8Array): string | undefined => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1')
  return /<meta[^>]{1,200}charset\s*=\s*["']?([a-z0-9_:-]{2,40})/i.exec(head)?.[1]
}

/** Cuts to at most `max` octets of UTF-8, between characters; HTML is not cut within a tag (§4.1.4). */
export const truncateText = (text: string, max: number, html: boolean): string => {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= max) return text
  let end = max
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  const cut = bytes.toString('utf8', 0, end)
  if (!html) return cut
  const open = cut.lastIndexOf('<')
  if (open > cut.lastIndexOf('>') && cut.length - open < 4096) return cut.slice(0, open)
  const entity = /&#?[a-zA-Z0-9]{0,30}$/.exec(cut)
  return entity ? cut.slice(0, entity.index) : cut
}

/**
 * The value of a text part from its decoded bytes. `more` says that the part goes on after them; `max` octets, 0 for no
 * limit.
 */
export const bodyValue = (part: BodyPart, bytes: Uint8Array, more: boolean, max: number): EmailBodyValue => {
  const html = part.type === 'text/html'
  const charset = paramOf(part.part.params, 'charset') ?? (html ? charsetInHtml(bytes) : undefined)
  const { text, ok } = decodeCharset(bytes, charset)
  const lines = text.replace(/\r\n/g, '\n').toWellFormed()
  const value = truncateText(lines, max === 0 ? maxValueBytes : Math.min(max, maxValueBytes), html)
  return {
    value,
    // A character cut in two by our own limit is not the sender's fault.
    isEncodingProblem:
      (!ok && !more) || !isKnownEncoding(part.part.encoding) || (charset !== undefined && !isKnownCharset(charset)),
    isTruncated: more || value.length < lines.length,
  }
}
