/** Runs wire transcripts against any server: `bin/node test/wire/run.ts --help` does it from the command line. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { fill, matches, parseTranscript, type Step, type Transcript, type Values } from './transcript.ts'

export interface Target {
  readonly host: string
  readonly port: number
  /** TLS from the first octet. */
  readonly tls?: boolean
}

export interface RunOptions {
  readonly target: Target
  /** What `<<name>>` stands for. */
  readonly values: Readonly<Record<string, string>>
  /** Transcript lines of session `C`/`S` that each session begins with. */
  readonly preamble: string
  /** Milliseconds to wait for a line. */
  readonly patience?: number
}

/** One connection: what it received and has not yet been asked for. */
class Peer {
  #socket: Socket
  #received = ''
  #kept = ''
  #closed = false
  #wake: (() => void) | undefined
  readonly log: string[] = []

  constructor(socket: Socket) {
    this.#socket = socket
    this.#listen()
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1')
      this.#wake?.()
    })
    const closed = (): void => {
      this.#closed = true
      this.#wake?.()
    }
    this.#socket.on('close', closed)
    this.#socket.on('end', closed)
    this.#socket.on('error', closed)
  }

  /** Sends, or with `more` keeps back until the next call, so that both arrive together. */
  send(text: string, more: boolean): void {
    this.log.push(`C: ${text.trimEnd()}`)
    this.#kept += text
    if (more) return
    this.#socket.write(this.#kept, 'utf8')
    this.#kept = ''
  }

  /** The next line without its CRLF, as UTF-8; undefined when the server has closed. */
  async line(patience: number): Promise<string | undefined> {
    const deadline = Date.now() + patience
    for (;;) {
      const end = this.#received.indexOf('\r\n')
      if (end >= 0) {
        const line = Buffer.from(this.#received.slice(0, end), 'latin1').toString('utf8')
        this.#received = this.#received.slice(end + 2)
        this.log.push(`S: ${line}`)
        return line
      }
      if (this.#closed) return
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`nothing came within ${patience} ms`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
  }

  async startTls(): Promise<void> {
    const socket = this.#socket
    socket.removeAllListeners()
    this.#received = ''
    await new Promise<void>((resolve, reject) => {
      this.#socket = connectTls({ socket, rejectUnauthorized: false }, resolve)
      this.#socket.once('error', reject)
    })
    this.#listen()
  }

  close(): void {
    this.#socket.destroy()
  }
}

const open = (target: Target): Promise<Peer> =>
  new Promise((resolve, reject) => {
    const options = { host: target.host, port: target.port, rejectUnauthorized: false }
    const socket = target.tls === true ? connectTls(options) : connect(options)
    socket.once('error', reject)
    socket.once(target.tls === true ? 'secureConnect' : 'connect', () => resolve(new Peer(socket)))
  })

class Run {
  readonly #options: RunOptions
  readonly #values: Values
  readonly #transcript: Transcript
  readonly #peers = new Map<string, Peer>()

  constructor(transcript: Transcript, options: RunOptions) {
    this.#transcript = transcript
    this.#options = options
    this.#values = new Map([...Object.entries(options.values), ...transcript.texts])
  }

  async #peer(session: string): Promise<Peer> {
    const known = this.#peers.get(session)
    if (known !== undefined) return known
    const peer = await open(this.#options.target)
    this.#peers.set(session, peer)
    if (!this.#transcript.bare)
      for (const step of parseTranscript(this.#options.preamble).steps) await this.#step({ ...step, session })
    return peer
  }

  async #expect(peer: Peer, expected: readonly string[]): Promise<void> {
    const open = [...expected]
    while (open.length > 0) {
      const line = await peer.line(this.#options.patience ?? 30_000)
      if (line === undefined) throw new Error(`expected ${open.join(' | ')}, but the server hung up`)
      const at = open.findIndex((each) => matches(each, line, this.#values))
      if (at < 0)
        throw new Error(`expected ${open.map((each) => fillKnown(each, this.#values)).join(' | ')}\n     got ${line}`)
      open.splice(at, 1)
    }
  }

  async #skip(peer: Peer, text: string): Promise<void> {
    for (;;) {
      const line = await peer.line(this.#options.patience ?? 30_000)
      if (line === undefined) throw new Error(`expected ${text}, but the server hung up`)
      if (line.startsWith(fill(text, this.#values))) return
    }
  }

  async #step(step: Step): Promise<void> {
    const peer = await this.#peer(step.session)
    switch (step.kind) {
      case 'send':
        return peer.send(fill(step.text, this.#values), step.more)
      case 'expect':
        return this.#expect(peer, step.lines)
      case 'skip':
        return this.#skip(peer, step.text)
      case 'starttls':
        return peer.startTls()
      case 'close':
        return peer.close()
      case 'closed': {
        const line = await peer.line(this.#options.patience ?? 30_000)
        if (line !== undefined) throw new Error(`expected the end of the connection, got ${line}`)
      }
    }
  }

  async run(): Promise<void> {
    let current: Step | undefined
    try {
      for (const step of this.#transcript.steps) {
        current = step
        await this.#step(step)
      }
    } catch (error) {
      const log = [...this.#peers].map(([name, peer]) => `session ${name}:\n${peer.log.slice(-25).join('\n')}`)
      const text = error instanceof Error ? error.message : String(error)
      throw new Error(`line ${current?.line ?? 0}: ${text}\n\n${log.join('\n\n')}`, { cause: error })
    } finally {
      for (const peer of this.#peers.values()) peer.close()
    }
  }
}

const fillKnown = (text: string, values: Values): string => {
  try {
    return fill(text, values)
  } catch {
    return text
  }
}

/** Runs the transcript in `source`; rejects with the line, what was expected, and the end of each session's log. */
export const runTranscript = (source: string, options: RunOptions): Promise<void> =>
  new Run(parseTranscript(source), options).run()
