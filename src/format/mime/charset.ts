/**
 * Charsets (RFC 2978 names as mail writes them) to text: TextDecoder for what the WHATWG Encoding Standard knows, our
 * tables and small decoders for what it refuses and mail still sends: UTF-7, UTF-32, HZ, ISO-2022-KR, DOS and Mac pages.
 */
import { codePages } from './charset.data.ts'
import { isAscii } from './text.ts'

export interface DecodedText {
  readonly text: string
  /** False when the charset is unknown or the bytes are not valid in it (JMAP isEncodingProblem). */
  readonly ok: boolean
}

type Decoder = (bytes: Uint8Array) => DecodedText

/** Names that are neither WHATWG labels nor reached by the rules of `canonical`. */
const aliases: Readonly<Record<string, string>> = {
  utf8mb4: 'utf-8',
  utf: 'utf-8',
  xutf8: 'utf-8',
  ansi: 'windows-1252',
  ansix341968: 'us-ascii',
  ansix341986: 'us-ascii',
  usascii: 'us-ascii',
  ascii: 'us-ascii',
  cp367: 'us-ascii',
  ibm367: 'us-ascii',
  iso646us: 'us-ascii',
  iso646: 'us-ascii',
  '646': 'us-ascii',
  cp65001: 'utf-8',
  cp28591: 'windows-1252',
  iso885911: 'windows-874',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp951: 'big5-hkscs',
  cp54936: 'gb18030',
  cp51932: 'euc-jp',
  cp51949: 'euc-kr',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  iso2022jp1: 'iso-2022-jp',
  iso2022jp2: 'iso-2022-jp',
  iso2022jpms: 'iso-2022-jp',
  sjiswin: 'shift_jis',
  eucjpms: 'euc-jp',
  cp20866: 'koi8-r',
  cp21866: 'koi8-u',
  koi8ru: 'koi8-u',
  cp866: 'ibm866',
  macroman: 'macintosh',
  mac: 'macintosh',
  xmacroman: 'macintosh',
  cp10000: 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
  xmaccentraleurroman: 'maccenteuro',
  maccentraleurope: 'maccenteuro',
  xmacce: 'maccenteuro',
  xmacicelandic: 'maciceland',
  xmacromanian: 'macromania',
  unicode11utf7: 'utf-7',
  unicode11: 'utf-16',
  unicode20utf7: 'utf-7',
  xunicode20utf7: 'utf-7',
  cp65000: 'utf-7',
  utf7imap: 'utf-7',
  ucs2: 'utf-16',
  ucs4: 'utf-32',
  iso10646ucs2: 'utf-16',
  iso10646ucs4: 'utf-32',
  hz: 'hz',
  hzgb2312: 'hz',
  hzgb: 'hz',
  iso2022kr: 'iso-2022-kr',
  csiso2022kr: 'iso-2022-kr',
  hp: 'hproman8',
  roman8: 'hproman8',
  tcvn57121: 'tcvn',
  cp1258vn: 'windows-1258',
  vietnamese: 'windows-1258',
}

const utf8Strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Loose = new TextDecoder('utf-8', { ignoreBOM: true })
const western = new TextDecoder('windows-1252')

const decodeUtf8: Decoder = (bytes) => {
  try {
    return { text: utf8Strict.decode(bytes), ok: true }
  } catch {
    return { text: utf8Loose.decode(bytes), ok: false }
  }
}

/** Without a (known) charset: UTF-8 when valid, else windows-1252. */
const guess = (bytes: Uint8Array, known: boolean): DecodedText => {
  try {
    const text = utf8Strict.decode(bytes)
    return { text, ok: known || isAscii(bytes) }
  } catch {
    return { text: western.decode(bytes), ok: false }
  }
}

const byTable = (name: string): Decoder | undefined => {
  const table = codePages[name]
  if (table === undefined) return undefined
  return (bytes) => {
    let ok = true
    const units = new Uint16Array(bytes.length)
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      const unit = byte < 128 ? byte : table.charCodeAt(byte - 128)
      if (unit === 0xfffd) ok = false
      units[i] = unit
    }
    return { text: textOfUnits(units, units.length), ok }
  }
}

const textOfUnits = (units: Uint16Array, length: number): string => {
  let text = ''
  for (let i = 0; i < length; i += 8192) {
    text += String.fromCharCode.apply(null, units.subarray(i, Math.min(length, i + 8192)) as Uint16Array & number[])
  }
  return text
}

const byLabel = (label: string): Decoder | undefined => {
  try {
    const strict = new TextDecoder(label, { fatal: true })
    const loose = new TextDecoder(label)
    return (bytes) => {
      try {
        return { text: strict.decode(bytes), ok: true }
      } catch {
        return { text: loose.decode(bytes), ok: false }
      }
    }
  } catch {
    return undefined
  }
}

/** RFC 2781 §4.3: without a byte order mark big-endian; but what has its zeros in the odd bytes is little-endian. */
const decodeUtf16: Decoder = (bytes) => {
  let label = 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) label = 'utf-16le'
  else if (!(bytes[0] === 0xfe && bytes[1] === 0xff)) {
    let odd = 0
    let even = 0
    for (let i = 0; i + 1 < Math.min(bytes.length, 2000); i += 2) {
      if (bytes[i] === 0) even++
      if (bytes[i + 1] === 0) odd++
    }
    if (odd > even) label = 'utf-16le'
  }
  return (byLabel(label) as Decoder)(bytes)
}

const decodeUtf32: Decoder = (bytes) => {
  const little = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] !== 0 && bytes[3] === 0)
  let text = ''
  let ok = bytes.length % 4 === 0
  for (let i = 0; i + 3 < bytes.length; i += 4) {
    const at = (n: number) => bytes[i + n] as number
    const point = little
      ? at(0) + at(1) * 256 + at(2) * 65536 + at(3) * 16777216
      : at(3) + at(2) * 256 + at(1) * 65536 + at(0) * 16777216
    if (point === 0xfeff && i === 0) continue
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
      text += '\ufffd'
      ok = false
    } else text += String.fromCodePoint(point)
  }
  return { text, ok }
}

/** UTF-7 (RFC 2152): `+`, base64 of UTF-16BE, and `-` or any other character. */
const decodeUtf7: Decoder = (bytes) => {
  let ok = true
  let text = ''
  let bits = -1
  let value = 0
  let empty = false
  for (const byte of bytes) {
    if (bits < 0) {
      if (byte === 43) {
        bits = value = 0
        empty = true
      } else {
        if (byte > 127) ok = false
        text += String.fromCharCode(byte)
      }
      continue
    }
    const digit = base64Digit(byte)
    if (digit >= 0) {
      empty = false
      value = ((value << 6) | digit) & 0x3fffff
      bits += 6
      if (bits >= 16) {
        bits -= 16
        text += String.fromCharCode((value >> bits) & 0xffff)
      }
      continue
    }
    if (empty && byte === 45) text += '+'
    else if (byte !== 45) text += String.fromCharCode(byte)
    bits = -1
  }
  return { text: text.toWellFormed(), ok: ok && text.isWellFormed() }
}

const base64Digit = (byte: number): number => {
  if (byte >= 65 && byte <= 90) return byte - 65
  if (byte >= 97 && byte <= 122) return byte - 71
  if (byte >= 48 && byte <= 57) return byte + 4
  return byte === 43 ? 62 : byte === 47 ? 63 : -1
}

/** HZ (RFC 1843): GB 2312 in seven bits between `~{` and `~}`. */
const decodeHz: Decoder = (bytes) => {
  const out: number[] = []
  let wide = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    const next = bytes[i + 1]
    if (byte === 126 && (next === 123 || next === 125)) {
      wide = next === 123
      i++
    } else if (byte === 126 && !wide && (next === 126 || next === 10)) {
      if (next === 126) out.push(126)
      i++
    } else {
      if (byte === 10) wide = false
      out.push(wide && byte > 32 ? byte | 0x80 : byte)
    }
  }
  return (byLabel('gbk') as Decoder)(Uint8Array.from(out))
}

/** ISO-2022-KR (RFC 1557): KS C 5601 in seven bits between SO and SI, announced by ESC $ ) C. */
const decodeIso2022Kr: Decoder = (bytes) => {
  const out: number[] = []
  let wide = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 0x1b && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29) i += 3
    else if (byte === 14 || byte === 15) wide = byte === 14
    else {
      if (byte === 10) wide = false
      out.push(wide && byte > 32 ? byte | 0x80 : byte)
    }
  }
  return (byLabel('euc-kr') as Decoder)(Uint8Array.from(out))
}

/**
 * ISO-2022-JP without shifts that shift nothing, which the WHATWG decoder takes for an error: they arise where encoded
 * words, each of which ends in ASCII, are joined.
 */
const decodeIso2022Jp: Decoder = (bytes) => {
  const out: number[] = []
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x1b && bytes[i + 3] === 0x1b && (bytes[i + 1] === 0x28 || bytes[i + 1] === 0x24)) i += 2
    else out.push(bytes[i] as number)
  }
  return (byLabel('iso-2022-jp') as Decoder)(Uint8Array.from(out))
}

const own: Readonly<Record<string, Decoder>> = {
  'utf-8': decodeUtf8,
  'us-ascii': (bytes) => guess(bytes, true),
  'utf-16': decodeUtf16,
  'utf-32': decodeUtf32,
  'utf-7': decodeUtf7,
  hz: decodeHz,
  'iso-2022-jp': decodeIso2022Jp,
  'iso-2022-kr': decodeIso2022Kr,
}

/** Spellings that differ only in punctuation or prefix brought to a name that `own`, the tables or TextDecoder know. */
const canonical = (charset: string): string => {
  const name = charset.trim().toLowerCase()
  const bare = name.replace(/[^a-z0-9]/g, '')
  const alias = aliases[bare]
  if (alias !== undefined) return alias
  const utf = /^x?utf(8|7|16|32)(le|be)?(?:bom)?$/.exec(bare)
  if (utf) return utf[1] === '32' ? 'utf-32' : 'utf-' + utf[1] + (utf[2] ?? '')
  const iso = /^(?:x|cs)?(?:iso|isocs)?8859(\d{1,2})([ei])?(?:\d{4})?$/.exec(bare)
  if (iso) return 'iso-8859-' + iso[1] + (iso[2] ? '-' + iso[2] : '')
  const latin = /^latin(\d{1,2})$/.exec(bare)
  if (latin) return 'latin' + latin[1]
  const page = /^(?:x|cs)?(?:windows|win|cp|ms|ibm|dos|pc|oem)?(\d{3,5})(?:l1)?$/.exec(bare)
  if (page) {
    const number = String(Number(page[1]))
    const known = aliases['cp' + number]
    if (known !== undefined) return known
    if (/^125\d$/.test(number) || number === '874') return 'windows-' + number
    if (codePages['cp' + number] !== undefined) return 'cp' + number
  }
  if (codePages[bare] !== undefined) return bare
  const prefixed = /^x?(mac[a-z]+)$/.exec(bare)
  if (prefixed && codePages[prefixed[1] as string] !== undefined) return prefixed[1] as string
  return name
}

const decoders = new Map<string, Decoder | undefined>()

const decoderOf = (charset: string): Decoder | undefined => {
  if (decoders.has(charset)) return decoders.get(charset)
  const name = canonical(charset)
  const decoder = (Object.hasOwn(own, name) ? own[name] : undefined) ?? byTable(name) ?? byLabel(name)
  // Names come from strangers: the memory of them stays small.
  if (decoders.size < 200 && charset.length < 60) decoders.set(charset, decoder)
  return decoder
}

/** True when the charset has a decoder here: JMAP tells when it has none, even for bytes that are plain ASCII. */
export const isKnownCharset = (charset: string): boolean => charset === '' || decoderOf(charset) !== undefined

/**
 * Text of bytes in a named charset. ISO-8859-1 is read as windows-1252 and US-ASCII as UTF-8 where that fits, as every
 * mail program does. An unknown charset is UTF-8 when the bytes are, else windows-1252. Never throws.
 */
export const decodeCharset = (bytes: Uint8Array, charset: string | undefined): DecodedText => {
  if (charset === undefined || charset === '') return guess(bytes, true)
  return decoderOf(charset)?.(bytes) ?? guess(bytes, false)
}
