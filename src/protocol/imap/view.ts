/**
 * What a connection believes a mailbox holds (law 9): UIDs in order, whose places are the message numbers. It changes
 * only when the client is told so.
 */
import { lowerBound } from './grammar/sequence-set.ts'

export class SequenceView {
  private numbers: Uint32Array<ArrayBuffer>
  count: number
  /** Place of the UID that was last asked for: a guess, nothing more. */
  private last = -1

  /** `uids` ascending. */
  constructor(uids: ArrayLike<number>) {
    this.numbers = new Uint32Array(uids)
    this.count = uids.length
  }

  /** The UIDs; a window on the view, to be read at once. */
  get uids(): Uint32Array {
    return this.numbers.subarray(0, this.count)
  }

  /** UID of a message number. */
  uidAt(sequence: number): number | undefined {
    return sequence >= 1 && sequence <= this.count ? this.numbers[sequence - 1] : undefined
  }

  /** Message number of a UID, 0 when the client does not know it. */
  sequenceOf(uid: number): number {
    // Whoever goes through the view asks for one after the other.
    let at = this.last + 1
    if (at >= this.count || this.numbers[at] !== uid) at = lowerBound(this.uids, uid)
    if (at >= this.count || this.numbers[at] !== uid) return 0
    this.last = at
    return at + 1
  }

  get lastUid(): number {
    return this.count === 0 ? 0 : this.numbers[this.count - 1]!
  }

  /** Adds UIDs above all others, ascending. */
  append(uids: readonly number[]): void {
    const needed = this.count + uids.length
    if (needed > this.numbers.length) {
      const larger = new Uint32Array(Math.max(needed, this.count + (this.count >>> 2)))
      larger.set(this.uids)
      this.numbers = larger
    }
    this.numbers.set(uids, this.count)
    this.count = needed
  }

  /**
   * Takes UIDs (ascending) out and returns those that were there with the message number each had at the moment when
   * EXPUNGE is told one after the other, lowest first.
   */
  remove(uids: readonly number[]): { readonly uid: number; readonly sequence: number }[] {
    const removed: { uid: number; sequence: number }[] = []
    const there = this.uids
    let from = 0
    let to = 0
    for (const uid of uids) {
      // What has moved lies before `from`: the rest is searched where it was.
      const at = there[from] === uid ? from : lowerBound(there, uid, from)
      if (at >= this.count || this.numbers[at] !== uid) continue
      this.numbers.copyWithin(to, from, at)
      to += at - from
      from = at + 1
      removed.push({ uid, sequence: to + 1 })
    }
    this.numbers.copyWithin(to, from, this.count)
    this.count -= removed.length
    return removed
  }
}
