/**
 * The change log: one row per transaction that changed something, written in that same transaction (law 2). JMAP
 * `/changes`, IMAP CONDSTORE/QRESYNC and the full-text index all read it; nothing else remembers what happened.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from './engine.ts'

/** Bits of `change.types`; the order of the names is part of the stored format. */
export const changeTypes = [
  'Mailbox',
  'Email',
  'Thread',
  'Identity',
  'EmailSubmission',
  'EmailDelivery',
  'SieveScript',
  'VacationResponse',
  'PortalArrangement',
  'Card',
  'Tile',
  'Notice',
  'Notification',
  /** A notification whose time to ring has come: what phones subscribe to, as to EmailDelivery. */
  'NotificationDelivery',
  'DocumentRequest',
  'MailLabel',
  'SavedSearch',
  'MailPreferences',
  'Snooze',
  'MailJob',
  'AddressBook',
  'ContactCard',
  'Calendar',
  'CalendarEvent',
] as const
export type ChangeType = (typeof changeTypes)[number]
export type ChangeKind = 'created' | 'updated' | 'destroyed'

/** The bit of one type in a mask of types. */
export const typeBit = (type: ChangeType): number => 1 << changeTypes.indexOf(type)

/** The types in a mask. */
export const typesOf = (mask: number): ChangeType[] => changeTypes.filter((type) => (mask & typeBit(type)) !== 0)

/** One object's change: [id, kind letter]; 'n' is an update of a mailbox's counts only. */
type Entry = [id: number, kind: 'c' | 'u' | 'd' | 'n']

/** What `ChangeSet.serialize` writes. */
interface StoredChange {
  /** By type name. */
  readonly t: Partial<Record<ChangeType, Entry[]>>
  /** UIDs that left a mailbox, by mailbox id. */
  readonly v?: Record<string, number[]>
}

const letters = { created: 'c', updated: 'u', destroyed: 'd' } as const

/** What one transaction has changed so far; an object is told once, with its net change. */
export class ChangeSet {
  readonly #byType = new Map<ChangeType, Map<number, Entry[1]>>()
  readonly #vanished = new Map<number, number[]>()
  types = 0

  /** Records a change. `countsOnly` marks a mailbox of which nothing but counts changed (RFC 8621 §2.2). */
  add(type: ChangeType, id: number, kind: ChangeKind, countsOnly = false): void {
    this.types |= typeBit(type)
    let entries = this.#byType.get(type)
    if (!entries) this.#byType.set(type, (entries = new Map()))
    const before = entries.get(id)
    const now = countsOnly ? 'n' : letters[kind]
    if (before === 'c' && now === 'd') entries.delete(id)
    else if (before === undefined || now === 'd' || (before === 'n' && now === 'u')) entries.set(id, now)
  }

  /** Records that a UID left a mailbox, for VANISHED (RFC 7162). */
  vanish(mailboxId: number, uid: number): void {
    const uids = this.#vanished.get(mailboxId)
    if (uids) uids.push(uid)
    else this.#vanished.set(mailboxId, [uid])
  }

  get empty(): boolean {
    return this.types === 0 && this.#vanished.size === 0
  }

  serialize(): string {
    // Written out: every delivery does this, and all that varies are numbers.
    let text = '{"t":{'
    let separator = '"'
    for (const [type, entries] of this.#byType) {
      text += `${separator}${type}":[`
      let comma = '['
      for (const [id, kind] of entries) {
        text += `${comma}${id},"${kind}"]`
        comma = ',['
      }
      text += ']'
      separator = ',"'
    }
    return this.#vanished.size === 0
      ? `${text}}}`
      : `${text}},"v":${JSON.stringify(Object.fromEntries(this.#vanished))}}`
  }
}

/**
 * A point in the log of one type: every row up to `modseq` is known, and of the next row the first `skip` entries.
 * `skip` is above 0 only between two pages of one large transaction.
 */
export interface ChangePoint {
  readonly modseq: number
  readonly skip: number
}

export interface Changes {
  readonly created: number[]
  readonly updated: number[]
  readonly destroyed: number[]
  /** Only counts of the updated mailboxes changed. */
  readonly countsOnly: boolean
  readonly until: ChangePoint
  readonly more: boolean
}

const accountState = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['modseq', 'low_modseq']).where('id', '=', p.account),
)

const rowsSince = statement((q, p: Params<{ account: number; since: number; limit: number }>) =>
  q
    .selectFrom('change')
    .select(['modseq', 'types', 'data'])
    .where('account_id', '=', p.account)
    .where('modseq', '>', p.since)
    .orderBy('modseq')
    .limit(p.limit),
)

/** Highest modseq of an account, and the one up to which its log has been trimmed. Throws Failure notFound. */
export const readState = async (tx: Reader, account: number): Promise<{ modseq: number; lowModseq: number }> => {
  const row = await tx.first(accountState, { account })
  if (!row) throw new Failure('notFound', `no account ${account}`)
  return { modseq: row.modseq, lowModseq: row.low_modseq }
}

const pageOfRows = 500
/** Of rows that are read at a stretch before others have their turn: about a millisecond. */
const lettersPerTurn = 100_000

async function* rows(tx: Reader, account: number, since: number) {
  for (let from = since; ; ) {
    const page = await tx.all(rowsSince, { account, since: from, limit: pageOfRows })
    yield* page
    if (page.length < pageOfRows) return
    from = page[page.length - 1]!.modseq
  }
}

const checkReach = async (tx: Reader, account: number, since: number): Promise<number> => {
  const { modseq, lowModseq } = await readState(tx, account)
  if (since < lowModseq || since > modseq)
    throw new Failure('cannotCalculateChanges', `state ${since} is outside ${lowModseq}..${modseq}`)
  return modseq
}

/** Puts one entry onto what is known of an object; both are net changes. */
const merge = (net: Map<number, Entry[1]>, [id, kind]: Entry): void => {
  const before = net.get(id)
  if (before === undefined || (before === 'n' && kind === 'u')) net.set(id, kind)
  else if (kind === 'd') {
    if (before === 'c') net.delete(id)
    else net.set(id, 'd')
  } else if (before === 'd') net.set(id, 'u')
}

/**
 * What has changed in one type since a point (RFC 8620 §5.2). At most `max` objects are named; then `more` is true and
 * `until` is the point to continue from. Throws Failure cannotCalculateChanges when the log no longer reaches back.
 */
export const readChanges = async (
  tx: Reader,
  account: number,
  type: ChangeType,
  since: ChangePoint,
  max = Number.POSITIVE_INFINITY,
): Promise<Changes> => {
  const head = await checkReach(tx, account, since.modseq)
  const bit = typeBit(type)
  const net = new Map<number, Entry[1]>()
  let until: ChangePoint = { modseq: head, skip: 0 }
  let more = false
  let { skip } = since
  let known = since.modseq
  scan: for await (const row of rows(tx, account, since.modseq)) {
    if ((row.types & bit) === 0) continue
    const entries = (JSON.parse(row.data) as StoredChange).t[type] ?? []
    for (let i = skip; i < entries.length; i++) {
      if (net.size >= max && !net.has(entries[i]![0])) {
        until = { modseq: known, skip: i }
        more = true
        break scan
      }
      merge(net, entries[i]!)
    }
    skip = 0
    known = row.modseq
  }
  const pick = (...kinds: string[]) => [...net].filter(([, kind]) => kinds.includes(kind)).map(([id]) => id)
  const updated = pick('u', 'n')
  return {
    created: pick('c'),
    updated,
    destroyed: pick('d'),
    countsOnly: updated.length > 0 && pick('u').length === 0,
    until,
    more,
  }
}

/**
 * UIDs that left a mailbox after `since` (RFC 7162 §3.2.10), unsorted. Throws Failure cannotCalculateChanges when the
 * log no longer reaches back.
 */
export const readVanished = async (tx: Reader, account: number, mailbox: number, since: number): Promise<number[]> => {
  await checkReach(tx, account, since)
  const uids: number[] = []
  let read = 0
  for await (const row of rows(tx, account, since)) {
    read += row.data.length
    if (read > lettersPerTurn) {
      read = 0
      await nextTurn()
    }
    // Most rows tell of nothing that left.
    if (!row.data.includes('"v":')) continue
    const { v } = JSON.parse(row.data) as StoredChange
    for (const uid of v?.[mailbox] ?? []) uids.push(uid)
  }
  return uids
}

/** Types changed after `since`, as a mask: what a reconnecting push client has missed. */
export const typesChangedSince = async (tx: Reader, account: number, since: number): Promise<number> => {
  let mask = 0
  for await (const row of rows(tx, account, since)) mask |= row.types
  return mask
}

const trimRows = statement((q, p: Params<{ account: number; upTo: number }>) =>
  q.deleteFrom('change').where('account_id', '=', p.account).where('modseq', '<=', p.upTo),
)
const raiseLow = statement((q, p: Params<{ account: number; upTo: number }>) =>
  q.updateTable('account').set({ low_modseq: p.upTo }).where('id', '=', p.account).where('low_modseq', '<', p.upTo),
)

const trimGone = statement((q, p: Params<{ account: number; upTo: number }>) =>
  q.deleteFrom('contact_gone').where('account_id', '=', p.account).where('modseq', '<=', p.upTo),
)
const trimGoneEvents = statement((q, p: Params<{ account: number; upTo: number }>) =>
  q.deleteFrom('calendar_gone').where('account_id', '=', p.account).where('modseq', '<=', p.upTo),
)

/** Statements that forget the log of an account up to a modseq; run all in one transaction. */
export const trimming = { trimRows, trimGone, trimGoneEvents, raiseLow }
