/** Counts made true again from the entries themselves; the counterpart of `check.ts`. */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { deleted, seen } from './flags.ts'
import { unreadEmails } from './tally.ts'

const mailboxIds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account),
)

const entriesOf = statement((q, p: Params<{ account: number; mailbox: number }>) =>
  q
    .selectFrom('message')
    .select(['uid', 'flags', 'size', 'modseq', 'email_id', 'thread_id'])
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox),
)

const allFlags = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('message').select(['email_id', 'flags']).where('account_id', '=', p.account),
)

const emailSizes = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('email').select('size').where('account_id', '=', p.account),
)

interface EntryRow {
  readonly uid: number
  readonly flags: number
  readonly size: number
  readonly email_id: number
  readonly thread_id: number
}

const countsOf = (rows: readonly EntryRow[], unreadOnes: ReadonlySet<number>) => {
  const unread = rows.filter((row) => unreadOnes.has(row.email_id))
  const distinct = (some: readonly EntryRow[], key: 'email_id' | 'thread_id') =>
    new Set(some.map((row) => row[key])).size
  return {
    total: rows.length,
    unseen: rows.filter(({ flags }) => (flags & seen) === 0).length,
    deleted: rows.filter(({ flags }) => (flags & deleted) !== 0).length,
    bytes: rows.reduce((sum, { size }) => sum + size, 0),
    emails: distinct(rows, 'email_id'),
    unread_emails: distinct(unread, 'email_id'),
    threads: distinct(rows, 'thread_id'),
    unread_threads: distinct(unread, 'thread_id'),
  }
}

/**
 * Writes the counts, UIDNEXT and octets of an account anew, in one transaction that clients see as a change of its
 * mailboxes. Nothing else is touched. Throws Failure notFound.
 */
export const repairCounts = (ctx: Context, account: number): Promise<void> =>
  ctx.store.write(account, async (tx) => {
    const unread = unreadEmails(await tx.all(allFlags, { account }))
    for (const { id } of await tx.all(mailboxIds, { account })) {
      const rows = await tx.all(entriesOf, { account, mailbox: id })
      const highest = rows.reduce((max, { uid }) => Math.max(max, uid), 0)
      await tx.execute((q) =>
        q
          .updateTable('mailbox')
          .set({ ...countsOf(rows, unread), message_modseq: tx.modseq })
          .where('account_id', '=', account)
          .where('id', '=', id),
      )
      await tx.execute((q) =>
        q
          .updateTable('mailbox')
          .set({ uid_next: highest + 1 })
          .where('account_id', '=', account)
          .where('id', '=', id)
          .where('uid_next', '<=', highest),
      )
      tx.changed('Mailbox', id, 'updated')
    }
    const bytes = (await tx.all(emailSizes, { account })).reduce((sum, { size }) => sum + size, 0)
    tx.addUsedBytes(bytes - tx.usedBytes)
  })
