/**
 * What comes from the client: lines and counted octets, read on demand. What arrives early is held up to a bound, then
 * the socket is paused, so that a client can pipeline but not fill the memory.
 */
import type { Duplex } from 'node:stream'

/** The socket is paused while more than this waits to be read. */
const maxWaiting = 64 * 1024

/** Octets of a line too long that are remembered. */
const beginningKept = 120

const LF = 0x0a
const CR = 0x0d

/** A line without its line end; `tooLong` stands for one beyond the limit, which has been skipped. */
export type Line = Buffer | 'tooLong' | undefined

export class Input {
  private socket: Duplex
  private waiting: Buffer | undefined
  private wake: (() => void) | undefined
  private paused = false
  /** Octets consumed so far. */
  position = 0
  /** When octets last arrived (ms). */
  lastActivity = Date.now()
  ended = false
  /** How the last line began that was too long: its tag is wanted for the answer. */
  beginning: Buffer = Buffer.alloc(0)

  constructor(socket: Duplex) {
    this.socket = socket
    this.listen()
  }

  private readonly onData = (chunk: Buffer): void => {
    this.lastActivity = Date.now()
    this.waiting = this.waiting === undefined ? chunk : Buffer.concat([this.waiting, chunk])
    if (this.wake === undefined && this.waiting.length > maxWaiting && !this.paused) {
      this.paused = true
      this.socket.pause()
    }
    this.wake?.()
  }

  private readonly onEnd = (): void => {
    this.ended = true
    this.wake?.()
  }

  private listen(): void {
    this.socket.on('data', this.onData)
    this.socket.on('end', this.onEnd)
    this.socket.on('close', this.onEnd)
  }

  /**
   * Stops reading this socket and gives away what was not consumed, for the caller to drop (RFC 9051 §6.2.1: before TLS
   * nothing may be kept) or to use.
   */
  detach(): Buffer | undefined {
    const { waiting } = this
    this.socket.off('data', this.onData)
    this.socket.off('end', this.onEnd)
    this.socket.off('close', this.onEnd)
    this.waiting = undefined
    return waiting
  }

  /** Continues on another socket after `detach`. */
  moveTo(socket: Duplex): void {
    this.socket = socket
    this.paused = false
    this.listen()
  }

  /** Whoever waits for the client waits no longer, as if it had gone. */
  stop(): void {
    this.onEnd()
  }

  /** True when the client has already sent more. */
  get hasMore(): boolean {
    return this.waiting !== undefined
  }

  /** True while somebody waits for the client to send something. */
  get isWaiting(): boolean {
    return this.wake !== undefined
  }

  /** Resolves when something more has arrived; false when nothing more will. */
  private async more(): Promise<boolean> {
    if (this.ended) return false
    if (this.paused) {
      this.paused = false
      this.socket.resume()
    }
    await new Promise<void>((resolve) => {
      this.wake = resolve
    })
    this.wake = undefined
    return !this.ended || this.waiting !== undefined
  }

  private take(length: number): Buffer {
    const waiting = this.waiting!
    this.position += length
    this.waiting = length === waiting.length ? undefined : waiting.subarray(length)
    return waiting.subarray(0, length)
  }

  /** The next line, ended by CRLF (or a bare LF); undefined when the client has gone. */
  async line(limit: number): Promise<Line> {
    let searched = 0
    let skipping = false
    for (;;) {
      const at = this.waiting?.indexOf(LF, searched) ?? -1
      if (at >= 0) {
        const line = this.take(at + 1)
        if (!skipping && at > limit) this.beginning = Buffer.from(line.subarray(0, beginningKept))
        if (skipping || at > limit) return 'tooLong'
        return line.subarray(0, at > 0 && line[at - 1] === CR ? at - 1 : at)
      }
      searched = this.waiting?.length ?? 0
      if (searched > limit) {
        if (!skipping) this.beginning = Buffer.from(this.waiting!.subarray(0, beginningKept))
        skipping = true
        searched = 0
        this.waiting = undefined
      }
      const before = this.waiting
      if (!(await this.more()) || (this.ended && this.waiting === before)) return
    }
  }

  /** Exactly `length` octets handed to `consume` as they come, which sets the pace; false when the client goes before. */
  async stream(length: number, consume: (chunk: Buffer) => Promise<void> | void): Promise<boolean> {
    let missing = length
    while (missing > 0) {
      if (this.waiting === undefined && !(await this.more())) return false
      if (this.waiting === undefined) return false
      const chunk = this.take(Math.min(missing, this.waiting.length))
      missing -= chunk.length
      await consume(chunk)
    }
    return true
  }

  /** `length` octets in one buffer (use only for small lengths). */
  async octets(length: number): Promise<Buffer | undefined> {
    const whole = Buffer.allocUnsafe(length)
    let at = 0
    const complete = await this.stream(length, (chunk) => {
      at += chunk.copy(whole, at)
    })
    return complete ? whole : undefined
  }
}
