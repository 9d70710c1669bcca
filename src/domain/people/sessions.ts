/**
 * Browser sessions. The cookie holds 256 random bits; the store holds only their SHA-256, so that a stolen table opens
 * nothing. A session ends when it is unused for long, when it is old, when it is revoked, and with its account.
 */
import { randomBytes } from 'node:crypto'
import { type Params, type QueryBuilder, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from './audit.ts'
import { heldBecause } from './must-change.ts'
import type { People } from './people.ts'
import { type Principal, type PrincipalRow, principalOf, strengthOf } from './principal.ts'
import { renewSession } from './session-changes.ts'
import { endExpired } from './session-end.ts'
import { hashOfToken, isSessionToken } from './session-token.ts'

/** A browser’s name is kept up to here. */
const longestAgent = 300

const insert = statement(
  (
    q,
    p: Params<{
      id: string
      account: number
      now: number
      expires: number
      ip: string
      agent: string
      profile: number | null
      amr: string
      steppedUp: number
      device: string
      shared: number
      provider: string
      providerData: string
      country: string
    }>,
  ) =>
    q.insertInto('session').values({
      id: p.id,
      token_hash: p.id,
      account_id: p.account,
      created_at: p.now,
      last_seen_at: p.now,
      expires_at: p.expires,
      ip: p.ip,
      user_agent: p.agent,
      profile_id: p.profile,
      amr: p.amr,
      authenticated_at: p.now,
      stepped_up_at: p.steppedUp,
      device_id: p.device,
      shared: p.shared,
      provider: p.provider,
      provider_data: p.providerData,
      country: p.country,
    }),
)

export interface Visitor {
  readonly ip: string
  readonly userAgent?: string
}

/** How a session came to be. */
export interface Opening {
  /** RFC 8176 words of what was proved. */
  readonly amr: readonly string[]
  /** Id of the identity provider that vouched, and what its logout rule needs (JSON). */
  readonly provider?: string
  readonly providerData?: string
  readonly profileId?: number
  /** Row of `device`: the browser it is opened in. */
  readonly deviceId?: string
  /** True on a computer that others use too: it ends after a short pause. */
  readonly shared?: boolean
  /** True where the browser is trusted in place of the second factor: a sensitive act asks for that still. */
  readonly trusting?: boolean
  /** ISO 3166 code of where it comes from, when known. */
  readonly country?: string
  /**
   * The session that this browser has: of the same person, it goes on under a new token, and the services it opened stay
   * open (a service that asks for a fresh proof must not sign the person out of the others).
   */
  readonly renews?: string
}

export interface OpenedSession {
  /** What the cookie holds. */
  readonly token: string
  /** What the store knows it by. */
  readonly id: string
  readonly expiresAt: number
}

/** Within a transaction: opens a session, always under a new token (no fixation). Returns the token, this once. */
export const openSessionIn = async (
  tx: Writer,
  people: People,
  principal: Pick<Principal, 'accountId' | 'login'>,
  visitor: Visitor,
  how: Opening,
): Promise<OpenedSession> => {
  const token = randomBytes(32).toString('base64url')
  const now = people.ctx.clock.now()
  const { sessionLife, sharedLife } = people.options
  const expiresAt = now + (how.shared ? Math.min(sharedLife, sessionLife) : sessionLife)
  const id = hashOfToken(token)
  await endExpired(tx, now)
  const agent = (visitor.userAgent ?? '').slice(0, longestAgent)
  // Whoever has just proved everything need not prove it again for a sensitive act.
  const steppedUp = how.trusting ? 0 : now
  const renewed = { hash: id, now, steppedUp, expires: expiresAt, ip: visitor.ip, agent }
  if (how.renews !== undefined && (await renewSession(tx, how.renews, principal.accountId, renewed, how))) {
    const about = { accountId: principal.accountId, target: how.renews.slice(0, 12), ip: visitor.ip }
    await appendAudit(tx, now, { actor: principal.login, action: 'session.renew', detail: how.amr.join(' '), ...about })
    return { token, id: how.renews, expiresAt }
  }
  await tx.run(insert, {
    id,
    account: principal.accountId,
    now,
    expires: expiresAt,
    ip: visitor.ip,
    agent,
    profile: how.profileId ?? null,
    amr: how.amr.join(' '),
    steppedUp,
    device: how.deviceId ?? '',
    shared: how.shared ? 1 : 0,
    provider: how.provider ?? '',
    providerData: how.providerData ?? '',
    country: how.country ?? '',
  })
  const about = { accountId: principal.accountId, target: id.slice(0, 12), ip: visitor.ip, detail: how.amr.join(' ') }
  await appendAudit(tx, now, { actor: principal.login, action: 'session.open', ...about })
  return { token, id, expiresAt }
}

/** Opens a session for a proved principal in a transaction of its own. */
export const openSession = (
  people: People,
  principal: Principal,
  visitor: Visitor,
  how: Opening = { amr: principal.amr },
): Promise<OpenedSession> => people.ctx.store.writeGlobal((tx) => openSessionIn(tx, people, principal, visitor, how))

/** Sessions that stand, with whom they stand for. */
const standing = (q: QueryBuilder, p: Params<{ now: number; idle: number; sharedIdle: number }>) =>
  q
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .leftJoin('person', 'person.account_id', 'account.id')
    .leftJoin('credential as password', (join) =>
      join.onRef('password.account_id', '=', 'session.account_id').on('password.kind', '=', 'password'),
    )
    // A profile that has ended is nobody's, though the session goes on.
    .leftJoin('profile', (join) =>
      join
        .onRef('profile.id', '=', 'session.profile_id')
        .onRef('profile.account_id', '=', 'session.account_id')
        .on((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', p.now)]))
        .on((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', p.now)])),
    )
    .select([
      'account.id as id',
      'account.login as login',
      'account.name as name',
      'account.locale as locale',
      'account.admin as admin',
      'address.address as email',
      'session.id as session_id',
      'session.last_seen_at as last_seen_at',
      'session.user_agent as user_agent',
      'profile.id as profile_id',
      'session.amr as amr',
      'session.authenticated_at as authenticated_at',
      'session.stepped_up_at as stepped_up_at',
      'session.provider as provider',
      'session.shared as shared',
      'password.data as password_data',
    ])
    .where('session.expires_at', '>', p.now)
    .where('session.last_seen_at', '>', p.idle)
    .where((eb) => eb.or([eb('session.shared', '=', 0), eb('session.last_seen_at', '>', p.sharedIdle)]))
    .where('account.status', '=', 'active')
    .where('person.blocked_at', 'is', null)
    .where((eb) => eb.or([eb('person.ends_at', 'is', null), eb('person.ends_at', '>', p.now)]))

const byId = statement((q, p: Params<{ id: string; now: number; idle: number; sharedIdle: number }>) =>
  standing(q, p).where('session.id', '=', p.id),
)

const byToken = statement((q, p: Params<{ hash: string; now: number; idle: number; sharedIdle: number }>) =>
  standing(q, p).where('session.token_hash', '=', p.hash),
)

const seen = statement((q, p: Params<{ id: string; now: number }>) =>
  q.updateTable('session').set({ last_seen_at: p.now }).where('id', '=', p.id),
)

/** Last use is kept to some minutes, so that reading mail does not write. */
const seenEvery = 2 * 60_000

/** When a session must have been seen for it not to have been left. */
const limits = (people: People, now: number) => ({
  now,
  idle: now - people.options.sessionIdle,
  sharedIdle: now - people.options.sharedIdle,
})

/** The kind of browser that a User-Agent names, without versions: what does not change while a session lives. */
const browserOf = (agent: string): string => {
  const names = ['Edg', 'OPR', 'Firefox', 'FxiOS', 'CriOS', 'HeadlessChrome', 'Chrome', 'Safari']
  return names.find((name) => agent.includes(`${name}/`)) ?? ''
}

type FoundSession = PrincipalRow & {
  readonly profile_id: number | null
  readonly amr: string
  readonly authenticated_at: number
  readonly stepped_up_at: number
  readonly provider: string
  readonly shared: number
  readonly password_data: string | null
}

const principalFrom = (people: People, id: string, row: FoundSession): Principal => {
  const amr = row.amr.split(' ').filter(Boolean)
  // The right to administer is the account's, and only of sessions opened with a second factor (FACTS 3.8).
  const strong = strengthOf(amr) >= 2 || !people.options.secondFactorFor.includes('administrator')
  const admin = strong ? row.admin : 0
  const held = heldBecause(row.password_data, { amr, authenticatedAt: row.authenticated_at })
  return principalOf(
    { ...row, admin },
    {
      sessionId: id,
      ...(row.profile_id === null ? {} : { profileId: row.profile_id }),
      amr,
      authenticatedAt: row.authenticated_at,
      steppedUpAt: row.stepped_up_at,
      ...(row.provider === '' ? {} : { provider: row.provider }),
      ...(row.shared === 1 ? { shared: true } : {}),
      ...(held === undefined ? {} : { held }),
    },
  )
}

/**
 * Who this session token stands for; undefined when it stands for nobody (any more). Given the visitor's `userAgent`, a
 * session that shows up in another kind of browser than it was opened in is refused: a cookie does not wander.
 */
export const checkSession = async (
  people: People,
  token: string,
  visitor?: Pick<Visitor, 'userAgent'>,
): Promise<Principal | undefined> => {
  if (!isSessionToken(token)) return
  const now = people.ctx.clock.now()
  const row = await people.ctx.store.read((tx) =>
    tx.first(byToken, { hash: hashOfToken(token), ...limits(people, now) }),
  )
  if (!row) return
  const id = row.session_id
  const agent = (visitor?.userAgent ?? '').slice(0, longestAgent)
  if (visitor !== undefined && browserOf(agent) !== browserOf(row.user_agent)) {
    people.ctx.log.warn('session.other-browser', { account: row.id, session: id.slice(0, 12) })
    return
  }
  if (now - row.last_seen_at > seenEvery) await people.ctx.store.writeGlobal((tx) => tx.run(seen, { id, now }))
  return principalFrom(people, id, row)
}

/** Within a transaction: who an open session stands for, by its id; undefined when it has ended. */
export const principalOfSession = async (tx: Reader, people: People, id: string): Promise<Principal | undefined> => {
  const row = await tx.first(byId, { id, ...limits(people, people.ctx.clock.now()) })
  return row && principalFrom(people, id, row)
}

/** True while the session stands. */
export const sessionLives = async (tx: Reader, people: People, id: string): Promise<boolean> =>
  (await tx.first(byId, { id, ...limits(people, people.ctx.clock.now()) })) !== undefined

export interface SessionInfo {
  /** Names the session without opening it. */
  readonly id: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly ip: string
  readonly userAgent: string
  readonly country: string
  readonly amr: readonly string[]
  readonly shared: boolean
  /** Identity provider that vouched; empty: ours. */
  readonly provider: string
}

const ofAccount = statement((q, p: Params<{ account: number; now: number; idle: number; sharedIdle: number }>) =>
  q
    .selectFrom('session')
    .selectAll()
    .where('account_id', '=', p.account)
    .where('expires_at', '>', p.now)
    .where('last_seen_at', '>', p.idle)
    .where((eb) => eb.or([eb('shared', '=', 0), eb('last_seen_at', '>', p.sharedIdle)]))
    .orderBy('last_seen_at', 'desc'),
)

/** The open sessions of an account, the latest used first. */
export const listSessions = async (people: People, account: number): Promise<SessionInfo[]> => {
  const now = people.ctx.clock.now()
  const rows = await people.ctx.store.read((tx) => tx.all(ofAccount, { account, ...limits(people, now) }))
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    ip: row.ip,
    userAgent: row.user_agent,
    country: row.country,
    amr: row.amr.split(' ').filter(Boolean),
    shared: row.shared === 1,
    provider: row.provider,
  }))
}
