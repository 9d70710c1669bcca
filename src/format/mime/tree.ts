/** The tree of parts while a message is read: which parts and boundaries are open, and where they end (RFC 2046 §5.1). */
import { type Content, type ContentFields, contentOf } from './content.ts'
import { type MimePart, paramOf } from './structure.ts'

export interface TreeLimits {
  readonly maxDepth: number
  readonly maxParts: number
}

export type DraftPart = { -readonly [K in keyof Omit<MimePart, 'parts'>]: MimePart[K] } & { parts: DraftPart[] }

interface OpenPart {
  readonly headerStart: number
  /** Undefined while its header is read. */
  part: DraftPart | undefined
  /** Of a multipart whose closing delimiter has not come. */
  boundary: Uint8Array | undefined
  /** `hashOf` its boundary. */
  hash: number
  readonly digest: boolean
  /** `PartTree.lines` when the body began. */
  linesBefore: number
  /** Whether the lines of this body are counted. */
  counts: boolean
  /** Multipart in which a delimiter was found. */
  divided: boolean
}

/** A boundary longer than RFC 2046's 70 is met in real mail; one longer than this is not. */
export const maxBoundary = 1000

const encoder = new TextEncoder()

/** Unknown to senders, who could otherwise make every boundary worth comparing with every line. */
const seed = Math.floor(Math.random() * 0x7fffffff)

/** Hashes of the first 0, 1, 2… bytes of a line. */
const prefixes = new Int32Array(maxBoundary + 1)

const hashPrefixes = (bytes: Uint8Array, start: number, length: number): void => {
  let hash = seed
  prefixes[0] = hash
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ (bytes[start + i] as number), 0x01000193)
    prefixes[i + 1] = hash
  }
}

const hashOf = (bytes: Uint8Array): number => {
  hashPrefixes(bytes, 0, bytes.length)
  return prefixes[bytes.length] as number
}

const isIdentity = (encoding: string): boolean =>
  encoding !== 'base64' && encoding !== 'quoted-printable' && !encoding.startsWith('x-')

/** A part whose header is done at `offset`. Written out: copying the rest of an object costs ten times as much. */
const draftOf = (content: Content, headerStart: number, offset: number): DraftPart => {
  const part: DraftPart = {
    headerStart,
    headerEnd: offset,
    bodyStart: offset,
    bodyEnd: offset,
    lines: 0,
    type: content.type,
    subtype: content.subtype,
    params: content.params,
    encoding: content.encoding,
    dispositionParams: content.dispositionParams,
    parts: [],
  }
  if (content.id !== undefined) part.id = content.id
  if (content.description !== undefined) part.description = content.description
  if (content.md5 !== undefined) part.md5 = content.md5
  if (content.disposition !== undefined) part.disposition = content.disposition
  if (content.language !== undefined) part.language = content.language
  if (content.location !== undefined) part.location = content.location
  return part
}

/** A line is no delimiter for beginning with a boundary as short as this: text does so by chance. */
const minPrefix = 9

export class PartTree {
  readonly #limits: TreeLimits
  readonly #stack: OpenPart[] = []
  #root: DraftPart | undefined
  #count = 0
  /** No boundary is looked at any more: the last part takes the rest. */
  #frozen = false
  truncated = false
  /** Boundaries that may come. */
  boundaries = 0
  /** How many open parts want their lines counted. */
  counting = 0
  /** Line ends met so far; meaningful as a difference while something counts. */
  lines = 0

  constructor(limits: TreeLimits) {
    this.#limits = limits
    this.begin(0)
  }

  /** A part's header begins at `offset`. */
  begin(offset: number): void {
    const parent = this.#stack[this.#stack.length - 1]?.part
    this.#count++
    this.#stack.push({
      headerStart: offset,
      part: undefined,
      boundary: undefined,
      hash: 0,
      digest: parent?.type === 'multipart' && parent.subtype === 'digest',
      linesBefore: 0,
      counts: false,
      divided: false,
    })
  }

  /** The header of the innermost part ended at `offset`. True when an embedded message's header begins there. */
  headerDone(offset: number, fields: ContentFields): boolean {
    const open = this.#stack[this.#stack.length - 1] as OpenPart
    const content = contentOf(fields, open.digest)
    const deep = this.#stack.length >= this.#limits.maxDepth
    let embeds = false
    if (content.type === 'multipart') {
      open.boundary = this.#boundaryOf(content, deep)
      if (open.boundary) open.hash = hashOf(open.boundary)
    } else if (content.type === 'message' && (content.subtype === 'rfc822' || content.subtype === 'global')) {
      embeds = isIdentity(content.encoding)
      if (embeds && (deep || this.#count >= this.#limits.maxParts)) {
        embeds = false
        this.truncated = true
      }
    }
    const { type } = content
    const part = draftOf(content, open.headerStart, offset)
    open.part = part
    open.linesBefore = this.lines
    open.counts = type === 'text' || type === 'message' || open.boundary !== undefined
    if (open.counts) this.counting++
    const parent = this.#stack[this.#stack.length - 2]?.part
    if (parent) parent.parts.push(part)
    else this.#root = part
    if (embeds) this.begin(offset)
    return embeds
  }

  #boundaryOf(content: Content, deep: boolean): Uint8Array | undefined {
    // Trailing white space cannot be told from padding added in transport (RFC 2046 §5.1.1).
    const boundary = encoder.encode((paramOf(content.params, 'boundary') ?? '').trimEnd())
    if (boundary.length > 0 && boundary.length <= maxBoundary && !deep) {
      this.boundaries++
      return boundary
    }
    if (deep) {
      this.truncated = true
      content.type = 'application'
      content.subtype = 'octet-stream'
    } else {
      content.type = 'text'
      content.subtype = 'plain'
    }
    return undefined
  }

  /**
   * Whether the line `start..lineEnd` is a delimiter of an open multipart. A line that is `--`, the boundary, perhaps
   * `--`, and blanks comes first, so that of two boundaries one may begin with the other; else the longest boundary that
   * the line begins with (RFC 2046 §5.1.1: "it is sufficient"), if it is too long for chance. Returns the level in the
   * stack, doubled, plus one for a closing delimiter; -1 when it is none.
   */
  match(bytes: Uint8Array, start: number, lineEnd: number): number {
    if (this.boundaries === 0 || bytes[start] !== 45 || bytes[start + 1] !== 45) return -1
    const from = start + 2
    let end = lineEnd
    while (end > from && (bytes[end - 1] as number) <= 32) end--
    const length = end - from
    const hashed = Math.min(length, maxBoundary)
    hashPrefixes(bytes, from, hashed)
    const closes = length >= 2 && bytes[end - 1] === 45 && bytes[end - 2] === 45
    let found = -1
    let longest = minPrefix
    for (let level = this.#stack.length - 1; level >= 0; level--) {
      const { boundary, hash } = this.#stack[level] as OpenPart
      if (boundary === undefined || boundary.length > hashed || prefixes[boundary.length] !== hash) continue
      let i = boundary.length - 1
      while (i >= 0 && boundary[i] === bytes[from + i]) i--
      if (i >= 0) continue
      if (boundary.length === length) return level * 2
      if (closes && boundary.length === length - 2) return level * 2 + 1
      if (boundary.length <= longest) continue
      longest = boundary.length
      const after = from + boundary.length
      found = level * 2 + (bytes[after] === 45 && bytes[after + 1] === 45 ? 1 : 0)
    }
    return found
  }

  /**
   * The delimiter that `match` found: what is inside ends at `end` (before the line end that belongs to the delimiter).
   * `lineStart` and `next` are where the delimiter line begins and ends. True when a part's header begins at `next`.
   */
  delimiter(found: number, end: number, lineStart: number, next: number): boolean {
    const level = found >> 1
    const closes = (found & 1) === 1
    const open = this.#stack[level] as OpenPart
    if (!closes && this.#count >= this.#limits.maxParts) {
      this.truncated = true
      this.#frozen = true
      this.boundaries = 0
      return false
    }
    this.#closeAbove(level, end, lineStart)
    if (!open.divided && !closes) {
      open.divided = true
      if (open.counts) this.counting--
      open.counts = false
    }
    if (closes) {
      open.boundary = undefined
      this.boundaries--
      return false
    }
    this.begin(next)
    return true
  }

  /** Closes all parts deeper than `level`, innermost first: a parent never ends before its child. */
  #closeAbove(level: number, end: number, lineStart: number): void {
    let last = end
    while (this.#stack.length - 1 > level) {
      const open = this.#stack.pop() as OpenPart
      const part = open.part as DraftPart
      last = Math.max(last, part.bodyStart)
      part.bodyEnd = last
      if (open.counts) {
        this.counting--
        // The line end before a delimiter was counted, but is not the body's.
        const own = this.lines - open.linesBefore - (lineStart > last && lineStart > part.bodyStart ? 1 : 0)
        part.lines = Math.max(0, own)
      }
      if (open.boundary !== undefined && !this.#frozen) this.boundaries--
      if (part.type === 'multipart' && part.parts.length === 0) {
        // Nothing was divided: shown as the text it probably is (RFC 2045 §5.2).
        part.type = 'text'
        part.subtype = 'plain'
      }
    }
  }

  /** The message ended at `size`; every header must be done. */
  finish(size: number): MimePart {
    this.#closeAbove(-1, size, size)
    return this.#root as DraftPart
  }
}
