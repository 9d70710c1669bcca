/**
 * Reads the tokens of one complete command (RFC 3501 §9, RFC 9051 §9). The bytes hold the command line with its literals
 * in place (`{5}\r\nhello`), so that the decoder functions bear the names of the grammar and never wait for the network.
 */

/** The command does not follow the grammar: a tagged BAD. */
export class BadSyntax extends Error {
  /** Response code, when there is one for it. */
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

const atomBit = 1
const astringBit = 2
const listBit = 4
const tagBit = 8

/** Which token classes a byte belongs to; 8-bit bytes belong to none. */
const classes = ((): Uint8Array => {
  const table = new Uint8Array(256)
  for (let byte = 0x21; byte < 0x7f; byte++) {
    const special = '(){%*"\\]'.includes(String.fromCharCode(byte))
    let bits = special ? 0 : atomBit | astringBit | listBit
    if (byte === 0x5d) bits = astringBit | listBit // resp-specials are allowed in astring
    if (byte === 0x25 || byte === 0x2a) bits = listBit // list-wildcards
    if ((bits & astringBit) !== 0 && byte !== 0x2b) bits |= tagBit // a tag has no "+"
    table[byte] = bits
  }
  return table
})()

const SP = 0x20
const CR = 0x0d
const LF = 0x0a
const quote = 0x22
const backslash = 0x5c
const open = 0x28
const close = 0x29

const isWordByte = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x2e ||
  byte === 0x2d

/** Largest number of items in one parenthesised list. */
const maxItems = 10_000

export class Scanner {
  private readonly bytes: Buffer
  private readonly end: number
  position = 0

  /** `bytes` without the final CRLF. */
  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.end = bytes.length
  }

  fail(expected: string): never {
    throw new BadSyntax(this.atEnd() ? `Expected ${expected} at the end` : `Expected ${expected}`)
  }

  atEnd(): boolean {
    return this.position >= this.end
  }

  /** The command must end here. */
  crlf(): void {
    if (!this.atEnd()) throw new BadSyntax('Unexpected text after the arguments')
  }

  peek(character: string): boolean {
    return this.position < this.end && this.bytes[this.position] === character.charCodeAt(0)
  }

  /** Takes `character` when it comes next. */
  take(character: string): boolean {
    if (!this.peek(character)) return false
    this.position++
    return true
  }

  expect(character: string): void {
    if (!this.take(character)) this.fail(`"${character}"`)
  }

  sp(): void {
    if (this.position >= this.end || this.bytes[this.position] !== SP) this.fail('a space')
    this.position++
  }

  /** Takes a space when it comes next (several are forgiven nowhere else). */
  takeSp(): boolean {
    return this.take(' ')
  }

  private run(bit: number, expected: string): string {
    const from = this.position
    let at = from
    while (at < this.end && (classes[this.bytes[at]!]! & bit) !== 0) at++
    if (at === from) this.fail(expected)
    this.position = at
    return this.bytes.toString('latin1', from, at)
  }

  tag(): string {
    return this.run(tagBit, 'a tag')
  }

  atom(): string {
    return this.run(atomBit, 'an atom')
  }

  /** An atom in upper case, for keywords. */
  keyword(): string {
    return this.atom().toUpperCase()
  }

  /** Letters, digits, dots and hyphens in upper case: the name of a fetch item, which may be followed by `[`. */
  sectionWord(): string {
    const from = this.position
    while (this.position < this.end && isWordByte(this.bytes[this.position]!)) this.position++
    if (this.position === from) this.fail('a name')
    return this.bytes.toString('latin1', from, this.position).toUpperCase()
  }

  /** base64 of an initial response (RFC 4959), or `=`. */
  initialResponse(): string {
    const from = this.position
    while (this.position < this.end && this.bytes[this.position] !== SP) this.position++
    return this.bytes.toString('latin1', from, this.position)
  }

  peekDigit(): boolean {
    const byte = this.bytes[this.position] ?? 0
    return this.position < this.end && byte >= 0x30 && byte <= 0x39
  }

  /** True, and taken, when the next atom is `word` (upper case). */
  takeKeyword(word: string): boolean {
    const next = this.bytes
      .toString('latin1', this.position, Math.min(this.end, this.position + word.length))
      .toUpperCase()
    const after = this.position + word.length
    if (next !== word || (after < this.end && (classes[this.bytes[after]!]! & atomBit) !== 0)) return false
    this.position = after
    return true
  }

  /** Digits, up to `max`. */
  number(max = 0xffffffff): number {
    const from = this.position
    let value = 0
    while (this.position < this.end) {
      const digit = this.bytes[this.position]! - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      if (value > max) throw new BadSyntax('Number too large')
      this.position++
    }
    if (this.position === from) this.fail('a number')
    return value
  }

  nzNumber(max?: number): number {
    const value = this.number(max)
    if (value === 0) throw new BadSyntax('Zero is not allowed here')
    return value
  }

  /** RFC 7162: a mod-sequence is a 63-bit number; ours fit 53 bits, a larger one is as good as the largest. */
  modSequence(): number {
    const from = this.position
    while (this.position < this.end && this.bytes[this.position]! >= 0x30 && this.bytes[this.position]! <= 0x39)
      this.position++
    const digits = this.bytes.toString('latin1', from, this.position)
    if (digits.length === 0 || digits.length > 19) this.fail('a mod-sequence')
    return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
  }

  private quoted(): Buffer {
    this.position++
    const from = this.position
    let at = from
    let escaped = false
    for (;;) {
      if (at >= this.end) throw new BadSyntax('Unterminated quoted string')
      const byte = this.bytes[at]!
      if (byte === quote) break
      if (byte === CR || byte === LF || byte === 0) throw new BadSyntax('Line break or NUL in a quoted string')
      if (byte === backslash) {
        escaped = true
        at++
        if (this.bytes[at] !== quote && this.bytes[at] !== backslash) throw new BadSyntax('Invalid escape')
      }
      at++
    }
    this.position = at + 1
    const raw = this.bytes.subarray(from, at)
    return escaped ? Buffer.from(raw.toString('latin1').replace(/\\(.)/gs, '$1'), 'latin1') : raw
  }

  /** `{n}`, `{n+}` and `~{n}` with the octets that follow; the reader has checked the sizes already. */
  private literal(): Buffer {
    const binary = this.take('~')
    this.expect('{')
    const size = this.number()
    this.take('+')
    this.expect('}')
    this.take('\r')
    this.expect('\n')
    if (this.position + size > this.end) throw new BadSyntax('Literal is cut short')
    const value = this.bytes.subarray(this.position, this.position + size)
    // RFC 3501 §9: CHAR8 excludes NUL; only literal8 may hold one.
    if (!binary && value.includes(0)) throw new BadSyntax('NUL in a literal')
    this.position += size
    return value
  }

  atString(): boolean {
    return this.peek('"') || this.peek('{') || this.peek('~')
  }

  /** A quoted string or a literal, as octets. */
  string(): Buffer {
    if (this.peek('"')) return this.quoted()
    if (this.peek('{') || this.peek('~')) return this.literal()
    return this.fail('a string')
  }

  /** NIL or a string. */
  nstring(): Buffer | undefined {
    if (this.atString()) return this.string()
    if (this.takeKeyword('NIL')) return
    return this.fail('NIL or a string')
  }

  astring(): Buffer {
    return this.atString() ? this.string() : Buffer.from(this.run(astringBit, 'a string'), 'latin1')
  }

  /** astring as text (UTF-8; malformed sequences are refused). */
  astringText(): string {
    return utf8Text(this.astring())
  }

  /** list-mailbox: an astring in which the wildcards may stand unquoted. */
  listMailbox(): Buffer {
    return this.atString() ? this.string() : Buffer.from(this.run(listBit, 'a mailbox pattern'), 'latin1')
  }

  /** `(` item *(SP item) `)`; calls `item` for each, which must consume it. */
  list(item: () => void): void {
    this.expect('(')
    if (this.take(')')) return
    for (let count = 0; ; count++) {
      if (count >= maxItems) throw new BadSyntax('Too many items in a list')
      item()
      if (this.take(')')) return
      this.sp()
    }
  }

  /** A flag: atom, `\` atom, or `\*`. */
  flag(): string {
    if (!this.take('\\')) return this.atom()
    return this.take('*') ? '\\*' : `\\${this.atom()}`
  }

  flagList(): string[] {
    const flags: string[] = []
    this.list(() => flags.push(this.flag()))
    return flags
  }

  /** Skips one token, string or parenthesised group (ID values and unknown options), at bounded depth. */
  skipValue(depth = 0): void {
    if (depth > 20) throw new BadSyntax('Nested too deeply')
    if (this.bytes[this.position] === open) this.list(() => this.skipValue(depth + 1))
    else if (this.bytes[this.position] !== close) this.astring()
    else this.fail('a value')
  }
}

/** The name of a parameter or modifier, which may be given once (RFC 4466 §2.1). */
export const onceOnly = (scanner: Scanner, seen: Set<string>): string => {
  const word = scanner.keyword()
  if (seen.has(word)) throw new BadSyntax('A parameter is given twice')
  seen.add(word)
  return word
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text of UTF-8 octets; BadSyntax when they are not UTF-8. */
export const utf8Text = (octets: Uint8Array): string => {
  try {
    return strict.decode(octets)
  } catch {
    throw new BadSyntax('Invalid UTF-8')
  }
}
