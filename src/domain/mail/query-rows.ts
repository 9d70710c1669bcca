/** Reads the rows that a query is evaluated on, in pages, giving way to others between them. */

import { parseAddresses } from '#format/address/parse.ts'
import { decodeText, headerValue, parseHeaderBlock } from '#format/mime/headers.ts'
import { type Params, type Reader, type SqlValue, statement } from '#store/engine.ts'
import { breathe } from '../turn.ts'
import { threadOf } from './entries.ts'
import { combineFlags, splitKeywords } from './flags.ts'
import { type EmailRow, systemBit } from './query-filter.ts'
import { slices } from './slices.ts'

const pageLength = 2000
/** Entries of a mailbox, newest first: [email, thread, received_at, uid]. */
const mailboxNewest = statement(
  (q, p: Params<{ account: number; mailbox: number; received: number; uid: number; limit: number }>) =>
    q
      .selectFrom('message')
      .select(['email_id', 'thread_id', 'received_at', 'uid'])
      .where('account_id', '=', p.account)
      .where('mailbox_id', '=', p.mailbox)
      .where((eb) =>
        eb.or([
          eb('received_at', '<', p.received),
          eb.and([eb('received_at', '=', p.received), eb('uid', '<', p.uid)]),
        ]),
      )
      .where('received_at', '<=', p.received)
      .orderBy('received_at', 'desc')
      .orderBy('uid', 'desc')
      .limit(p.limit),
)

const accountById = statement((q, p: Params<{ account: number; after: number; limit: number }>) =>
  q
    .selectFrom('email')
    .select(['id', 'thread_id', 'received_at'])
    .where('account_id', '=', p.account)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
)

/** An email's id and its thread's. */
export type IdPair = readonly [email: number, thread: number]

/** An entry of a mailbox, as lists are made of. */
export type MailboxRow = readonly [email: number, thread: number, received: number, uid: number]

/** The entries of a mailbox in pages, newest first: a short one, which is often enough, and then long ones. */
export async function* pagesOfMailbox(
  tx: Reader,
  account: number,
  mailbox: number,
): AsyncGenerator<readonly MailboxRow[]> {
  let received = Number.MAX_SAFE_INTEGER
  let uid = Number.MAX_SAFE_INTEGER
  for (let limit = 200; ; limit = pageLength) {
    const page = (await tx.tuples(mailboxNewest, { account, mailbox, received, uid, limit })) as SqlValue[][] as [
      number,
      number,
      number,
      number,
    ][]
    yield page
    const end = page[page.length - 1]
    if (page.length < limit || end === undefined) return
    received = end[2]
    uid = end[3]
    await breathe()
  }
}

/**
 * Emails of a mailbox, newest first, each once, until `enough` says so. This order is the base that every sort is
 * stable on.
 */
export const newestInMailbox = async (
  tx: Reader,
  account: number,
  mailbox: number,
  enough: (found: readonly IdPair[]) => boolean = () => false,
): Promise<IdPair[]> => {
  const found: IdPair[] = []
  const seen = new Set<number>()
  for await (const page of pagesOfMailbox(tx, account, mailbox)) {
    for (const [email, thread] of page) {
      if (seen.has(email)) continue
      seen.add(email)
      found.push([email, thread])
    }
    if (enough(found)) break
  }
  return found
}

/** Every email of the account, newest first. */
export const newestInAccount = async (tx: Reader, account: number): Promise<IdPair[]> => {
  const all: number[][] = []
  for (let after = 0; ; ) {
    const page = (await tx.tuples(accountById, { account, after, limit: pageLength })) as number[][]
    for (const tuple of page) all.push(tuple)
    if (page.length < pageLength) break
    after = page[page.length - 1]![0]!
    await breathe()
  }
  all.sort((a, b) => b[2]! - a[2]! || b[0]! - a[0]!)
  return all.map(([email, thread]) => [email!, thread!])
}

const threadsOf = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('email')
    .select(['id', 'thread_id', 'received_at'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.email),
)

/** The same for a given set of emails. */
export const newestFirstAmong = async (tx: Reader, account: number, emails: Iterable<number>): Promise<IdPair[]> => {
  const rows: { id: number; thread_id: number; received_at: number }[] = []
  for await (const slice of slices([...emails], pageLength))
    for (const email of slice) {
      const row = await tx.first(threadsOf, { account, email })
      if (row) rows.push(row)
    }
  rows.sort((a, b) => b.received_at - a.received_at || b.id - a.id)
  return rows.map((row) => [row.id, row.thread_id])
}

const entriesOf = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('message')
    .select(['mailbox_id', 'flags', 'keywords', 'thread_id', 'blob_id', 'size', 'received_at'])
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email)
    .where('thread_id', '=', threadOf(q, p)),
)
const contentOf = statement((q, p: Params<{ blob: number }>) =>
  q
    .selectFrom('content')
    .select(['has_attachment', 'sent_at', 'base_subject', 'from_sort', 'to_sort'])
    .where('blob_id', '=', p.blob),
)

const readRow = async (tx: Reader, account: number, email: number, content: boolean): Promise<EmailRow | undefined> => {
  const entries = await tx.tuples(entriesOf, { account, email })
  const first = entries[0]
  if (!first) return undefined
  const combined = combineFlags(
    entries.map((entry) => ({ flags: entry[1] as number, keywords: splitKeywords(entry[2] as string) })),
  )
  const details = content ? await tx.first(contentOf, { blob: first[4] as number }) : undefined
  return {
    id: email,
    threadId: first[3] as number,
    blobId: first[4] as number,
    size: first[5] as number,
    receivedAt: first[6] as number,
    flags: combined.flags,
    keywords: combined.keywords,
    mailboxIds: [...new Set(entries.map((entry) => entry[0] as number))],
    hasAttachment: details?.has_attachment === 1,
    sentAt: details?.sent_at ?? (first[6] as number),
    subject: details?.base_subject ?? '',
    from: details?.from_sort ?? '',
    to: details?.to_sort ?? '',
  }
}

/** Rows of the given emails, in the same order; `content` brings subject, addresses, sent date and attachment mark. */
export const readRows = async (
  tx: Reader,
  account: number,
  emails: readonly number[],
  content: boolean,
): Promise<EmailRow[]> => {
  const rows: EmailRow[] = []
  for await (const slice of slices(emails, 1000))
    for (const email of slice) {
      const row = await readRow(tx, account, email, content)
      if (row) rows.push(row)
    }
  return rows
}

const headersOf = statement((q, p: Params<{ blob: number }>) =>
  q.selectFrom('content').select('headers').where('blob_id', '=', p.blob),
)

/** Ids of the rows with a header field of this name whose decoded value contains `value` (in any case). */
export const matchHeader = async (
  tx: Reader,
  rows: readonly EmailRow[],
  name: string,
  value: string | undefined,
): Promise<Set<number>> => {
  const wanted = name.toLowerCase()
  const text = value?.toLowerCase()
  const matching = new Set<number>()
  for await (const slice of slices(rows, 500))
    for (const row of slice) {
      const block = (await tx.first(headersOf, { blob: row.blobId }))?.headers
      if (!block) continue
      const hit = parseHeaderBlock(block).some(
        (header) =>
          header.name.toLowerCase() === wanted &&
          (text === undefined || decodeText(headerValue(block, header)).toLowerCase().includes(text)),
      )
      if (hit) matching.add(row.id)
    }
  return matching
}

/** Ids of those rows among `emails` that one of these addresses wrote. */
export const matchSender = async (
  tx: Reader,
  rows: readonly EmailRow[],
  { addresses, emails }: { readonly addresses: ReadonlySet<string>; readonly emails: ReadonlySet<number> },
): Promise<Set<number>> => {
  const matching = new Set<number>()
  for await (const slice of slices(
    rows.filter(({ id }) => emails.has(id)),
    500,
  ))
    for (const row of slice) {
      const block = (await tx.first(headersOf, { blob: row.blobId }))?.headers
      const from = block && parseHeaderBlock(block).find(({ name }) => name.toLowerCase() === 'from')
      const written = block && from ? parseAddresses(headerValue(block, from)) : []
      if (written.some(({ email }) => addresses.has(email.toLowerCase()))) matching.add(row.id)
    }
  return matching
}

const mailboxEnds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select(['id', 'uid_next']).where('account_id', '=', p.account),
)

/** UIDs looked through in one statement. */
const uidStep = 5000

const entriesWith = (by: 'flag' | 'keyword') =>
  statement((q, p: Params<{ account: number; mailbox: number; from: number; to: number; bit: number; like: string }>) =>
    q
      .selectFrom('message')
      .select('email_id')
      .where('account_id', '=', p.account)
      .where('mailbox_id', '=', p.mailbox)
      .where('uid', '>=', p.from)
      .where('uid', '<', p.to)
      .where((eb) => (by === 'flag' ? eb(eb('flags', '&', p.bit), '>', eb.lit(0)) : eb('keywords', 'like', p.like))),
  )
const flagged = entriesWith('flag')
const kept = entriesWith('keyword')

/** Emails of the account that may have a keyword, in slices of UIDs; the filter itself looks at each (`_` is a wildcard). */
export const emailsWithKeyword = async (tx: Reader, account: number, keyword: string): Promise<Set<number>> => {
  const found = new Set<number>()
  const bit = systemBit(keyword)
  const look = { account, bit: bit ?? 0, like: `%${keyword.toLowerCase()}%` }
  for (const { id: mailbox, uid_next: end } of await tx.all(mailboxEnds, { account }))
    for (let from = 1; from < end; from += uidStep) {
      const page = { ...look, mailbox, from, to: from + uidStep }
      for (const [email] of await tx.tuples(bit === undefined ? kept : flagged, page)) found.add(email as number)
      if (end - from > uidStep) await breathe()
    }
  return found
}
