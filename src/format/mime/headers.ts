/** Header blocks (RFC 5322 §2.2): the fields of a block, and the values of the structured ones that mail handling needs. */
import { fieldNameEnd, kindOfLine } from './header-line.ts'
import { asciiText, bytesToText } from './text.ts'

export { formatDate, type MailDate, parseDate } from './date.ts'
export { decodeText } from './words.ts'

/** A field of a header block; offsets from the start of the block. */
export interface RawHeader {
  /** As written, without blanks before the colon. */
  readonly name: string
  readonly start: number
  /** After the last line's end. */
  readonly end: number
  /** After the colon. */
  readonly valueStart: number
  /** The value as written, when the whole block is ASCII: decoded once, rather than field by field. */
  readonly text?: string
}

/** A block has no more fields than this; the last one takes what follows. */
const maxFields = 10_000

/**
 * The fields of a header block in order, up to its blank line. Lines that are no field and continue none (an mbox
 * `From ` line, garbage) are left out.
 */
export const parseHeaderBlock = (block: Uint8Array): RawHeader[] => {
  const headers: RawHeader[] = []
  const text = asciiText(block)
  let open: OpenField | undefined
  let at = 0
  while (at < block.length) {
    const lf = block.indexOf(10, at)
    const end = lf < 0 ? block.length : lf + 1
    const kind = kindOfLine(block, at, end)
    if (kind !== 'fold' && (kind === 'blank' || headers.length < maxFields)) {
      if (open) headers.push(closeField(open, at, text))
      if (kind === 'blank') return headers
      open = kind === 'field' ? openField(block, at, end, text) : undefined
    }
    at = end
  }
  if (open) headers.push(closeField(open, block.length, text))
  return headers
}

type OpenField = Pick<RawHeader, 'name' | 'start' | 'valueStart'>

const closeField = ({ name, start, valueStart }: OpenField, end: number, text: string | undefined): RawHeader =>
  text === undefined
    ? { name, start, end, valueStart }
    : { name, start, end, valueStart, text: text.slice(valueStart, end) }

const openField = (block: Uint8Array, start: number, end: number, text: string | undefined): OpenField => {
  const nameEnd = fieldNameEnd(block, start, end)
  return {
    name: text === undefined ? bytesToText(block.subarray(start, nameEnd)) : text.slice(start, nameEnd),
    start,
    valueStart: block.indexOf(58, nameEnd) + 1,
  }
}

/** The raw value, unfolded, without the blanks around it; 8-bit as UTF-8 when valid, else windows-1252. */
export const headerValue = (block: Uint8Array, h: RawHeader): string => {
  const text = h.text ?? bytesToText(block.subarray(h.valueStart, h.end))
  return (text.includes('\n') ? text.replace(/(?<!\r)\r*\n/g, '') : text).trim()
}

const sameName = (name: string, lower: string): boolean => name.length === lower.length && name.toLowerCase() === lower

/** The value of the first field of this name (any case). */
export const firstHeader = (block: Uint8Array, name: string): string | undefined => {
  const lower = name.toLowerCase()
  const found = parseHeaderBlock(block).find((h) => sameName(h.name, lower))
  return found && headerValue(block, found)
}

/** The values of all fields of this name (any case), in order. */
export const allHeaders = (block: Uint8Array, name: string): string[] => {
  const lower = name.toLowerCase()
  return parseHeaderBlock(block)
    .filter((h) => sameName(h.name, lower))
    .map((h) => headerValue(block, h))
}

/** Message ids without angle brackets, in order (RFC 5322 §3.6.4); ids without brackets, commas and comments are tolerated. */
export const parseMessageIds = (value: string): string[] => {
  const ids: string[] = []
  if (value.includes('<')) {
    for (const match of value.matchAll(/<([^<>]{1,2000})>/g)) {
      const id = (match[1] as string).replace(/[\s\0-\x1f\x7f]+/g, '')
      if (id !== '') ids.push(id)
    }
    if (ids.length > 0) return ids
  }
  for (const word of value.replace(/\([^()]*\)/g, ' ').split(/[\s,;<>\0-\x1f\x7f]+/)) {
    if (word.length <= 2000 && /^[^@\s]+@[^@\s]+$/.test(word)) ids.push(word)
  }
  return ids
}

/** The URLs of a List-* field (RFC 2369): what stands in angle brackets, in order; null when there is none. */
export const parseUrls = (value: string): string[] | null => {
  const urls: string[] = []
  for (const match of value.matchAll(/<([^<>]{1,4000})>/g)) {
    const url = (match[1] as string).replace(/[\s\0-\x1f\x7f]+/g, '')
    if (url !== '') urls.push(url)
  }
  return urls.length > 0 ? urls : null
}
