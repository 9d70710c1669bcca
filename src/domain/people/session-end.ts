/** The end of browser sessions: one place for all of them, whatever the reason. */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { queueLogout } from '../access/logout.ts'
import { appendAudit } from './audit.ts'
import type { People } from './people.ts'
import type { Principal } from './principal.ts'
import { hashOfToken, isSessionToken } from './session-token.ts'

const drop = statement((q, p: Params<{ id: string }>) => q.deleteFrom('session').where('id', '=', p.id))

const entomb = statement((q, p: Params<{ id: string }>) =>
  q
    .insertInto('ended_session')
    .columns(['token_hash', 'expires_at'])
    .expression((from) => from.selectFrom('session').select(['token_hash', 'expires_at']).where('id', '=', p.id))
    .onConflict((clash) => clash.doNothing()),
)

/**
 * Within a transaction: ends sessions, whatever the reason. The services they opened are told (single log-out): the
 * notices are queued in this same transaction. Whoever calls it publishes the topic `people` after the commit.
 */
export const endTheseSessions = async (tx: Writer, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await queueLogout(tx, ids)
  for (const id of ids) {
    await tx.run(entomb, { id })
    await tx.run(drop, { id })
  }
}

const inTomb = statement((q, p: Params<{ hash: string; now: number }>) =>
  q.selectFrom('ended_session').select('token_hash').where('token_hash', '=', p.hash).where('expires_at', '>', p.now),
)

/** True when the session of this token was ended by somebody: it has not merely run out. */
export const wasEnded = async (people: People, token: string): Promise<boolean> => {
  if (!isSessionToken(token)) return false
  const now = people.ctx.clock.now()
  return (await people.ctx.store.read((tx) => tx.first(inTomb, { hash: hashOfToken(token), now }))) !== undefined
}

const emptyTombs = statement((q, p: Params<{ now: number }>) =>
  q.deleteFrom('ended_session').where('expires_at', '<', p.now),
)

const expired = statement((q, p: Params<{ now: number }>) =>
  q.selectFrom('session').select('id').where('expires_at', '<', p.now).limit(200),
)

/** Within a transaction: ends the sessions that are old; those left unused open nothing and go with them. */
export const endExpired = async (tx: Writer, now: number): Promise<void> => {
  const rows = await tx.all(expired, { now })
  const ids = rows.map((row) => row.id)
  await endTheseSessions(tx, ids)
  await tx.run(emptyTombs, { now })
}

const others = statement((q, p: Params<{ account: number; keep: string }>) =>
  q.selectFrom('session').select('id').where('account_id', '=', p.account).where('id', '!=', p.keep),
)

/** Within a transaction: ends every session of an account but `keep`. */
export const endSessions = async (tx: Writer, account: number, keep = ''): Promise<void> => {
  const rows = await tx.all(others, { account, keep })
  const ids = rows.map((row) => row.id)
  await endTheseSessions(tx, ids)
}

const one = statement((q, p: Params<{ account: number; id: string }>) =>
  q.selectFrom('session').select('id').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Ends one session (sign-out, or "this was not me"). Throws Failure notFound. */
export const revokeSession = async (
  people: People,
  principal: Pick<Principal, 'accountId' | 'login'>,
  id: string,
  ip = '',
): Promise<void> => {
  const account = principal.accountId
  await people.ctx.store.writeGlobal(async (tx) => {
    if (!(await tx.first(one, { account, id }))) throw new Failure('notFound', 'no such session')
    await endTheseSessions(tx, [id])
    const entry = { actor: principal.login, action: 'session.revoke' as const, accountId: account, ip }
    await appendAudit(tx, people.ctx.clock.now(), { ...entry, target: id.slice(0, 12) })
  })
  people.ctx.store.bus.publishTopic('people', account)
}

/** Ends every session of the person but `keep`. Returns how many ended. */
export const revokeOtherSessions = async (
  people: People,
  principal: Pick<Principal, 'accountId' | 'login'>,
  keep: string,
  ip = '',
): Promise<number> => {
  const account = principal.accountId
  const count = await people.ctx.store.writeGlobal(async (tx) => {
    const { length } = await tx.all(others, { account, keep })
    await endSessions(tx, account, keep)
    const entry = { actor: principal.login, action: 'session.revoke' as const, accountId: account, ip }
    await appendAudit(tx, people.ctx.clock.now(), { ...entry, detail: `${length}` })
    return length
  })
  people.ctx.store.bus.publishTopic('people', account)
  return count
}
