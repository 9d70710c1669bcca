/** Text for header fields: encoded words (RFC 2047), folding (RFC 5322 §2.2.3), parameters (RFC 2231). */
import { utf8 } from '#base/bytes.ts'

const maxLine = 76

/** `=?UTF-8?B?…?=` is at most 75 characters (RFC 2047 §2): 45 bytes of text in base64. */
const maxWordBytes = 45
const maxQ = 63

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** Each byte as Q encoding writes it: the characters allowed in every place, in a phrase too (RFC 2047 §5 (3)). */
const qForms = Array.from({ length: 256 }, (_, byte) => {
  const c = String.fromCharCode(byte)
  if (c === ' ') return '_'
  return byte < 128 && /[A-Za-z0-9!*+\-/]/.test(c) ? c : '=' + byte.toString(16).toUpperCase().padStart(2, '0')
})

const qEncode = (bytes: Uint8Array): string => {
  let out = ''
  for (const byte of bytes) out += qForms[byte]
  return out
}

/** The text as encoded words, none cutting a character, the shorter of B and Q. */
const words = (text: string): string[] => {
  const all = utf8(text)
  const useQ = qEncode(all).length <= Math.ceil(all.length / 3) * 4
  const out: string[] = []
  let start = 0
  let size = 0
  const flush = (end: number) => {
    const run = all.subarray(start, end)
    if (end > start) out.push(useQ ? `=?UTF-8?Q?${qEncode(run)}?=` : `=?UTF-8?B?${base64(run)}?=`)
    start = end
    size = 0
  }
  for (let i = 0; i < all.length; ) {
    let end = i + 1
    while (end < all.length && ((all[end] as number) & 0xc0) === 0x80) end++
    const cost = useQ ? qEncode(all.subarray(i, end)).length : end - i
    if (size + cost > (useQ ? maxQ : maxWordBytes)) flush(i)
    size += cost
    i = end
  }
  flush(all.length)
  return out
}

const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && !text.includes('=?')

/** Breaks before blanks so that no line is longer than 76; `used` is what the first line already holds. */
const fold = (text: string, used: number): string => {
  let out = ''
  let column = used
  for (const piece of text.split(/(?<=\S)(?=[ \t])/)) {
    if (column + piece.length > maxLine && column > 1 && out !== '' && piece.trim() !== '') {
      out += '\r\n'
      column = 0
    }
    out += piece
    column += piece.length
  }
  return out
}

/** A whole line folded before its blanks at 76 columns; the text unfolds to the same. */
export const foldLine = (line: string): string => fold(line, 0)

/** Room left for the name of the field on the first line. */
const nameRoom = 20

const oneLine = (value: string): string => value.replace(/[\0\r\n]+/g, ' ').toWellFormed()

/**
 * The value of an unstructured field: as it is when ASCII, else with the words that need it encoded (RFC 2047);
 * folded at 76 columns. Line ends in the value become spaces: nobody adds a field through a subject.
 */
export const encodeHeaderText = (value: string): string => {
  const text = oneLine(value)
  if (isPlain(text)) {
    // A word longer than a line can be cannot be folded but inside encoded words (RFC 5322 §2.1.1).
    if (!/\S{900}/.test(text)) return fold(text, nameRoom)
    return fold(words(text).join(' '), nameRoom)
  }
  // From the first to the last word that needs it: blanks between encoded words would be lost otherwise.
  const parts = text.split(/(\s+)/)
  const needs = (part: string) => !isPlain(part) || part.length > 900
  const first = parts.findIndex(needs)
  const last = parts.findLastIndex(needs)
  const head = parts.slice(0, first).join('')
  const tail = parts.slice(last + 1).join('')
  return fold(head + words(parts.slice(first, last + 1).join('')).join(' ') + tail, nameRoom)
}

/** A display name or group name: as atoms, as a quoted string, or as encoded words (RFC 5322 §3.2.5, RFC 2047 §5). */
export const encodePhrase = (name: string): string => {
  const text = oneLine(name).trim()
  if (!isPlain(text)) return words(text).join('\r\n ')
  if (/^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/.test(text)) return text
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** Each byte as RFC 2231 writes it: attribute-char or percent-encoded. */
const paramForms = Array.from({ length: 256 }, (_, byte) =>
  byte < 128 && /[A-Za-z0-9!#$&+\-.^_`{|}~]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte)
    : '%' + byte.toString(16).toUpperCase().padStart(2, '0'),
)

/**
 * A parameter `name=value` of Content-Type or Content-Disposition, without the semicolon: token, quoted string, or
 * RFC 2231 extended, continued in pieces (joined by `;` and a folded line) when long.
 */
export const encodeParam = (name: string, value: string): string => {
  const text = oneLine(value)
  const limit = Math.max(20, 70 - name.length)
  if (/^[\x20-\x7e]*$/.test(text) && text.length <= limit) {
    return /^[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+$/.test(text)
      ? `${name}=${text}`
      : `${name}="${text.replace(/["\\]/g, '\\$&')}"`
  }
  const pieces: string[] = []
  let run = "UTF-8''"
  for (const byte of utf8(text)) {
    const coded = paramForms[byte] as string
    if (run.length + coded.length > limit - 4) {
      pieces.push(run)
      run = ''
    }
    run += coded
  }
  pieces.push(run)
  if (pieces.length === 1) return `${name}*=${run}`
  return pieces.map((piece, i) => `${name}*${i}*=${piece}`).join(';\r\n ')
}
