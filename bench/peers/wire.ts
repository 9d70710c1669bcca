/** The load: bare-bones clients that cost little themselves, the same for every peer. */
import { connect, type Socket } from 'node:net'

/** A connection read line by line (IMAP literals are passed over by their length). */
export class Wire {
  readonly socket: Socket
  #buffer: Buffer = Buffer.alloc(0)
  #skip = 0
  #wake: (() => void) | undefined
  #error: Error | undefined
  received = 0

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length
      this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
      this.#wake?.()
    })
    socket.on('error', (error) => {
      this.#error = error
      this.#wake?.()
    })
    socket.on('close', () => {
      this.#error ??= new Error('the peer closed the connection')
      this.#wake?.()
    })
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Wire(socket)))
      socket.once('error', reject)
    })
  }

  /** The next line without its CRLF; for IMAP, the text of literals is left out. */
  async line(): Promise<string> {
    for (;;) {
      if (this.#skip > 0 && this.#buffer.length > 0) {
        const cut = Math.min(this.#skip, this.#buffer.length)
        this.#skip -= cut
        this.#buffer = this.#buffer.subarray(cut)
      }
      if (this.#skip === 0) {
        const end = this.#buffer.indexOf('\r\n')
        if (end >= 0) {
          const line = this.#buffer.toString('latin1', 0, end)
          this.#buffer = this.#buffer.subarray(end + 2)
          const literal = /\{(\d+)\}$/.exec(line)
          if (literal) this.#skip = Number(literal[1])
          return line
        }
      }
      if (this.#error) throw this.#error
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Reads everything up to a line that begins with `tag`, without looking at the rest: for big answers. */
  async until(tag: string): Promise<string> {
    const wanted = `\r\n${tag}`
    for (;;) {
      const at = this.#buffer.subarray(0, tag.length).toString('latin1') === tag ? 0 : this.#buffer.indexOf(wanted)
      if (at >= 0) {
        const start = at === 0 ? 0 : at + 2
        const end = this.#buffer.indexOf('\r\n', start)
        if (end >= 0) {
          const line = this.#buffer.toString('latin1', start, end)
          this.#buffer = this.#buffer.subarray(end + 2)
          this.#skip = 0
          return line
        }
      } else if (this.#buffer.length > 65_536) this.#buffer = this.#buffer.subarray(this.#buffer.length - 4096)
      if (this.#error) throw this.#error
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  close(): void {
    this.socket.destroy()
  }
}

/** The final line of an SMTP or LMTP reply; throws unless it begins with `code`. */
const reply = async (wire: Wire, code: string): Promise<string> => {
  for (;;) {
    const line = await wire.line()
    if (line[3] === '-') continue
    if (!line.startsWith(code)) throw new Error(`expected ${code}, got: ${line}`)
    return line
  }
}

/** An LMTP session. */
export class Lmtp {
  readonly wire: Wire
  private constructor(wire: Wire) {
    this.wire = wire
  }

  static async open(port: number): Promise<Lmtp> {
    const wire = await Wire.open(port)
    await reply(wire, '2')
    wire.write('LHLO bench\r\n')
    await reply(wire, '2')
    return new Lmtp(wire)
  }

  /** Delivers one message; resolves when every recipient has been accepted. */
  async deliver(recipients: readonly string[], message: Uint8Array): Promise<void> {
    const { wire } = this
    const rcpt = recipients.map((to) => `RCPT TO:<${to}>\r\n`).join('')
    wire.write(`MAIL FROM:<bench@example.com>\r\n${rcpt}DATA\r\n`)
    await reply(wire, '2')
    for (const _ of recipients) await reply(wire, '2')
    await reply(wire, '3')
    wire.write(message)
    wire.write('\r\n.\r\n')
    for (const _ of recipients) await reply(wire, '2')
  }

  close(): void {
    this.wire.close()
  }
}

/** An IMAP session. */
export class Imap {
  readonly wire: Wire
  #tags = 0
  #multi: boolean | undefined
  private constructor(wire: Wire) {
    this.wire = wire
  }

  static async open(port: number, login?: { user: string; password: string }): Promise<Imap> {
    const imap = new Imap(await Wire.open(port))
    await imap.wire.line()
    if (login) await imap.command(`LOGIN ${login.user} ${login.password}`)
    return imap
  }

  /** Sends a command and waits for its OK; the untagged answers are read and dropped. */
  async command(text: string): Promise<string> {
    const tag = `t${++this.#tags}`
    this.wire.write(`${tag} ${text}\r\n`)
    const line = await this.wire.until(`${tag} `)
    if (!line.startsWith(`${tag} OK`)) throw new Error(`${text.slice(0, 60)}: ${line}`)
    return line
  }

  /** The untagged line that begins with `start`, of a command's answer. */
  async ask(text: string, start: string): Promise<string> {
    const tag = `t${++this.#tags}`
    this.wire.write(`${tag} ${text}\r\n`)
    let found = ''
    for (;;) {
      const line = await this.wire.line()
      if (line.startsWith(start)) found = line
      if (line.startsWith(`${tag} `)) return found
    }
  }

  async append(mailbox: string, message: Uint8Array): Promise<void> {
    const tag = `t${++this.#tags}`
    this.wire.write(`${tag} APPEND ${mailbox} {${message.length}+}\r\n`)
    this.wire.write(message)
    this.wire.write('\r\n')
    const line = await this.wire.until(`${tag} `)
    if (!line.startsWith(`${tag} OK`)) throw new Error(line)
  }

  /** Several messages in one APPEND (RFC 3502), or one by one where the server knows no better: literals and octets in turn. */
  async appendAll(mailbox: string, parts: readonly Uint8Array[]): Promise<void> {
    this.#multi ??= (await this.ask('CAPABILITY', '* CAPABILITY')).includes('MULTIAPPEND')
    const step = this.#multi ? parts.length : 2
    for (let i = 0; i < parts.length; i += step) {
      const tag = `t${++this.#tags}`
      this.wire.write(`${tag} APPEND ${mailbox}`)
      for (const part of parts.slice(i, i + step)) this.wire.write(part)
      this.wire.write('\r\n')
      const line = await this.wire.until(`${tag} `)
      if (!line.startsWith(`${tag} OK`)) throw new Error(line)
    }
  }

  close(): void {
    this.wire.close()
  }
}
