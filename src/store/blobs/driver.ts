/** The seam between the blob store and a place that holds large blobs: few methods; the core knows no driver. */

/** A blob on its way to its place. */
export interface PlaceWriter {
  write(chunk: Uint8Array): Promise<void>
  /** Makes what was written durable under a name of its own and returns that name. `hash` is lower-case hex. */
  finish(hash: string): Promise<string>
  /** Forgets what was written. */
  abort(): Promise<void>
}

export interface Place {
  readonly location: string
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
}

export interface BlobDriver {
  create(): Promise<PlaceWriter>
  /**
   * A short way for a whole blob in memory, of which the hash may not be known yet: makes it durable under a name of its
   * own and returns that name. `written` is called when nothing but the disk is waited for: the bytes are no longer needed.
   */
  put?(bytes: Uint8Array, written?: () => void): Promise<string>
  /** Bytes from `start` up to `end` (exclusive). Throws Failure notFound. */
  open(location: string, start: number, end: number): AsyncIterable<Uint8Array>
  /** Nothing happens when it is already gone. */
  remove(location: string): Promise<void>
  /** Every place, finished or left half written by a crash. */
  places(): AsyncIterable<Place>
  close(): Promise<void>
}

/**
 * Name of a place: unique even for the same content, so that removing one never harms another that was stored meanwhile
 * (the sweeper needs this). 256 folders: a new one costs a file as much again, since its own name must be made durable;
 * with the 65,536 of before nearly every large message of a young store had to make one.
 */
export const placeName = (hash: string, random: string): string => `${hash.slice(0, 2)}/${hash}-${random}`

/** Name of a place that was chosen before its hash was known; `random` is 32 digits. */
export const randomPlaceName = (random: string): string => `${random.slice(0, 2)}/${random}`

/** Whether a location is such a name. */
export const isRandomPlace = (location: string): boolean => /^([0-9a-f]{2})\/\1[0-9a-f]{30}$/.test(location)

/** The hash in the name of a place, an older one with two folders included; undefined when it is no finished blob. */
export const hashOfPlace = (location: string): string | undefined =>
  /^[0-9a-f]{2}\/(?:[0-9a-f]{2}\/)?([0-9a-f]{64})-[0-9a-f]+$/.exec(location)?.[1]
