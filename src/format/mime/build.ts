/** Messages written (RFC 5322, RFC 2045, RFC 2046, RFC 2183): CRLF everywhere, the lightest encoding that carries each part. */
import { concatBytes, utf8 } from '#base/bytes.ts'
import { encodeParam, foldLine } from './encode.ts'

export { encodeHeaderText, encodeParam } from './encode.ts'

interface PartFields {
  /** Media type, `text/plain`; parameters other than charset and name may follow it after `;`. */
  readonly type: string
  /** Of a text part; `utf-8` unless all is ASCII. Text is always written as UTF-8. */
  readonly charset?: string
  readonly name?: string
  readonly disposition?: 'inline' | 'attachment'
  /** Content-ID without angle brackets. */
  readonly cid?: string
  readonly language?: readonly string[]
  readonly location?: string
  /** Other fields of the part, already encoded. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

export type PartSource = PartFields &
  (
    | { readonly text: string }
    | { readonly bytes: Uint8Array }
    /** A whole message: never encoded in base64 (RFC 2046 §5.2.1). */
    | { readonly message: Uint8Array }
    | { readonly parts: readonly PartSource[] }
  )

export interface BuildOptions {
  /** A fresh boundary, unlike any text of the message. */
  readonly boundary: () => string
}

interface Encoded {
  readonly encoding: string
  readonly body: Uint8Array
}

/** RFC 5322 §2.1.1, without CRLF. */
const maxLine = 998
/** Encoded lines (RFC 2045 §6.7, §6.8). */
const wrap = 76

interface Survey {
  high: number
  longest: number
  bareEnds: boolean
  zeros: boolean
}

const survey = (bytes: Uint8Array): Survey => {
  let high = 0
  let line = 0
  let longest = 0
  let bareEnds = false
  let zeros = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 10) {
      if (bytes[i - 1] !== 13) bareEnds = true
      if (line > longest) longest = line
      line = 0
      continue
    }
    if (byte === 13 && bytes[i + 1] !== 10) bareEnds = true
    if (byte === 0) zeros = true
    if (byte > 127) high++
    line++
  }
  return { high, longest: Math.max(longest, line), bareEnds, zeros }
}

const alphabet = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')

/** Base64 in lines of 76 that end with CRLF, the last one too. */
export const encodeBase64Lines = (bytes: Uint8Array): Uint8Array => {
  const length = Math.ceil(bytes.length / 3) * 4
  const out = new Uint8Array(length + Math.ceil(length / wrap) * 2)
  let o = 0
  let column = 0
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] as number
    const b = bytes[i + 1] ?? 0
    const c = bytes[i + 2] ?? 0
    out[o++] = alphabet[a >> 2] as number
    out[o++] = alphabet[((a & 3) << 4) | (b >> 4)] as number
    out[o++] = i + 1 < bytes.length ? (alphabet[((b & 15) << 2) | (c >> 6)] as number) : 61
    out[o++] = i + 2 < bytes.length ? (alphabet[c & 63] as number) : 61
    column += 4
    if (column === wrap || i + 3 >= bytes.length) {
      out[o++] = 13
      out[o++] = 10
      column = 0
    }
  }
  return out.subarray(0, o)
}

const hex = utf8('0123456789ABCDEF')

/** Quoted-printable of text with CRLF line ends; other control characters are encoded. */
export const encodeQuotedPrintable = (bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(bytes.length * 3 + Math.ceil((bytes.length * 3) / (wrap - 3)) * 3 + 3)
  let o = 0
  let column = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 13 && bytes[i + 1] === 10) {
      out[o++] = 13
      out[o++] = 10
      i++
      column = 0
      continue
    }
    const next = bytes[i + 1]
    const lineEnds = next === undefined || (next === 13 && bytes[i + 2] === 10)
    const blank = byte === 32 || byte === 9
    let plain = byte > 32 && byte < 127 && byte !== 61
    if (blank) plain = !lineEnds
    // A line beginning with a dot or `From ` is what old transports spoil.
    if (column === 0 && (byte === 46 || (byte === 70 && next === 114))) plain = false
    const width = plain ? 1 : 3
    if (column + width > (lineEnds ? wrap : wrap - 1)) {
      out[o++] = 61
      out[o++] = 13
      out[o++] = 10
      column = 0
    }
    if (plain) out[o++] = byte
    else {
      out[o++] = 61
      out[o++] = hex[byte >> 4] as number
      out[o++] = hex[byte & 15] as number
    }
    column += width
  }
  return out.subarray(0, o)
}

const encodeText = (text: string): Encoded & { readonly ascii: boolean } => {
  const bytes = utf8(text.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n'))
  const seen = survey(bytes)
  const ascii = seen.high === 0
  if (ascii && seen.longest <= maxLine && !seen.zeros) return { encoding: '7bit', body: bytes, ascii }
  // Above one byte in six quoted-printable is longer than base64.
  if (seen.high * 6 > bytes.length && bytes.length > 200)
    return { encoding: 'base64', body: encodeBase64Lines(bytes), ascii }
  return { encoding: 'quoted-printable', body: encodeQuotedPrintable(bytes), ascii }
}

const encodeBytes = (bytes: Uint8Array, type: string): Encoded => {
  const seen = survey(bytes)
  if (type.startsWith('text/') || type.startsWith('message/')) {
    if (seen.high === 0 && !seen.bareEnds && !seen.zeros && seen.longest <= maxLine)
      return { encoding: '7bit', body: bytes }
    if (!seen.bareEnds && !seen.zeros && seen.high * 6 <= bytes.length) {
      return { encoding: 'quoted-printable', body: encodeQuotedPrintable(bytes) }
    }
  }
  return { encoding: 'base64', body: encodeBase64Lines(bytes) }
}

/** A message inside a message keeps its bytes, but for bare line ends, which no transport carries. */
const encodeMessage = (bytes: Uint8Array): Encoded => {
  const seen = survey(bytes)
  const body = seen.bareEnds ? canonicalLines(bytes) : bytes
  return { encoding: seen.zeros || seen.longest > maxLine ? 'binary' : seen.high > 0 ? '8bit' : '7bit', body }
}

const canonicalLines = (bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(bytes.length * 2)
  let o = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 13 && bytes[i + 1] === 10) continue
    if (byte === 10 || byte === 13) {
      out[o++] = 13
      out[o++] = 10
    } else out[o++] = byte
  }
  return out.slice(0, o)
}

const fieldsOf = (part: PartSource, extra: readonly string[], encoding: string): string => {
  const params = [...extra]
  if (part.name !== undefined) params.push(encodeParam('name', part.name))
  let text = 'Content-Type: ' + [part.type.replace(/[\r\n]+/g, ' '), ...params].join(';\r\n ') + '\r\n'
  if (encoding !== '7bit') text += `Content-Transfer-Encoding: ${encoding}\r\n`
  const disposition = part.disposition ?? (part.name === undefined ? undefined : 'attachment')
  if (disposition !== undefined) {
    const file = part.name === undefined ? '' : ';\r\n ' + encodeParam('filename', part.name)
    text += `Content-Disposition: ${disposition}${file}\r\n`
  }
  if (part.cid !== undefined) text += `Content-ID: <${part.cid.replace(/[\r\n<>]+/g, '')}>\r\n`
  if (part.language && part.language.length > 0) text += `Content-Language: ${oneLine(part.language.join(', '))}\r\n`
  if (part.location !== undefined) text += `Content-Location: ${oneLine(part.location)}\r\n`
  for (const [name, value] of part.headers ?? []) text += fieldLine(name, value)
  return text
}

const oneLine = (value: string): string => value.replace(/[\0\r\n]+/g, ' ')

/** A field as given, its folds kept; any other line end in it becomes a space, so that no value adds a field. */
const fieldLine = (name: string, value: string): string => {
  const text = value.trim()
  const safe = text.replace(/[\0\r\n]+/g, (run, at: number) => {
    const next = text[at + run.length]
    return next === ' ' || next === '\t' ? '\r\n' : ' '
  })
  const line = `${name.replace(/[^\x21-\x39\x3b-\x7e]/g, '')}: ${safe}`
  // A long list of addresses is folded at its blanks (RFC 5322 §2.1.1).
  return (/[^\r\n]{900}/.test(line) ? line.split('\r\n').map(foldLine).join('\r\n') : line) + '\r\n'
}

interface Built {
  readonly fields: string
  readonly chunks: readonly Uint8Array[]
  /** The widest encoding inside, which a multipart has to announce. */
  readonly domain: '7bit' | '8bit' | 'binary'
}

const domainOf = (encoding: string): Built['domain'] =>
  encoding === '8bit' || encoding === 'binary' ? encoding : '7bit'

const buildPart = (part: PartSource, options: BuildOptions): Built => {
  if ('parts' in part) {
    const boundary = options.boundary()
    const children = part.parts.map((child) => buildPart(child, options))
    const domain = children.some((c) => c.domain === 'binary')
      ? 'binary'
      : children.some((c) => c.domain === '8bit')
        ? '8bit'
        : '7bit'
    const chunks = children.flatMap((child) => [
      utf8(`--${boundary}\r\n${child.fields}\r\n`),
      ...child.chunks,
      utf8('\r\n'),
    ])
    chunks.push(utf8(`--${boundary}--\r\n`))
    return { fields: fieldsOf(part, [`boundary="${boundary}"`], domain), chunks, domain }
  }
  if ('text' in part) {
    const { encoding, body, ascii } = encodeText(part.text)
    const charset = part.charset ?? (ascii ? 'us-ascii' : 'utf-8')
    const named = /^utf-?8$/i.test(charset) || (ascii && /^us-ascii$/i.test(charset)) ? charset : 'utf-8'
    // Only text has a charset: message/delivery-status is ASCII by definition (RFC 3464 §2.1).
    const params = /^text\//i.test(part.type) ? [`charset=${named}`] : []
    return { fields: fieldsOf(part, params, encoding), chunks: [body], domain: '7bit' }
  }
  if ('message' in part) {
    const { encoding, body } = encodeMessage(part.message)
    return { fields: fieldsOf(part, [], encoding), chunks: [body], domain: domainOf(encoding) }
  }
  const { encoding, body } = encodeBytes(part.bytes, part.type.toLowerCase())
  const charset = part.charset === undefined ? [] : [encodeParam('charset', part.charset)]
  return { fields: fieldsOf(part, charset, encoding), chunks: [body], domain: '7bit' }
}

/**
 * The bytes of a message. `headers` are written first, in their order, their values already encoded for the header;
 * then MIME-Version (unless given) and the fields and body of `body`. Text is written as UTF-8 in 7bit, quoted-printable
 * or base64, whichever is lightest.
 */
export const buildMessage = (
  headers: readonly (readonly [name: string, value: string])[],
  body: PartSource,
  options: BuildOptions,
): Uint8Array => {
  const { fields, chunks } = buildPart(body, options)
  let head = headers.map(([name, value]) => fieldLine(name, value)).join('')
  if (!headers.some(([name]) => name.toLowerCase() === 'mime-version')) head += 'MIME-Version: 1.0\r\n'
  return concatBytes([utf8(head + fields + '\r\n'), ...chunks])
}
