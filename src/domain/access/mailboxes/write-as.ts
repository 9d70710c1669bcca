/** Under which addresses a person may write: their own, and those of functions that let them. */
import type { Reader } from '#store/engine.ts'
import { resolveAddress } from '../../people/addresses.ts'
import { openMailbox } from './open.ts'

/** `own`: the account's own address; `sendAs`: a function's, alone; `onBehalf`: a function's, with one's name beside. */
export type WriteAs = 'own' | 'sendAs' | 'onBehalf'

/** How the account (a person, or a function writing by itself) may write under an address; undefined when it may not. */
export const writeAs = async (
  tx: Reader,
  account: number,
  address: string,
  now: number,
  separator = '+',
): Promise<WriteAs | undefined> => {
  const owner = await resolveAddress(tx, address, separator)
  if (owner === undefined) return undefined
  if (owner.accountId === account) return 'own'
  const open = await openMailbox(tx, account, owner.accountId, now)
  if (open === undefined) return undefined
  if (open.rights.has('sendAs')) return 'sendAs'
  return open.rights.has('onBehalf') ? 'onBehalf' : undefined
}
