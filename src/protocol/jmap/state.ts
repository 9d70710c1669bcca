/**
 * State strings (RFC 8620 §1.6.2): the account's modseq in decimal. Between two pages of one large transaction, the
 * number of its changes that are already known follows after a dash.
 */
import { isFailure } from '#base/failure.ts'
import { type ChangePoint, type ChangeType, readChanges, readState } from '#domain/mail/history.ts'
import { MethodFault } from './failure.ts'
import type { AccountCall } from './method.ts'

export const formatState = (modseq: number): string => String(modseq)

export const formatPoint = ({ modseq, skip }: ChangePoint): string => (skip === 0 ? `${modseq}` : `${modseq}-${skip}`)

/** Throws MethodFault cannotCalculateChanges for what was never a state of ours. */
export const parseState = (state: string): ChangePoint => {
  const match = /^(0|[1-9]\d{0,14})(?:-([1-9]\d{0,8}))?$/.exec(state)
  if (!match) throw new MethodFault('cannotCalculateChanges', 'That was never a state of this server')
  return { modseq: Number(match[1]), skip: Number(match[2] ?? 0) }
}

type Reading = Parameters<typeof readState>[0]

/** The state of the account within a transaction. */
export const stateOf = async (tx: Reading, account: number): Promise<string> =>
  formatState((await readState(tx, account)).modseq)

/**
 * Checks `ifInState` within the transaction that is about to write. A state that is older, but since which nothing of
 * this type has changed, still holds. Throws MethodFault stateMismatch.
 */
export const checkState = async (
  tx: Reading,
  call: Pick<AccountCall, 'account'>,
  types: readonly ChangeType[],
  ifInState: string | null,
): Promise<void> => {
  if (ifInState === null) return
  const mismatch = () => new MethodFault('stateMismatch', 'The state has changed')
  try {
    const since = parseState(ifInState)
    for (const type of types) {
      const changes = await readChanges(tx, call.account, type, since, 1)
      if (changes.created.length + changes.updated.length + changes.destroyed.length > 0) throw mismatch()
    }
  } catch (error) {
    const unknown = error instanceof MethodFault || isFailure(error, 'cannotCalculateChanges')
    throw unknown ? mismatch() : error
  }
}
