/** Bytes behind a blob id, for whoever may read them (RFC 8620 §6). */
import { Failure } from '#base/failure.ts'
import type { Context } from '#domain/context.ts'
import { reachableBlob } from '#domain/mail/emails.ts'
import { createTransferDecoder } from '#format/mime/decode.ts'
import { type BlobRef, type Encoding, formatBlobId, parseBlobId, type Slice } from './reference.ts'

/** A blob, or a part of one, that the account may read. */
export interface FoundBlob {
  readonly ref: BlobRef
  /** Id of the whole blob in the store. */
  readonly id: number
  /** Octets of the whole blob. */
  readonly wholeSize: number
  /** The media type known of the whole blob; of a part nothing is known here. */
  readonly type: string | undefined
}

/** The blob of a wire id, or undefined when there is none that the account may read. */
export const findBlob = async (ctx: Context, account: number, wireId: string): Promise<FoundBlob | undefined> => {
  const ref = parseBlobId(wireId)
  if (!ref) return undefined
  const blob = await ctx.store.read((tx) => reachableBlob(tx, account, ref.hash))
  if (!blob || (ref.slices[0]?.end ?? 0) > blob.size) return undefined
  return { ref, id: blob.id, wholeSize: blob.size, type: ref.slices.length === 0 ? blob.type : undefined }
}

export interface Range {
  readonly start: number
  /** One past the last byte. */
  readonly end: number
}

async function* take(source: AsyncIterable<Uint8Array>, { start, end }: Range): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const chunk of source) {
    const from = Math.max(0, start - at)
    const to = Math.min(chunk.length, end - at)
    if (from < to) yield chunk.subarray(from, to)
    at += chunk.length
    if (at >= end) return
  }
}

async function* decode(source: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const decoder = createTransferDecoder(encoding)
  for await (const chunk of source) {
    const bytes = decoder.push(chunk)
    if (bytes.length > 0) yield bytes
  }
  const rest = decoder.end()
  if (rest.length > 0) yield rest
}

const decoded = (source: AsyncIterable<Uint8Array>, slice: Slice): AsyncIterable<Uint8Array> =>
  slice.encoding === 'identity' ? source : decode(source, slice.encoding)

/** Streams the content, or a range of it, with backpressure. Throws Failure notFound. */
export const streamBlob = (ctx: Context, blob: FoundBlob, range?: Range): AsyncIterable<Uint8Array> => {
  const [first, ...inner] = blob.ref.slices
  const open = (part?: Range) => (part ? ctx.store.blobs.open(blob.id, part) : ctx.store.blobs.open(blob.id))
  if (!first) return open(range)
  if (first.encoding === 'identity' && inner.length === 0) {
    if (!range) return open(first)
    return open({ start: first.start + range.start, end: Math.min(first.end, first.start + range.end) })
  }
  let stream = decoded(open(first), first)
  for (const slice of inner) stream = decoded(take(stream, slice), slice)
  return range ? take(stream, range) : stream
}

/** Sizes of decoded parts, which only decoding tells; contents never change, so neither does what is remembered. */
const sizes = new Map<string, number>()
const maxRemembered = 20_000

/** Octets of the content. Throws Failure notFound. */
export const blobSize = async (ctx: Context, blob: FoundBlob): Promise<number> => {
  const [first, ...inner] = blob.ref.slices
  if (!first) return blob.wholeSize
  if (first.encoding === 'identity' && inner.length === 0) return first.end - first.start
  const key = formatBlobId(blob.ref)
  const known = key === null ? undefined : sizes.get(key)
  if (known !== undefined) return known
  let size = 0
  for await (const chunk of streamBlob(ctx, blob)) size += chunk.length
  if (key !== null) {
    if (sizes.size >= maxRemembered) sizes.delete(sizes.keys().next().value ?? '')
    sizes.set(key, size)
  }
  return size
}

/** The content in memory. Throws Failure notFound, and tooLarge when there are more than `maxBytes`. */
export const readBlob = async (ctx: Context, blob: FoundBlob, maxBytes: number, range?: Range): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of streamBlob(ctx, blob, range)) {
    size += chunk.length
    if (size > maxBytes) throw new Failure('tooLarge', `more than ${maxBytes} octets`)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}
