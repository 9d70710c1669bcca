/** Header blocks as delivery handles them: octets in, octets out, every field it does not touch left as it was. */
import { concatBytes } from '#base/bytes.ts'
import { headerValue, parseHeaderBlock, type RawHeader } from '#format/mime/headers.ts'

const CR = 13
const LF = 10

/** Where the body begins: after the blank line, or the length when there is none within these octets. */
export const bodyStart = (bytes: Uint8Array): number => {
  let at = 0
  for (;;) {
    if (bytes[at] === LF) return at + 1
    if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2
    const end = bytes.indexOf(LF, at)
    if (end < 0) return bytes.length
    at = end + 1
  }
}

export class Header {
  readonly bytes: Uint8Array
  #fields: readonly RawHeader[] | undefined
  #latin1: string | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Parsed when first asked for: most messages are delivered without. */
  get fields(): readonly RawHeader[] {
    return (this.#fields ??= parseHeaderBlock(this.bytes))
  }

  /** Values of the fields of a name (lower case), unfolded. */
  all(name: string): string[] {
    return this.fields
      .filter((field) => field.name.toLowerCase() === name)
      .map((field) => headerValue(this.bytes, field))
  }

  has(name: string): boolean {
    return this.fields.some((field) => field.name.toLowerCase() === name)
  }

  count(name: string): number {
    let count = 0
    for (const field of this.fields) if (field.name.toLowerCase() === name) count++
    return count
  }

  /** Each octet as a character. */
  get #text(): string {
    const { buffer, byteOffset, length } = this.bytes
    return (this.#latin1 ??= Buffer.from(buffer, byteOffset, length).toString('latin1'))
  }

  /** Received fields, counted without parsing the block. */
  hops(): number {
    return this.#text.match(/^received[ \t]*:/gim)?.length ?? 0
  }

  /** False when there is surely no field that begins so, known without parsing the block. */
  mayHave(beginning: RegExp): boolean {
    return beginning.test(this.#text)
  }

  value(field: RawHeader): string {
    return headerValue(this.bytes, field)
  }

  /** The block without the fields that `unwanted` picks; the same object when there are none. */
  without(unwanted: (field: RawHeader, name: string) => boolean): Header {
    const removed = this.fields.filter((field) => unwanted(field, field.name.toLowerCase()))
    if (removed.length === 0) return this
    const kept: Uint8Array[] = []
    let at = 0
    for (const field of removed) {
      kept.push(this.bytes.subarray(at, field.start))
      at = field.end
    }
    kept.push(this.bytes.subarray(at))
    return new Header(concatBytes(kept))
  }

  /** The block with lines before its first field. */
  before(lines: Uint8Array): Header {
    return lines.length === 0 ? this : new Header(concatBytes([lines, this.bytes]))
  }
}
