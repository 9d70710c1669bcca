/** Mailboxes made and moved by their paths, as IMAP names them: the levels above come by themselves. */
import { Failure } from '#base/failure.ts'
import type { Context } from '../context.ts'
import { allEntries, putEntry, takeEntry } from './entries.ts'
import { separator } from './mailbox-rules.ts'
import {
  createMailboxWithin,
  deleteMailboxWithin,
  listMailboxes,
  type MailboxNode,
  mailboxByPath,
  normalizePath,
  updateMailboxWithin,
} from './mailboxes.ts'
import { leaveSubscription, leftSubscriptions, takeSubscription } from './subscriptions.ts'
import { Tally } from './tally.ts'

/**
 * Creates the mailbox at a path with whatever levels above it are missing (IMAP CREATE). A trailing separator is
 * ignored. Throws as `createMailbox`.
 */
export const createMailboxAtPath = (
  ctx: Context,
  account: number,
  path: string,
  options: { readonly role?: string | null; readonly subscribed?: boolean } = {},
): Promise<MailboxNode> =>
  ctx.store.write(account, async (tx) => {
    const names = normalizePath(path.endsWith(separator) ? path.slice(0, -1) : path).split(separator)
    let parent: MailboxNode | undefined
    for (const [i, name] of names.entries()) {
      const here = names.slice(0, i + 1).join(separator)
      const found: MailboxNode | undefined = await mailboxByPath(tx, account, here)
      const last = i === names.length - 1
      if (found && last) throw new Failure('alreadyExists', 'there is a mailbox of this name', { property: 'name' })
      if (found) parent = found
      else {
        const subscribed = (await takeSubscription(tx, here)) || (last && (options.subscribed ?? false))
        const role = last ? (options.role ?? null) : null
        parent = await createMailboxWithin(tx, { name, parentId: parent?.id ?? 0, role, subscribed })
      }
    }
    return parent!
  })

/**
 * IMAP RENAME (RFC 9051 §6.3.6): moves a mailbox with its children to a path, creating the levels above; renaming INBOX
 * moves its messages to a new mailbox and leaves it empty. Throws as `createMailbox` and `updateMailbox`.
 */
export const renameMailboxToPath = async (ctx: Context, account: number, from: string, to: string): Promise<void> => {
  await ctx.store.write(account, async (tx) => {
    const source = await mailboxByPath(tx, account, from)
    if (!source) throw new Failure('notFound', 'no such mailbox')
    const path = normalizePath(to)
    if (await mailboxByPath(tx, account, path)) throw new Failure('alreadyExists', 'there is a mailbox of this name')
    const names = path.split(separator)
    const name = names.pop()!
    let parentId = 0
    for (let i = 0; i < names.length; i++) {
      const here = names.slice(0, i + 1).join(separator)
      const made = async () =>
        createMailboxWithin(tx, { name: names[i]!, parentId, subscribed: await takeSubscription(tx, here) })
      parentId = ((await mailboxByPath(tx, account, here)) ?? (await made())).id
    }
    const wasLeft = await takeSubscription(tx, path)
    if (source.role !== 'inbox')
      return updateMailboxWithin(tx, source.id, { parentId, name, subscribed: source.subscribed || wasLeft })
    const target = await createMailboxWithin(tx, { name, parentId })
    const tally = new Tally(tx)
    for (const entry of await allEntries(tx, account, source.id)) {
      await takeEntry(tx, tally, entry)
      await putEntry(tx, tally, target.id, entry, entry.flags)
      tx.changed('Email', entry.emailId, 'updated')
    }
    await tally.flush()
  })
}

/**
 * IMAP DELETE: ends a mailbox with its messages, and keeps its name among the subscribed ones. Throws as
 * `deleteMailboxWithin`.
 */
export const deleteMailboxKeepingName = (ctx: Context, account: number, id: number): Promise<void> =>
  ctx.store.write(account, async (tx) => {
    const mailbox = (await listMailboxes(tx, account)).find((candidate) => candidate.id === id)
    await deleteMailboxWithin(tx, id, true)
    if (mailbox?.subscribed) await leaveSubscription(tx, mailbox.path)
  })

/** IMAP UNSUBSCRIBE of a name that has no mailbox any more. */
export const forgetSubscription = async (ctx: Context, account: number, path: string): Promise<void> => {
  const wanted = normalizePath(path)
  // Programs ask this of names that were never there: no write for those.
  if (!(await ctx.store.read((tx) => leftSubscriptions(tx, account))).includes(wanted)) return
  await ctx.store.write(account, (tx) => takeSubscription(tx, wanted))
}
