/** A message as a script sees it: its fields (which it may edit), its parts, its text. */

import { utf8 } from '#base/bytes.ts'
import { textOf } from '#format/mime/body.ts'
import { encodeHeaderText } from '#format/mime/build.ts'
import { isKnownEncoding } from '#format/mime/decode.ts'
import { decodeText, headerValue, parseHeaderBlock } from '#format/mime/headers.ts'
import { htmlToText } from '#format/mime/html.ts'
import { isMessage, type MimePart, type MimeStructure } from '#format/mime/structure.ts'
import { bodyStart } from '../delivery/header.ts'
import { filterLimits, type HeaderEdit } from './filter.ts'

export interface Field {
  readonly name: string
  /** Unfolded, as sent. */
  readonly value: string
  /** Octets of the whole field, its line end included. */
  readonly length: number
}

const fieldsOf = (block: Uint8Array): Field[] =>
  parseHeaderBlock(block).map((raw) => ({
    name: raw.name,
    value: headerValue(block, raw),
    length: raw.end - raw.start,
  }))

const sum = (fields: readonly Field[]): number => fields.reduce((octets, { length }) => octets + length, 0)

/** Header fields that are not to be touched (RFC 5293 §6); traces and what security checks wrote. */
const untouchable = new Set([
  'received',
  'auto-submitted',
  'return-path',
  'delivered-to',
  'authentication-results',
  'arc-seal',
  'arc-message-signature',
  'arc-authentication-results',
])

export class FilterMessage {
  readonly structure: MimeStructure
  readonly edits: HeaderEdit[] = []
  readonly #bytes: Uint8Array
  readonly #fields: Field[]
  /** Octets that are no header field. */
  readonly #rest: number
  readonly #partFields = new WeakMap<MimePart, readonly Field[]>()

  /** `bytes` are those of the message, or as much of it as is at hand; offsets of the structure count from its start. */
  constructor(bytes: Uint8Array, structure: MimeStructure) {
    this.structure = structure
    this.#bytes = bytes
    this.#fields = fieldsOf(bytes.subarray(0, bodyStart(bytes)))
    this.#rest = structure.size - sum(this.#fields)
  }

  /** Octets of the message with the header as it is now (RFC 5293 §3: tests see what was edited). */
  get size(): number {
    return this.#rest + sum(this.#fields)
  }

  /** The fields of a name, in order; of a part when one is given. Names are compared without case. */
  fields(name: string, part?: MimePart): readonly Field[] {
    const lower = name.toLowerCase()
    return this.#of(part).filter((field) => field.name.toLowerCase() === lower)
  }

  #of(part: MimePart | undefined): readonly Field[] {
    if (!part || part === this.structure.root) return this.#fields
    let known = this.#partFields.get(part)
    if (!known) this.#partFields.set(part, (known = fieldsOf(this.#bytes.subarray(part.headerStart, part.headerEnd))))
    return known
  }

  add(name: string, value: string, last: boolean): void {
    const field = { name, value, length: utf8(`${name}: ${encodeHeaderText(value)}\r\n`).length }
    if (last) this.#fields.push(field)
    else this.#fields.unshift(field)
    this.edits.push({ op: 'add', name, value, last })
  }

  /** Deletes the fields that are chosen among those of a name. */
  delete(name: string, choose: (fields: readonly Field[]) => ReadonlySet<Field>): void {
    if (untouchable.has(name.toLowerCase())) return
    for (const field of choose(this.fields(name))) {
      const n = this.#fields.indexOf(field)
      this.#fields.splice(n, 1)
      this.edits.push({ op: 'delete', n })
    }
  }

  /** True for a field that a script may add. */
  mayAdd(name: string): boolean {
    return !untouchable.has(name.toLowerCase())
  }

  /** The body as sent; none when no empty line ends the header (RFC 5173 §4: such a message has no body at all). */
  raw(): string[] {
    const { root, size } = this.structure
    if (root.bodyStart >= size && !/(?:^|\n)\r?\n$/.test(this.#slice(0, root.bodyStart))) return []
    const end = Math.min(root.bodyEnd, root.bodyStart + filterLimits.body)
    return [this.#slice(root.bodyStart, end)]
  }

  #slice(start: number, end: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(start, end))
  }

  /** The text of every part that has one, of embedded messages too; markup is left out (RFC 5173 §5.3). */
  texts(): string[] {
    let left: number = filterLimits.body
    return partsOf(this.structure.root).flatMap((part) => {
      // `text/plain/x` is no media type, and what is encoded nobody knows how cannot be read.
      if (left <= 0 || part.type !== 'text' || part.subtype.includes('/') || !isKnownEncoding(part.encoding)) return []
      const text = this.partText(part, left)
      left -= text.length
      return [text]
    })
  }

  /**
   * The decoded text of the parts whose media type is `type/subtype`, `type`, or anything for an empty text (RFC 5173
   * §5.2): of a multipart what stands before and after its parts, of an embedded message its header.
   */
  contents(types: readonly string[]): string[] {
    const wanted = types.map((type) => type.toLowerCase()).filter((type) => !/^\/|\/$|\/.*\//.test(type))
    const fits = ({ type, subtype }: MimePart) =>
      wanted.some((one) => one === '' || one === type || one === `${type}/${subtype}`)
    let left: number = filterLimits.body
    return partsOf(this.structure.root).flatMap((part) => {
      if (left <= 0 || !fits(part)) return []
      if (part.type === 'multipart') return this.#around(part)
      const [embedded] = isMessage(part) ? part.parts : []
      left -= part.bodyEnd - part.bodyStart
      if (embedded) return [this.#slice(embedded.headerStart, embedded.headerEnd).replace(/(?<=\n)\r?\n$/, '')]
      return [textOf(this.#bytes, part, left)]
    })
  }

  /** Prologue and epilogue of a multipart, without the boundaries. */
  #around({ bodyStart, bodyEnd, parts, params }: MimePart): string[] {
    const [first, last] = [parts[0], parts.at(-1)]
    const boundary = params.find(([name]) => name === 'boundary')?.[1]
    if (!first || !last || boundary === undefined) return []
    const before = this.#slice(bodyStart, Math.min(first.headerStart, bodyStart + filterLimits.body))
    const after = this.#slice(last.bodyEnd, Math.min(bodyEnd, last.bodyEnd + filterLimits.body))
    const [from, to] = [before.lastIndexOf(`--${boundary}`), after.indexOf(`--${boundary}--`)]
    const epilogue = to < 0 ? '' : after.slice(to + boundary.length + 4).replace(/^[ \t]*\r?\n/, '')
    return [from < 0 ? '' : before.slice(0, from), epilogue]
  }

  /** The decoded text of one part; of HTML what a reader sees. */
  partText(part: MimePart, most: number = filterLimits.body): string {
    if (part.type === 'multipart') return ''
    const text = textOf(this.#bytes, part, most)
    return part.subtype === 'html' ? htmlToText(text, most) : text
  }
}

/** A part and all within it, in order. */
export const partsOf = (part: MimePart): MimePart[] => [part, ...part.parts.flatMap(partsOf)]

/** A field's value as people read it: encoded words decoded (RFC 5228 §2.7.2). */
export const readable = (field: Field): string => decodeText(field.value)
