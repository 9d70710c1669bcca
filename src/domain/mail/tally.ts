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

/** An email's entries: how many each mailbox has, and how many in all lack $seen or have $draft. */
interface CountedEmail {
  readonly places: Map<number, number>
  unseen: number
  drafts: number
}

/** What a mailbox counts of a thread. */
interface Share {
  emails: number
  unread: number
}

/** Unread as JMAP counts it (RFC 8621 §2), with the email's keywords combined: neither $seen nor $draft. */
const isUnread = (email: CountedEmail): boolean => email.unseen > 0 && email.drafts === 0

const isUnseen = (flags: number): number => Number((flags & seen) === 0)
const isDraft = (flags: number): number => Number((flags & draft) !== 0)

/** The emails that are unread, found from all their entries. */
export const unreadEmails = (entries: Iterable<{ readonly email_id: number; readonly flags: number }>): Set<number> => {
  const [unread, drafts] = [new Set<number>(), new Set<number>()]
  for (const { email_id: email, flags } of entries) {
    if (isUnseen(flags)) unread.add(email)
    if (isDraft(flags)) drafts.add(email)
  }
  return unread.difference(drafts)
}

/** The emails of one thread as they are now, and what each mailbox counts of them. */
class CountedThread {
  readonly #emails = new Map<number, CountedEmail>()
  readonly #shares = new Map<number, Share>()

  /** What a mailbox counts now. */
  share(mailbox: number): Readonly<Share> {
    const { emails, unread } = this.#shares.get(mailbox) ?? { emails: 0, unread: 0 }
    return { emails, unread }
  }

  get empty(): boolean {
    return this.#emails.size === 0
  }

  #add(email: CountedEmail, sign: 1 | -1): void {
    const unread = isUnread(email) ? sign : 0
    for (const mailbox of email.places.keys()) {
      const share = this.#shares.get(mailbox)
      if (share) {
        share.emails += sign
        share.unread += unread
      } else this.#shares.set(mailbox, { emails: sign, unread })
    }
  }

  /** Mailboxes that hold an email. */
  places(email: number): Iterable<number> {
    return this.#emails.get(email)?.places.keys() ?? []
  }

  /** Changes the entries that an email has in a mailbox. */
  change(emailId: number, mailbox: number, by: { entries: number; unseen: number; drafts: number }): void {
    let email = this.#emails.get(emailId)
    if (!email) this.#emails.set(emailId, (email = { places: new Map(), unseen: 0, drafts: 0 }))
    this.#add(email, -1)
    const entries = (email.places.get(mailbox) ?? 0) + by.entries
    if (entries > 0) email.places.set(mailbox, entries)
    else email.places.delete(mailbox)
    email.unseen += by.unseen
    email.drafts += by.drafts
    this.#add(email, 1)
  }
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

export class Tally {
  readonly #tx: AccountWriter
  readonly #mailboxes = new Map<number, Counted>()
  /** A thread is read once, before its first change. */
  readonly #threads = new Map<number, CountedThread>()

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
    this.#threads.set(id, new CountedThread())
  }

  async #load(id: number): Promise<Counted> {
    // As an array: an object with a dozen names is made anew for each row, which takes longer than to find it.
    const [row] = await this.#tx.tuples(selectMailbox, { account: this.#tx.accountId, id })
    if (!row) throw new Failure('notFound', `no mailbox ${id}`, { property: 'mailboxIds' })
    const counts = row as number[]
    const counted: Counted = {
      id,
      uid_validity: counts[0]!,
      uid_next: counts[1]!,
      total: counts[2]!,
      unseen: counts[3]!,
      deleted: counts[4]!,
      emails: counts[5]!,
      unread_emails: counts[6]!,
      threads: counts[7]!,
      unread_threads: counts[8]!,
      bytes: counts[9]!,
      role: row[10] as string | null,
      countsChanged: false,
    }
    this.#mailboxes.set(id, counted)
    return counted
  }

  async #thread(id: number): Promise<CountedThread> {
    const known = this.#threads.get(id)
    if (known) return known
    const thread = new CountedThread()
    this.#threads.set(id, thread)
    for (const row of await this.#tx.all(entriesOfThread, { account: this.#tx.accountId, thread: id }))
      thread.change(row.email_id, row.mailbox_id, {
        entries: 1,
        unseen: isUnseen(row.flags),
        drafts: isDraft(row.flags),
      })
    return thread
  }

  /**
   * Changes what an email has in a mailbox, and with it the counts of every mailbox the email is in: read at one place
   * and not at another, it is unread at both.
   */
  async #shift(
    mailbox: number,
    { threadId, emailId }: CountedEntry,
    by: { entries: number; unseen: number; drafts: number },
  ): Promise<void> {
    const thread = await this.#thread(threadId)
    if (thread.empty && by.entries === 1) {
      // The first message of a conversation, as most are: it counts here and nowhere else.
      thread.change(emailId, mailbox, by)
      const counted = this.#mailboxes.get(mailbox) ?? (await this.#load(mailbox))
      const unread = Number(by.unseen > 0 && by.drafts === 0)
      counted.emails++
      counted.threads++
      counted.unread_emails += unread
      counted.unread_threads += unread
      counted.countsChanged = true
      return
    }
    const before = [...new Set([mailbox, ...thread.places(emailId)])].map((id) => ({ id, share: thread.share(id) }))
    thread.change(emailId, mailbox, by)
    for (const { id, share } of before) {
      const now = thread.share(id)
      if (now.unread === share.unread && (id !== mailbox || by.entries === 0)) continue
      const counted = this.#mailboxes.get(id) ?? (await this.#load(id))
      counted.emails += now.emails - share.emails
      counted.unread_emails += now.unread - share.unread
      counted.threads += Number(now.emails > 0) - Number(share.emails > 0)
      counted.unread_threads += Number(now.unread > 0) - Number(share.unread > 0)
      counted.countsChanged = true
    }
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

  async #count(mailbox: Counted, entry: CountedEntry, sign: 1 | -1): Promise<void> {
    const { flags, size } = entry
    await this.#shift(mailbox.id, entry, {
      entries: sign,
      unseen: sign * isUnseen(flags),
      drafts: sign * isDraft(flags),
    })
    mailbox.total += sign
    if ((flags & seen) === 0) mailbox.unseen += sign
    if ((flags & deleted) !== 0) mailbox.deleted += sign
    mailbox.bytes += sign * size
  }

  /** Counts a change of flags. Call before it is written. */
  async reflagged(id: number, entry: CountedEntry, after: number): Promise<void> {
    const mailbox = this.#mailboxes.get(id) ?? (await this.#load(id))
    const { flags: before } = entry
    const turned = before ^ after
    if ((turned & deleted) !== 0) mailbox.deleted += (after & deleted) !== 0 ? 1 : -1
    if ((turned & seen) !== 0) mailbox.unseen += (after & seen) === 0 ? 1 : -1
    const [unseen, drafts] = [isUnseen(after) - isUnseen(before), isDraft(after) - isDraft(before)]
    if (unseen !== 0 || drafts !== 0) await this.#shift(id, entry, { entries: 0, unseen, drafts })
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
