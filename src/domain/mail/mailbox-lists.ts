/**
 * The UIDs of mailboxes as they were last read, shared by all connections: whoever opens a mailbox that has not changed
 * reads nothing, and one that has changed a little reads only what has happened since (RFC 7162's mod-sequences).
 */

import { type Params, type Reader, statement } from '#store/engine.ts'
import { breathe } from '../turn.ts'
import { seen, splitKeywords } from './flags.ts'
import { changedSince, type MailboxChanges, type MailboxState } from './view.ts'

/** One mailbox at one mod-sequence; never changed once made. */
export interface MailboxList {
  /** Ascending: the sequence numbers of a view. */
  readonly uids: Uint32Array<ArrayBuffer>
  /** Every keyword in use, sorted; one that went out of use lately may still be there. */
  readonly keywords: readonly string[]
  /** UID of the first message without \Seen. */
  readonly firstUnseen: number | undefined
}

interface Kept extends MailboxList {
  readonly uidValidity: number
  readonly modseq: number
}

type Slice = { account: number; mailbox: number; from: number; to: number }

const selectUids = statement((q, p: Params<{ account: number; mailbox: number; after: number; limit: number }>) =>
  q
    .selectFrom('message')
    .select('uid')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>', p.after)
    .orderBy('uid')
    .limit(p.limit),
)
const selectKeywords = statement((q, p: Params<Slice>) =>
  q
    .selectFrom('message')
    .select('keywords')
    .distinct()
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>=', p.from)
    .where('uid', '<=', p.to)
    .where('keywords', '<>', ''),
)
const selectUnseen = statement((q, p: Params<Slice>) =>
  q
    .selectFrom('message')
    .select((eb) => eb.fn.min<number | null>('uid').as('uid'))
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>=', p.from)
    .where('uid', '<=', p.to)
    .where((eb) => eb(eb(eb.ref('flags'), '&', eb.lit(seen)), '=', eb.lit(0))),
)

/** Rows read in one turn of the event loop. */
const sliceLength = 4000
/** A change log longer than this is not gone through: all is read anew. */
const maxSteps = 1000
const last = (uids: Uint32Array): number => uids.at(-1) ?? 0

/** All UIDs of a mailbox above `after`, slice by slice. */
async function* uidSlices(tx: Reader, account: number, mailbox: number): AsyncGenerator<number[]> {
  for (let after = 0; ; await breathe()) {
    const rows = await tx.tuples(selectUids, { account, mailbox, after, limit: sliceLength })
    if (rows.length > 0) yield rows.map((row) => row[0] as number)
    if (rows.length < sliceLength) return
    after = rows.at(-1)![0] as number
  }
}

/** The first of the UIDs from `from` on whose message is unseen. */
const firstUnseenFrom = async (tx: Reader, account: number, mailbox: number, uids: Uint32Array, from: number) => {
  const first = uids.findIndex((uid) => uid >= from)
  if (first < 0) return
  for (let at = first; at < uids.length; at += sliceLength) {
    if (at > first) await breathe()
    const slice = uids.subarray(at, at + sliceLength)
    const found = (await tx.first(selectUnseen, { account, mailbox, from: slice[0]!, to: last(slice) }))?.uid
    if (found !== undefined && found !== null) return found
  }
  return
}

const readAll = async (tx: Reader, account: number, state: MailboxState): Promise<Kept> => {
  const { id: mailbox, uidValidity, highestModseq: modseq } = state
  const all: number[] = []
  const keywords = new Set<string>()
  for await (const slice of uidSlices(tx, account, mailbox)) {
    const rows = await tx.all(selectKeywords, { account, mailbox, from: slice[0]!, to: slice.at(-1)! })
    for (const row of rows) for (const keyword of splitKeywords(row.keywords)) keywords.add(keyword)
    for (const uid of slice) all.push(uid)
  }
  const uids = Uint32Array.from(all)
  const firstUnseen = state.unseen > 0 ? await firstUnseenFrom(tx, account, mailbox, uids, 0) : undefined
  return { uidValidity, modseq, uids, keywords: [...keywords].sort(), firstUnseen }
}

/** The UIDs after changes, or undefined when they do not fit what was known. */
const uidsAfter = (before: Uint32Array<ArrayBuffer>, { changed, vanished }: MailboxChanges, total: number) => {
  const fresh = changed.filter(({ isNew }) => isNew).map(({ uid }) => uid)
  const gone = new Set(vanished)
  if (fresh.length === 0 && gone.size === 0) return before.length === total ? before : undefined
  if (fresh.length > 0 && fresh[0]! <= last(before)) return
  const left = gone.size === 0 ? before : before.filter((uid) => !gone.has(uid))
  if (left.length + fresh.length !== total) return
  const uids = new Uint32Array(total)
  uids.set(left)
  uids.set(fresh, left.length)
  return uids
}

const bringUp = async (tx: Reader, account: number, kept: Kept, state: MailboxState): Promise<Kept | undefined> => {
  const { id: mailbox, uidValidity, highestModseq: modseq } = state
  if (kept.modseq > modseq || modseq - kept.modseq > maxSteps) return
  const changes = await changedSince(tx, account, mailbox, kept.modseq)
  const uids = changes.vanished && uidsAfter(kept.uids, changes, state.total)
  if (!uids) return
  const keywords = new Set(kept.keywords)
  for (const { keywords: column } of changes.changed) for (const keyword of splitKeywords(column)) keywords.add(keyword)
  let firstUnseen: number | undefined
  if (state.unseen > 0) {
    // Below the first that was unseen, only what has changed can be unseen now.
    const unseen = changes.changed.find(({ flags }) => (flags & seen) === 0)?.uid ?? Number.POSITIVE_INFINITY
    const from = kept.firstUnseen ?? last(kept.uids) + 1
    firstUnseen = unseen <= from ? unseen : await firstUnseenFrom(tx, account, mailbox, uids, from)
  }
  return { uidValidity, modseq, uids, keywords: [...keywords].sort(), firstUnseen }
}

export class MailboxLists {
  readonly #kept = new Map<string, Kept>()
  readonly #maxUids: number
  #held = 0

  /** Keeps up to `maxUids` UIDs (4 octets each); the mailbox that was not asked for longest goes first. */
  constructor(maxUids = 4_000_000) {
    this.#maxUids = maxUids
  }

  /** What a mailbox holds at `state`, which was read in the same snapshot. */
  async of(tx: Reader, account: number, state: MailboxState): Promise<MailboxList> {
    const key = `${account}/${state.id}`
    const kept = this.#kept.get(key)
    const known = kept?.uidValidity === state.uidValidity ? kept : undefined
    if (known?.modseq === state.highestModseq && known.uids.length === state.total) {
      this.#keep(key, known)
      return known
    }
    const list = (known && (await bringUp(tx, account, known, state))) ?? (await readAll(tx, account, state))
    this.#keep(key, list)
    return list
  }

  #keep(key: string, list: Kept): void {
    this.#forget(key)
    this.#kept.set(key, list)
    // an empty mailbox takes room too
    this.#held += list.uids.length + 64
    for (const oldest of this.#kept.keys()) {
      if (this.#held <= this.#maxUids) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key)
    if (!kept) return
    this.#kept.delete(key)
    this.#held -= kept.uids.length + 64
  }
}
