/**
 * The blob store over any driver. The rule that makes removal safe beside writers: a row in `blob` is either fresh
 * (touched within the hour) or may be swept, and whoever attaches a blob makes it fresh in the same transaction.
 */
import { createHash, hash as hashOf, webcrypto } from 'node:crypto'
import { concatBytes, toHex } from '#base/bytes.ts'
import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { type Engine, type Params, type Reader, statement, type Writer } from '../engine.ts'
import { type BlobSink, type BlobStore, type ByteRange, inlineLimit, type PendingBlob } from './blobs.ts'
import type { BlobDriver, Place, PlaceWriter } from './driver.ts'

/** A touch is skipped when the last one is younger than this: the sweeper waits much longer (sweep.ts). */
export const touchInterval = 10 * 60_000

/** Up to this size a blob in memory is hashed and written in one go, by other threads; the copy they need takes a moment. */
const wholeLimit = 4 * 1024 * 1024

/** Hashing and writing proceed in steps of this size, so that a large buffer never holds the event loop. */
const stepSize = 524_288

export interface BlobStoreOptions {
  readonly engine: Engine
  readonly driver: BlobDriver
  readonly clock: Clock
  readonly log: Log
}

/** What the sweeper needs besides the store that everyone sees. */
export interface SweepableBlobs extends BlobStore {
  places(): AsyncIterable<Place>
}

const findByHash = statement((q, p: Params<{ hash: Uint8Array }>) =>
  q.selectFrom('blob').select(['id', 'location', 'touched_at']).where('hash', '=', p.hash),
)

const insertNew = statement(
  (q, p: Params<{ hash: Uint8Array; size: number; location: string; now: number }>, dialect) => {
    const insert = q
      .insertInto('blob')
      .values({ hash: p.hash, size: p.size, location: p.location, touched_at: p.now })
      .onConflict((conflict) => conflict.column('hash').doNothing())
    return dialect === 'postgres' ? insert.returning('id') : insert
  },
)

const insertOrTouch = statement((q, p: Params<{ hash: Uint8Array; size: number; location: string; now: number }>) =>
  q
    .insertInto('blob')
    .values({ hash: p.hash, size: p.size, location: p.location, touched_at: p.now })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ touched_at: p.now }))
    .returning(['id', 'location']),
)

const insertData = statement((q, p: Params<{ id: number; data: Uint8Array }>) =>
  q
    .insertInto('blob_data')
    .values({ blob_id: p.id, data: p.data })
    .onConflict((conflict) => conflict.column('blob_id').doNothing()),
)

const touchById = statement((q, p: Params<{ id: number; now: number; before: number }>) =>
  q.updateTable('blob').set({ touched_at: p.now }).where('id', '=', p.id).where('touched_at', '<', p.before),
)

const findById = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('blob').select(['size', 'location']).where('id', '=', p.id),
)

const readData = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('blob_data').select('data').where('blob_id', '=', p.id),
)

const joined = (parts: Uint8Array[]): Uint8Array => (parts.length === 1 && parts[0]) || concatBytes(parts)

class Sink implements BlobSink {
  readonly #driver: BlobDriver
  readonly #maxBytes: number
  readonly #hash = createHash('sha256')
  #held: Uint8Array[] = []
  #place: PlaceWriter | undefined
  size = 0

  constructor(driver: BlobDriver, maxBytes: number) {
    this.#driver = driver
    this.#maxBytes = maxBytes
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.size + chunk.length > this.#maxBytes) {
      await this.abort()
      throw new Failure('tooLarge', `more than ${this.#maxBytes} octets`)
    }
    for (let start = 0; start < chunk.length; start += stepSize) {
      await this.#step(chunk.length <= stepSize ? chunk : chunk.subarray(start, start + stepSize))
    }
  }

  async #step(chunk: Uint8Array): Promise<void> {
    this.size += chunk.length
    this.#hash.update(chunk)
    if (this.#place) return this.#place.write(chunk)
    if (this.size <= inlineLimit) {
      // a copy: callers reuse their socket buffers
      this.#held.push(chunk.slice())
      return
    }
    this.#place = await this.#driver.create()
    for (const held of this.#held) await this.#place.write(held)
    this.#held = []
    await this.#place.write(chunk)
  }

  async finish(): Promise<PendingBlob> {
    const digest = this.#hash.digest()
    const hash = new Uint8Array(digest)
    if (!this.#place) return { hash, size: this.size, bytes: joined(this.#held), location: '' }
    try {
      return { hash, size: this.size, bytes: undefined, location: await this.#place.finish(toHex(hash)) }
    } catch (error) {
      await this.abort()
      throw error
    }
  }

  async abort(): Promise<void> {
    const place = this.#place
    this.#place = undefined
    this.#held = []
    await place?.abort()
  }
}

/** Bounds of a range within a blob of `size`; a range outside it is empty, as in a byte-range request. */
const within = (size: number, range: ByteRange = {}): { start: number; end: number } => {
  const start = Math.min(Math.max(range.start ?? 0, 0), size)
  return { start, end: Math.max(start, Math.min(range.end ?? size, size)) }
}

interface Found {
  readonly location: string
  readonly start: number
  readonly end: number
  /** The bytes of the range when they were in a row. */
  readonly bytes?: Uint8Array
}

const find = async (tx: Reader, blobId: number, range: ByteRange | undefined): Promise<Found> => {
  const row = await tx.first(findById, { id: blobId })
  if (!row) throw new Failure('notFound', `no blob ${blobId}`)
  const { location, size } = row
  const { start, end } = within(size, range)
  if (location !== '') return { location, start, end }
  const data = (await tx.first(readData, { id: blobId }))?.data
  if (!data) throw new Failure('notFound', `blob ${blobId} has lost its data`)
  return { location, start, end, bytes: end - start === size ? data : data.subarray(start, end) }
}

/** A transaction that can say when it is committed; a plain one leaves a duplicate file to the sweeper's scan. */
type Attaching = Writer & { afterCommit?(action: () => void): void }

class Blobs implements SweepableBlobs {
  readonly #engine: Engine
  readonly #driver: BlobDriver
  readonly #clock: Clock
  readonly #log: Log

  constructor(options: BlobStoreOptions) {
    this.#engine = options.engine
    this.#driver = options.driver
    this.#clock = options.clock
    this.#log = options.log
  }

  receive(options: { readonly maxBytes?: number } = {}): BlobSink {
    return new Sink(this.#driver, options.maxBytes ?? Number.POSITIVE_INFINITY)
  }

  async prepare(bytes: Uint8Array, hash?: Uint8Array | (() => Promise<Uint8Array>)): Promise<PendingBlob> {
    const { length: size } = bytes
    if (size <= inlineLimit) {
      const found = typeof hash === 'function' ? await hash() : (hash ?? hashOf('sha256', bytes, 'buffer'))
      const { buffer, byteOffset, length } = found
      return { hash: new Uint8Array(buffer, byteOffset, length), size, bytes, location: '' }
    }
    const { put } = this.#driver
    if (put && size <= wholeLimit) return this.#put(bytes, put.bind(this.#driver), hash)
    const sink = this.receive()
    await sink.write(bytes)
    const pending = await sink.finish()
    if (typeof hash === 'function') await this.#orRemove(pending.location, hash())
    return pending
  }

  /** What was put for nothing is removed. */
  async #orRemove<T>(location: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      await this.#driver.remove(location)
      throw error
    }
  }

  /** Hashed while the disk is waited for. */
  async #put(
    bytes: Uint8Array,
    put: NonNullable<BlobDriver['put']>,
    given: Uint8Array | (() => Promise<Uint8Array>) | undefined,
  ): Promise<PendingBlob> {
    const { length: size } = bytes
    const find = async (): Promise<Uint8Array> => {
      if (given !== undefined) return typeof given === 'function' ? given() : given
      return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
    }
    let finding: Promise<Uint8Array> | undefined
    const placing = put(bytes, () => {
      finding = find()
      // looked at when the place is settled
      finding.catch(() => {})
    })
    const location = await placing
    const hash = await this.#orRemove(location, finding ?? find())
    return { hash, size, bytes: undefined, location }
  }

  async attach(tx: Attaching, blob: PendingBlob): Promise<number> {
    const now = this.#clock.now()
    const { hash, size, location } = blob
    // Most content is new.
    const fresh = await tx.insert(insertNew, { hash, size, location, now })
    if (fresh !== undefined) {
      if (blob.bytes) await tx.run(insertData, { id: fresh, data: blob.bytes })
      return fresh
    }
    const known = await tx.first(findByHash, { hash })
    if (known && known.touched_at > now - touchInterval) {
      this.#forget(tx, blob, known.location)
      return known.id
    }
    const row = await tx.first(insertOrTouch, { hash, size, location, now })
    if (!row) throw new Failure('unavailable', 'a blob could not be stored')
    if (row.location === '' && blob.bytes) await tx.run(insertData, { id: row.id, data: blob.bytes })
    this.#forget(tx, blob, row.location)
    return row.id
  }

  /** The same content was stored before: our copy goes once the transaction that found the other is durable. */
  #forget(tx: Attaching, blob: PendingBlob, winner: string): void {
    const { location } = blob
    if (location === '' || location === winner) return
    tx.afterCommit?.(() => {
      this.removeLocation(location).catch((error: unknown) =>
        this.#log.warn('blob.remove.failed', { message: String(error) }),
      )
    })
  }

  async touch(tx: Writer, blobId: number): Promise<boolean> {
    const now = this.#clock.now()
    const { changes } = await tx.run(touchById, { id: blobId, now, before: now - touchInterval })
    return changes > 0 || (await tx.first(findById, { id: blobId })) !== undefined
  }

  bytes(blobId: number, range?: ByteRange): Promise<Uint8Array> {
    return this.#engine.read((tx) => find(tx, blobId, range)).then((found) => this.#load(found))
  }

  async bytesIn(tx: Reader, blobId: number, range?: ByteRange): Promise<Uint8Array> {
    return this.#load(await find(tx, blobId, range))
  }

  async #load({ location, start, end, bytes }: Found): Promise<Uint8Array> {
    if (bytes) return bytes
    const whole = new Uint8Array(end - start)
    if (whole.length === 0) return whole
    let offset = 0
    for await (const chunk of this.#driver.open(location, start, end)) {
      whole.set(chunk, offset)
      offset += chunk.length
    }
    return whole
  }

  async *open(blobId: number, range?: ByteRange): AsyncIterable<Uint8Array> {
    const { location, start, end, bytes } = await this.#engine.read((tx) => find(tx, blobId, range))
    if (bytes && bytes.length > 0) yield bytes
    else if (!bytes && end > start) yield* this.#driver.open(location, start, end)
  }

  removeLocation(location: string): Promise<void> {
    return this.#driver.remove(location)
  }

  places(): AsyncIterable<Place> {
    return this.#driver.places()
  }

  close(): Promise<void> {
    return this.#driver.close()
  }
}

/** The blob store of an engine, with its large blobs in a driver's place. */
export const createBlobStore = (options: BlobStoreOptions): SweepableBlobs => new Blobs(options)
