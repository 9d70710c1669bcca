/**
 * Transparency of message content (RFC 5321 §4.5.2). Only CR LF "." CR LF ends it (§4.1.1.4): a decoder that took LF "."
 * LF, or any mixture, for the end would let one message carry a second one past whoever relayed it (SMTP smuggling).
 * Content is compacted in place: whatever the dots, one chunk in gives at most one chunk out and no copy when there are
 * none.
 */
const CR = 13
const LF = 10
const DOT = 46

/** Where the decoder stands within a line. */
const lineStart = 0
const inLine = 1
const afterCr = 2
const afterDot = 3
const afterDotCr = 4

export interface Decoded {
  /** Undotted content: a part of the given chunk. */
  readonly content: Buffer
  /** Octets of the chunk that lie beyond the end of the message. */
  readonly rest: number
  readonly done: boolean
}

/** Where a dot may have to be removed, or the message may end. */
const dottedLine = Buffer.from('\r\n.')

export class DotDecoder {
  readonly #watches: boolean
  #state = lineStart
  /** True once a CR or LF was met alone (RFC 5321 §2.3.8 forbids both); stays false when not watched for. */
  bareNewline = false

  /** `watches`: lone CR and LF are noticed, for which every line must be looked at. */
  constructor(watches = true) {
    this.#watches = watches
  }

  /** Passes to the next dot at the beginning of a line; returns where in the chunk that is, or its length. */
  #skipLines(chunk: Buffer, at: number): number {
    const found = chunk.indexOf(dottedLine, at)
    if (found >= 0) {
      this.#state = lineStart
      return found + 2
    }
    const { length } = chunk
    if (chunk[length - 1] === CR) this.#state = afterCr
    else if (length - at > 1 && chunk[length - 1] === LF && chunk[length - 2] === CR) this.#state = lineStart
    return length
  }

  decode(chunk: Buffer): Decoded {
    const length = chunk.length
    let at = 0
    let out = 0
    // chunk[kept..at) is content that has not been moved to `out` yet.
    let kept = 0
    const keep = (until: number) => {
      if (kept !== out) chunk.copyWithin(out, kept, until)
      out += until - kept
    }
    // What was held back in the last chunk, to be put before this one's content.
    let before = ''
    // Remembered, so that a chunk full of bare LF does not cost a search to its end for each.
    let nextCr = -1
    while (at < length) {
      const byte = chunk[at] as number
      switch (this.#state) {
        case lineStart:
          if (byte === DOT) {
            keep(at)
            kept = ++at
            this.#state = afterDot
          } else this.#state = inLine
          break
        case afterDot:
          if (byte === CR) {
            at++
            this.#state = afterDotCr
          } else {
            kept = at
            this.#state = inLine
          }
          break
        case afterDotCr:
          if (byte === LF) return { content: join(before, chunk.subarray(0, out)), rest: length - at - 1, done: true }
          // ".\rX": the dot was stuffing, the CR is content.
          this.bareNewline = this.#watches
          if (at > 0) kept = at - 1
          else before = '\r'
          this.#state = inLine
          break
        case afterCr:
          if (byte === LF) {
            at++
            this.#state = lineStart
          } else {
            this.bareNewline = this.#watches
            this.#state = inLine
          }
          break
        default: {
          if (!this.#watches) {
            at = this.#skipLines(chunk, at)
            break
          }
          const lf = chunk.indexOf(LF, at)
          const end = lf < 0 ? length : lf
          if (nextCr < at) nextCr = positionOf(chunk, CR, at)
          if (nextCr >= end) {
            if (lf >= 0) this.bareNewline = true
            at = lf < 0 ? length : lf + 1
          } else {
            at = nextCr + 1
            this.#state = afterCr
          }
        }
      }
    }
    // A CR after a dot is undecided: it stays out until the next octet tells.
    if (this.#state === afterDotCr || this.#state === afterDot) kept = length
    keep(length)
    return { content: join(before, chunk.subarray(0, out)), rest: 0, done: false }
  }
}

const positionOf = (chunk: Buffer, byte: number, from: number): number => {
  const found = chunk.indexOf(byte, from)
  return found < 0 ? chunk.length : found
}

const join = (before: string, content: Buffer): Buffer =>
  before === '' ? content : Buffer.concat([Buffer.from(before, 'latin1'), content])
