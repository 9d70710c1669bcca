/**
 * What a picture is, by its first octets and never by what somebody calls it, with its measures. Only kinds that hold no
 * script and refer to nothing: SVG is not a picture here.
 */

export interface ImageKind {
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif' | 'image/bmp'
  /** Pixels; undefined when they are not in the octets given. */
  readonly width: number | undefined
  readonly height: number | undefined
}

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

const be16 = (b: Uint8Array, at: number): number | undefined =>
  at + 2 <= b.length ? (b[at]! << 8) | b[at + 1]! : undefined
const be32 = (b: Uint8Array, at: number): number | undefined =>
  at + 4 <= b.length ? ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0 : undefined
const le16 = (b: Uint8Array, at: number): number | undefined =>
  at + 2 <= b.length ? b[at]! | (b[at + 1]! << 8) : undefined
const le24 = (b: Uint8Array, at: number): number | undefined =>
  at + 3 <= b.length ? b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) : undefined

/** Markers looked at before the frame header of a JPEG. */
const maxMarkers = 500

/** ISO/IEC 10918-1 B.2.2: the frame header (SOF) holds the measures. */
const jpeg = (b: Uint8Array): ImageKind => {
  const type = 'image/jpeg'
  for (let at = 2, n = 0; at + 9 <= b.length && n < maxMarkers; n++) {
    if (b[at] !== 0xff) break
    const marker = b[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { type, height: be16(b, at + 5), width: be16(b, at + 7) }
    at += 2 + (be16(b, at + 2) ?? 0)
  }
  return { type, width: undefined, height: undefined }
}

/** RFC 9649 §2.5 to 2.7. */
const webp = (b: Uint8Array): ImageKind => {
  const type = 'image/webp'
  const chunk = ascii(b, 12, 4)
  if (chunk === 'VP8X') {
    const [w, h] = [le24(b, 24), le24(b, 27)]
    return { type, width: w === undefined ? w : w + 1, height: h === undefined ? h : h + 1 }
  }
  if (chunk === 'VP8 ') {
    const [w, h] = [le16(b, 26), le16(b, 28)]
    return { type, width: w === undefined ? w : w & 0x3fff, height: h === undefined ? h : h & 0x3fff }
  }
  if (chunk === 'VP8L' && b.length >= 25) {
    const bits = (b[21]! | (b[22]! << 8) | (b[23]! << 16) | (b[24]! << 24)) >>> 0
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  return { type, width: undefined, height: undefined }
}

/** The kind of a picture, or undefined for what is none of those we show. */
export const imageKind = (b: Uint8Array): ImageKind | undefined => {
  if (b.length < 12) return undefined
  if (be32(b, 0) === 0x89504e47 && be32(b, 4) === 0x0d0a1a0a)
    return { type: 'image/png', width: be32(b, 16), height: be32(b, 20) }
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return jpeg(b)
  if (/^GIF8[79]a$/.test(ascii(b, 0, 6))) return { type: 'image/gif', width: le16(b, 6), height: le16(b, 8) }
  if (ascii(b, 0, 4) === 'RIFF' && ascii(b, 8, 4) === 'WEBP') return webp(b)
  if (ascii(b, 4, 4) === 'ftyp' && /^(?:avif|avis)$/.test(ascii(b, 8, 4)))
    return { type: 'image/avif', width: undefined, height: undefined }
  if (ascii(b, 0, 2) === 'BM' && be16(b, 6) === 0 && be16(b, 8) === 0)
    return { type: 'image/bmp', width: le16(b, 18), height: le16(b, 22) }
  return undefined
}

/** A few octets may stand for gigabytes of pixels: more than this is not shown. */
export const maxPixels = 50_000_000

/** True unless the measures say that it would fill the memory of the reader. */
export const isReasonable = ({ width = 1, height = 1 }: ImageKind): boolean => width * height <= maxPixels
