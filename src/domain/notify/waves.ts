/** Going through many accounts, each in a transaction of its own, so that others get their turn between. */

import { isFailure } from '#base/failure.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { breathe } from '../turn.ts'

/** Accounts asked for at a time, and of those how many are handed to the engine. */
export const slice = 500
const wave = 50

/** Asked between two slices. */
export type Stopping = () => boolean

/** Runs `work` on each account, a wave at a time to the engine; accounts that are gone are passed over. */
export const onEach = async (
  ctx: Context,
  accounts: readonly number[],
  work: (tx: AccountWriter) => Promise<void>,
): Promise<void> => {
  for (let at = 0; at < accounts.length; at += wave) {
    if (at > 0) await breathe()
    await Promise.all(
      accounts.slice(at, at + wave).map(async (account) => {
        try {
          await ctx.store.write(account, work)
        } catch (error) {
          if (!isFailure(error, 'notFound')) throw error
        }
      }),
    )
  }
}
