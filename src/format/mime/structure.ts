/**
 * The structure of a message: where each part lies and what its Content-* fields say (RFC 2045, RFC 2046). Only byte
 * offsets and decoded fields, so that a part, a header or an IMAP BODYSTRUCTURE is served without parsing again.
 */
import { Failure } from '#base/failure.ts'

export type MimeParam = readonly [name: string, value: string]

export interface MimePart {
  /** Offset of the first header byte, from the start of the whole message, as all offsets here. */
  readonly headerStart: number
  /** End of the header block, the blank line included when there is one. */
  readonly headerEnd: number
  readonly bodyStart: number
  /** End of the body, without the line end that belongs to the next boundary (RFC 2046 §5.1.1). */
  readonly bodyEnd: number
  /** Line ends in the body; counted for text/* and message/*, 0 elsewhere. */
  readonly lines: number
  /** Lower case. */
  readonly type: string
  /** Lower case. */
  readonly subtype: string
  /** Content-Type parameters in order: lower-case names, RFC 2231 joined and decoded. Encoded words are kept as sent. */
  readonly params: readonly MimeParam[]
  /** Content-ID as sent, angle brackets included. */
  readonly id?: string
  /** Content-Description as sent (encoded words not decoded). */
  readonly description?: string
  /** Content-Transfer-Encoding in lower case, `7bit` when absent. */
  readonly encoding: string
  readonly md5?: string
  /** Lower case. */
  readonly disposition?: string
  readonly dispositionParams: readonly MimeParam[]
  readonly language?: readonly string[]
  readonly location?: string
  /**
   * Children of a multipart: always at least one (a multipart in which no boundary is found is described as
   * text/plain). For message/rfc822 and message/global: the embedded message's root, or none when it is encoded
   * (base64) or beyond a limit.
   */
  readonly parts: readonly MimePart[]
}

export interface MimeStructure {
  /** Bytes of the whole message. */
  readonly size: number
  readonly root: MimePart
  /** True when a limit was met and something was left unparsed. */
  readonly truncated: boolean
}

/** True for message/rfc822 and message/global (RFC 6532 §3.7), the types that contain a message. */
export const isMessage = (part: MimePart): boolean =>
  part.type === 'message' && (part.subtype === 'rfc822' || part.subtype === 'global')

/** The value of a parameter, by lower-case name. */
export const paramOf = (params: readonly MimeParam[], name: string): string | undefined => {
  for (const [key, value] of params) if (key === name) return value
  return undefined
}

type Extras = Partial<Record<'i' | 'd' | 'm' | 'c' | 'o', string>> & { p?: string[]; l?: readonly string[] }
type Row = [
  gap: number,
  header: number,
  body: number,
  lines: number,
  type: string,
  params: string[] | 0,
  encoding: string | 0,
  extras: Extras | 0,
  parts: Row[] | 0,
]

const flat = (params: readonly MimeParam[]): string[] => params.flat()

const pairs = (list: readonly string[]): MimeParam[] => {
  const params: MimeParam[] = []
  for (let i = 0; i + 1 < list.length; i += 2) params.push([list[i] ?? '', list[i + 1] ?? ''])
  return params
}

const extrasOf = (part: MimePart): Extras | 0 => {
  const extras: Extras = {}
  if (part.id !== undefined) extras.i = part.id
  if (part.description !== undefined) extras.d = part.description
  if (part.md5 !== undefined) extras.m = part.md5
  if (part.disposition !== undefined) extras.c = part.disposition
  if (part.dispositionParams.length > 0) extras.p = flat(part.dispositionParams)
  if (part.language !== undefined) extras.l = part.language
  if (part.location !== undefined) extras.o = part.location
  return Object.keys(extras).length > 0 ? extras : 0
}

const toRow = (part: MimePart, from: number): Row => {
  const row: (number | string | Row[] | string[] | Extras)[] = [
    part.headerStart - from,
    part.headerEnd - part.headerStart,
    part.bodyEnd - part.bodyStart,
    part.lines,
    part.type + '/' + part.subtype,
    part.params.length > 0 ? flat(part.params) : 0,
    part.encoding === '7bit' ? 0 : part.encoding,
    extrasOf(part),
    part.parts.length > 0 ? part.parts.map((child) => toRow(child, part.bodyStart)) : 0,
  ]
  while (row[row.length - 1] === 0) row.pop()
  return row as Row
}

const toPart = (row: Row, from: number): MimePart => {
  const [gap, header, body, lines = 0, type, params, encoding, extras, parts] = row
  const slash = type.indexOf('/')
  const headerStart = from + gap
  const bodyStart = headerStart + header
  const x = extras || {}
  return {
    headerStart,
    headerEnd: bodyStart,
    bodyStart,
    bodyEnd: bodyStart + body,
    lines,
    type: type.slice(0, slash),
    subtype: type.slice(slash + 1),
    params: params ? pairs(params) : [],
    ...(x.i === undefined ? {} : { id: x.i }),
    ...(x.d === undefined ? {} : { description: x.d }),
    encoding: encoding || '7bit',
    ...(x.m === undefined ? {} : { md5: x.m }),
    ...(x.c === undefined ? {} : { disposition: x.c }),
    dispositionParams: x.p ? pairs(x.p) : [],
    ...(x.l === undefined ? {} : { language: x.l }),
    ...(x.o === undefined ? {} : { location: x.o }),
    parts: parts ? parts.map((child) => toPart(child, bodyStart)) : [],
  }
}

/** Compact JSON for the database; `decodeStructure` gives the same structure back. */
export const encodeStructure = (s: MimeStructure): string =>
  JSON.stringify([s.truncated ? 1 : 0, s.size, toRow(s.root, 0)])

/** The structure that `encodeStructure` wrote. Throws Failure `invalid` for any other text. */
export const decodeStructure = (text: string): MimeStructure => {
  try {
    const [truncated, size, root] = JSON.parse(text) as [number, number, Row]
    return { size, root: toPart(root, 0), truncated: truncated === 1 }
  } catch (cause) {
    throw new Failure('invalid', 'not a stored message structure', { cause })
  }
}

/**
 * The part with an IMAP part number, as [2, 1] for `2.1` (RFC 9051 §6.4.5.1): parts of a multipart count from 1, the
 * only part of anything else is 1, and numbers continue into an embedded message. An empty section is the root.
 */
export const partByNumber = (root: MimePart, section: readonly number[]): MimePart | undefined => {
  let part: MimePart | undefined = root
  let container: MimePart | undefined = root
  for (const number of section) {
    if (container === undefined) return undefined
    part = container.type === 'multipart' ? container.parts[number - 1] : number === 1 ? container : undefined
    if (part === undefined) return undefined
    if (part.type === 'multipart') container = part
    else container = isMessage(part) ? part.parts[0] : undefined
  }
  return part
}
