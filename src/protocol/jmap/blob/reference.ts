/**
 * Blob ids on the wire (RFC 8620 §6). A whole blob is `b` and its SHA-256 in base64url; a part of a message is the
 * blob's id followed by slices: where the part's bytes lie and how they are encoded. Slices nest, so that an attachment
 * of a base64 message inside a message has an id too, and nothing needs to be stored. An id proves nothing: whoever uses
 * one must hold the blob itself.
 */
import type { MimePart } from '#format/mime/structure.ts'

/** Bytes `start` to `end` of what surrounds them, to be decoded by `encoding`. */
export interface Slice {
  readonly start: number
  readonly end: number
  readonly encoding: Encoding
}

export type Encoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode'

export interface BlobRef {
  /** SHA-256 of the whole blob. */
  readonly hash: Uint8Array
  readonly slices: readonly Slice[]
}

const letters = { identity: 'i', base64: 'b', 'quoted-printable': 'q', uuencode: 'u' } as const
const encodings: Readonly<Record<string, Encoding>> = {
  i: 'identity',
  b: 'base64',
  q: 'quoted-printable',
  u: 'uuencode',
}

const maxSlices = 8

/** The wire id, or null when it would be too long (messages nested beyond all reason). */
export const formatBlobId = ({ hash, slices }: BlobRef): string | null => {
  if (slices.length > maxSlices) return null
  const suffix = slices.map(({ start, end, encoding }) => {
    return `-${start.toString(36)}-${(end - start).toString(36)}-${letters[encoding]}`
  })
  return `b${Buffer.from(hash).toString('base64url')}${suffix.join('')}`
}

/** The reference behind a wire id, or undefined when the text is not one in its canonical form. */
export const parseBlobId = (text: string): BlobRef | undefined => {
  const match = /^b([A-Za-z0-9_-]{43})((?:-[0-9a-z]{1,11}-[0-9a-z]{1,11}-[ibqu]){0,8})$/.exec(text)
  if (!match) return undefined
  const tokens = match[2]!.split('-').slice(1)
  const slices: Slice[] = []
  for (let i = 0; i < tokens.length; i += 3) {
    const start = Number.parseInt(tokens[i]!, 36)
    slices.push({ start, end: start + Number.parseInt(tokens[i + 1]!, 36), encoding: encodings[tokens[i + 2]!]! })
  }
  const ref = { hash: new Uint8Array(Buffer.from(match[1]!, 'base64url')), slices }
  return formatBlobId(ref) === text ? ref : undefined
}

/** How a Content-Transfer-Encoding is decoded; one that nobody knows is served as it is. */
export const encodingOf = (transferEncoding: string): Encoding => {
  switch (transferEncoding) {
    case 'base64':
    case 'quoted-printable':
      return transferEncoding
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
      return 'uuencode'
    default:
      return 'identity'
  }
}

/** The reference to a part's content within the message that `message` refers to. */
export const partReference = (message: BlobRef, part: MimePart): BlobRef => {
  const last = message.slices.at(-1)
  const encoding = encodingOf(part.encoding)
  // Within bytes that are served as they lie, a part of a part is one slice.
  if (last?.encoding === 'identity') {
    const slice = { start: last.start + part.bodyStart, end: last.start + part.bodyEnd, encoding }
    return { hash: message.hash, slices: [...message.slices.slice(0, -1), slice] }
  }
  const slice = { start: part.bodyStart, end: part.bodyEnd, encoding }
  return { hash: message.hash, slices: [...message.slices, slice] }
}
