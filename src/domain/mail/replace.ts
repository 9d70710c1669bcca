/** A message takes the place of another, whole or not at all: IMAP REPLACE (RFC 8508), for drafts that are saved again. */
import { Failure } from '#base/failure.ts'
import type { Context } from '../context.ts'
import { type Appended, appendWithin, type NewMessage } from './append.ts'
import { entriesByUid, settleEmail, takeEntry } from './entries.ts'
import { mailboxIdByPath } from './mailboxes.ts'
import { Tally } from './tally.ts'

/**
 * Puts a message into the mailbox at a path and takes the entry `old` out of its own, in one transaction; undefined, and
 * nothing happened, when there is no such path. Throws Failure notFound (`old`), overQuota.
 */
export const replaceEntry = (
  ctx: Context,
  account: number,
  old: { readonly mailbox: number; readonly uid: number },
  path: string,
  message: Omit<NewMessage, 'mailboxIds'>,
): Promise<Appended | undefined> =>
  ctx.store.write(account, async (tx) => {
    const mailboxId = await mailboxIdByPath(tx, account, path)
    if (mailboxId === undefined) return
    const [entry] = await entriesByUid(tx, account, old.mailbox, [old.uid])
    if (entry === undefined) throw new Failure('notFound', `no message ${old.uid}`, { property: 'message' })
    const tally = new Tally(tx)
    // First the old one: a full mailbox still takes a draft that grows no larger.
    await takeEntry(tx, tally, entry)
    await settleEmail(tx, entry)
    const appended = await appendWithin(ctx, tx, tally, { ...message, mailboxIds: [mailboxId] })
    await tally.flush()
    return appended
  })
