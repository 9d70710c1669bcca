/** Removes entries marked `\Deleted`: IMAP EXPUNGE, UID EXPUNGE (RFC 4315), CLOSE. */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { entriesByUid, settleEmail, takeEntry } from './entries.ts'
import { deleted } from './flags.ts'
import { slices } from './slices.ts'
import { Tally } from './tally.ts'
import { uidWindows } from './uid-windows.ts'

type DeletedParams = { account: number; mailbox: number; flag: number; after: number; upTo: number }

const selectDeleted = statement((q, p: Params<DeletedParams>) =>
  q
    .selectFrom('message')
    .select('uid')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>', p.after)
    .where('uid', '<=', p.upTo)
    .where((eb) => eb(eb('flags', '&', p.flag), '>', eb.lit(0)))
    .orderBy('uid'),
)

/**
 * Expunges the deleted entries of a mailbox, or those among `uids`; returns the UIDs that left, ascending.
 * Throws Failure notFound.
 */
export const expunge = async (
  ctx: Context,
  account: number,
  mailbox: number,
  uids?: ReadonlySet<number>,
): Promise<number[]> => {
  const wanted = await ctx.store.read(async (tx) => {
    const marked: number[] = []
    for await (const window of uidWindows(tx, account, mailbox))
      for (const [uid] of await tx.tuples(selectDeleted, { account, mailbox, flag: deleted, ...window }))
        if (uids === undefined || uids.has(uid as number)) marked.push(uid as number)
    return marked
  })
  const gone: number[] = []
  // Taking one out costs twice what a change of flags does.
  for await (const slice of slices(wanted, 200)) {
    const taken = await ctx.store.write(account, async (tx) => {
      const tally = new Tally(tx)
      const taken: number[] = []
      for (const entry of await entriesByUid(tx, account, mailbox, slice)) {
        if ((entry.flags.flags & deleted) === 0) continue
        await takeEntry(tx, tally, entry)
        await settleEmail(tx, entry)
        taken.push(entry.uid)
      }
      await tally.flush()
      return taken
    })
    gone.push(...taken)
  }
  return gone
}
