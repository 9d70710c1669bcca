/**
 * Every email of a mailbox, newest first, kept in memory: read once, then brought up to date by what has changed since. A
 * hundred thousand rows read anew for each message that is marked as read would be a quarter of a second each time.
 */
import { readChanges } from '#store/changes.ts'
import type { Reader } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import { entriesOfEmail } from './entries.ts'
import { type MailboxRow, pagesOfMailbox } from './query-rows.ts'
import { slices } from './slices.ts'

/** Columns of the same length. */
interface Columns {
  readonly emails: Float64Array
  readonly threads: Float64Array
  readonly received: Float64Array
  readonly uids: Float64Array
}

interface MailboxList extends Columns {
  readonly modseq: number
  /** The newest email of each thread. Made when it is first asked for. */
  collapsed?: Float64Array
}

const caches = new WeakMap<Store, Map<string, MailboxList>>()
/** Rows in memory, of all lists: 32 octets each. */
const maxRows = 2_000_000
/** Beyond so many emails changed the list is read anew. */
const maxChanged = 500

const cacheOf = (store: Store): Map<string, MailboxList> => {
  let cache = caches.get(store)
  if (!cache) caches.set(store, (cache = new Map()))
  return cache
}

const remember = (store: Store, key: string, list: MailboxList): void => {
  const cache = cacheOf(store)
  cache.delete(key)
  cache.set(key, list)
  let rows = 0
  for (const one of cache.values()) rows += one.emails.length
  for (const [old, one] of cache) {
    if (rows <= maxRows) break
    rows -= one.emails.length
    cache.delete(old)
  }
}

const readAll = async (tx: Reader, account: number, mailbox: number, modseq: number): Promise<MailboxList> => {
  const rows: MailboxRow[] = []
  const seen = new Set<number>()
  for await (const page of pagesOfMailbox(tx, account, mailbox))
    for (const row of page)
      if (!seen.has(row[0])) {
        seen.add(row[0])
        rows.push(row)
      }
  const column = (at: 0 | 1 | 2 | 3) => Float64Array.from(rows, (row) => row[at])
  return { modseq, emails: column(0), threads: column(1), received: column(2), uids: column(3) }
}

/** Where a row stands, or would: the newest first. */
const placeOf = ({ received, uids }: Columns, [, , at, uid]: MailboxRow): number => {
  let low = 0
  let high = received.length
  while (low < high) {
    const middle = (low + high) >> 1
    const one = received[middle]!
    if (one > at || (one === at && uids[middle]! > uid)) low = middle + 1
    else high = middle
  }
  return low
}

/** The row of an email in the mailbox now: the newest of its entries. */
const rowOf = async (tx: Reader, account: number, mailbox: number, email: number): Promise<MailboxRow | undefined> => {
  const entries = (await entriesOfEmail(tx, account, email)).filter(({ mailboxId }) => mailboxId === mailbox)
  const [newest] = entries.sort((a, b) => b.receivedAt - a.receivedAt || b.uid - a.uid)
  return newest && [email, newest.threadId, newest.receivedAt, newest.uid]
}

const without = (columns: Columns, gone: ReadonlySet<number>): Columns => {
  const kept = columns.emails.map((email, i) => (gone.has(email) ? -1 : i)).filter((i) => i >= 0)
  const pick = (from: Float64Array) => kept.map((i) => from[i]!)
  const { emails, threads, received, uids } = columns
  return { emails: pick(emails), threads: pick(threads), received: pick(received), uids: pick(uids) }
}

const inserted = (column: Float64Array, at: number, value: number): Float64Array => {
  const longer = new Float64Array(column.length + 1)
  longer.set(column.subarray(0, at))
  longer[at] = value
  longer.set(column.subarray(at), at + 1)
  return longer
}

const withRow = (columns: Columns, row: MailboxRow): Columns => {
  const at = placeOf(columns, row)
  return {
    emails: inserted(columns.emails, at, row[0]),
    threads: inserted(columns.threads, at, row[1]),
    received: inserted(columns.received, at, row[2]),
    uids: inserted(columns.uids, at, row[3]),
  }
}

/** True when the row is in the list as it is: what was taken away and put back has another UID, by which others stand. */
const stands = (list: Columns, row: MailboxRow): boolean => {
  const at = placeOf(list, row)
  return list.emails[at] === row[0] && list.threads[at] === row[1] && list.uids[at] === row[3]
}

/** The list as of now; undefined when it is quicker to read it anew. */
const broughtUp = async (
  tx: Reader,
  account: number,
  mailbox: number,
  list: MailboxList,
  modseq: number,
): Promise<MailboxList | undefined> => {
  const changes = await readChanges(tx, account, 'Email', { modseq: list.modseq, skip: 0 }).catch(() => undefined)
  if (changes === undefined) return
  const { created, updated, destroyed } = changes
  if (created.length + updated.length + destroyed.length > maxChanged) return
  const gone = new Set<number>()
  const rows: MailboxRow[] = []
  for (const email of destroyed) if (list.emails.includes(email)) gone.add(email)
  for await (const slice of slices([...created, ...updated], 100))
    for (const email of slice) {
      const row = await rowOf(tx, account, mailbox, email)
      if (row && stands(list, row)) continue
      if (list.emails.includes(email)) gone.add(email)
      if (row) rows.push(row)
    }
  // Marked, or of another mailbox: the same rows.
  if (gone.size === 0 && rows.length === 0) return { ...list, modseq }
  let columns: Columns = gone.size > 0 ? without(list, gone) : list
  for (const row of rows) columns = withRow(columns, row)
  const { emails, threads, received, uids } = columns
  return { modseq, emails, threads, received, uids }
}

const collapse = ({ emails, threads }: Columns): Float64Array => {
  const seen = new Set<number>()
  return emails.filter((_, i) => {
    const thread = threads[i]!
    return !seen.has(thread) && seen.add(thread)
  })
}

/** Emails of a mailbox, newest first, as of `modseq`, the snapshot's own; of each thread the newest when `collapsed`. */
export const mailboxEmails = async (
  store: Store,
  tx: Reader,
  { account, mailbox, collapsed, modseq }: { account: number; mailbox: number; collapsed: boolean; modseq: number },
): Promise<Float64Array> => {
  const key = `${account} ${mailbox}`
  const known = cacheOf(store).get(key)
  const fresh =
    known === undefined || known.modseq > modseq
      ? undefined
      : known.modseq === modseq
        ? known
        : await broughtUp(tx, account, mailbox, known, modseq)
  const list = fresh ?? (await readAll(tx, account, mailbox, modseq))
  remember(store, key, list)
  if (!collapsed) return list.emails
  list.collapsed ??= collapse(list)
  return list.collapsed
}
