/**
 * One SMTP or LMTP connection (RFC 5321, RFC 2033): reads commands, runs them one after another, and writes replies.
 * Replies to commands that came together leave together (PIPELINING, RFC 2920 §3.1): they are flushed when the session
 * has to wait for more input.
 */
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type createSecureContext, TLSSocket } from 'node:tls'
import type { Log } from '#base/log.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import type { Client } from '#domain/delivery/envelope.ts'
import type { Transaction } from '#domain/delivery/receive.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { commands } from './commands.ts'
import { replyFor } from './failure.ts'
import { readCommand } from './grammar.ts'
import { Input, type Line } from './input.ts'
import { type Listener, maxLine } from './listeners.data.ts'
import { type Reply, type ReplyName, replies } from './replies.data.ts'

export type SecureContext = ReturnType<typeof createSecureContext>

/** What a session needs from its server. */
export interface SessionParts {
  readonly listener: Listener
  readonly delivery: Delivery
  readonly people: People
  readonly log: Log
  readonly hostname: string
  /** The certificate of the moment, or undefined: no STARTTLS. */
  readonly secureContext?: () => SecureContext | undefined
}

const commandsPerTurn = 64
/** Milliseconds. */
const handshakeTime = 20_000

/** Thrown to leave the session: the peer is gone, or we have sent it away. */
export class Closed extends Error {}

export class Session {
  readonly parts: SessionParts
  readonly ip: string
  readonly log: Log
  #socket: Socket
  #input: Input
  #out = ''
  #errors = 0
  #leaving: ReplyName | undefined
  #running: 'command' | 'waiting' = 'command'
  /** What the peer said in EHLO; undefined before, and again after STARTTLS. */
  helo: string | undefined
  extended = false
  principal: Principal | undefined
  transaction: Transaction | undefined
  /** RCPT commands of this transaction, refused ones included: an LMTP peer needs no answer for those. */
  attempts = 0
  /** Inside a message sent by BDAT. */
  chunking: 'no' | 'open' = 'no'
  stopWatching: (() => void) | undefined

  constructor(parts: SessionParts, socket: Socket) {
    this.parts = parts
    this.#socket = socket
    this.#input = new Input(socket, maxLine)
    this.ip = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
    this.log = parts.log.with({ door: parts.listener.door, ip: this.ip })
    this.#listen(socket)
  }

  get encrypted(): boolean {
    return this.#socket instanceof TLSSocket
  }

  #listen(socket: Socket): void {
    socket.setNoDelay(true)
    socket.setTimeout(this.parts.listener.idle)
    socket.on('data', (chunk: Buffer) => this.#input.feed(chunk))
    socket.on('end', () => this.#input.end())
    socket.on('close', () => this.#input.end())
    socket.on('error', () => this.#input.end())
    socket.on('timeout', () => this.leave('timeout'))
  }

  /** Says good-bye: at once when the peer is being waited for, else after the command that runs. */
  leave(reply: ReplyName): void {
    if (this.#leaving) return
    this.#leaving = reply
    // A peer that is silent within its message gets no more patience; one between commands is told why.
    this.#input.end()
  }

  /** Breaks the connection without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Serves the connection to its end. Never throws. */
  async run(): Promise<void> {
    const { hostname, listener } = this.parts
    try {
      this.write(`220 ${hostname} ${listener.lmtp ? 'LMTP' : 'ESMTP'} Convergence\r\n`)
      for (let count = 1; ; count++) {
        await this.#command(await this.nextLine())
        if (this.#errors > listener.errors) this.leave('tooManyErrors')
        // A packet may hold thousands of commands: the others get their turn between.
        if (count % commandsPerTurn === 0) await nextTurn()
      }
    } catch (error) {
      if (!(error instanceof Closed)) this.log.error('smtp.session', {}, error)
    } finally {
      await this.#close()
    }
  }

  async #close(): Promise<void> {
    this.stopWatching?.()
    await this.resetMail().catch((error) => this.log.warn('smtp.abort', { message: String(error) }))
    if (this.#leaving) this.reply(this.#leaving)
    this.flush()
    this.#socket.end()
    // A peer that does not close its side is not waited for.
    setTimeout(() => this.#socket.destroy(), 2000).unref()
  }

  async #command(line: Line): Promise<void> {
    if (line.kind !== 'line') return this.error(line.kind === 'tooLong' ? 'lineTooLong' : 'bareNewlineLine')
    const parsed = readCommand(line.text)
    const command = parsed && commands.get(parsed.verb)
    if (!parsed || !command) return this.error('unknownCommand')
    if (this.chunking !== 'no' && !command.withinChunks) return this.error('dataWithinBdat')
    try {
      const wait = command.run(this, parsed.argument, parsed.verb)
      if (wait) await wait
    } catch (error) {
      if (error instanceof Closed) throw error
      this.refuse(error)
    }
  }

  /** The next line, waiting for it. Throws Closed. */
  async nextLine(): Promise<Line> {
    for (;;) {
      if (this.#leaving) throw new Closed()
      const line = this.#input.line()
      if (line) return line
      if (this.#input.ended) throw new Closed()
      await this.#waitForInput(this.#input.more())
    }
  }

  async #waitForInput<T>(wait: Promise<T>): Promise<T> {
    this.flush()
    this.#running = 'waiting'
    const value = await wait
    this.#running = 'command'
    return value
  }

  get idle(): boolean {
    return this.#running === 'waiting' && !this.transaction
  }

  /** The content of a message after DATA; throws Closed when the peer leaves before its end. */
  async readDotted(consume: (chunk: Buffer) => void | Promise<void>): Promise<{ readonly bareNewline: boolean }> {
    this.flush()
    const end = await this.#input.dotted(consume, this.parts.listener.bareNewline !== 'keep')
    if (!end) throw new Closed()
    return end
  }

  /** Exactly `count` octets (BDAT); throws Closed when the peer leaves before. */
  async readCounted(count: number, consume: (chunk: Buffer) => void | Promise<void>): Promise<void> {
    this.flush()
    if (!(await this.#input.counted(count, consume))) throw new Closed()
  }

  write(text: string): void {
    this.#out += text
    if (this.#out.length > 16_384) this.flush()
  }

  flush(): void {
    if (this.#out === '') return
    const text = this.#out
    this.#out = ''
    if (this.#socket.writable) this.#socket.write(text)
  }

  reply(name: ReplyName): void {
    this.answer(replies[name])
  }

  /** A reply; `text` replaces the usual words. */
  answer([code, enhanced, usual]: Reply, text: string = usual): void {
    if (code >= 500 || code === 421) this.#errors++
    this.write(enhanced === '' || !this.extended ? `${code} ${text}\r\n` : `${code} ${enhanced} ${text}\r\n`)
  }

  error(name: ReplyName): void {
    this.reply(name)
  }

  /** The reply that a thrown error deserves. */
  refuse(error: unknown): void {
    this.answer(replyFor(error, this.log))
  }

  /** Several lines of one reply. */
  lines(code: number, texts: readonly string[]): void {
    texts.forEach((text, i) => {
      this.write(`${code}${i === texts.length - 1 ? ' ' : '-'}${text}\r\n`)
    })
  }

  quit(): never {
    this.reply('bye')
    throw new Closed()
  }

  /** Forgets the mail transaction (RSET, EHLO, end of mail). */
  async resetMail(): Promise<void> {
    const { transaction } = this
    this.transaction = undefined
    this.attempts = 0
    this.chunking = 'no'
    await transaction?.abort()
  }

  /** What the domain is told of the peer. `utf8` names the protocol as RFC 6531 §4.3 asks. */
  client(utf8: boolean): Client {
    const { listener } = this.parts
    const base = listener.lmtp ? 'LMTP' : utf8 ? 'UTF8SMTP' : this.extended ? 'ESMTP' : 'SMTP'
    const marks = base === 'SMTP' ? '' : `${this.encrypted ? 'S' : ''}${this.principal ? 'A' : ''}`
    return {
      ip: this.ip,
      helo: this.helo ?? '',
      protocol: base + marks,
      ...(this.#socket instanceof TLSSocket ? { tls: describeTls(this.#socket) } : {}),
      ...(this.principal ? { account: { id: this.principal.accountId, login: this.principal.login } } : {}),
    }
  }

  /** STARTTLS (RFC 3207): everything learnt in the clear is forgotten. False when something followed it. */
  startTls(secureContext: SecureContext): Promise<boolean> {
    if (this.#input.waiting > 0) return Promise.resolve(false)
    this.reply('startTls')
    this.flush()
    const plain = this.#socket
    for (const event of ['data', 'end', 'close', 'error', 'timeout']) plain.removeAllListeners(event)
    const encrypted = new TLSSocket(plain, { isServer: true, secureContext, minVersion: 'TLSv1.2' } as never)
    this.#socket = encrypted
    this.#input = new Input(encrypted, maxLine)
    this.helo = undefined
    this.extended = false
    this.#listen(encrypted)
    return new Promise((resolve) => {
      // A handshake that does not come to its end must not hold the connection.
      const giveUp = () => encrypted.destroy()
      const timer = setTimeout(giveUp, handshakeTime)
      const done = () => {
        clearTimeout(timer)
        plain.removeListener('end', giveUp)
        resolve(true)
      }
      plain.once('end', giveUp)
      plain.on('error', giveUp)
      plain.once('close', giveUp)
      encrypted.once('secure', done)
      encrypted.once('close', done)
    })
  }
}

const describeTls = (socket: TLSSocket): string => {
  const cipher = socket.getCipher()
  return `${socket.getProtocol() ?? 'TLS'} ${cipher?.standardName ?? cipher?.name ?? ''}`.trim()
}
