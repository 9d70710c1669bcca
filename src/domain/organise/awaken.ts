/** What was put off comes back to the inbox at its moment: unread, at the top, told like mail that has just come. */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { entriesOfEmail, putEntry, takeEntry } from '../mail/entries.ts'
import { seen } from '../mail/flags.ts'
import { unsnooze } from '../mail/snooze.ts'
import { Tally } from '../mail/tally.ts'
import { mailboxForRole } from './archive.ts'

/** Rows looked at in one turn, and emails brought back in one transaction. */
const perTurn = 1000
const perWrite = 100

const due = statement((q, p: Params<{ now: number; limit: number }>) =>
  q
    .selectFrom('snooze')
    .select(['account_id', 'email_id'])
    .where('until_at', '<=', p.now)
    .orderBy('until_at')
    .limit(p.limit),
)
const stillDue = statement((q, p: Params<{ account: number; now: number; limit: number }>) =>
  q
    .selectFrom('snooze')
    .select('email_id')
    .where('account_id', '=', p.account)
    .where('until_at', '<=', p.now)
    .orderBy('until_at')
    .limit(p.limit),
)

/** Returns whether the email came back; one that was taken elsewhere meanwhile stays there. */
const awaken = async (tx: AccountWriter, tally: Tally, email: number): Promise<boolean> => {
  await unsnooze(tx, email)
  for (const entry of await entriesOfEmail(tx, tx.accountId, email)) {
    if ((await tally.open(entry.mailboxId)).role !== 'snoozed') continue
    const inbox = await mailboxForRole(tx, 'inbox')
    await takeEntry(tx, tally, entry)
    const flags = { ...entry.flags, flags: entry.flags.flags & ~seen }
    // The date of the entry is that of its return, so that it stands at the top; the email keeps its own.
    await putEntry(tx, tally, inbox, { ...entry, receivedAt: tx.now }, flags)
    tx.changed('Email', email, 'updated')
    tx.changed('EmailDelivery', email, 'created')
    return true
  }
  return false
}

/** Brings back what is due, in all accounts. Returns how many emails came back. Safe to run twice, or in two processes. */
export const awakenDue = async (ctx: Context): Promise<number> => {
  const rows = await ctx.store.read((tx) => tx.all(due, { now: ctx.clock.now(), limit: perTurn }))
  let back = 0
  for (const account of new Set(rows.map((row) => row.account_id)))
    back += await ctx.store.write(account, async (tx) => {
      const tally = new Tally(tx)
      let count = 0
      for (const { email_id: email } of await tx.all(stillDue, { account, now: tx.now, limit: perWrite }))
        if (await awaken(tx, tally, email)) count++
      await tally.flush()
      return count
    })
  return back
}
