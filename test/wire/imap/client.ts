/** A small IMAP client for tests that transcripts cannot tell: octets that matter, slow readers, many connections. */
import { connect, type Socket } from 'node:net'

export class Client {
  readonly socket: Socket
  #received: Buffer[] = []
  #wake: (() => void) | undefined
  closed = false
  #count = 0

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk)
      this.#wake?.()
    })
    const closed = (): void => {
      this.closed = true
      this.#wake?.()
    }
    socket.on('close', closed)
    socket.on('end', closed)
    socket.on('error', closed)
  }

  /** Connects and waits for the greeting. */
  static async open(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1')
    const client = new Client(socket)
    await client.until(/^\* .*\r\n/)
    return client
  }

  /** Everything received up to the first match, as octets in a string; rejects when the server hangs up before. */
  async until(pattern: RegExp, patience = 30_000): Promise<string> {
    const deadline = Date.now() + patience
    for (;;) {
      const text = Buffer.concat(this.#received).toString('latin1')
      const match = pattern.exec(text)
      if (match !== null) {
        const end = match.index + match[0].length
        this.#received = [Buffer.from(text.slice(end), 'latin1')]
        return text.slice(0, end)
      }
      if (this.closed) throw new Error(`the server hung up after ${JSON.stringify(text.slice(-300))}`)
      if (Date.now() > deadline) throw new Error(`waited for ${pattern}, got ${JSON.stringify(text.slice(-300))}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Sends a command and resolves to its whole answer, tagged line included. */
  command(text: string | Buffer): Promise<string> {
    const tag = `t${++this.#count}`
    this.socket.write(Buffer.concat([Buffer.from(`${tag} `), Buffer.from(text), Buffer.from('\r\n')]))
    return this.until(new RegExp(`^${tag} (OK|NO|BAD).*\\r\\n`, 'm'))
  }

  /** APPEND of exactly these octets. */
  append(mailbox: string, message: Buffer): Promise<string> {
    return this.command(Buffer.concat([Buffer.from(`APPEND ${mailbox} {${message.length}+}\r\n`), message]))
  }

  close(): void {
    this.socket.destroy()
  }
}

/** The octets of the first literal in an answer. */
export const literalOf = (answer: string): string => {
  const match = /~?\{(\d+)\}\r\n/.exec(answer)
  if (match === null) throw new Error(`no literal in ${answer.slice(0, 200)}`)
  const start = match.index + match[0].length
  return answer.slice(start, start + Number(match[1]))
}
