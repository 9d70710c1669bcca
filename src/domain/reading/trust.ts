/** Whose remote pictures a reader wants to see without being asked. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { foldAddress } from '../people/addresses.ts'

/** Stands for every sender. */
export const everybody = '*'
const most = 2000

const selectOne = statement((q, p: Params<{ account: number; sender: string }>) =>
  q
    .selectFrom('image_trust')
    .select('sender')
    .where('account_id', '=', p.account)
    .where('sender', 'in', [p.sender, '*'])
    .limit(1),
)
const selectAll = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('image_trust')
    .select(['sender', 'created_at'])
    .where('account_id', '=', p.account)
    .orderBy('sender')
    .limit(p.limit),
)
const insert = statement((q, p: Params<{ account: number; sender: string; at: number }>) =>
  q
    .insertInto('image_trust')
    .values({ account_id: p.account, sender: p.sender, created_at: p.at })
    .onConflict((on) => on.columns(['account_id', 'sender']).doNothing()),
)
const remove = statement((q, p: Params<{ account: number; sender: string }>) =>
  q.deleteFrom('image_trust').where('account_id', '=', p.account).where('sender', '=', p.sender),
)

/** True when pictures of this sender are shown without asking. */
export const trustsImages = async (tx: Reader, account: number, sender: string): Promise<boolean> =>
  (await tx.first(selectOne, { account, sender })) !== undefined

export interface ImageTrust {
  readonly everybody: boolean
  readonly senders: readonly string[]
}

/** Everything a reader trusts. */
export const readImageTrust = async (ctx: Context, account: number): Promise<ImageTrust> => {
  const rows = await ctx.store.read((tx) => tx.all(selectAll, { account, limit: most }))
  const senders = rows.map(({ sender }) => sender)
  return { everybody: senders.includes(everybody), senders: senders.filter((sender) => sender !== everybody) }
}

/** Trusts a sender (an address, or `*`), or no longer. Throws Failure invalid, tooMany. */
export const setImageTrust = async (ctx: Context, account: number, sender: string, trusted: boolean): Promise<void> => {
  const folded = sender === everybody ? everybody : foldAddress(sender)
  if (folded === undefined) throw new Failure('invalid', 'no address', { property: 'sender' })
  await ctx.store.writeGlobal(async (tx) => {
    if (!trusted) return tx.run(remove, { account, sender: folded }).then(() => undefined)
    if ((await tx.all(selectAll, { account, limit: most })).length >= most)
      throw new Failure('tooMany', `more than ${most} trusted senders`)
    await tx.run(insert, { account, sender: folded, at: ctx.clock.now() })
  })
}
