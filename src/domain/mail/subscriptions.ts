/**
 * Names that stay subscribed when a mail program deletes their mailbox (RFC 3501 §6.3.6, RFC 9051 §6.3.7): a mailbox made
 * again under the name is subscribed. What is deleted in the web app or by JMAP leaves no name behind.
 */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'

/** Names kept for an account; beyond, a deleted mailbox takes its subscription with it. */
const maxLeft = 500

const selectLeft = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('subscription_left').select('path').where('account_id', '=', p.account).orderBy('path'),
)

const insertLeft = statement((q, p: Params<{ account: number; path: string }>) =>
  q
    .insertInto('subscription_left')
    .values({ account_id: p.account, path: p.path })
    .onConflict((oc) => oc.doNothing()),
)

const deleteLeft = statement((q, p: Params<{ account: number; path: string }>) =>
  q.deleteFrom('subscription_left').where('account_id', '=', p.account).where('path', '=', p.path).returning('path'),
)

/** The paths that are subscribed and may have no mailbox. */
export const leftSubscriptions = async (tx: Reader, account: number): Promise<string[]> =>
  (await tx.all(selectLeft, { account })).map(({ path }) => path)

/** Keeps the name of a mailbox that goes; in the transaction that deletes it. */
export const leaveSubscription = async (tx: AccountWriter, path: string): Promise<void> => {
  if ((await leftSubscriptions(tx, tx.accountId)).length >= maxLeft) return
  await tx.run(insertLeft, { account: tx.accountId, path })
}

/** Forgets a name that was kept; whether there was one. */
export const takeSubscription = async (tx: AccountWriter, path: string): Promise<boolean> =>
  (await tx.first(deleteLeft, { account: tx.accountId, path })) !== undefined
