/**
 * Counts of the mailboxes that one transaction touches. Every verb that adds, removes or reflags entries tells the
 * tally; `flush` writes each mailbox once. So counts, UIDs and HIGHESTMODSEQ have one place where they change.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { deleted, draft, seen } from './flags.ts'

const selectMailbox = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('mailbox')
    .select([
      'id',
      'uid_validity',
      'uid_next',
      'total',
      'unseen',
      'deleted',
      'emails',
      'unread_emails',
      'threads',
      'unread_threads',
      'bytes',
      'role',
    ])
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const updateMailbox = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      uidNext: number
      total: number
      unseen: number
      deleted: number
      emails: number
      unreadEmails: number
      threads: number
      unreadThreads: number
      bytes: number
      modseq: number
    }>,
  ) =>
    q
      .updateTable('mailbox')
      .set({
        uid_next: p.uidNext,
        total: p.total,
        unseen: p.unseen,
        deleted: p.deleted,
        emails: p.emails,
        unread_emails: p.unreadEmails,
        threads: p.threads,
        unread_threads: p.unreadThreads,
        bytes: p.bytes,
        message_modseq: p.modseq,
      })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

const entriesOfThread = statement((q, p: Params<{ account: number; thread: number }>) =>
  q
    .selectFrom('message')
    .select(['mailbox_id', 'email_id', 'flags'])
    .where('account_id', '=', p.account)
    .where('thread_id', '=', p.thread),
)

/** Entries of one thread in one mailbox by email: how many, and how many of them unread. */
type ThreadEntries = Map<number, { entries: number; unread: number }>

/** Unread as JMAP counts it (RFC 8621 §2): neither $seen nor $draft. */
const isUnread = (flags: number): boolean => (flags & (seen | draft)) === 0

/** What a mailbox counts of a thread. */
const summarize = (thread: ThreadEntries) => {
  let emails = 0
  let unread = 0
  for (const email of thread.values()) {
    if (email.entries > 0) emails++
    if (email.unread > 0) unread++
  }
  return { emails, unread }
}

interface Counted {
  readonly id: number
  readonly uid_validity: number
  readonly role: string | null
  uid_next: number
  total: number
  unseen: number
  deleted: number
  emails: number
  unread_emails: number
  threads: number
  unread_threads: number
  bytes: number
  countsChanged: boolean
}

/** What of an entry is counted. */
export interface CountedEntry {
  readonly threadId: number
  readonly emailId: number
  readonly flags: number
  readonly size: number
}

const addTo = (
  byMailbox: Map<number, ThreadEntries>,
  mailbox: number,
  email?: number,
  entries = 0,
  unread = 0,
): ThreadEntries => {
  let here = byMailbox.get(mailbox)
  if (!here) byMailbox.set(mailbox, (here = new Map()))
  if (email === undefined) return here
  const count = here.get(email)
  if (count) {
    count.entries += entries
    count.unread += unread
  } else here.set(email, { entries, unread })
  return here
}

export class Tally {
  readonly #tx: AccountWriter
  readonly #mailboxes = new Map<number, Counted>()
  /** Thread -> mailbox -> its entries as they are now; a thread is read once, before its first change. */
  readonly #threads = new Map<number, Map<number, ThreadEntries>>()

  constructor(tx: AccountWriter) {
    this.#tx = tx
  }

  /** The mailbox's counters. Throws Failure notFound. */
  async open(
    id: number,
  ): Promise<{ readonly uid_validity: number; readonly uid_next: number; readonly role: string | null }> {
    return this.#mailboxes.get(id) ?? this.#load(id)
  }

  /** Tells that a thread was made in this transaction and has no entries yet. */
  freshThread(id: number): void {
    this.#threads.set(id, new Map())
  }

  async #load(id: number): Promise<Counted> {
    const row = await this.#tx.first(selectMailbox, { account: this.#tx.accountId, id })
    if (!row) throw new Failure('notFound', `no mailbox ${id}`, { property: 'mailboxIds' })
    const counted = { ...row, countsChanged: false }
    this.#mailboxes.set(id, counted)
    return counted
  }

  async #thread(thread: number, mailbox: number): Promise<ThreadEntries> {
    let byMailbox = this.#threads.get(thread)
    if (!byMailbox) {
      this.#threads.set(thread, (byMailbox = new Map()))
      for (const row of await this.#tx.all(entriesOfThread, { account: this.#tx.accountId, thread }))
        addTo(byMailbox, row.mailbox_id, row.email_id, 1, isUnread(row.flags) ? 1 : 0)
    }
    return byMailbox.get(mailbox) ?? addTo(byMailbox, mailbox)
  }

  /** Changes what a thread has in a mailbox, and the mailbox's counts with it. */
  async #shift(mailbox: Counted, thread: number, email: number, entries: number, unread: number): Promise<void> {
    const here = await this.#thread(thread, mailbox.id)
    const before = summarize(here)
    addTo(this.#threads.get(thread)!, mailbox.id, email, entries, unread)
    const after = summarize(here)
    mailbox.emails += after.emails - before.emails
    mailbox.unread_emails += after.unread - before.unread
    mailbox.threads += Number(after.emails > 0) - Number(before.emails > 0)
    mailbox.unread_threads += Number(after.unread > 0) - Number(before.unread > 0)
    mailbox.countsChanged = true
  }

  /** Counts one more entry and gives it its UID. Call before it is written. Throws Failure notFound, tooMany. */
  async added(id: number, entry: CountedEntry): Promise<number> {
    const mailbox = this.#mailboxes.get(id) ?? (await this.#load(id))
    if (mailbox.uid_next > 0xffff_ffff) throw new Failure('tooMany', 'the mailbox has run out of UIDs')
    await this.#count(mailbox, entry, 1)
    return mailbox.uid_next++
  }

  /** Counts an entry that leaves. Call before its row is deleted. */
  async removed(id: number, entry: CountedEntry): Promise<void> {
    await this.#count(this.#mailboxes.get(id) ?? (await this.#load(id)), entry, -1)
  }

  async #count(mailbox: Counted, { threadId, emailId, flags, size }: CountedEntry, sign: 1 | -1): Promise<void> {
    await this.#shift(mailbox, threadId, emailId, sign, isUnread(flags) ? sign : 0)
    mailbox.total += sign
    if ((flags & seen) === 0) mailbox.unseen += sign
    if ((flags & deleted) !== 0) mailbox.deleted += sign
    mailbox.bytes += sign * size
  }

  /** Counts a change of flags. Call before it is written. */
  async reflagged(id: number, entry: CountedEntry, after: number): Promise<void> {
    const mailbox = this.#mailboxes.get(id) ?? (await this.#load(id))
    const { flags: before, threadId, emailId } = entry
    const turned = before ^ after
    if ((turned & deleted) !== 0) mailbox.deleted += (after & deleted) !== 0 ? 1 : -1
    if ((turned & seen) !== 0) mailbox.unseen += (after & seen) === 0 ? 1 : -1
    const unread = Number(isUnread(after)) - Number(isUnread(before))
    if (unread !== 0) await this.#shift(mailbox, threadId, emailId, 0, unread)
  }

  /** Writes every mailbox opened and records its change. Call once, at the end of the transaction. */
  async flush(): Promise<void> {
    const { accountId: account, modseq } = this.#tx
    for (const mailbox of this.#mailboxes.values()) {
      await this.#tx.run(updateMailbox, {
        account,
        id: mailbox.id,
        uidNext: mailbox.uid_next,
        total: mailbox.total,
        unseen: mailbox.unseen,
        deleted: mailbox.deleted,
        emails: mailbox.emails,
        unreadEmails: mailbox.unread_emails,
        threads: mailbox.threads,
        unreadThreads: mailbox.unread_threads,
        bytes: mailbox.bytes,
        modseq,
      })
      if (mailbox.countsChanged) this.#tx.changed('Mailbox', mailbox.id, 'updated', true)
    }
  }
}
