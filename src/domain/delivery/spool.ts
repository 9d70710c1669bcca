/**
 * The content of a message while it is received. What comes before it in the stored message (Authentication-Results) is
 * known only when its last octet has been seen, so it waits: in memory when small, else in the blob store.
 */
import { concatBytes } from '#base/bytes.ts'
import type { BlobSink } from '#store/blobs/blobs.ts'
import type { Context } from '../context.ts'
import { createContentReader } from '../mail/content.ts'
import { type Taken, takeIn } from '../mail/intake.ts'
import { bodyStart } from './header.ts'
import { createRepair } from './newlines.ts'
import { Refusal } from './refusal.ts'

/** Octets held in memory; more when the header block is longer, up to `maxHeader`. */
const held = 512 * 1024
const maxHeader = 4 * 1024 * 1024

/**
 * What goes to the store to wait there is written twice. So while few messages are large, one may take more memory than
 * its share, out of a purse that all of them have in common.
 */
const heldAtMost = 3 * held
let purse = 64 * 1024 * 1024

export type Composed = Taken

const nothing = new Uint8Array(0)

export class Spool {
  readonly #ctx: Context
  readonly #maxSize: number
  /** All of the message, or what came of it before the rest had to go to the store. */
  #chunks: Uint8Array[] = []
  #inMemory = 0
  #room = held
  #sink: BlobSink | undefined
  #blobId: number | undefined
  /** Octets taken from the purse. */
  #taken = 0
  #repair = false
  /** Octets received. */
  size = 0
  /** After `finish`: where the body begins; the length of `head` when the header did not end within it. */
  bodyAt = 0

  constructor(ctx: Context, maxSize: number) {
    this.#ctx = ctx
    this.#maxSize = maxSize
  }

  /** Takes the next octets. Throws Refusal tooLarge. */
  write(chunk: Uint8Array): void | Promise<void> {
    this.size += chunk.length
    if (this.size > this.#maxSize) throw new Refusal('tooLarge', `more than ${this.#maxSize} octets`)
    if (!this.#sink) {
      this.#chunks.push(chunk)
      this.#inMemory += chunk.length
      if (this.#inMemory <= this.#room || this.#takeMore()) return
      return this.#overflow()
    }
    return this.#sink.write(chunk)
  }

  /** Another share of memory, while there is some and the message is not too large for it. */
  #takeMore(): boolean {
    if (purse < held || this.#room >= heldAtMost) return false
    purse -= held
    this.#taken += held
    this.#room += held
    return this.#inMemory <= this.#room
  }

  #giveBack(): void {
    purse += this.#taken
    this.#taken = 0
  }

  async #overflow(): Promise<void> {
    if (this.#room < maxHeader) {
      const head = concatBytes(this.#chunks)
      if (bodyStart(head) === head.length) {
        // Megabytes of header exist; it is looked for again when twice as much has come.
        this.#room *= 2
        return
      }
    }
    const sink = this.#ctx.store.blobs.receive({ maxBytes: this.#maxSize })
    this.#sink = sink
    for (const chunk of this.#chunks) await sink.write(chunk)
  }

  /** Bare CR and LF are to become CR LF. Call before `finish`. */
  repairNewlines(): void {
    this.#repair = true
  }

  /** No more octets will come. */
  async finish(): Promise<void> {
    this.#giveBack()
    if (this.#repair) {
      const repair = createRepair()
      const mended = repair(this.head)
      this.#chunks = this.#sink ? [mended] : [mended, repair()]
    }
    // Nearly every header ends in the first chunk: a large message is put together once, when it is composed.
    if (this.#chunks.length > 1 && bodyStart(this.#first) === this.#first.length) this.#join()
    this.bodyAt = bodyStart(this.#first)
    if (!this.#sink) return
    if (this.bodyAt === this.#first.length)
      throw new Refusal('headerTooLarge', `a header of more than ${maxHeader} octets`)
    const raw = await this.#sink.finish()
    this.#sink = undefined
    // Attached only to be read again; nothing refers to it, so the sweeper removes it after an hour.
    this.#blobId = await this.#ctx.store.writeGlobal((tx) => this.#ctx.store.blobs.attach(tx, raw))
  }

  get #first(): Uint8Array {
    return this.#chunks[0] ?? nothing
  }

  #join(): void {
    // Not filled with zeros first, as concatBytes must.
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
  }

  /** After `finish`: the header block as it came. */
  get header(): Uint8Array {
    return this.#first.subarray(0, this.bodyAt)
  }

  /** After `finish`: the beginning of the message, all of it when it was held in memory. */
  get head(): Uint8Array {
    this.#join()
    return this.#first
  }

  /** True when all of the message is in `head`. */
  get whole(): boolean {
    return this.#blobId === undefined
  }

  /** The body, in pieces. */
  async *body(): AsyncGenerator<Uint8Array> {
    if (this.#blobId === undefined) {
      for (let at = this.bodyAt; at < this.head.length; at += 65_536) yield this.head.subarray(at, at + 65_536)
      return
    }
    if (!this.#repair) {
      yield* this.#ctx.store.blobs.open(this.#blobId, { start: this.bodyAt })
      return
    }
    const repair = createRepair()
    // The header was repaired with the rest of the head: its octets are counted off again here.
    let skip = this.bodyAt
    for await (const chunk of this.#ctx.store.blobs.open(this.#blobId)) {
      const mended = repair(chunk)
      if (skip < mended.length) yield mended.subarray(skip)
      skip = Math.max(0, skip - mended.length)
    }
    yield repair()
  }

  /** Header and body, in pieces. */
  async *message(header: Uint8Array): AsyncGenerator<Uint8Array> {
    yield header
    yield* this.body()
  }

  /** The message as it will rest: this header block, then the body. */
  async compose(header: Uint8Array): Promise<Composed> {
    const { blobs } = this.#ctx.store
    if (this.whole) {
      const [first = nothing, ...rest] = this.#chunks
      return takeIn(blobs, Buffer.concat([header, first.subarray(this.bodyAt), ...rest]))
    }
    const sink = blobs.receive()
    const reader = createContentReader()
    for await (const chunk of this.message(header)) {
      reader.push(chunk)
      await sink.write(chunk)
    }
    return { blob: await sink.finish(), content: reader.end() }
  }

  /** Forgets what was received. */
  async abort(): Promise<void> {
    this.#giveBack()
    this.#chunks = []
    await this.#sink?.abort()
  }
}
