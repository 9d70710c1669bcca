/** What comes from the client, read on demand; what arrives early is held up to a bound, then the socket is paused. */
import type { Socket } from 'node:net'

const maxWaiting = 64 * 1024
const LF = 0x0a
const CR = 0x0d

export class Input {
  #socket: Socket
  #waiting: Buffer = Buffer.alloc(0)
  #wake: (() => void) | undefined
  #ended = false
  /** When octets last arrived (ms). */
  lastActivity = Date.now()

  constructor(socket: Socket) {
    this.#socket = socket
    this.#listen()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.lastActivity = Date.now()
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk])
    if (this.#waiting.length > maxWaiting && this.#wake === undefined) this.#socket.pause()
    this.#wake?.()
  }

  readonly #onEnd = (): void => {
    this.#ended = true
    this.#wake?.()
  }

  #listen(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.on('end', this.#onEnd)
    this.#socket.on('close', this.#onEnd)
  }

  /** Stops reading this socket and forgets what was not consumed: before TLS nothing may be kept (RFC 5804 §2.2). */
  detach(): void {
    this.#socket.off('data', this.#onData)
    this.#socket.off('end', this.#onEnd)
    this.#socket.off('close', this.#onEnd)
    this.#waiting = Buffer.alloc(0)
  }

  /** Continues on another socket after `detach`. */
  moveTo(socket: Socket): void {
    this.#socket = socket
    this.#listen()
  }

  /** Whoever waits for the client waits no longer. */
  stop(): void {
    this.#onEnd()
  }

  get isWaiting(): boolean {
    return this.#wake !== undefined
  }

  /** False when nothing more will come. */
  async #more(): Promise<boolean> {
    if (this.#ended) return false
    this.#socket.resume()
    const before = this.#waiting.length
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
    return this.#waiting.length > before
  }

  #take(length: number): Buffer {
    const taken = this.#waiting.subarray(0, length)
    this.#waiting = this.#waiting.subarray(length)
    return taken
  }

  /** The next line without its end; undefined when the client has gone or the line is too long. */
  async line(limit: number): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.#waiting.indexOf(LF)
      if (at >= 0 && at <= limit) {
        const line = this.#take(at + 1)
        return line.subarray(0, at > 0 && line[at - 1] === CR ? at - 1 : at)
      }
      if (at > limit || this.#waiting.length > limit || !(await this.#more())) return
    }
  }

  /** Exactly so many octets; undefined when the client goes before. */
  async octets(length: number): Promise<Buffer | undefined> {
    const chunks: Buffer[] = []
    let missing = length
    while (missing > 0) {
      if (this.#waiting.length === 0 && !(await this.#more())) return
      const chunk = this.#take(Math.min(missing, this.#waiting.length))
      chunks.push(chunk)
      missing -= chunk.length
    }
    return Buffer.concat(chunks)
  }

  /** Reads octets and throws them away; false when the client goes before. */
  async skip(length: number): Promise<boolean> {
    let missing = length
    while (missing > 0) {
      if (this.#waiting.length === 0 && !(await this.#more())) return false
      missing -= this.#take(Math.min(missing, this.#waiting.length)).length
    }
    return true
  }
}
