/**
 * Muted conversations: the keyword `$muted` on any message of a thread. What is answered there later goes to the archive
 * instead of the inbox and is not told; it stays unread, so that it can be found.
 */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Appended } from '../mail/append.ts'
import { entriesByUid, putEntry, takeEntry } from '../mail/entries.ts'
import { applyFlags, fromKeywords } from '../mail/flags.ts'
import type { Tally } from '../mail/tally.ts'
import { archiveWithin } from './archive.ts'

export const muted = '$muted'

const mutedInThread = statement((q, p: Params<{ account: number; thread: number; email: number }>) =>
  q
    .selectFrom('message')
    .select('uid')
    .where('account_id', '=', p.account)
    .where('thread_id', '=', p.thread)
    .where('email_id', '!=', p.email)
    .where((eb) =>
      eb.or([
        eb('keywords', '=', muted),
        eb('keywords', 'like', `${muted} %`),
        eb('keywords', 'like', `% ${muted}`),
        eb('keywords', 'like', `% ${muted} %`),
      ]),
    )
    .limit(1),
)

/**
 * After a delivery into the inbox: when the conversation is muted, the message is put in the archive instead, muted as
 * the others are. Returns whether it was. At most one look-up by index; the caller flushes the tally.
 */
export const settleMuted = async (tx: AccountWriter, tally: Tally, delivered: Appended): Promise<boolean> => {
  const { accountId: account } = tx
  const { emailId: email, threadId: thread, entries } = delivered
  const [place] = entries
  if (delivered.fresh || !place || !(await tx.first(mutedInThread, { account, thread, email }))) return false
  const [entry] = await entriesByUid(tx, account, place.mailboxId, [place.uid])
  if (!entry) return false
  const archive = await archiveWithin(tx)(entry.receivedAt)
  await takeEntry(tx, tally, entry)
  await putEntry(tx, tally, archive, entry, applyFlags(entry.flags, 'add', fromKeywords([muted])))
  return true
}
