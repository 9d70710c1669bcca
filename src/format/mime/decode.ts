/** Content-Transfer-Encoding (RFC 2045 §6) decoded, whole or streamed, tolerant of damage; and format=flowed (RFC 3676). */
export { type DecodedText, decodeCharset } from './charset.ts'

export interface TransferDecoder {
  push(chunk: Uint8Array): Uint8Array
  end(): Uint8Array
}

const empty = new Uint8Array(0)

const digits = (() => {
  const table = new Int8Array(256).fill(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i
  return table
})()

/** Base64: what is not in the alphabet is skipped; padding ends a group, after which another text may follow. */
const base64Decoder = (): TransferDecoder => {
  let value = 0
  let count = 0
  return {
    push(chunk) {
      const out = new Uint8Array(Math.ceil(((chunk.length + 4) * 3) / 4))
      let o = 0
      let i = 0
      const n = chunk.length
      while (i < n) {
        if (count === 0) {
          // Whole groups of four: the case that matters.
          while (i + 3 < n) {
            const a = digits[chunk[i] as number] as number
            const b = digits[chunk[i + 1] as number] as number
            const c = digits[chunk[i + 2] as number] as number
            const d = digits[chunk[i + 3] as number] as number
            if ((a | b | c | d) < 0) break
            out[o++] = (a << 2) | (b >> 4)
            out[o++] = (b << 4) | (c >> 2)
            out[o++] = (c << 6) | d
            i += 4
          }
          if (i >= n) break
        }
        const byte = chunk[i++] as number
        const digit = digits[byte] as number
        if (digit >= 0) {
          value = ((value << 6) | digit) & 0xffffff
          if (++count === 4) {
            out[o++] = value >> 16
            out[o++] = value >> 8
            out[o++] = value
            count = value = 0
          }
        } else if (byte === 61 && count > 0) o = flush(out, o)
      }
      return out.subarray(0, o)
    },
    end() {
      const out = new Uint8Array(2)
      return out.subarray(0, flush(out, 0))
    },
  }

  /** The bytes of an incomplete group. */
  function flush(out: Uint8Array, from: number): number {
    let o = from
    if (count === 2) out[o++] = value >> 4
    if (count === 3) {
      out[o++] = value >> 10
      out[o++] = value >> 2
    }
    count = value = 0
    return o
  }
}

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 48 && byte <= 57) return byte - 48
  if (byte >= 65 && byte <= 70) return byte - 55
  return byte >= 97 && byte <= 102 ? byte - 87 : -1
}

const skipBlanks = (bytes: Uint8Array, from: number): number => {
  let i = from
  while (bytes[i] === 32 || bytes[i] === 9) i++
  return i
}

/** After a line end at `i` (CRLF, LF, or CR alone); `i` itself when there is none; -1 when the next chunk must tell. */
const afterLineEnd = (bytes: Uint8Array, i: number, final: boolean): number => {
  if (i >= bytes.length) return final ? i : -1
  if (bytes[i] === 10) return i + 1
  if (bytes[i] !== 13) return i
  if (i + 1 >= bytes.length) return final ? i + 1 : -1
  return bytes[i + 1] === 10 ? i + 2 : i + 1
}

/** Decodes quoted-printable from the bytes, as far as it can; returns what is written and how many bytes are done. */
const quotedPrintable = (bytes: Uint8Array, final: boolean): { out: Uint8Array; done: number } => {
  const out = new Uint8Array(bytes.length)
  let o = 0
  let i = 0
  while (i < bytes.length) {
    const byte = bytes[i] as number
    if ((byte !== 61 && byte !== 32 && byte !== 9) || (byte !== 61 && (bytes[i + 1] ?? 0) > 32)) {
      out[o++] = byte
      i++
      continue
    }
    const high = byte === 61 ? hexDigit(bytes[i + 1]) : -1
    if (high >= 0) {
      if (i + 2 >= bytes.length && !final) break
      const low = hexDigit(bytes[i + 2])
      out[o++] = low < 0 ? byte : (high << 4) | low
      i += low < 0 ? 1 : 3
      continue
    }
    const end = skipBlanks(bytes, i + 1)
    let after = afterLineEnd(bytes, end, final)
    if (after < 0) {
      if (end - i < maxBlanks) break
      after = end
    }
    const lineEnds = after > end || (final && end >= bytes.length)
    if (byte === 61) {
      // A soft line break, or an equals sign that somebody forgot to encode.
      if (lineEnds) i = after
      else out[o++] = bytes[i++] as number
    } else {
      // Blanks at the end of a line were added in transport (RFC 2045 §6.7 rule 3).
      if (!lineEnds) while (i < end) out[o++] = bytes[i++] as number
      i = end
    }
  }
  return { out: out.subarray(0, o), done: final ? bytes.length : i }
}

/** Blanks before a line end are waited for no longer than this. */
const maxBlanks = 4096

/** A decoder that works on windows: what cannot be decided yet is kept for the next chunk. */
const windowed = (
  decode: (bytes: Uint8Array, final: boolean) => { out: Uint8Array; done: number },
): TransferDecoder => {
  let rest: Uint8Array = empty
  return {
    push(chunk) {
      let bytes = chunk
      if (rest.length > 0) {
        bytes = new Uint8Array(rest.length + chunk.length)
        bytes.set(rest)
        bytes.set(chunk, rest.length)
      }
      const { out, done } = decode(bytes, false)
      rest = bytes.slice(done)
      return out
    },
    end() {
      const { out } = decode(rest, true)
      rest = empty
      return out
    },
  }
}

/** uuencode: lines between `begin` and `end`; the rest is not data. */
const uuDecoder = (): TransferDecoder => {
  let inside = false
  return windowed((bytes, final) => {
    const out = new Uint8Array(bytes.length)
    let o = 0
    let at = 0
    while (at < bytes.length) {
      const lf = bytes.indexOf(10, at)
      if (lf < 0 && !final && bytes.length - at < maxBlanks) break
      const end = lf < 0 ? bytes.length : lf
      const line = bytes.subarray(at, end)
      if (!inside) inside = startsWith(line, 'begin ')
      else if (startsWith(line, 'end')) inside = false
      else o = uuLine(line, out, o)
      at = end + 1
    }
    return { out: out.subarray(0, o), done: Math.min(at, bytes.length) }
  })
}

const startsWith = (line: Uint8Array, word: string): boolean => {
  for (let i = 0; i < word.length; i++) if (line[i] !== word.charCodeAt(i)) return false
  return true
}

const uuLine = (line: Uint8Array, out: Uint8Array, from: number): number => {
  let o = from
  const length = ((line[0] ?? 32) - 32) & 63
  const digit = (i: number) => ((line[i] ?? 32) - 32) & 63
  for (let i = 1, left = length; left > 0 && i < line.length; i += 4, left -= 3) {
    const group = (digit(i) << 18) | (digit(i + 1) << 12) | (digit(i + 2) << 6) | digit(i + 3)
    out[o++] = group >> 16
    if (left > 1) out[o++] = group >> 8
    if (left > 2) out[o++] = group
  }
  return o
}

const identity = (): TransferDecoder => ({ push: (chunk) => chunk, end: () => empty })

/** True when `decodeTransfer` knows the encoding; others are given back unchanged (JMAP isEncodingProblem). */
export const isKnownEncoding = (encoding: string): boolean =>
  /^(?:7bit|8bit|binary|base64|quoted-printable|x-uuencode|x-uue|uuencode)?$/i.test(encoding)

/** A streaming decoder for a Content-Transfer-Encoding (any case); unknown ones leave the bytes as they are. */
export const createTransferDecoder = (encoding: string): TransferDecoder => {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return base64Decoder()
    case 'quoted-printable':
      return windowed(quotedPrintable)
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
      return uuDecoder()
    default:
      return identity()
  }
}

/** The decoded bytes of a body. Never throws; damage is skipped (base64) or kept as it is (quoted-printable). */
export const decodeTransfer = (bytes: Uint8Array, encoding: string): Uint8Array => {
  const name = encoding.toLowerCase()
  if (name === 'quoted-printable') return quotedPrintable(bytes, true).out
  const decoder = createTransferDecoder(name)
  const out = decoder.push(bytes)
  const last = decoder.end()
  if (last.length === 0) return out
  const whole = new Uint8Array(out.length + last.length)
  whole.set(out)
  whole.set(last, out.length)
  return whole
}

/**
 * format=flowed text as paragraphs (RFC 3676): lines that end with a space continue on the next one of the same quote
 * depth. `delsp`: the space itself was added for the break. Quoted lines keep one `>` per level and a space.
 */
export const unflow = (text: string, delsp: boolean): string => {
  const out: string[] = []
  let open: { depth: number; text: string } | undefined
  const close = () => {
    if (open) out.push((open.depth > 0 ? '>'.repeat(open.depth) + ' ' : '') + open.text)
    open = undefined
  }
  for (const line of text.split(/\r?\n/)) {
    let depth = 0
    while (line.charCodeAt(depth) === 62) depth++
    let body = line.slice(depth)
    if (body.startsWith(' ')) body = body.slice(1)
    const signature = body === '-- '
    if (open && (open.depth !== depth || signature)) close()
    const flowed = body.endsWith(' ') && !signature
    if (flowed && delsp) body = body.slice(0, -1)
    open = { depth, text: (open?.text ?? '') + body }
    if (!flowed) close()
  }
  close()
  return out.join('\n')
}
