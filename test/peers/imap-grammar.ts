/**
 * A second opinion on what our IMAP server says, written from the ABNF of RFC 9051 section 9 and from nothing of ours:
 * it accepts no octet that the grammar does not.
 */
import { connect, type TLSSocket } from 'node:tls'

export type Value =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly bytes: Buffer; readonly quoted: boolean }
  | { readonly kind: 'list'; readonly items: readonly Value[] }

class Broken extends Error {}

const isAtomOctet = (octet: number): boolean =>
  octet > 0x20 && octet < 0x7f && !'(){"\\%*]'.includes(String.fromCharCode(octet))

/** Reads one value after another out of a response's octets. */
export class Scanner {
  readonly #bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.at >= this.#bytes.length
  }

  fail(why: string): never {
    const near = this.#bytes.subarray(Math.max(0, this.at - 60), this.at + 60).toString('latin1')
    throw new Broken(`${why} at ${this.at}, near ${JSON.stringify(near)}`)
  }

  expect(text: string): void {
    if (this.#bytes.subarray(this.at, this.at + text.length).toString('latin1') !== text) this.fail(`no ${text}`)
    this.at += text.length
  }

  peek(): string {
    return String.fromCharCode(this.#bytes[this.at] ?? 0)
  }

  #quoted(): Value {
    this.expect('"')
    const octets: number[] = []
    for (;;) {
      const octet = this.#bytes[this.at++] ?? this.fail('an open quoted string')
      if (octet === 0x22) return { kind: 'string', bytes: Buffer.from(octets), quoted: true }
      if (octet === 0 || octet === 10 || octet === 13 || octet > 0x7e)
        this.fail('a quoted string holds what it may not')
      if (octet !== 0x5c) octets.push(octet)
      else {
        const escaped = this.#bytes[this.at++] ?? 0
        if (escaped !== 0x22 && escaped !== 0x5c) this.fail('a backslash before what needs none')
        octets.push(escaped)
      }
    }
  }

  #literal(binary: boolean): Value {
    if (binary) this.expect('~')
    const match = /^\{(\d{1,10})\}\r\n/.exec(this.#bytes.subarray(this.at, this.at + 16).toString('latin1'))
    if (!match) return this.fail('no literal')
    this.at += match[0].length
    const bytes = this.#bytes.subarray(this.at, this.at + Number(match[1]))
    if (bytes.length !== Number(match[1])) this.fail('a literal that ends early')
    if (!binary && bytes.includes(0)) this.fail('NUL in a literal that is not binary')
    this.at += bytes.length
    return { kind: 'string', bytes, quoted: false }
  }

  #list(): Value {
    this.expect('(')
    const items: Value[] = []
    while (this.peek() !== ')') {
      // only bodies and addresses follow one another without a space
      if (items.length > 0 && !(this.peek() === '(' && items.at(-1)?.kind === 'list')) this.expect(' ')
      items.push(this.value())
    }
    this.expect(')')
    return { kind: 'list', items }
  }

  value(): Value {
    const next = this.peek()
    if (next === '"') return this.#quoted()
    if (next === '{') return this.#literal(false)
    if (next === '~') return this.#literal(true)
    if (next === '(') return this.#list()
    const from = this.at
    if (next === '\\') this.at++
    while (isAtomOctet(this.#bytes[this.at] ?? 0)) {
      if (this.peek() === '[') {
        while (this.peek() !== ']' && !this.done) this.at++
      }
      this.at++
    }
    if (this.at === from) this.fail('no value')
    return { kind: 'atom', text: this.#bytes.subarray(from, this.at).toString('latin1') }
  }
}

const fail = (what: string, value: Value | undefined): never => {
  throw new Broken(
    `${what}: ${JSON.stringify(value, (_, inner) => (Buffer.isBuffer(inner) ? inner.toString('latin1') : inner))}`,
  )
}

const isNil = (value: Value | undefined): boolean => value?.kind === 'atom' && value.text === 'NIL'
const listOf = (what: string, value: Value | undefined): readonly Value[] =>
  value?.kind === 'list' ? value.items : fail(`${what} is no list`, value)
const string = (what: string, value: Value | undefined): string =>
  value?.kind === 'string' ? value.bytes.toString('latin1') : fail(`${what} is no string`, value)
const nstring = (what: string, value: Value | undefined): string | undefined =>
  isNil(value) ? undefined : string(what, value)
const number = (what: string, value: Value | undefined): number =>
  value?.kind === 'atom' && /^\d{1,10}$/.test(value.text) ? Number(value.text) : fail(`${what} is no number`, value)

const addresses = (what: string, value: Value | undefined): void => {
  if (isNil(value)) return
  const list = listOf(what, value)
  if (list.length === 0) fail(`${what} is empty`, value)
  for (const one of list) {
    const parts = listOf('address', one)
    if (parts.length !== 4) fail('address', one)
    for (const part of parts) nstring('part of an address', part)
  }
}

const checkEnvelope = (value: Value | undefined): void => {
  const items = listOf('envelope', value)
  if (items.length !== 10) fail('envelope', value)
  for (const i of [0, 1, 8, 9]) nstring(`envelope ${i}`, items[i])
  for (const i of [2, 3, 4, 5, 6, 7]) addresses(`envelope ${i}`, items[i])
}

const parameters = (value: Value | undefined): void => {
  if (isNil(value)) return
  const items = listOf('parameters', value)
  if (items.length === 0 || items.length % 2 === 1) fail('parameters', value)
  for (const item of items) string('parameter', item)
}

/** Disposition, language, location; then anything. */
const extension = (items: readonly Value[], at: number): void => {
  const [disposition, language, location] = items.slice(at)
  if (disposition && !isNil(disposition)) {
    const [name, rest, ...more] = listOf('disposition', disposition)
    string('disposition', name)
    parameters(rest)
    if (more.length > 0) fail('disposition', disposition)
  }
  if (language?.kind === 'list') for (const one of language.items) string('language', one)
  else if (language) nstring('language', language)
  if (location) nstring('location', location)
}

const checkPart = (value: Value, items: readonly Value[]): void => {
  const [type, subtype] = [string('type', items[0]), string('subtype', items[1])]
  if (type === '' || subtype === '') fail('media type', value)
  parameters(items[2])
  nstring('id', items[3])
  nstring('description', items[4])
  string('encoding', items[5])
  number('octets', items[6])
  const kind = `${type}/${subtype}`.toLowerCase()
  let at = 7
  if (kind === 'message/rfc822' || kind === 'message/global') {
    checkEnvelope(items[7])
    checkBody(items[8])
    number('lines', items[9])
    at = 10
  } else if (kind.startsWith('text/')) {
    number('lines', items[7])
    at = 8
  }
  if (items[at]) nstring('md5', items[at])
  extension(items, at + 1)
}

function checkBody(value: Value | undefined): void {
  const items = listOf('body', value)
  if (value !== undefined && items[0]?.kind === 'list') checkMultipart(items)
  else if (value !== undefined && items.length > 0) checkPart(value, items)
  else fail('body', value)
}

function checkMultipart(items: readonly Value[]): void {
  let at = 0
  for (; items[at]?.kind === 'list'; at++) checkBody(items[at])
  string('subtype', items[at])
  if (items[at + 1]) parameters(items[at + 1])
  extension(items, at + 2)
}

/** The items of a FETCH response, with ENVELOPE, BODY and BODYSTRUCTURE checked to the last atom. */
export const checkFetch = (value: Value): Map<string, Value> => {
  const items = listOf('fetch', value)
  const found = new Map<string, Value>()
  for (let i = 0; i < items.length; i += 2) {
    const [name, inner] = [items[i], items[i + 1]]
    if (name?.kind !== 'atom' || inner === undefined) return fail('fetch', name)
    if (name.text === 'ENVELOPE') checkEnvelope(inner)
    else if (name.text === 'BODYSTRUCTURE' || name.text === 'BODY') checkBody(inner)
    else if (/^(BODY|BINARY)\[/.test(name.text)) nstring(name.text, inner)
    else if (/SIZE/.test(name.text)) number(name.text, inner)
    found.set(name.text.toUpperCase(), inner)
  }
  return found
}

/** A connection that keeps every octet. */
export class RawImap {
  readonly #socket: TLSSocket
  #bytes = Buffer.alloc(0)
  #wake: () => void = () => {}
  #ended = false
  #tag = 0

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#wake()
    })
    for (const event of ['close', 'error'])
      socket.on(event, () => {
        this.#ended = true
        this.#wake()
      })
  }

  static async open(port: number, login: string, password: string): Promise<RawImap> {
    const imap = new RawImap(connect({ port, host: '127.0.0.1', rejectUnauthorized: false }))
    await imap.response()
    await imap.ok(`LOGIN "${login}" "${password}"`)
    return imap
  }

  /** One response with its literals, without the last line end. */
  async response(): Promise<Buffer> {
    let from = 0
    for (;;) {
      const end = this.#bytes.indexOf('\r\n', from)
      if (end >= 0) {
        const literal = /\{(\d+)\}$/.exec(this.#bytes.subarray(Math.max(0, end - 16), end).toString('latin1'))
        if (!literal) {
          const whole = this.#bytes.subarray(0, end)
          this.#bytes = this.#bytes.subarray(end + 2)
          return whole
        }
        if (this.#bytes.length >= end + 2 + Number(literal[1])) {
          from = end + 2 + Number(literal[1])
          continue
        }
      }
      if (this.#ended) throw new Error('the server closed the connection')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Sends a command, with literals where it has buffers; returns its untagged responses. Throws unless it is OK. */
  async ok(...parts: (string | Buffer)[]): Promise<Buffer[]> {
    const tag = `r${++this.#tag}`
    this.#socket.cork()
    this.#socket.write(`${tag} `)
    for (const part of parts)
      if (typeof part === 'string') this.#socket.write(part)
      else {
        this.#socket.write(`{${part.length}+}\r\n`)
        this.#socket.write(part)
      }
    this.#socket.write('\r\n')
    this.#socket.uncork()
    const untagged: Buffer[] = []
    for (;;) {
      const response = await this.response()
      if (response.subarray(0, 2).toString() === '* ') untagged.push(response.subarray(2))
      else {
        const line = response.toString('latin1')
        if (!line.startsWith(`${tag} OK`)) throw new Error(`${String(parts[0]).slice(0, 200)}: ${line}`)
        return untagged
      }
    }
  }

  /** FETCH responses by UID, checked against the grammar. */
  async fetch(uids: string, items: string): Promise<Map<number, Map<string, Value>>> {
    const found = new Map<number, Map<string, Value>>()
    for (const response of await this.ok(`UID FETCH ${uids} (UID ${items})`)) {
      const head = /^\d+ FETCH /.exec(response.subarray(0, 24).toString('latin1'))
      if (!head) continue
      const scanner = new Scanner(response.subarray(head[0].length))
      const values = checkFetch(scanner.value())
      if (!scanner.done) scanner.fail('more than the grammar ends with')
      const uid = values.get('UID')
      if (uid?.kind === 'atom') found.set(Number(uid.text), values)
    }
    return found
  }

  close(): void {
    this.#socket.destroy()
  }
}

export const bytesOf = (value: Value | undefined): Buffer | undefined =>
  value?.kind === 'string' ? value.bytes : undefined
