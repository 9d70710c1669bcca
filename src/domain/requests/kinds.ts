/** What kind of file octets are, by what they begin with: a name says nothing. Pure. */

export const fileKinds = ['pdf', 'image', 'office', 'text'] as const
export type FileKind = (typeof fileKinds)[number]

/** Octets that are enough to tell. */
export const sniffed = 4096

const begins = (bytes: Uint8Array, ...signs: readonly number[]): boolean =>
  bytes.length >= signs.length && signs.every((sign, i) => bytes[i] === sign)

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)))

const isImage = (bytes: Uint8Array): boolean =>
  begins(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ||
  begins(bytes, 0xff, 0xd8, 0xff) ||
  /^GIF8[79]a/.test(ascii(bytes, 0, 6)) ||
  (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') ||
  /^ftyp(?:heic|heix|mif1|avif)/.test(ascii(bytes, 4, 12))

/** A document of an office program: OpenDocument and Office Open XML are archives whose first entry says so. */
const isOffice = (bytes: Uint8Array): boolean => {
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return true
  if (!begins(bytes, 0x50, 0x4b, 0x03, 0x04)) return false
  const beginning = ascii(bytes, 0, sniffed)
  return /mimetypeapplication\/vnd\.oasis\.opendocument|\[Content_Types\]\.xml|_rels\/|word\/|xl\/|ppt\//.test(
    beginning,
  )
}

const isText = (bytes: Uint8Array): boolean => {
  if (bytes.includes(0)) return false
  try {
    // The last character may be cut in two.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

const looksLikeMarkup = (bytes: Uint8Array): boolean =>
  /^\s*<(?:!doctype|html|svg|\?xml|script)/i.test(ascii(bytes, 0, 512))

/** The kind of a file from its first octets; undefined for what is none of them (programs, pages, archives). */
export const kindOf = (bytes: Uint8Array): FileKind | undefined => {
  if (ascii(bytes, 0, 5) === '%PDF-') return 'pdf'
  if (isImage(bytes)) return 'image'
  if (isOffice(bytes)) return 'office'
  return bytes.length > 0 && isText(bytes) && !looksLikeMarkup(bytes) ? 'text' : undefined
}
