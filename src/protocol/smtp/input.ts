/**
 * What the peer sends: command lines (RFC 5321 §2.3.8), message content with its dots (§4.5.2) and counted chunks
 * (RFC 3030 §2). It is pulled, so that a slow consumer slows the peer and nobody else: above `highWater` octets waiting
 * the source is paused.
 */
import { DotDecoder } from './dots.ts'

/** The side of a socket that input needs. */
export interface Source {
  pause(): unknown
  resume(): unknown
}

export type Line =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'tooLong' }
  | { readonly kind: 'bareNewline' }

/** Receives content; a promise asks to wait before more is given. */
export type Consumer = (chunk: Buffer) => void | Promise<void>

const CR = 13
const LF = 10
const highWater = 256 * 1024
/** Pieces accepted while nobody reads: joining many small ones would cost the square of their number. */
const maxPieces = 32
const nothing = Buffer.alloc(0)

export class Input {
  readonly #source: Source
  readonly #maxLine: number
  #bytes: Buffer = nothing
  #at = 0
  /** Bytes before this hold no LF. */
  #searched = 0
  #ended = false
  #paused = false
  #pieces = 0
  #wake: (() => void) | undefined
  /** The line being read is over its limit: skip to its end. */
  #overlong = false

  constructor(source: Source, maxLine: number) {
    this.#source = source
    this.#maxLine = maxLine
  }

  /** Octets received and not consumed. */
  get waiting(): number {
    return this.#bytes.length - this.#at
  }
  get ended(): boolean {
    return this.#ended
  }

  feed(chunk: Buffer): void {
    if (this.#at === this.#bytes.length) {
      this.#bytes = chunk
      this.#searched = 0
    } else {
      this.#searched -= this.#at
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), chunk])
    }
    this.#at = 0
    if (!this.#paused && (this.waiting > highWater || ++this.#pieces > maxPieces)) {
      this.#paused = true
      this.#source.pause()
    }
    this.#rouse()
  }

  /** The peer has closed its side, or we have given up on it. */
  end(): void {
    this.#ended = true
    this.#rouse()
  }

  /** Forgets what was received (RFC 3207 §4.2: nothing said in the clear counts after STARTTLS). */
  discard(): void {
    this.#bytes = nothing
    this.#at = 0
    this.#searched = 0
  }

  #rouse(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  /** Resolves when more has come or the peer is gone. */
  more(): Promise<void> {
    if (this.#ended) return Promise.resolve()
    this.#pieces = 0
    if (this.#paused) {
      this.#paused = false
      this.#source.resume()
    }
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** The next complete line without its CRLF, or undefined when it has not come yet. */
  line(): Line | undefined {
    const bytes = this.#bytes
    const end = bytes.indexOf(LF, Math.max(this.#at, this.#searched))
    if (end < 0) {
      this.#searched = bytes.length
      if (this.waiting > this.#maxLine) {
        this.#overlong = true
        this.discard()
      }
      return undefined
    }
    const start = this.#at
    this.#at = end + 1
    this.#searched = end + 1
    if (this.#overlong || end - start > this.#maxLine) {
      this.#overlong = false
      return { kind: 'tooLong' }
    }
    if (end === start || bytes[end - 1] !== CR) return { kind: 'bareNewline' }
    return { kind: 'line', text: bytes.toString('utf8', start, end - 1) }
  }

  /**
   * Reads dotted content up to CRLF.CRLF, giving it undotted to `consume`. Returns what the decoder noticed, or
   * undefined when the peer left before the end. `watches`: lone CR and LF are to be noticed.
   */
  async dotted(consume: Consumer, watches: boolean): Promise<{ readonly bareNewline: boolean } | undefined> {
    const decoder = new DotDecoder(watches)
    for (;;) {
      if (this.waiting > 0) {
        const chunk = this.#bytes.subarray(this.#at)
        const { content, rest, done } = decoder.decode(chunk)
        this.#at = this.#bytes.length - rest
        this.#searched = this.#at
        if (content.length > 0) {
          const wait = consume(content)
          if (wait) await wait
        }
        if (done) return { bareNewline: decoder.bareNewline }
      } else if (this.#ended) return undefined
      else await this.more()
    }
  }

  /** Reads exactly `count` octets; false when the peer left before the end. */
  async counted(count: number, consume: Consumer): Promise<boolean> {
    let left = count
    while (left > 0) {
      if (this.waiting > 0) {
        const chunk = this.#bytes.subarray(this.#at, this.#at + left)
        this.#at += chunk.length
        this.#searched = this.#at
        left -= chunk.length
        const wait = consume(chunk)
        if (wait) await wait
      } else if (this.#ended) return false
      else await this.more()
    }
    return true
  }
}
