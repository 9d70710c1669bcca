/** What the session object (RFC 8620 §2) says of the accounts of a person, as the screens need it. */
import { type JmapAccount, type JmapSession, SUBMISSION } from '#format/jmap/core.ts'
import { FUNCTION, type FunctionCapability } from '#format/jmap/function.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import type { FunctionMailbox, SessionInfo } from './contract.ts'

const functionOf = ({ accountCapabilities }: JmapAccount): FunctionCapability | undefined => {
  const { role, name } = accountCapabilities[FUNCTION] ?? {}
  return typeof role === 'string' && typeof name === 'string'
    ? { role: role as FunctionCapability['role'], name }
    : undefined
}

const functionsIn = (session: JmapSession): FunctionMailbox[] =>
  Object.entries(session.accounts).flatMap(([accountId, account]) => {
    const told = functionOf(account)
    return told === undefined ? [] : [{ accountId, address: account.name, ...told }]
  })

/** `isFunction`: of a client of the mailbox of a function. */
export const infoOf = (
  session: JmapSession,
  accountId: string,
  maxSizeUpload: number,
  isFunction: boolean,
): SessionInfo => {
  const account = session.accounts[accountId]
  const info = { accountId, username: session.username, name: account?.name ?? session.username, maxSizeUpload }
  const { inbox } = account?.accountCapabilities[ORGANISING] ?? {}
  if (!isFunction) return { ...info, functions: functionsIn(session), ...(typeof inbox === 'string' ? { inbox } : {}) }
  return {
    ...info,
    mayWrite: account?.isReadOnly !== true,
    maySend: account?.accountCapabilities[SUBMISSION] !== undefined,
  }
}
