/** Where a body section lies in the message (RFC 9051 §6.4.5.1), from the stored structure alone. */
import { isMessage, type MimePart, type MimeStructure, partByNumber } from '#format/mime/structure.ts'
import type { Partial, Section } from '../grammar/fetch.ts'

/** Octets `start` to `end` (exclusive) of the message. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The message that a section text speaks of: the whole one, or the one embedded in a part. */
const messageAt = (root: MimePart, part: readonly number[]): { message: MimePart; end: number } | undefined => {
  const found = partByNumber(root, part)
  const embedded = found !== undefined && isMessage(found) ? found.parts[0] : undefined
  return found === undefined || embedded === undefined ? undefined : { message: embedded, end: found.bodyEnd }
}

/** Undefined when the message has no such section: the answer is NIL. HEADER.FIELDS lie where HEADER lies. */
export const sectionSpan = ({ root, size }: MimeStructure, { part, text }: Section): Span | undefined => {
  if (part.length === 0) {
    if (text === undefined) return { start: 0, end: size }
    return text === 'TEXT' ? { start: root.bodyStart, end: size } : { start: 0, end: root.headerEnd }
  }
  if (text === undefined || text === 'MIME') {
    const found = partByNumber(root, part)
    if (found === undefined) return
    return text === 'MIME'
      ? { start: found.headerStart, end: found.headerEnd }
      : { start: found.bodyStart, end: found.bodyEnd }
  }
  const found = messageAt(root, part)
  if (found === undefined) return
  const { message, end } = found
  return text === 'TEXT' ? { start: message.bodyStart, end } : { start: message.headerStart, end: message.headerEnd }
}

/** The part of a span that `<offset.length>` asks for; empty beyond its end. */
export const cut = ({ start, end }: Span, partial: Partial | undefined): Span => {
  if (partial === undefined) return { start, end }
  const from = Math.min(start + partial.offset, end)
  return { start: from, end: Math.min(from + partial.length, end) }
}
