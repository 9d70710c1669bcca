/**
 * Entries of mailboxes: the `message` rows. The four things that can happen to one (put, reflag, take out, and the end
 * of the email with its last entry) are written here once; the verbs beside this file say when.
 */
import { type Params, type QueryBuilder, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { type FlagSet, joinKeywords, splitKeywords } from './flags.ts'
import type { Tally } from './tally.ts'

/** One entry, as the verbs handle it. */
export interface Entry {
  readonly mailboxId: number
  readonly uid: number
  readonly emailId: number
  readonly threadId: number
  readonly blobId: number
  readonly flags: FlagSet
  readonly size: number
  readonly receivedAt: number
  readonly modseq: number
}

const columns = [
  'mailbox_id',
  'uid',
  'email_id',
  'thread_id',
  'blob_id',
  'flags',
  'keywords',
  'size',
  'received_at',
  'modseq',
] as const

interface EntryRow {
  mailbox_id: number
  uid: number
  email_id: number
  thread_id: number
  blob_id: number
  flags: number
  keywords: string
  size: number
  received_at: number
  modseq: number
}

const toEntry = (row: EntryRow): Entry => ({
  mailboxId: row.mailbox_id,
  uid: row.uid,
  emailId: row.email_id,
  threadId: row.thread_id,
  blobId: row.blob_id,
  flags: { flags: row.flags, keywords: splitKeywords(row.keywords) },
  size: row.size,
  receivedAt: row.received_at,
  modseq: row.modseq,
})

const byRange = statement((q, p: Params<{ account: number; mailbox: number; from: number; to: number }>) =>
  q
    .selectFrom('message')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>=', p.from)
    .where('uid', '<=', p.to)
    .orderBy('uid'),
)

const byUid = statement((q, p: Params<{ account: number; mailbox: number; uid: number }>) =>
  q
    .selectFrom('message')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '=', p.uid),
)

/** The thread of an email, as a subquery: entries are indexed by thread and email. */
export const threadOf = (q: QueryBuilder, p: { readonly account: number; readonly email: number }) =>
  q
    .selectFrom('email')
    .select('email.thread_id')
    .where('email.account_id', '=', p.account)
    .where('email.id', '=', p.email)

const byEmail = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('message')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email)
    .where('thread_id', '=', threadOf(q, p)),
)

/** Entries of a mailbox by UID, ascending; UIDs that are not there are left out. `uids` must be ascending. */
export const entriesByUid = async (
  tx: Reader,
  account: number,
  mailbox: number,
  uids: readonly number[],
): Promise<Entry[]> => {
  const first = uids[0]
  const last = uids[uids.length - 1]
  if (first === undefined || last === undefined) return []
  if (uids.length > 4 && last - first < uids.length * 4) {
    const wanted = new Set(uids)
    const rows = await tx.all(byRange, { account, mailbox, from: first, to: last })
    return rows.filter((row) => wanted.has(row.uid)).map(toEntry)
  }
  const entries: Entry[] = []
  for (const uid of uids) {
    const row = await tx.first(byUid, { account, mailbox, uid })
    if (row) entries.push(toEntry(row))
  }
  return entries
}

/** Every entry of a mailbox, ascending. */
export const allEntries = async (tx: Reader, account: number, mailbox: number): Promise<Entry[]> =>
  (await tx.all(byRange, { account, mailbox, from: 1, to: 0xffff_ffff })).map(toEntry)

const afterUid = statement((q, p: Params<{ account: number; mailbox: number; after: number; limit: number }>) =>
  q
    .selectFrom('message')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>', p.after)
    .orderBy('uid')
    .limit(p.limit),
)

/** The next entries of a mailbox after a UID, ascending. */
export const entriesAfter = async (
  tx: Reader,
  account: number,
  mailbox: number,
  after: number,
  limit: number,
): Promise<Entry[]> => (await tx.all(afterUid, { account, mailbox, after, limit })).map(toEntry)

/** Every entry of an email, in no order. */
export const entriesOfEmail = async (tx: Reader, account: number, email: number): Promise<Entry[]> =>
  (await tx.all(byEmail, { account, email })).map(toEntry)

const insertMessage = statement(
  (
    q,
    p: Params<{
      account: number
      mailbox: number
      uid: number
      email: number
      thread: number
      blob: number
      flags: number
      keywords: string
      size: number
      received: number
      saved: number
      modseq: number
    }>,
  ) =>
    q.insertInto('message').values({
      account_id: p.account,
      mailbox_id: p.mailbox,
      uid: p.uid,
      email_id: p.email,
      thread_id: p.thread,
      blob_id: p.blob,
      flags: p.flags,
      keywords: p.keywords,
      size: p.size,
      received_at: p.received,
      saved_at: p.saved,
      modseq: p.modseq,
      created_modseq: p.modseq,
    }),
)

/** Puts an email in a mailbox and returns the UID. The caller records the change of the email. */
export const putEntry = async (
  tx: AccountWriter,
  tally: Tally,
  mailboxId: number,
  email: {
    readonly emailId: number
    readonly threadId: number
    readonly blobId: number
    readonly size: number
    readonly receivedAt: number
  },
  flags: FlagSet,
): Promise<number> => {
  const uid = await tally.added(mailboxId, { ...email, flags: flags.flags })
  await tx.run(insertMessage, {
    account: tx.accountId,
    mailbox: mailboxId,
    uid,
    email: email.emailId,
    thread: email.threadId,
    blob: email.blobId,
    flags: flags.flags,
    keywords: joinKeywords(flags.keywords),
    size: email.size,
    received: email.receivedAt,
    saved: tx.now,
    modseq: tx.modseq,
  })
  return uid
}

const updateFlags = statement(
  (q, p: Params<{ account: number; mailbox: number; uid: number; flags: number; keywords: string; modseq: number }>) =>
    q
      .updateTable('message')
      .set({ flags: p.flags, keywords: p.keywords, modseq: p.modseq })
      .where('account_id', '=', p.account)
      .where('mailbox_id', '=', p.mailbox)
      .where('uid', '=', p.uid),
)

/** Gives an entry other flags; returns false, and writes nothing, when they are the same. */
export const reflagEntry = async (tx: AccountWriter, tally: Tally, entry: Entry, after: FlagSet): Promise<boolean> => {
  const keywords = joinKeywords(after.keywords)
  if (entry.flags.flags === after.flags && joinKeywords(entry.flags.keywords) === keywords) return false
  await tally.reflagged(entry.mailboxId, { ...entry, flags: entry.flags.flags }, after.flags)
  await tx.run(updateFlags, {
    account: tx.accountId,
    mailbox: entry.mailboxId,
    uid: entry.uid,
    flags: after.flags,
    keywords,
    modseq: tx.modseq,
  })
  tx.changed('Email', entry.emailId, 'updated')
  return true
}

const deleteMessage = statement((q, p: Params<{ account: number; mailbox: number; uid: number }>) =>
  q
    .deleteFrom('message')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '=', p.uid),
)

/** Takes an entry out of its mailbox. The email stays: follow with `settleEmail` once its entries are final. */
export const takeEntry = async (tx: AccountWriter, tally: Tally, entry: Entry): Promise<void> => {
  await tally.removed(entry.mailboxId, { ...entry, flags: entry.flags.flags })
  await tx.run(deleteMessage, { account: tx.accountId, mailbox: entry.mailboxId, uid: entry.uid })
  tx.vanished(entry.mailboxId, entry.uid)
}

const deleteEmail = statement((q, p: Params<{ account: number; email: number }>) =>
  q.deleteFrom('email').where('account_id', '=', p.account).where('id', '=', p.email),
)
const threadHasEmail = statement((q, p: Params<{ account: number; thread: number }>) =>
  q.selectFrom('message').select('uid').where('account_id', '=', p.account).where('thread_id', '=', p.thread).limit(1),
)
const anyEntry = statement((q, p: Params<{ account: number; thread: number; email: number }>) =>
  q
    .selectFrom('message')
    .select('uid')
    .where('account_id', '=', p.account)
    .where('thread_id', '=', p.thread)
    .where('email_id', '=', p.email)
    .limit(1),
)

/**
 * After entries of an email were taken out: without any left it ends (its blob is freed later by the sweeper), else it
 * has changed. Returns true when it ended.
 */
export const settleEmail = async (
  tx: AccountWriter,
  email: { readonly emailId: number; readonly threadId: number; readonly size: number },
): Promise<boolean> => {
  const { accountId: account } = tx
  if (await tx.first(anyEntry, { account, thread: email.threadId, email: email.emailId })) {
    tx.changed('Email', email.emailId, 'updated')
    return false
  }
  await tx.run(deleteEmail, { account, email: email.emailId })
  tx.addUsedBytes(-email.size)
  tx.changed('Email', email.emailId, 'destroyed')
  const remains = await tx.first(threadHasEmail, { account, thread: email.threadId })
  tx.changed('Thread', email.threadId, remains ? 'updated' : 'destroyed')
  return true
}
