/**
 * What a mail program sees of one mailbox: IMAP's reads. Every function works within one snapshot that the caller opens
 * with `store.read`.
 */
import { Failure, isFailure } from '#base/failure.ts'
import { type Changes, readChanges, readVanished } from '#store/changes.ts'
import { type Params, type ParamValues, type Reader, type SqlValue, type Statement, statement } from '#store/engine.ts'
import { threadOf } from './entries.ts'
import { deleted, type FlagSet, splitKeywords } from './flags.ts'
import { uidWindows } from './uid-windows.ts'

export interface MailboxState {
  readonly id: number
  readonly uidValidity: number
  readonly uidNext: number
  /** At least 1. */
  readonly highestModseq: number
  readonly total: number
  readonly unseen: number
  readonly deleted: number
  readonly bytes: number
}

const selectState = statement((q, p: Params<{ account: number; mailbox: number }>) =>
  q
    .selectFrom('mailbox')
    .select(['uid_validity', 'uid_next', 'message_modseq', 'total', 'unseen', 'deleted', 'bytes'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.mailbox),
)

/** Counters of a mailbox. Throws Failure notFound. */
export const mailboxState = async (tx: Reader, account: number, mailbox: number): Promise<MailboxState> => {
  const row = await tx.first(selectState, { account, mailbox })
  if (!row) throw new Failure('notFound', `no mailbox ${mailbox}`)
  return {
    id: mailbox,
    uidValidity: row.uid_validity,
    uidNext: row.uid_next,
    highestModseq: Math.max(1, row.message_modseq),
    total: row.total,
    unseen: row.unseen,
    deleted: row.deleted,
    bytes: row.bytes,
  }
}

/** Which parts of a message's content a read brings along; each costs what it weighs. */
export interface ContentNeeds {
  readonly headers?: boolean
  readonly structure?: boolean
  readonly envelope?: boolean
  readonly preview?: boolean
}

export interface ViewedMessage {
  readonly uid: number
  readonly emailId: number
  readonly threadId: number
  readonly blobId: number
  readonly flags: number
  /** As in the column: separated by spaces. */
  readonly keywords: string
  readonly size: number
  readonly receivedAt: number
  readonly savedAt: number
  readonly modseq: number
  /** Set when asked for; `headers` is null when the block is too long to be kept beside the blob. */
  readonly headers: Uint8Array | null
  readonly structure: string
  readonly envelope: Uint8Array
  readonly preview: string
}

/** Flags of a viewed message. */
export const flagsOf = (message: { readonly flags: number; readonly keywords: string }): FlagSet => ({
  flags: message.flags,
  keywords: splitKeywords(message.keywords),
})

const entryColumns = [
  'message.uid',
  'message.email_id',
  'message.thread_id',
  'message.blob_id',
  'message.flags',
  'message.keywords',
  'message.size',
  'message.received_at',
  'message.saved_at',
  'message.modseq',
] as const
const contentColumns = ['content.headers', 'content.structure', 'content.envelope', 'content.preview'] as const

type RangeParams = { account: number; mailbox: number; from: number; to: number; limit: number }
type RangeStatement = Statement<RangeParams & ParamValues, unknown>

const rangeStatement = (needs: ContentNeeds): RangeStatement => {
  const wanted = [needs.headers, needs.structure, needs.envelope, needs.preview]
  const extra = contentColumns.filter((_column, i) => wanted[i])
  return statement((q, p: Params<RangeParams>) => {
    const base = q.selectFrom('message')
    const rows =
      extra.length === 0
        ? base.select(entryColumns)
        : base.innerJoin('content', 'content.blob_id', 'message.blob_id').select([...entryColumns, ...extra])
    return rows
      .where('message.account_id', '=', p.account)
      .where('message.mailbox_id', '=', p.mailbox)
      .where('message.uid', '>=', p.from)
      .where('message.uid', '<=', p.to)
      .orderBy('message.uid')
      .limit(p.limit)
  })
}

const needsMask = (needs: ContentNeeds): number =>
  (needs.headers ? 1 : 0) | (needs.structure ? 2 : 0) | (needs.envelope ? 4 : 0) | (needs.preview ? 8 : 0)

const rangeStatements: RangeStatement[] = Array.from({ length: 16 }, (_none, mask) =>
  rangeStatement({
    headers: (mask & 1) !== 0,
    structure: (mask & 2) !== 0,
    envelope: (mask & 4) !== 0,
    preview: (mask & 8) !== 0,
  }),
)

const noBytes = new Uint8Array(0)

const toViewed = (tuple: readonly SqlValue[], mask: number): ViewedMessage => {
  let i = entryColumns.length
  return {
    uid: tuple[0] as number,
    emailId: tuple[1] as number,
    threadId: tuple[2] as number,
    blobId: tuple[3] as number,
    flags: tuple[4] as number,
    keywords: tuple[5] as string,
    size: tuple[6] as number,
    receivedAt: tuple[7] as number,
    savedAt: tuple[8] as number,
    modseq: tuple[9] as number,
    headers: (mask & 1) !== 0 ? (tuple[i++] as Uint8Array | null) : null,
    structure: (mask & 2) !== 0 ? (tuple[i++] as string) : '',
    envelope: (mask & 4) !== 0 ? (tuple[i++] as Uint8Array) : noBytes,
    preview: (mask & 8) !== 0 ? (tuple[i++] as string) : '',
  }
}

/**
 * Messages with `from` ≤ UID ≤ `to`, ascending, at most `limit`: read a long range in pages, giving way between them.
 */
export const messagesInRange = async (
  tx: Reader,
  account: number,
  mailbox: number,
  range: { readonly from: number; readonly to: number; readonly limit?: number },
  needs: ContentNeeds = {},
): Promise<ViewedMessage[]> => {
  const mask = needsMask(needs)
  const { from, to, limit = 1000 } = range
  const tuples = await tx.tuples(rangeStatements[mask]!, { account, mailbox, from, to, limit })
  return tuples.map((tuple) => toViewed(tuple, mask))
}

/** Messages by UID (ascending); those that are not there are left out. */
export const messagesByUid = async (
  tx: Reader,
  account: number,
  mailbox: number,
  uids: readonly number[],
  needs: ContentNeeds = {},
): Promise<ViewedMessage[]> => {
  const messages: ViewedMessage[] = []
  // Runs of neighbours are read as ranges: `FETCH 1:*` is one run, a search result many short ones.
  for (let i = 0; i < uids.length; ) {
    let j = i
    while (j + 1 < uids.length && uids[j + 1]! - uids[j]! <= 2 && j - i < 999) j++
    const range = { from: uids[i]!, to: uids[j]!, limit: uids[j]! - uids[i]! + 1 }
    for (const message of await messagesInRange(tx, account, mailbox, range, needs)) {
      // Both are ascending; a UID in a gap between the wanted ones is passed over.
      while (uids[i]! < message.uid) i++
      if (uids[i] === message.uid) messages.push(message)
    }
    i = j + 1
  }
  return messages
}

const selectOfEmail = statement((q, p: Params<{ account: number; mailbox: number; email: number }>) =>
  q
    .selectFrom('message')
    .select(entryColumns)
    .where('message.account_id', '=', p.account)
    .where('message.thread_id', '=', threadOf(q, p))
    .where('message.email_id', '=', p.email)
    .where('message.mailbox_id', '=', p.mailbox),
)

/** Messages of a mailbox by email, without content, in the order of the emails: for a few that an index has found. */
export const messagesOfEmails = async (
  tx: Reader,
  account: number,
  mailbox: number,
  emails: readonly number[],
): Promise<ViewedMessage[]> => {
  const messages: ViewedMessage[] = []
  for (const email of emails)
    for (const tuple of await tx.tuples(selectOfEmail, { account, mailbox, email })) messages.push(toViewed(tuple, 0))
  return messages
}

const changedColumns = ['uid', 'flags', 'keywords', 'modseq', 'created_modseq'] as const

type ChangedParams = { account: number; mailbox: number; since: number; after: number; upTo: number }

const selectChanged = statement((q, p: Params<ChangedParams>) =>
  q
    .selectFrom('message')
    .select(changedColumns)
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>', p.after)
    .where('uid', '<=', p.upTo)
    .where('modseq', '>', p.since),
)

const selectEntriesOf = statement((q, p: Params<{ account: number; mailbox: number; email: number; since: number }>) =>
  q
    .selectFrom('message')
    .select(changedColumns)
    .where('account_id', '=', p.account)
    .where('thread_id', '=', threadOf(q, p))
    .where('email_id', '=', p.email)
    .where('mailbox_id', '=', p.mailbox)
    .where('modseq', '>', p.since),
)

interface ChangedRow {
  readonly uid: number
  readonly flags: number
  readonly keywords: string
  readonly modseq: number
  readonly created_modseq: number
}

/** Above this many changed emails, one scan of the mailbox is cheaper than looking each of them up. */
const maxLookups = 2000

/** Rows of a mailbox that changed; there is no index on modseq (it would cost every delivery), so the log leads to them. */
const changedRows = async (tx: Reader, account: number, mailbox: number, since: number): Promise<ChangedRow[]> => {
  let log: Changes | undefined
  try {
    log = await readChanges(tx, account, 'Email', { modseq: since, skip: 0 }, maxLookups)
  } catch (error) {
    if (!isFailure(error, 'cannotCalculateChanges')) throw error
  }
  const rows: ChangedRow[] = []
  if (!log || log.more) {
    for await (const window of uidWindows(tx, account, mailbox))
      for (const row of await tx.all(selectChanged, { account, mailbox, since, ...window })) rows.push(row)
    return rows
  }
  for (const email of [...log.created, ...log.updated])
    rows.push(...(await tx.all(selectEntriesOf, { account, mailbox, email, since })))
  return rows
}

export interface ChangedMessage {
  readonly uid: number
  readonly flags: number
  readonly keywords: string
  readonly modseq: number
  /** It was not in the mailbox at `since`. */
  readonly isNew: boolean
}

export interface MailboxChanges {
  /** By UID. */
  readonly changed: ChangedMessage[]
  /** UIDs that left, ascending; undefined when the log no longer reaches back: compare the UIDs. */
  readonly vanished: number[] | undefined
}

/** What has happened in a mailbox since a modseq. */
export const changedSince = async (
  tx: Reader,
  account: number,
  mailbox: number,
  since: number,
): Promise<MailboxChanges> => {
  const rows = await changedRows(tx, account, mailbox, since)
  const changed = rows
    .map((row) => ({
      uid: row.uid,
      flags: row.flags,
      keywords: row.keywords,
      modseq: row.modseq,
      isNew: row.created_modseq > since,
    }))
    .sort((a, b) => a.uid - b.uid)
  let vanished: number[] | undefined
  try {
    vanished = (await readVanished(tx, account, mailbox, since)).sort((a, b) => a - b)
  } catch (error) {
    if (!isFailure(error, 'cannotCalculateChanges')) throw error
  }
  return { changed, vanished }
}

const sumDeleted = statement((q, p: Params<{ account: number; mailbox: number; flag: number }>) =>
  q
    .selectFrom('message')
    .select((eb) => eb.fn.sum<number | string | null>('size').as('bytes'))
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where((eb) => eb(eb('flags', '&', p.flag), '>', eb.lit(0))),
)

/** Octets of the messages marked \Deleted: what expunging them would give back. */
export const deletedBytes = async (tx: Reader, account: number, mailbox: number): Promise<number> =>
  Number((await tx.first(sumDeleted, { account, mailbox, flag: deleted }))?.bytes ?? 0)
