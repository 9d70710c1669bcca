/**
 * The MIME parser (RFC 5322, RFC 2045, RFC 2046): one pass over the bytes, in chunks of any size, keeping only offsets.
 * It accepts everything: any sequence of bytes is a message. Lines end with LF or CRLF; a lone CR is an ordinary byte,
 * for that is what other programs see there.
 */
import type { ContentFields } from './content.ts'
import { fieldNameEnd, isMboxLine, kindOfLine } from './header-line.ts'
import type { MimeStructure } from './structure.ts'
import { bytesToText } from './text.ts'
import { maxBoundary, PartTree } from './tree.ts'

export interface MimeLimits {
  /** Parts inside parts. */
  maxDepth: number
  /** Parts in all. */
  maxParts: number
  /** Content-* fields further than this from the start of a header block are not looked at. */
  maxHeaderBytes: number
  /** A Content-* field is read no further than this. */
  maxFieldBytes: number
}

export const defaultLimits: MimeLimits = {
  maxDepth: 100,
  maxParts: 10_000,
  maxHeaderBytes: 4_194_304,
  maxFieldBytes: 65_536,
}

export interface MimeParser {
  /** The next bytes of the message; they are not kept. */
  push(chunk: Uint8Array): void
  /** The message is complete. Call once. */
  end(): MimeStructure
}

/** A line longer than this is no delimiter. */
const maxDelimiter = maxBoundary + 100

const contentNames = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-id',
  'content-description',
  'content-md5',
  'content-disposition',
  'content-language',
  'content-location',
])

const LF = 10
const CR = 13
const DASH = 45
const COLON = 58

class Parser implements MimeParser {
  readonly #limits: MimeLimits
  readonly #tree: PartTree
  #fields: ContentFields = new Map()
  /** Offset in the message of the first byte of the window. */
  #base = 0
  #inHeader = true
  /** More bytes are needed. */
  #starved = false
  /** Bytes seen but not consumed: the beginning of something whose end is needed. */
  #carry = new Uint8Array(0)
  #carried = 0
  /** The last two bytes consumed. */
  #last = LF
  #beforeLast = 0

  // All offsets in the message.
  #blockStart = 0
  #line = 0
  #searched = 0
  /** Start of the Content-* field that is being read, -1 for any other. */
  #field = -1
  /** Start of a line (and its folds) in the header that is no header: header or body, as the next line tells. */
  #junk = -1
  /** `PartTree.lines` before the junk. */
  #junkLines = 0
  /** Inside a line too long to be kept. */
  #midLine = false

  constructor(limits: MimeLimits) {
    this.#limits = limits
    this.#tree = new PartTree(limits)
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    const window = this.#window(chunk)
    const consumed = this.#run(window, false)
    this.#keep(window, consumed)
  }

  end(): MimeStructure {
    return this.endWith(this.#carry.subarray(0, this.#carried))
  }

  /** Ends with the last window, which may be the whole message. */
  endWith(window: Uint8Array): MimeStructure {
    this.#run(window, true)
    const size = this.#base + window.length
    while (this.#inHeader) this.#endHeader(size)
    return { size, root: this.#tree.finish(size), truncated: this.#tree.truncated }
  }

  #window(chunk: Uint8Array): Uint8Array {
    if (this.#carried === 0) return chunk
    const length = this.#carried + chunk.length
    if (length > this.#carry.length) {
      const larger = new Uint8Array(Math.max(1024, length * 2))
      larger.set(this.#carry.subarray(0, this.#carried))
      this.#carry = larger
    }
    this.#carry.set(chunk, this.#carried)
    return this.#carry.subarray(0, length)
  }

  #keep(window: Uint8Array, consumed: number): void {
    const rest = window.length - consumed
    if (consumed > 0) {
      this.#beforeLast = consumed > 1 ? (window[consumed - 2] as number) : this.#last
      this.#last = window[consumed - 1] as number
      this.#base += consumed
    }
    if (rest > 0 && window.buffer === this.#carry.buffer) {
      if (consumed > 0) this.#carry.copyWithin(0, consumed, window.length)
    } else if (rest > 0) {
      if (rest > this.#carry.length) this.#carry = new Uint8Array(Math.max(1024, rest * 2))
      this.#carry.set(window.subarray(consumed))
    }
    this.#carried = rest
  }

  /** Reads the window as far as possible; returns how many bytes are done with. */
  #run(window: Uint8Array, final: boolean): number {
    let at = 0
    this.#starved = false
    while (!this.#starved) at = this.#inHeader ? this.#header(window, final) : this.#body(window, at, final)
    return at
  }

  /** Reads header lines from `#line`; returns the window index from which bytes are still needed. */
  #header(w: Uint8Array, final: boolean): number {
    const base = this.#base
    const tree = this.#tree
    for (;;) {
      const start = this.#line - base
      const lf = w.indexOf(LF, Math.max(start, this.#searched - base))
      if (lf < 0 && !final && !this.#midLine && w.length - start < this.#limits.maxFieldBytes) {
        this.#searched = base + w.length
        this.#starved = true
        return this.#needed(start)
      }
      const end = lf < 0 ? w.length : lf + 1
      if (start >= w.length) {
        if (this.#junk >= 0) return this.#bodyAtJunk(w)
        this.#starved = true
        return w.length
      }
      if (!this.#midLine) {
        const at = this.#headerLine(w, start, end)
        if (at >= 0) return at
      } else if (lf < 0) {
        this.#line = base + w.length
        this.#starved = true
        return w.length
      }
      if (lf >= 0 && tree.counting > 0) tree.lines++
      this.#line = this.#searched = base + end
      this.#midLine = lf < 0
      if (this.#midLine) this.#flushField(w, end)
    }
  }

  #needed(start: number): number {
    let from = start
    if (this.#field >= 0) from = Math.min(from, this.#field - this.#base)
    if (this.#junk >= 0) from = Math.min(from, this.#junk - this.#base)
    return from
  }

  /** One line of a header block. Returns -1 to go on, or the window index where the next mode begins. */
  #headerLine(w: Uint8Array, start: number, end: number): number {
    const base = this.#base
    const tree = this.#tree
    if (w[start] === DASH && tree.boundaries > 0 && end - start <= maxDelimiter) {
      const found = tree.match(w, start, end)
      if (found >= 0) {
        if (this.#junk >= 0) return this.#bodyAtJunk(w)
        this.#flushField(w, start)
        const edge = Math.max(this.#blockStart, this.#lineEndBefore(w, start) + base)
        // Not a header any more, whatever part the delimiter belongs to.
        while (this.#inHeader) this.#endHeader(edge)
        this.#inHeader = tree.delimiter(found, edge, base + start, base + end)
        if (tree.counting > 0 && w[end - 1] === LF) tree.lines++
        if (this.#inHeader) this.#startHeader(base + end)
        return end
      }
    }
    const kind = kindOfLine(w, start, end)
    const first = base + start === this.#blockStart
    if (kind === 'field') {
      this.#flushField(w, start)
      this.#junk = -1
      if (w[start] === 99 || w[start] === 67) this.#field = base + start
    } else if (kind === 'blank') {
      if (this.#junk >= 0) return this.#bodyAtJunk(w)
      this.#flushField(w, start)
      if (tree.counting > 0 && w[end - 1] === LF) tree.lines++
      this.#endHeader(base + end)
      return end
    } else if (kind === 'fold' && !first) {
      if (this.#field >= 0 && base + end - this.#field > this.#limits.maxFieldBytes) this.#flushField(w, end)
      if (this.#junk >= 0 && base + end - this.#junk > this.#limits.maxFieldBytes) return this.#bodyAtJunk(w)
    } else if (base + start === 0 && isMboxLine(w, start)) return -1
    else if (this.#junk >= 0 || w[end - 1] !== LF || (w[start] === DASH && w[start + 1] === DASH)) {
      // Two of them; or a delimiter, after a blank line that was not quite blank.
      if (this.#junk < 0) this.#startJunk(base + start)
      return this.#bodyAtJunk(w)
    } else {
      this.#flushField(w, start)
      this.#startJunk(base + start)
    }
    return -1
  }

  #startJunk(offset: number): void {
    this.#junk = offset
    this.#junkLines = this.#tree.lines
  }

  /** Two lines that are no header: the blank line was forgotten and the body began at the first of them. */
  #bodyAtJunk(w: Uint8Array): number {
    const at = this.#junk - this.#base
    this.#flushField(w, at)
    // The junk lines were counted as the header's; they are read again as the body's.
    this.#tree.lines = this.#junkLines
    this.#endHeader(this.#junk)
    return at
  }

  #flushField(w: Uint8Array, end: number): void {
    const field = this.#field
    if (field < 0) return
    this.#field = -1
    const start = field - this.#base
    const colon = fieldNameEnd(w, start, end)
    if (colon < 0) return
    const name = bytesToText(w.subarray(start, colon)).toLowerCase()
    if (!contentNames.has(name) || this.#fields.has(name)) return
    if (field - this.#blockStart > this.#limits.maxHeaderBytes) {
      this.#tree.truncated = true
      return
    }
    let stop = end
    if (end - start > this.#limits.maxFieldBytes) {
      this.#tree.truncated = true
      stop = start + this.#limits.maxFieldBytes
    }
    const value = bytesToText(w.subarray(w.indexOf(COLON, colon) + 1, stop))
    this.#fields.set(name, value.replace(/(?<!\r)\r*\n(?=[ \t])/g, '').trim())
  }

  #endHeader(offset: number): void {
    this.#inHeader = this.#tree.headerDone(offset, this.#fields)
    this.#startHeader(offset)
  }

  #startHeader(offset: number): void {
    if (this.#fields.size > 0) this.#fields = new Map()
    this.#blockStart = this.#line = this.#searched = offset
    this.#field = this.#junk = -1
    this.#midLine = false
  }

  /** Index (may be negative: before the window) of the line end before `start`, or `start` when there is none. */
  #lineEndBefore(w: Uint8Array, start: number): number {
    const one = start > 0 ? w[start - 1] : this.#last
    if (one !== LF || this.#base + start === 0) return start
    const two = start > 1 ? w[start - 2] : start === 1 ? this.#last : this.#beforeLast
    return two === CR ? start - 2 : start - 1
  }

  /** Reads a body, preamble or epilogue from `at`, up to a delimiter that begins a part or the end of the window. */
  #body(w: Uint8Array, at: number, final: boolean): number {
    const tree = this.#tree
    let i = at
    if (i > 0 ? w[i - 1] !== LF && this.#base + i !== this.#blockStart : this.#last !== LF) {
      i = this.#nextLine(w, i)
    }
    while (i < w.length) {
      if (tree.boundaries === 0) {
        if (tree.counting > 0) tree.lines += countLines(w, i)
        i = w.length
        break
      }
      i = tree.counting > 0 ? this.#countToDash(w, i) : dashLine(w, i)
      if (i >= w.length) break
      const lf = w.indexOf(LF, i)
      if (lf < 0 && !final && w.length - i <= maxDelimiter) {
        this.#starved = true
        return i
      }
      const next = lf < 0 ? w.length : lf + 1
      const found = next - i <= maxDelimiter ? tree.match(w, i, next) : -1
      if (found >= 0) {
        const edge = Math.max(this.#blockStart, this.#base + this.#lineEndBefore(w, i))
        this.#inHeader = tree.delimiter(found, edge, this.#base + i, this.#base + next)
        if (tree.counting > 0 && lf >= 0) tree.lines++
        if (this.#inHeader) {
          this.#startHeader(this.#base + next)
          return next
        }
      } else if (tree.counting > 0 && lf >= 0) tree.lines++
      i = next
    }
    this.#starved = true
    return i
  }

  #nextLine(w: Uint8Array, from: number): number {
    const lf = w.indexOf(LF, from)
    if (lf < 0) return w.length
    if (this.#tree.counting > 0) this.#tree.lines++
    return lf + 1
  }

  /** The next line from line start `from` that begins with a dash, lines counted on the way. */
  #countToDash(w: Uint8Array, from: number): number {
    let i = from
    let lines = 0
    while (i < w.length && w[i] !== DASH) {
      const lf = w.indexOf(LF, i)
      if (lf < 0) {
        i = w.length
        break
      }
      lines++
      i = lf + 1
    }
    this.#tree.lines += lines
    return i
  }
}

/** The same without counting: looks for dashes, which base64 does not contain, at the speed of memory. */
const dashLine = (w: Uint8Array, from: number): number => {
  let i = from
  for (;;) {
    const dash = w.indexOf(DASH, i)
    if (dash < 0) return w.length
    if (dash === from || w[dash - 1] === LF) return dash
    const lf = w.indexOf(LF, dash)
    if (lf < 0) return w.length
    i = lf + 1
  }
}

const countLines = (w: Uint8Array, from: number): number => {
  let lines = 0
  for (let i = w.indexOf(LF, from); i >= 0; i = w.indexOf(LF, i + 1)) lines++
  return lines
}

/** A streaming parser: used while a message is received, so that a large one never holds the event loop. */
export const createMimeParser = (limits: Partial<MimeLimits> = {}): MimeParser =>
  new Parser({ ...defaultLimits, ...limits })

/** The structure of a whole message. Never throws. */
export const parseMime = (bytes: Uint8Array, limits: Partial<MimeLimits> = {}): MimeStructure =>
  new Parser({ ...defaultLimits, ...limits }).endWith(bytes)
