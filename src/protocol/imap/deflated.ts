/**
 * A connection whose octets are compressed in both directions (COMPRESS=DEFLATE, RFC 4978). What comes in is inflated only
 * as fast as it is read, so that a small message that inflates to a large one meets the bounds of every other input.
 */
import { Duplex } from 'node:stream'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib'

/** Octets inflated at a time. */
const piece = 16 * 1024

/** 64 kB of memory for what goes out, instead of 256: connections are many, and open all day. */
const outgoing = { flush: constants.Z_SYNC_FLUSH, windowBits: 13, memLevel: 6, chunkSize: piece }

export class Deflated extends Duplex {
  readonly #wire: Duplex
  readonly #inflate: InflateRaw
  readonly #deflate: DeflateRaw

  constructor(wire: Duplex) {
    super({ readableHighWaterMark: piece, allowHalfOpen: true })
    this.#wire = wire
    // A client that goes leaves its stream unfinished, which is no error: hence the flush at the end.
    this.#inflate = createInflateRaw({ chunkSize: piece, finishFlush: constants.Z_SYNC_FLUSH })
    this.#deflate = createDeflateRaw(outgoing)
    this.#inflate.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#inflate.pause()
    })
    this.#inflate.on('end', () => this.push(null))
    // Whatever follows what is not deflate is of no use.
    this.#inflate.on('error', () => this.destroy())
    this.#deflate.on('data', (chunk: Buffer) => {
      if (!wire.write(chunk)) this.#deflate.pause()
    })
    this.#deflate.on('end', () => wire.end())
    this.#deflate.on('error', () => this.destroy())
    wire.on('drain', () => this.#deflate.resume())
    wire.on('close', () => this.destroy())
    wire.pipe(this.#inflate)
  }

  /** Octets that came before the pipe was laid. */
  begin(early: Uint8Array): void {
    if (early.length > 0) this.#inflate.write(early)
  }

  override _read(): void {
    this.#inflate.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#deflate.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#deflate.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inflate.destroy()
    this.#deflate.destroy()
    this.#wire.destroy()
    done(error)
  }
}
