/**
 * Browsers that an account has signed in from. Each holds a cookie of 256 random bits, of which the store has the
 * SHA-256. A known browser is not slowed down by what strangers try elsewhere, its sign-ins raise no alarm, and its owner
 * may say that no second factor is asked in it for a while.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from './audit.ts'
import type { People } from './people.ts'
import type { Principal } from './principal.ts'
import { endTheseSessions } from './session-end.ts'

/** How long a browser is trusted with the second factor. */
export const trustLife = 30 * 24 * 3_600_000
/** How long a browser stays known without coming back. */
export const deviceLife = 400 * 24 * 3_600_000
const most = 30

export interface Device {
  /** Names the browser without being its cookie. */
  readonly id: string
  readonly label: string
  readonly userAgent: string
  readonly ip: string
  /** ISO 3166 code; empty unknown. */
  readonly country: string
  readonly createdAt: number
  readonly lastSeenAt: number
  /** No second factor is asked until then; null: it is. */
  readonly trustedUntil: number | null
}

/** The id of the browser that holds this cookie; undefined when it is none. */
export const deviceIdOf = (token: string | undefined): string | undefined =>
  token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token)
    ? createHash('sha256').update(`device:${token}`).digest('hex')
    : undefined

const columns = ['id', 'label', 'user_agent', 'ip', 'country', 'created_at', 'last_seen_at', 'trusted_until'] as const

const ofAccount = statement((q, p: Params<{ account: number; since: number }>) =>
  q
    .selectFrom('device')
    .select([...columns])
    .where('account_id', '=', p.account)
    .where('last_seen_at', '>', p.since)
    .orderBy('last_seen_at', 'desc'),
)

/** The browsers of an account that came back within their life, the latest first. */
export const readDevices = async (tx: Reader, people: People, account: number): Promise<Device[]> => {
  const now = people.ctx.clock.now()
  const rows = await tx.all(ofAccount, { account, since: now - deviceLife })
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    userAgent: row.user_agent,
    ip: row.ip,
    country: row.country,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    trustedUntil: row.trusted_until > now ? row.trusted_until : null,
  }))
}

const byId = statement((q, p: Params<{ account: number; id: string; since: number }>) =>
  q
    .selectFrom('device')
    .select(['id', 'trusted_until'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('last_seen_at', '>', p.since),
)

/** The browser that holds this cookie, when the account has signed in there. */
export const findDevice = async (
  tx: Reader,
  people: People,
  account: number,
  token: string | undefined,
): Promise<{ id: string; trusted: boolean } | undefined> => {
  const id = deviceIdOf(token)
  if (id === undefined) return
  const now = people.ctx.clock.now()
  const row = await tx.first(byId, { account, id, since: now - deviceLife })
  return row && { id, trusted: row.trusted_until > now }
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      id: string
      agent: string
      ip: string
      now: number
      trusted: number
    }>,
  ) =>
    q.insertInto('device').values({
      account_id: p.account,
      id: p.id,
      label: '',
      user_agent: p.agent,
      ip: p.ip,
      // Looked up after the sign-in, which does not wait for it (travel.ts).
      country: '',
      created_at: p.now,
      last_seen_at: p.now,
      trusted_until: p.trusted,
    }),
)

const touch = statement((q, p: Params<{ account: number; id: string; agent: string; ip: string; now: number }>) =>
  q
    .updateTable('device')
    .set({ user_agent: p.agent, ip: p.ip, last_seen_at: p.now })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const trust = statement((q, p: Params<{ account: number; id: string; until: number }>) =>
  q.updateTable('device').set({ trusted_until: p.until }).where('account_id', '=', p.account).where('id', '=', p.id),
)

const rename = statement((q, p: Params<{ account: number; id: string; to: string }>) =>
  q.updateTable('device').set({ id: p.to }).where('account_id', '=', p.account).where('id', '=', p.id),
)

const moveSessions = statement((q, p: Params<{ account: number; id: string; to: string }>) =>
  q.updateTable('session').set({ device_id: p.to }).where('account_id', '=', p.account).where('device_id', '=', p.id),
)

const drop = statement((q, p: Params<{ account: number; id: string }>) =>
  q.deleteFrom('device').where('account_id', '=', p.account).where('id', '=', p.id),
)

const dropOld = statement((q, p: Params<{ account: number; before: number }>) =>
  q.deleteFrom('device').where('account_id', '=', p.account).where('last_seen_at', '<=', p.before),
)

export interface SeenDevice {
  readonly id: string
  /** What the cookie is to hold. */
  readonly token: string
  /** True when the account had never signed in there. */
  readonly fresh: boolean
  /** Where and when the account was last seen in it before. */
  readonly before?: { readonly country: string; readonly seen: number }
}

/**
 * Within a transaction: the account has signed in from this browser. `trusted`: asks no second factor there for thirty
 * days; its cookie is then a new one, for whoever used this browser before may have copied the one it had. The one unused
 * for longest is forgotten when there are too many.
 */
export const noteDevice = async (
  tx: Writer,
  people: People,
  account: number,
  browser: {
    readonly token: string | undefined
    readonly ip: string
    readonly userAgent: string
    readonly trusted: boolean
  },
): Promise<SeenDevice> => {
  const now = people.ctx.clock.now()
  const given = deviceIdOf(browser.token)
  const anew = given === undefined || browser.trusted
  const token = anew ? randomBytes(32).toString('base64url') : (browser.token ?? '')
  const id = deviceIdOf(token) ?? ''
  const { ip } = browser
  const agent = browser.userAgent.slice(0, 300)
  const all = await readDevices(tx, people, account)
  const known = all.find((device) => device.id === given)
  const fresh = known === undefined
  const until = browser.trusted ? now + trustLife : 0
  if (fresh) {
    await tx.run(dropOld, { account, before: now - deviceLife })
    for (const old of all.slice(most - 1)) await tx.run(drop, { account, id: old.id })
    await tx.run(insert, { account, id, agent, ip, now, trusted: until })
  } else {
    if (anew) await tx.run(rename, { account, id: known.id, to: id })
    if (anew) await tx.run(moveSessions, { account, id: known.id, to: id })
    await tx.run(touch, { account, id, agent, ip, now })
    if (browser.trusted) await tx.run(trust, { account, id, until })
  }
  return { id, token, fresh, ...(known ? { before: { country: known.country, seen: known.lastSeenAt } } : {}) }
}

const sessionsOn = statement((q, p: Params<{ account: number; device: string; keep: string }>) =>
  q
    .selectFrom('session')
    .select('id')
    .where('account_id', '=', p.account)
    .where('device_id', '=', p.device)
    .where('id', '!=', p.keep),
)

/**
 * Forgets a browser, or all of them: its sessions end (but the one this is asked from) and it must prove everything
 * again. Returns how many were forgotten. Throws Failure notFound.
 */
export const forgetDevices = async (
  people: People,
  principal: Principal,
  which: string | 'all',
  ip = '',
): Promise<number> => {
  const { accountId: account, login, sessionId = '' } = principal
  const forgotten = await people.ctx.store.writeGlobal(async (tx) => {
    const all = await readDevices(tx, people, account)
    const gone = which === 'all' ? all : all.filter(({ id }) => id === which)
    if (gone.length === 0 && which !== 'all') throw new Failure('notFound', 'no such device')
    for (const { id } of gone) {
      await tx.run(drop, { account, id })
      const sessions = await tx.all(sessionsOn, { account, device: id, keep: sessionId })
      await endTheseSessions(
        tx,
        sessions.map((row) => row.id),
      )
    }
    const detail = which === 'all' ? `${gone.length}` : which.slice(0, 12)
    const line = { actor: login, action: 'device.forget' as const, accountId: account, detail, ip }
    await appendAudit(tx, people.ctx.clock.now(), line)
    return gone.length
  })
  people.ctx.store.bus.publishTopic('people', account)
  return forgotten
}

const distrust = statement((q, p: Params<{ account: number }>) =>
  q.updateTable('device').set({ trusted_until: 0 }).where('account_id', '=', p.account).where('trusted_until', '>', 0),
)

/** Within a transaction: every browser is asked for the second factor again. */
export const distrustDevices = async (tx: Writer, account: number): Promise<void> => {
  await tx.run(distrust, { account })
}
