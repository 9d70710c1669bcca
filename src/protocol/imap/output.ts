/**
 * What goes to the client. Text is gathered as octets in a string (each character one octet) and handed to the socket in
 * large pieces; an idle connection holds no buffer.
 */
import type { Duplex } from 'node:stream'

/** Gathered text is written when it reaches this size. */
const pieceSize = 64 * 1024

/** Producers wait when the socket holds more than this. */
const maxBuffered = 256 * 1024

/** Octets shorter than this join the text; longer ones are written on their own. */
const joinBelow = 8 * 1024

export class Output {
  private socket: Duplex
  private text = ''
  /** When the client stopped reading (ms), 0 while it reads. */
  blockedSince = 0
  closed = false

  constructor(socket: Duplex) {
    this.socket = socket
  }

  /** Continues on another socket (STARTTLS, COMPRESS); everything so far must be flushed. */
  moveTo(socket: Duplex): void {
    this.socket = socket
  }

  /** Adds octets, given as characters up to U+00FF. */
  write(octets: string): void {
    this.text += octets
    if (this.text.length >= pieceSize) this.flush()
  }

  /** Adds octets. */
  bytes(octets: Uint8Array): void {
    if (octets.length < joinBelow) {
      this.write(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1'))
      return
    }
    this.flush()
    if (!this.closed) this.socket.write(octets)
  }

  flush(): void {
    if (this.text === '') return
    const text = this.text
    this.text = ''
    if (!this.closed) this.socket.write(text, 'latin1')
  }

  /** Resolves when the client has read enough for more to be produced, at once in most cases, or when it has gone. */
  async ready(): Promise<void> {
    const { socket } = this
    if (this.closed || socket.writableLength < maxBuffered) return
    this.blockedSince = Date.now()
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
    this.blockedSince = 0
  }
}
