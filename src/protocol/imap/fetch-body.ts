/** The FETCH items that are octets of the message: BODY[...], RFC822..., BINARY[...] (RFC 9051 §6.4.5, RFC 3516). */
import { Failure } from '#base/failure.ts'
import type { ViewedMessage } from '#domain/mail/view.ts'
import { createTransferDecoder, isKnownEncoding } from '#format/mime/decode.ts'
import { decodeStructure, type MimePart, type MimeStructure, partByNumber } from '#format/mime/structure.ts'
import type { ItemWriter } from './fetch-item.ts'
import type { FetchItem, Partial } from './grammar/fetch.ts'
import { fieldFilter, filterHeader } from './respond/header.ts'
import { cut, type Span, sectionSpan } from './respond/section.ts'
import type { Session } from './session.ts'

type SectionItem = Extract<FetchItem, { kind: 'section' }>
type BinaryItem = Extract<FetchItem, { kind: 'binary' | 'binarySize' }>

const structures = new WeakMap<ViewedMessage, MimeStructure>()

/** The decoded structure of a message, decoded once for all items of a FETCH. */
const structureOf = (message: ViewedMessage): MimeStructure => {
  let structure = structures.get(message)
  if (structure === undefined) structures.set(message, (structure = decodeStructure(message.structure)))
  return structure
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** A literal, also of nothing: fetchmail takes no quoted string for a header. */
const literal = (octets: string): string => `{${octets.length}}\r\n${octets}`

const partialOf = (octets: string, partial: Partial | undefined): string =>
  partial === undefined ? octets : octets.slice(partial.offset, partial.offset + partial.length)

/** Spans up to this size are read whole, longer ones are streamed. */
const wholeBelow = 256 * 1024

/** Streams a span of a message as a literal whose size is known beforehand. */
const writeSpan = async (session: Session, message: ViewedMessage, span: Span): Promise<void> => {
  const { output } = session
  const { blobs } = session.ctx.store
  const size = span.end - span.start
  if (size <= 0) return output.write(literal(''))
  if (size <= wholeBelow) {
    const octets = await blobs.bytes(message.blobId, span)
    // Known only now: the announcement must agree with what follows.
    output.write(`{${octets.length}}\r\n`)
    return output.bytes(octets)
  }
  output.write(`{${size}}\r\n`)
  let written = 0
  for await (const chunk of blobs.open(message.blobId, span)) {
    written += chunk.length
    output.bytes(chunk)
    await output.ready()
    if (output.closed) return
  }
  // The client counts on the announced size; a shorter literal would turn the rest of the stream into nonsense.
  if (written !== size) abandon(session)
}

const abandon = (session: Session): never => {
  session.state = 'logout'
  session.socket.destroy()
  throw new Failure('unavailable', 'a message is shorter than its row says')
}

/** Header sections of the message itself come from the stored header block. */
const headerWriter = (session: Session, item: SectionItem): ItemWriter => {
  const { text, fields } = item.section
  const filter = fields === undefined ? undefined : fieldFilter(fields, text === 'HEADER.FIELDS.NOT')
  const answer = (block: string): string => {
    const octets = filter === undefined ? block : filterHeader(block, filter)
    return `${item.label} ${literal(partialOf(octets, item.partial))}`
  }
  return {
    needs: { headers: true },
    text: ({ headers }) => (headers === null ? undefined : answer(latin1(headers))),
    // A header block too long to be kept in the row.
    write: async (message) => {
      session.output.write(answer(latin1(await readHeader(session, message))))
    },
  }
}

/** The header block of a message, read in steps until its end is met. */
const readHeader = async (session: Session, { blobId, size }: ViewedMessage): Promise<Uint8Array> => {
  for (let length = 128 * 1024; ; length *= 8) {
    const octets = await session.ctx.store.blobs.bytes(blobId, { start: 0, end: Math.min(length, size) })
    const end = headerEnd(octets)
    if (end !== undefined) return octets.subarray(0, end)
    if (length >= size) return octets
  }
}

/** End of the header block, the blank line included; undefined when it is not in these octets. */
const headerEnd = (octets: Uint8Array): number | undefined => {
  for (let at = 0; ; ) {
    const newline = octets.indexOf(0x0a, at)
    if (newline < 0) return
    if (newline === at || (newline === at + 1 && octets[at] === 0x0d)) return newline + 1
    at = newline + 1
  }
}

export const sectionWriter = (session: Session, item: SectionItem): ItemWriter => {
  const { section, label, partial } = item
  const whole = section.part.length === 0 && section.text === undefined
  if (section.part.length === 0 && section.text?.startsWith('HEADER')) return headerWriter(session, item)
  const filter = section.fields && fieldFilter(section.fields, section.text === 'HEADER.FIELDS.NOT')
  const { output } = session
  const write = async (message: ViewedMessage): Promise<void> => {
    output.write(`${label} `)
    const span = whole ? { start: 0, end: message.size } : sectionSpan(structureOf(message), section)
    if (span === undefined) return output.write('NIL')
    if (filter === undefined) return writeSpan(session, message, cut(span, partial))
    const block = latin1(await session.ctx.store.blobs.bytes(message.blobId, span))
    output.write(literal(partialOf(filterHeader(block, filter), partial)))
  }
  return { needs: whole ? {} : { structure: true }, text: () => undefined, write }
}

/** How many octets a section has that is no part by itself. */
export const sectionSizeWriter = (session: Session, item: Extract<FetchItem, { kind: 'sectionSize' }>): ItemWriter => {
  const { section, label } = item
  const filter = section.fields && fieldFilter(section.fields, section.text === 'HEADER.FIELDS.NOT')
  const sizeOf = async (message: ViewedMessage): Promise<number> => {
    const span = sectionSpan(structureOf(message), section)
    if (span === undefined) return 0
    if (filter === undefined) return span.end - span.start
    return filterHeader(latin1(await session.ctx.store.blobs.bytes(message.blobId, span)), filter).length
  }
  return {
    needs: { structure: true },
    text: () => undefined,
    write: async (message) => session.output.write(`${label} ${await sizeOf(message)}`),
  }
}

/** Decoded octets of a part as they are produced. */
async function* decoded(session: Session, message: ViewedMessage, part: MimePart | undefined) {
  const { blobs } = session.ctx.store
  if (part === undefined || part.type === 'multipart') {
    yield* blobs.open(message.blobId, part && { start: part.bodyStart, end: part.bodyEnd })
    return
  }
  const decoder = createTransferDecoder(part.encoding)
  if (part.bodyEnd > part.bodyStart)
    for await (const chunk of blobs.open(message.blobId, { start: part.bodyStart, end: part.bodyEnd }))
      yield decoder.push(chunk)
  yield decoder.end()
}

/** Size of the decoded part, and whether it holds NUL, which only a literal8 may. */
const measure = async (session: Session, message: ViewedMessage, part: MimePart | undefined) => {
  let size = 0
  let nul = false
  for await (const chunk of decoded(session, message, part)) {
    size += chunk.length
    nul ||= chunk.includes(0)
  }
  return { size, nul }
}

export const binaryWriter = (session: Session, item: BinaryItem): ItemWriter => {
  const { output } = session
  const write = async (message: ViewedMessage): Promise<void> => {
    const { root } = structureOf(message)
    const part = item.part.length === 0 ? undefined : partByNumber(root, item.part)
    if (item.part.length > 0 && part === undefined)
      return output.write(`${item.label} ${item.kind === 'binary' ? 'NIL' : '0'}`)
    if (part !== undefined && part.type !== 'multipart' && !isKnownEncoding(part.encoding)) {
      // The response under way must be completed; the tagged answer then says NO.
      output.write(`${item.label} ${item.kind === 'binary' ? 'NIL' : '0'}`)
      session.unknownEncoding = true
      return
    }
    const { size, nul } = await measure(session, message, part)
    if (item.kind === 'binarySize') return output.write(`${item.label} ${size}`)
    const range = cut({ start: 0, end: size }, item.partial)
    output.write(`${item.label} ${nul ? '~' : ''}{${range.end - range.start}}\r\n`)
    let at = 0
    for await (const chunk of decoded(session, message, part)) {
      const from = Math.max(range.start - at, 0)
      const to = Math.min(range.end - at, chunk.length)
      if (from < to) output.bytes(chunk.subarray(from, to))
      at += chunk.length
      await output.ready()
    }
  }
  return { needs: { structure: true }, text: () => undefined, write }
}
