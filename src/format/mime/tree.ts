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

const hashOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = seed
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash
}

const isIdentity = (encoding: string): boolean =>
  encoding !== 'base64' && encoding !== 'quoted-printable' && !encoding.startsWith('x-')

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
      if (open.boundary) open.hash = hashOf(open.boundary, 0, open.boundary.length)
    } else if (content.type === 'message' && (content.subtype === 'rfc822' || content.subtype === 'global')) {
      embeds = isIdentity(content.encoding)
      if (embeds && (deep || this.#count >= this.#limits.maxParts)) {
        embeds = false
        this.truncated = true
      }
    }
    const { type, subtype, ...others } = content
    const part: DraftPart = {
      headerStart: open.headerStart,
      headerEnd: offset,
      bodyStart: offset,
      bodyEnd: offset,
      lines: 0,
      type,
      subtype,
      ...others,
      parts: [],
    }
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
   * Whether the line `start..end` (line end excluded or not) is a delimiter of an open multipart. The whole line must
   * match but for trailing white space, so that of two boundaries one may begin with the other. Returns the level in the
   * stack, doubled, plus one for a closing delimiter; -1 when it is none.
   */
  match(bytes: Uint8Array, start: number, lineEnd: number): number {
    if (this.boundaries === 0 || bytes[start] !== 45 || bytes[start + 1] !== 45) return -1
    let end = lineEnd
    while (end > start && (bytes[end - 1] as number) <= 32) end--
    const length = end - start - 2
    const closes = length >= 2 && bytes[end - 1] === 45 && bytes[end - 2] === 45
    const whole = hashOf(bytes, start + 2, end)
    const stem = closes ? hashOf(bytes, start + 2, end - 2) : 0
    for (let level = this.#stack.length - 1; level >= 0; level--) {
      const { boundary, hash } = this.#stack[level] as OpenPart
      if (boundary === undefined) continue
      const exact = boundary.length === length && hash === whole
      if (!exact && !(closes && boundary.length === length - 2 && hash === stem)) continue
      let i = boundary.length - 1
      while (i >= 0 && boundary[i] === bytes[start + 2 + i]) i--
      if (i < 0) return level * 2 + (exact ? 0 : 1)
    }
    return -1
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
