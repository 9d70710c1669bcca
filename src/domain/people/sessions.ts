/**
 * Browser sessions. The cookie holds 256 random bits; the store holds only their SHA-256, so that a stolen table opens
 * nothing. A session ends when it is unused for long, when it is old, when it is revoked, and with its account.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from './audit.ts'
import type { People } from './people.ts'
import { type Principal, principalOf } from './principal.ts'

const idOf = (token: string): string => createHash('sha256').update(token).digest('hex')

const insert = statement(
  (q, p: Params<{ id: string; account: number; now: number; expires: number; ip: string; agent: string }>) =>
    q.insertInto('session').values({
      id: p.id,
      account_id: p.account,
      created_at: p.now,
      last_seen_at: p.now,
      expires_at: p.expires,
      ip: p.ip,
      user_agent: p.agent,
    }),
)

/** Sessions that ended by age; those unused for long open nothing any more and go with them. */
const dropExpired = statement((q, p: Params<{ now: number }>) =>
  q.deleteFrom('session').where('expires_at', '<', p.now),
)

export interface Visitor {
  readonly ip: string
  readonly userAgent?: string
}

/** Opens a session for a proved principal; always under a new token (no fixation). Returns the token, this once. */
export const openSession = async (
  people: People,
  principal: Principal,
  visitor: Visitor,
): Promise<{ token: string; expiresAt: number }> => {
  const token = randomBytes(32).toString('base64url')
  const now = people.ctx.clock.now()
  const expiresAt = now + people.options.sessionLife
  const id = idOf(token)
  await people.ctx.store.writeGlobal(async (tx) => {
    await tx.run(dropExpired, { now })
    const agent = (visitor.userAgent ?? '').slice(0, 300)
    await tx.run(insert, { id, account: principal.accountId, now, expires: expiresAt, ip: visitor.ip, agent })
    const about = { accountId: principal.accountId, target: id.slice(0, 12), ip: visitor.ip }
    await appendAudit(tx, now, { actor: principal.login, action: 'session.open', ...about })
  })
  return { token, expiresAt }
}

const find = statement((q, p: Params<{ id: string; now: number; idle: number }>) =>
  q
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select([
      'account.id as id',
      'account.login as login',
      'account.name as name',
      'account.locale as locale',
      'account.admin as admin',
      'address.address as email',
      'session.last_seen_at as last_seen_at',
    ])
    .where('session.id', '=', p.id)
    .where('session.expires_at', '>', p.now)
    .where('session.last_seen_at', '>', p.idle)
    .where('account.status', '=', 'active'),
)

const seen = statement((q, p: Params<{ id: string; now: number }>) =>
  q.updateTable('session').set({ last_seen_at: p.now }).where('id', '=', p.id),
)

/** Last use is kept to five minutes, so that reading mail does not write. */
const seenEvery = 5 * 60_000

/** Who this session token stands for; undefined when it stands for nobody (any more). */
export const checkSession = async (people: People, token: string): Promise<Principal | undefined> => {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return
  const id = idOf(token)
  const now = people.ctx.clock.now()
  const row = await people.ctx.store.read((tx) => tx.first(find, { id, now, idle: now - people.options.sessionIdle }))
  if (!row) return
  if (now - row.last_seen_at > seenEvery) await people.ctx.store.writeGlobal((tx) => tx.run(seen, { id, now }))
  return principalOf(row, { sessionId: id })
}

/** True while the session stands. */
export const sessionLives = async (tx: Reader, people: People, id: string): Promise<boolean> => {
  const now = people.ctx.clock.now()
  return (await tx.first(find, { id, now, idle: now - people.options.sessionIdle })) !== undefined
}

export interface SessionInfo {
  /** Names the session without opening it. */
  readonly id: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly ip: string
  readonly userAgent: string
}

const ofAccount = statement((q, p: Params<{ account: number; now: number; idle: number }>) =>
  q
    .selectFrom('session')
    .selectAll()
    .where('account_id', '=', p.account)
    .where('expires_at', '>', p.now)
    .where('last_seen_at', '>', p.idle)
    .orderBy('last_seen_at', 'desc'),
)

/** The open sessions of an account, the latest used first. */
export const listSessions = async (people: People, account: number): Promise<SessionInfo[]> => {
  const now = people.ctx.clock.now()
  const idle = now - people.options.sessionIdle
  const rows = await people.ctx.store.read((tx) => tx.all(ofAccount, { account, now, idle }))
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    ip: row.ip,
    userAgent: row.user_agent,
  }))
}

const drop = statement((q, p: Params<{ account: number; id: string }>) =>
  q.deleteFrom('session').where('account_id', '=', p.account).where('id', '=', p.id),
)

const dropOthers = statement((q, p: Params<{ account: number; keep: string }>) =>
  q.deleteFrom('session').where('account_id', '=', p.account).where('id', '!=', p.keep),
)

/** Within a transaction: ends every session of an account but `keep`. */
export const endSessions = async (tx: Writer, account: number, keep = ''): Promise<void> => {
  await tx.run(dropOthers, { account, keep })
}

/** Ends one session (sign-out, or "this was not me"). Throws Failure notFound. */
export const revokeSession = async (people: People, principal: Principal, id: string): Promise<void> => {
  const account = principal.accountId
  await people.ctx.store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(drop, { account, id })
    if (changes === 0) throw new Failure('notFound', 'no such session')
    const entry = { actor: principal.login, action: 'session.revoke' as const, accountId: account }
    await appendAudit(tx, people.ctx.clock.now(), { ...entry, target: id.slice(0, 12) })
  })
  people.ctx.store.bus.publishTopic('people', account)
}
