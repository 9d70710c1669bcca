/** A connection to another server, as a client (RFC 5321): whole replies in, commands out, TLS, and time limits. */
import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import { type Answer, HostFailure } from '#domain/delivery/courier.ts'
import { type Dane, judge } from '#domain/delivery/dane.ts'

const maxReply = 64 * 1024

const passing = (text: string, cause?: unknown): HostFailure =>
  new HostFailure({ code: 451, status: '4.4.1', text }, cause === undefined ? undefined : { cause })

/** Lines of a reply as one answer; text for people is bounded and printable. */
const toAnswer = (lines: readonly string[]): Answer => {
  const code = Number((lines[0] as string).slice(0, 3))
  const texts = lines.map((line) => line.slice(4))
  const status = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/.exec(texts[0] ?? '')?.[1]
  const text = lines
    .join(' ')
    .replace(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, '?')
    .slice(0, 1000)
  return { code, status: status ?? `${Math.floor(code / 100)}.0.0`, text }
}

export type Security =
  /** Whoever it is. */
  | { readonly kind: 'any' }
  /** The certificate must bear this name, under an authority that this machine trusts. */
  | { readonly kind: 'named'; readonly name: string }
  /** It must be one that the DNS names (RFC 7672). */
  | { readonly kind: 'dane'; readonly dane: Dane }
  /** It must lead to this anchor (PEM) and bear one of these names. */
  | { readonly kind: 'anchored'; readonly anchor: string; readonly names: readonly string[] }

/** The DNS names a trust anchor, and the server has shown one: whether its chain leads there is to be seen by another handshake. */
export class AnchorFound extends Error {
  readonly anchor: string

  constructor(anchor: string) {
    super('the chain may lead to the anchor that the DNS names')
    this.anchor = anchor
  }
}

/** What the handshake itself checks. */
const checksOf = (security: Security): ConnectionOptions => {
  switch (security.kind) {
    case 'any':
      return { rejectUnauthorized: false, minVersion: 'TLSv1' }
    case 'dane':
      return { rejectUnauthorized: false, minVersion: 'TLSv1.2' }
    case 'named':
      return { rejectUnauthorized: true, minVersion: 'TLSv1.2' }
    case 'anchored':
      return {
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ca: [security.anchor],
        // The anchor need not be a root (RFC 7671 §5.2).
        allowPartialTrustChain: true,
        checkServerIdentity: (_name, shown) => {
          const wrong = security.names.map((name) => checkServerIdentity(name, shown))
          return wrong.includes(undefined) ? undefined : wrong[0]
        },
      }
  }
}

const secure = (socket: Socket, name: string, security: Security): TLSSocket =>
  connectTls({
    socket,
    // No SNI for address literals (RFC 6066 §3).
    ...(/^[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*$/.test(name) ? { servername: name } : {}),
    ...checksOf(security),
  })

/** Longest chain of certificates that is looked at. */
const maxChain = 10

/** What the server has shown, its own certificate first (DER). */
const chainOf = (socket: TLSSocket): Uint8Array[] => {
  const chain: Uint8Array[] = []
  let shown = socket.getPeerCertificate(true)
  while (shown?.raw && chain.length < maxChain) {
    chain.push(shown.raw)
    if (!shown.issuerCertificate || shown.issuerCertificate === shown) break
    shown = shown.issuerCertificate
  }
  return chain
}

export class Connection {
  #socket: Socket
  #timeout: number
  #text = ''
  #lines: string[] = []
  readonly #replies: Answer[] = []
  #wake: (() => void) | undefined
  #failure: Error | undefined
  #proved = false
  /** All lines of the last reply, codes removed (EHLO). */
  lastLines: readonly string[] = []

  private constructor(socket: Socket, timeout: number) {
    this.#socket = socket
    this.#timeout = timeout
    this.#attach(socket)
  }

  /** Opens a connection. Throws HostFailure. */
  static async open(address: string, port: number, timeout: number): Promise<Connection> {
    const socket = connect({ host: address, port, noDelay: true, autoSelectFamily: true })
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => fail(new Error('no connection in time')), Math.min(timeout, 30_000))
      const fail = (error: Error) => {
        clearTimeout(timer)
        socket.destroy()
        reject(passing(`No connection to ${address}:${port} (${error.message})`, error))
      }
      socket.once('error', fail)
      socket.once('connect', () => {
        clearTimeout(timer)
        socket.removeListener('error', fail)
        resolve()
      })
    })
    return new Connection(socket, timeout)
  }

  #attach(socket: Socket): void {
    socket.setTimeout(this.#timeout)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('timeout', () => this.#fail(new Error('no answer in time')))
    socket.on('close', () => this.#fail(new Error('the connection was closed')))
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#socket.destroy()
    this.#wake?.()
  }

  #receive(chunk: Buffer): void {
    this.#text += chunk.toString('utf8')
    const problem = this.#text.length > maxReply ? 'an endless reply' : this.#readLines()
    if (problem !== undefined) this.#fail(new Error(problem))
    else if (this.#replies.length > 0) this.#wake?.()
  }

  /** Takes the complete lines; returns what is wrong with them. */
  #readLines(): string | undefined {
    let from = 0
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n', from)) {
      const line = this.#text.slice(from, end).replace(/\r$/, '')
      from = end + 1
      if (!/^[2-5]\d\d(?:[ -]|$)/.test(line)) return 'an answer that is not SMTP'
      this.#lines.push(line)
      if (this.#lines.length > 500) return 'an endless reply'
      if (line[3] === '-') continue
      this.lastLines = this.#lines.map((text) => text.slice(4))
      this.#replies.push(toAnswer(this.#lines))
      this.#lines = []
    }
    this.#text = this.#text.slice(from)
    return undefined
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#socket
  }

  /** True when the certificate proves the name that was asked for. */
  get verified(): boolean {
    return this.#proved || ('authorized' in this.#socket && this.#socket.authorized === true)
  }

  /** True while the other side is there. */
  get open(): boolean {
    return this.#failure === undefined
  }

  /** True when the other side is there and has said nothing that nobody has heard: no farewell, no half reply. */
  get quiet(): boolean {
    return this.open && this.#replies.length === 0 && this.#lines.length === 0 && this.#text === ''
  }

  /** Waits this long for what follows, in milliseconds. */
  patience(timeout: number): void {
    this.#timeout = timeout
    this.#socket.setTimeout(timeout)
  }

  /** The next reply. Throws HostFailure when the connection is lost. */
  async reply(): Promise<Answer> {
    for (;;) {
      const reply = this.#replies.shift()
      if (reply) return reply
      if (this.#failure) throw passing(`Lost connection: ${this.#failure.message}`, this.#failure)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }

  /** Sends a line and waits for its reply. */
  ask(line: string): Promise<Answer> {
    this.send(`${line}\r\n`)
    return this.reply()
  }

  send(text: string): void {
    if (this.open) this.#socket.write(text)
  }

  /** Sends octets; resolves when more may be sent. */
  async stream(chunk: Uint8Array): Promise<void> {
    if (!this.open) throw passing(`Lost connection: ${this.#failure?.message ?? ''}`, this.#failure)
    if (this.#socket.write(chunk)) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#socket.once('drain', resolve)
    })
    this.#wake = undefined
  }

  /**
   * Encrypts the connection. Throws HostFailure when that does not succeed, AnchorFound when another handshake must tell:
   * the connection is then lost.
   */
  async startTls(name: string, security: Security): Promise<void> {
    const plain = this.#socket
    for (const event of ['data', 'error', 'timeout', 'close']) plain.removeAllListeners(event)
    // What came in the clear after the answer to STARTTLS was said by somebody else (RFC 3207 §6).
    this.#text = ''
    this.#replies.length = 0
    const socket = secure(plain, name, security)
    this.#socket = socket
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        this.#fail(error)
        reject(new HostFailure({ code: 454, status: '4.7.5', text: `TLS failed: ${error.message}` }, { cause: error }))
      }
      plain.once('error', fail)
      socket.once('error', fail)
      socket.setTimeout(this.#timeout, () => fail(new Error('no answer in time')))
      socket.once('close', () => fail(new Error('the connection was closed')))
      socket.once('secureConnect', () => {
        socket.removeAllListeners('error')
        socket.removeAllListeners('close')
        resolve()
      })
    })
    this.#attach(socket)
    if (security.kind === 'dane') this.#judge(socket, security.dane)
  }

  #judge(socket: TLSSocket, dane: Dane): void {
    const verdict = judge(dane, chainOf(socket))
    this.#proved = verdict.kind === 'proved'
    if (verdict.kind === 'proved' || verdict.kind === 'unproved') return
    this.#fail(new Error('the certificate is not the one'))
    if (verdict.kind === 'anchored') throw new AnchorFound(verdict.anchor)
    throw new HostFailure({
      code: 454,
      status: '4.7.5',
      text: 'TLS failed: the certificate is another one',
    })
  }

  /** Leaves politely, without waiting. */
  quit(): void {
    if (!this.open) return
    const socket = this.#socket
    socket.end('QUIT\r\n')
    setTimeout(() => socket.destroy(), 2000).unref()
  }
}
