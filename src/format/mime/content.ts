/** Content-* fields of a part: RFC 2045 §5 and §6, RFC 2183, RFC 2231, RFC 3282, RFC 1864, with what mail really contains. */
import { decodeCharset } from './charset.ts'
import type { MimeParam, MimePart } from './structure.ts'

/** Raw unfolded values of the Content-* fields of one header block, by lower-case name; the first of each counts. */
export type ContentFields = Map<string, string>

export type Content = Omit<
  MimePart,
  'headerStart' | 'headerEnd' | 'bodyStart' | 'bodyEnd' | 'lines' | 'parts' | 'type' | 'subtype'
> & { type: string; subtype: string }

const none: readonly MimeParam[] = []

/** A parameter section is read no further than this many parameters. */
const maxParams = 200

const isSpace = (c: number): boolean => c === 32 || c === 9 || c === 10 || c === 13

/** Skips white space and (nested) comments from `i`. */
const skipBlank = (text: string, from: number): number => {
  let i = from
  let depth = 0
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 40) depth++
    else if (c === 41 && depth > 0) depth--
    else if (c === 92 && depth > 0) i++
    else if (depth === 0 && !isSpace(c)) break
  }
  // An unclosed parenthesis is no comment: what follows it would be lost.
  return depth > 0 ? text.indexOf('(', from) + 1 : i
}

const readQuoted = (text: string, from: number): { value: string; next: number } => {
  let value = ''
  let i = from + 1
  for (; i < text.length; i++) {
    const c = text[i] as string
    if (c === '"') {
      i++
      break
    }
    if (c === '\\' && i + 1 < text.length) {
      const escaped = text[i + 1] as string
      // Windows paths are written unescaped by some mailers; only what must be escaped is unescaped.
      if (escaped === '"' || escaped === '\\') {
        value += escaped
        i++
        continue
      }
    }
    value += c
  }
  return { value, next: i }
}

const readValue = (text: string, from: number): { value: string; next: number } => {
  if (text[from] === '"') return readQuoted(text, from)
  let i = from
  while (i < text.length && text[i] !== ';') i++
  let value = text.slice(from, i).trim()
  // `charset=utf-8 name=x` without semicolon; a file name may hold spaces, another parameter's start may not.
  const lost = /(?<=\S)[ \t\r\n]+[a-z][a-z0-9*-]*=(?!\?)/i.exec(value)
  if (lost) {
    i = text.indexOf(lost[0], from) + 1
    value = value.slice(0, lost.index)
  }
  const comment = /(?<=\S)[ \t]+\([^()]*\)$/.exec(value)
  return { value: comment ? value.slice(0, comment.index) : value, next: i }
}

const percentBytes = (text: string): Uint8Array => {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const hex = c === 37 ? text.slice(i + 1, i + 3) : ''
    if (hex.length === 2 && /^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(Number.parseInt(hex, 16))
      i += 2
    } else if (c < 0x80) bytes.push(c)
    else for (const byte of new TextEncoder().encode(text[i])) bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

interface Piece {
  readonly index: number
  readonly extended: boolean
  readonly value: string
}

/** Joins RFC 2231 continuations in the order of their numbers and decodes the extended ones. */
const joinPieces = (pieces: Piece[]): string => {
  pieces.sort((a, b) => a.index - b.index)
  let charset: string | undefined
  const first = pieces[0] as Piece
  let head = first.value
  if (first.extended) {
    const match = /^([^']*)'[^']*'/.exec(head)
    if (match) {
      charset = match[1] || undefined
      head = head.slice(match[0].length)
    }
  }
  let text = ''
  // Neighbours are decoded together: a multibyte character may be cut between two pieces.
  let run = ''
  let runExtended = false
  const flush = () => {
    text += runExtended ? decodeCharset(percentBytes(run), charset ?? 'utf-8').text : run
    run = ''
  }
  for (const piece of pieces) {
    if (run !== '' && piece.extended !== runExtended) flush()
    runExtended = piece.extended
    run += piece === first ? head : piece.value
  }
  flush()
  return text
}

/** Parameters from `from`, where a `;` may stand. RFC 2231 extended parameters win over their plain twins. */
const parseParams = (text: string, from: number): MimeParam[] => {
  const plain = new Map<string, string>()
  const pieces = new Map<string, Piece[]>()
  const order: string[] = []
  let i = from
  for (let count = 0; i < text.length && count < maxParams; count++) {
    while (i < text.length && (text[i] === ';' || isSpace(text.charCodeAt(i)))) i++
    i = skipBlank(text, i)
    const start = i
    while (i < text.length && text[i] !== '=' && text[i] !== ';') i++
    if (text[i] !== '=') continue
    const key = text.slice(start, i).trim().toLowerCase()
    const { value, next } = readValue(text, skipBlank(text, i + 1))
    i = Math.max(next, i + 1)
    const match = /^([^*]+)(?:\*(\d{1,4}))?(\*)?$/.exec(key)
    const name = match?.[1] ?? key
    if (name === '') continue
    if (match && (match[2] !== undefined || match[3] !== undefined)) {
      const piece = { index: Number(match[2] ?? 0), extended: match[3] !== undefined, value }
      const list = pieces.get(name)
      if (list) {
        if (!list.some((p) => p.index === piece.index)) list.push(piece)
      } else pieces.set(name, [piece])
    } else if (plain.has(name)) continue
    else plain.set(name, value)
    if (!order.includes(name)) order.push(name)
  }
  return order.map((name) => {
    const list = pieces.get(name)
    return [name, list ? joinPieces(list) : (plain.get(name) ?? '')] as const
  })
}

const token = /^[!#$%&'*+\-.^_`{|}~0-9A-Za-z]+$/

/** What most parts say: a media type and at most one plain parameter. */
const usual =
  /^([a-z0-9+.-]{1,80})\/([a-z0-9+.-]{1,80})(?:\s{0,9};\s{0,9}([a-z]{1,40})=(?:"([^"\\]{1,200})"|([\w.+-]{1,200})))?;?$/i

/** Content-Type: type, subtype (lower case; empty when the value is no media type at all) and parameters. */
export const parseContentType = (value: string): { type: string; subtype: string; params: readonly MimeParam[] } => {
  const match = usual.exec(value)
  if (match) {
    const [, type = '', subtype = '', name, quoted, bare] = match
    const params: readonly MimeParam[] = name === undefined ? none : [[name.toLowerCase(), quoted ?? bare ?? '']]
    return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), params }
  }
  let i = skipBlank(value, 0)
  const start = i
  while (i < value.length && !/[;\s(]/.test(value[i] as string)) i++
  let media = value.slice(start, i).toLowerCase()
  // `text / html`
  const spaced = /^\s*\/\s*([^\s;(]+)/.exec(value.slice(i, i + 100))
  if (!media.includes('/') && spaced) {
    media += '/' + (spaced[1] ?? '').toLowerCase()
    i += spaced[0].length
  } else if (media.endsWith('/')) {
    const rest = /^\s*([^\s;(=]+)(?=[\s;(]|$)/.exec(value.slice(i, i + 100))
    if (rest) {
      media += (rest[1] ?? '').toLowerCase()
      i += rest[0].length
    }
  } else if (media.includes('=')) i = start
  media = media.replace(/^["']+|(?<!["',])["',]+$/g, '')
  const slash = media.indexOf('/')
  const type = slash < 0 ? media : media.slice(0, slash)
  const subtype = slash < 0 ? '' : media.slice(slash + 1)
  return {
    type: token.test(type) ? type : '',
    subtype: token.test(subtype) ? subtype : '',
    params: parseParams(value, i),
  }
}

/** Content-Disposition: the word in lower case and its parameters (RFC 2183). */
export const parseDisposition = (value: string): { disposition: string; params: MimeParam[] } => {
  let i = skipBlank(value, 0)
  const start = i
  while (i < value.length && !/[;\s(]/.test(value[i] as string)) i++
  const word = value.slice(start, i).toLowerCase().replace(/^"|"$/g, '')
  // `Content-Disposition: filename=x`
  if (word.includes('=')) return { disposition: 'attachment', params: parseParams(value, start) }
  return { disposition: word, params: parseParams(value, i) }
}

const fallbackSubtype: Record<string, string> = { text: 'plain', multipart: 'mixed', message: 'rfc822' }

/** What the fields say of a part; `digest` when its parent is a multipart/digest (RFC 2046 §5.1.5). */
export const contentOf = (fields: ContentFields, digest: boolean): Content => {
  const typeField = fields.get('content-type')
  const content: Content & Record<string, unknown> = {
    type: digest ? 'message' : 'text',
    subtype: digest ? 'rfc822' : 'plain',
    params: none,
    encoding: '7bit',
    dispositionParams: none,
  }
  if (typeField !== undefined) {
    const { type, subtype, params } = parseContentType(typeField)
    const known = subtype || fallbackSubtype[type]
    if (type !== '' && known !== undefined) {
      content.type = type
      content.subtype = known
    } else if (typeField.trim() !== '') {
      // RFC 2045 §5.2: what is not understood is plain text; a bare word such as `pdf` is not text.
      if (type !== '' && subtype === '') content.type = 'application'
      if (type !== '' && subtype === '') content.subtype = 'octet-stream'
    }
    if (params.length > 0) Object.assign(content, { params })
  }
  if (fields.size > (typeField === undefined ? 0 : 1)) addOthers(content, fields)
  return content
}

const addOthers = (content: Record<string, unknown>, fields: ContentFields): void => {
  const set = (key: string, field: string) => {
    const value = fields.get(field)?.trim()
    if (value) content[key] = value
  }
  const encoding = fields.get('content-transfer-encoding')
  if (encoding !== undefined) {
    const word = /^[\s"'(]*([^\s"';()]+)/.exec(encoding)?.[1]?.toLowerCase() ?? '7bit'
    content.encoding = word === '8-bit' ? '8bit' : word === '7-bit' ? '7bit' : word
  }
  set('id', 'content-id')
  set('description', 'content-description')
  set('md5', 'content-md5')
  set('location', 'content-location')
  const disposition = fields.get('content-disposition')
  if (disposition?.trim()) {
    const parsed = parseDisposition(disposition)
    if (parsed.disposition !== '') content.disposition = parsed.disposition
    if (parsed.params.length > 0) content.dispositionParams = parsed.params
  }
  const language = fields.get('content-language')
  const tags = language?.replace(/\([^()]*\)/g, '').match(/[a-z0-9*-]+/gi)
  if (tags) content.language = tags
}
