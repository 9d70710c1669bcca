/**
 * Strict I-JSON (RFC 7493, required by RFC 8620 §1.8): UTF-8 only, no duplicate member name, no lone surrogate.
 * `JSON.parse` keeps the last of two duplicates, which is how one request means two things to two readers.
 *
 * The parser keeps its own stack, so that depth is a counter and not the thread's stack, and gives the event loop back
 * between slices: ten megabytes of JSON take longer than anyone else should wait (law 10).
 */
export type Json = null | boolean | number | string | Json[] | JsonObject
/** Made by the parser without a prototype: `__proto__` and `constructor` are names like others. */
export interface JsonObject {
  [name: string]: Json
}

/** Why a text is not I-JSON; `message` is fit for the client. */
export class NotIJson extends Error {
  override readonly name = 'NotIJson'
}

const maxDepth = 64
const maxNodes = 2_000_000
/** Characters read between two looks at the event loop: a few milliseconds. */
const slice = 200_000

const plain = /[^"\\\u0000-\u001f]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const space = /[ \t\r\n]*/y
const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

type Frame = { readonly kind: 'array'; readonly value: Json[] } | { kind: 'object'; value: JsonObject; key: string }

const emptyObject = (): JsonObject => Object.create(null) as JsonObject

class Parser {
  readonly text: string
  at = 0
  nodes = 0
  readonly stack: Frame[] = []
  result: Json = null

  constructor(text: string) {
    this.text = text
  }

  fail(what: string): never {
    throw new NotIJson(`${what} at character ${this.at}`)
  }

  skipSpace(): string {
    const code = this.text.charCodeAt(this.at)
    if (code === 32 || (code >= 9 && code <= 13)) {
      space.lastIndex = this.at
      space.test(this.text)
      this.at = space.lastIndex
    }
    return this.text[this.at] ?? ''
  }

  readString(): string {
    this.at++
    let value = ''
    let escaped = false
    for (;;) {
      plain.lastIndex = this.at
      plain.test(this.text)
      const end = plain.lastIndex
      value += this.text.slice(this.at, end)
      this.at = end
      const next = this.text[end]
      if (next === '"') break
      if (next !== '\\') this.fail('A string is not closed, or holds a bare control character')
      escaped = true
      value += this.readEscape()
    }
    this.at++
    // The text came from well-formed UTF-8: only escapes can make half a character.
    if (escaped && !value.isWellFormed()) this.fail('A string holds half of a surrogate pair')
    return value
  }

  readEscape(): string {
    const letter = this.text[this.at + 1] ?? ''
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('An escape is malformed')
      this.at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const value = escapes[letter]
    if (value === undefined) this.fail('An escape is malformed')
    this.at += 2
    return value
  }

  readScalar(first: string): Json {
    if (first === '"') return this.readString()
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return value
      }
    }
    number.lastIndex = this.at
    const match = number.exec(this.text)
    if (!match?.[0]) return this.fail('A value is expected')
    this.at = number.lastIndex
    const value = Number(match[0])
    if (!Number.isFinite(value)) this.fail('A number is out of range')
    return value
  }

  /** Reads `"name" :` of an object's next member. */
  readKey(frame: { value: JsonObject; key: string }): void {
    if (this.skipSpace() !== '"') this.fail('A member name is expected')
    frame.key = this.readString()
    if (frame.key in frame.value) this.fail('A member name appears twice in one object')
    if (this.skipSpace() !== ':') this.fail('":" is expected')
    this.at++
  }

  /** Opens an array or object; true when it was empty and is therefore already complete. */
  open(first: string): { value: Json; complete: boolean } {
    this.at++
    if (this.stack.length >= maxDepth) this.fail(`Values are nested more than ${maxDepth} deep`)
    if (first === '[') {
      const value: Json[] = []
      if (this.skipSpace() === ']') return this.close(value)
      this.stack.push({ kind: 'array', value })
      return { value, complete: false }
    }
    const value = emptyObject()
    if (this.skipSpace() === '}') return this.close(value)
    const frame = { kind: 'object' as const, value, key: '' }
    this.stack.push(frame)
    this.readKey(frame)
    return { value, complete: false }
  }

  close(value: Json): { value: Json; complete: boolean } {
    this.at++
    return { value, complete: true }
  }

  /** Reads one value; true when the whole document is read. */
  step(): boolean {
    const first = this.skipSpace()
    if (++this.nodes > maxNodes) this.fail('There are too many values')
    const opened = first === '[' || first === '{' ? this.open(first) : undefined
    if (opened && !opened.complete) return false
    return this.settle(opened ? opened.value : this.readScalar(first))
  }

  /** Puts a complete value in its place, and closes what ends with it. */
  settle(complete: Json): boolean {
    let value = complete
    for (;;) {
      const frame = this.stack.at(-1)
      if (!frame) {
        this.result = value
        if (this.skipSpace() !== '') this.fail('Something follows the value')
        return true
      }
      if (frame.kind === 'array') frame.value.push(value)
      else frame.value[frame.key] = value
      const next = this.skipSpace()
      if (next === ',') {
        this.at++
        if (frame.kind === 'object') this.readKey(frame)
        return false
      }
      if (next !== (frame.kind === 'array' ? ']' : '}')) this.fail('"," or the end of the value is expected')
      this.at++
      this.stack.pop()
      value = frame.value
    }
  }
}

/**
 * Parses I-JSON. `pause` is awaited between slices of work.
 * Throws NotIJson.
 */
export const parseIJson = async (
  bytes: Uint8Array,
  pause: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve)),
): Promise<Json> => {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new NotIJson('The request is not UTF-8')
  }
  const parser = new Parser(text)
  let resumeAt = slice
  while (!parser.step()) {
    if (parser.at < resumeAt) continue
    resumeAt = parser.at + slice
    await pause()
  }
  return parser.result
}
