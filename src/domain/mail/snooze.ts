/**
 * What is put off: an email in the mailbox of role `snoozed` with the moment at which it comes back. The row says when;
 * the mailbox says whether it still holds, so that taking the message out by any protocol ends it.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Tally } from './tally.ts'

const year = 366 * 86_400_000
/** Nobody means to come back to a message later than this. */
const longest = 5 * year
export const maxSnoozed = 2000

const put = statement((q, p: Params<{ account: number; email: number; until: number }>) =>
  q
    .insertInto('snooze')
    .values({ account_id: p.account, email_id: p.email, until_at: p.until })
    .onConflict((on) => on.columns(['account_id', 'email_id']).doUpdateSet({ until_at: p.until })),
)
const remove = statement((q, p: Params<{ account: number; email: number }>) =>
  q.deleteFrom('snooze').where('account_id', '=', p.account).where('email_id', '=', p.email),
)
const count = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('snooze')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account),
)

/** Notes when an email that is in one of `mailboxes` comes back. Throws Failure invalid, tooMany. */
export const snooze = async (
  tx: AccountWriter,
  tally: Tally,
  email: number,
  mailboxes: Iterable<number>,
  until: number,
): Promise<void> => {
  if (until <= tx.now || until > tx.now + longest)
    throw new Failure('invalid', 'must be a moment to come, within five years', { property: 'snoozed' })
  const roles: (string | null)[] = []
  for (const mailbox of mailboxes) roles.push((await tally.open(mailbox)).role)
  if (!roles.includes('snoozed'))
    throw new Failure('invalid', 'needs the email to be in the mailbox of role snoozed', { property: 'snoozed' })
  if (Number((await tx.first(count, { account: tx.accountId }))?.count ?? 0) >= maxSnoozed)
    throw new Failure('tooMany', `at most ${maxSnoozed} messages are put off`, { property: 'snoozed' })
  await tx.run(put, { account: tx.accountId, email, until })
  tx.changed('Snooze', email, 'updated')
}

/** Forgets that an email comes back. */
export const unsnooze = async (tx: AccountWriter, email: number): Promise<void> => {
  const { changes } = await tx.run(remove, { account: tx.accountId, email })
  if (changes > 0) tx.changed('Snooze', email, 'destroyed')
}

const select = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('snooze')
    .innerJoin('email', (join) =>
      join.onRef('email.account_id', '=', 'snooze.account_id').onRef('email.id', '=', 'snooze.email_id'),
    )
    .select(['snooze.email_id as email', 'snooze.until_at as until'])
    .where('snooze.account_id', '=', p.account)
    .orderBy('snooze.until_at')
    .limit(p.limit),
)

/** What is put off, the soonest first. */
export const listSnoozed = (tx: Reader, account: number): Promise<{ email: number; until: number }[]> =>
  tx.all(select, { account, limit: maxSnoozed })
