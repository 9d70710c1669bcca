/**
 * Which messages the search thread is reading, in memory that outlives it: a message that ends the thread (memory, a
 * fault of a parser) is known by its successor, and passed over after the second time.
 */
const places = 32

export const inHandBuffer = (): SharedArrayBuffer => new SharedArrayBuffer(places * Float64Array.BYTES_PER_ELEMENT)

/** The blobs that were being read when the thread ended. */
export const leftInHand = (buffer: SharedArrayBuffer): number[] =>
  [...new Set(new Float64Array(buffer))].filter((blob) => blob > 0)

export interface InHand {
  /** A message that ended the thread before. */
  refuses(blob: number): boolean
  /** Notes that a message is being read, for as long as `work` lasts. */
  hold<T>(blob: number, work: () => Promise<T>): Promise<T>
}

/** The thread's side. */
export const openInHand = (buffer: SharedArrayBuffer, passedOver: readonly number[]): InHand => {
  const held = new Float64Array(buffer)
  held.fill(0)
  const refused = new Set(passedOver)
  return {
    refuses: (blob) => refused.has(blob),
    hold: async (blob, work) => {
      const place = held.indexOf(0)
      if (place >= 0) held[place] = blob
      try {
        return await work()
      } finally {
        if (place >= 0) held[place] = 0
      }
    },
  }
}
