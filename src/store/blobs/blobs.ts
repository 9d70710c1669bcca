/**
 * Where bytes rest: content-addressed by SHA-256, each content stored once (law 6). Small blobs travel in the row
 * `blob_data` and take part in the group commit; larger ones are durable in their own place before the transaction.
 */
import type { Reader, Writer } from '../engine.ts'

/** Up to this size a blob lives in a row and shares the group commit; above, its own file costs less than moving pages. */
export const inlineLimit = 65_536

/** Bytes that are ready to be attached to a transaction. Without `attach` they are forgotten after a while. */
export interface PendingBlob {
  /** SHA-256 of the content, 32 bytes. */
  readonly hash: Uint8Array
  readonly size: number
  /** The content itself when it is small enough to be stored in a row. */
  readonly bytes: Uint8Array | undefined
  /** Where the driver has already put it; empty when `bytes` is set. */
  readonly location: string
}

/** Receives a stream. `write` resolves when more may be written (backpressure). */
export interface BlobSink {
  write(chunk: Uint8Array): Promise<void>
  /** Durable, or held as `bytes` when small. */
  finish(): Promise<PendingBlob>
  abort(): Promise<void>
  readonly size: number
}

export interface ByteRange {
  /** First byte. */
  readonly start?: number
  /** One past the last byte. */
  readonly end?: number
}

export interface BlobStore {
  /** Starts receiving; throws Failure tooLarge from `write` beyond `maxBytes`. */
  receive(options?: { readonly maxBytes?: number }): BlobSink
  /**
   * `hash` is its SHA-256 where that is known, or finds it out: asked when nothing but the disk is waited for any more, so
   * that both go on side by side. It may then give the bytes away, unless they fit into a row.
   */
  prepare(bytes: Uint8Array, hash?: Uint8Array | (() => Promise<Uint8Array>)): Promise<PendingBlob>
  /** Inside a transaction: makes the row (or touches the one that is there) and returns its id. */
  attach(tx: Writer, blob: PendingBlob): Promise<number>
  /**
   * Inside a transaction that refers to a blob which is already there by its id (a copy, an upload): keeps the sweeper
   * away from it. False when it is gone; the caller then answers notFound.
   */
  touch(tx: Writer, blobId: number): Promise<boolean>
  /** Whole content or a range. Throws Failure notFound. */
  bytes(blobId: number, range?: ByteRange): Promise<Uint8Array>
  /** The same within a read transaction; large blobs are read from their own place. */
  bytesIn(tx: Reader, blobId: number, range?: ByteRange): Promise<Uint8Array>
  /** Streams with backpressure. Throws Failure notFound. */
  open(blobId: number, range?: ByteRange): AsyncIterable<Uint8Array>
  /** Removes the place of a large blob whose row is gone (called after commit by the sweeper). */
  removeLocation(location: string): Promise<void>
  close(): Promise<void>
}
