/**
 * `\Recent` (RFC 3501 §2.3.2): a message is recent for the first session that is told of it, and for no other. What has
 * been told is remembered in this process only; of a mailbox that nobody has opened since the start, the messages that
 * came after the start are recent. IMAP4rev2 has done away with the flag.
 */
import { messagesByUid } from '#domain/mail/view.ts'
import { lowerBound } from './grammar/sequence-set.ts'
import type { SequenceView } from './view.ts'

/** A read transaction. */
type Snapshot = Parameters<typeof messagesByUid>[0]

/** Mailboxes remembered; the longest forgotten goes first. */
const maxRemembered = 200_000

export class RecentRegistry {
  readonly #told = new Map<string, number>()
  readonly #since: number

  /** `since`: when the server started (ms). */
  constructor(since: number) {
    this.#since = since
  }

  /** From this UID on, nobody has been told; undefined when that is not known. */
  #border(account: number, mailbox: number): number | undefined {
    return this.#told.get(`${account}/${mailbox}`)
  }

  /** Remembers that a session has been told of the UIDs below `border`. */
  tell(account: number, mailbox: number, border: number): void {
    const key = `${account}/${mailbox}`
    const before = this.#told.get(key) ?? 0
    this.#told.delete(key)
    this.#told.set(key, Math.max(before, border))
    if (this.#told.size > maxRemembered) this.#told.delete(this.#told.keys().next().value!)
  }

  /** The first UID of an ascending list that is recent, Infinity when none is. */
  async first(tx: Snapshot, account: number, mailbox: number, uids: ArrayLike<number>): Promise<number> {
    const border = this.#border(account, mailbox)
    const at = border === undefined ? await this.#firstSaved(tx, account, mailbox, uids) : lowerBound(uids, border)
    return at < uids.length ? uids[at]! : Number.POSITIVE_INFINITY
  }

  /** The first of `uids`, which have just arrived, that no other session has been told of. */
  firstFresh(account: number, mailbox: number, uids: readonly number[]): number {
    const border = this.#border(account, mailbox) ?? 0
    return uids.find((uid) => uid >= border) ?? Number.POSITIVE_INFINITY
  }

  /** Index of the first message saved since the start; saving times ascend with UIDs. */
  async #firstSaved(tx: Snapshot, account: number, mailbox: number, uids: ArrayLike<number>): Promise<number> {
    const isNew = async (at: number): Promise<boolean> => {
      const [message] = await messagesByUid(tx, account, mailbox, [uids[at]!])
      return message !== undefined && message.savedAt >= this.#since
    }
    let low = 0
    let high = uids.length
    if (high === 0 || !(await isNew(high - 1))) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (await isNew(middle)) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** The recent UIDs of one session: a few ranges, ascending. */
export class RecentUids {
  readonly #ranges: { from: number; to: number }[] = []

  /** Adds the UIDs `from` to `to`, above all others. */
  add(from: number, to: number): void {
    if (from <= to) this.#ranges.push({ from, to })
  }

  has(uid: number): boolean {
    for (let i = this.#ranges.length - 1; i >= 0; i--) {
      const range = this.#ranges[i]!
      if (uid >= range.from) return uid <= range.to
    }
    return false
  }

  /** How many messages of a view are recent. */
  count({ uids }: SequenceView): number {
    return this.#ranges.reduce((sum, { from, to }) => sum + lowerBound(uids, to + 1) - lowerBound(uids, from), 0)
  }
}
