/**
 * What SAML services know a session by, and single log-out through the browser: services that cannot be told from server
 * to server are visited one after another, from a list made before the session ends.
 */
import { createHmac } from 'node:crypto'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import { issue } from '../people/one-time.ts'
import type { People } from '../people/people.ts'
import { endTheseSessions } from '../people/session-end.ts'
import type { ParticipationData } from './participation.ts'
import { relyingPartyById } from './relying-parties.ts'

/** What a participation of ours keeps as `data`. */
export interface SamlParticipation {
  readonly nameId: string
  readonly format: string
}

/** The SessionIndex that a service is given: stable within the session, and different for every service. */
export const sessionIndexOf = (people: People, session: string, party: number): string =>
  `_${createHmac('sha256', people.key).update(`saml\n${party}\n${session}`).digest('hex').slice(0, 40)}`

const byReference = statement((q, p: Params<{ party: number; reference: string }>) =>
  q
    .selectFrom('participation')
    .select(['id', 'session_id', 'account_id', 'data'])
    .where('relying_party_id', '=', p.party)
    .where('reference', '=', p.reference),
)

const bySession = statement((q, p: Params<{ session: string }>) =>
  q
    .selectFrom('participation')
    .select(['id', 'relying_party_id', 'reference', 'data'])
    .where('session_id', '=', p.session)
    .where('protocol', '=', 'saml')
    .orderBy('id'),
)

const samlOf = (data: string): SamlParticipation => {
  const { nameId, format } = (JSON.parse(data) as ParticipationData).data
  return { nameId: String(nameId), format: String(format) }
}

export interface KnownSession {
  readonly session: string
  readonly account: number
}

/** The session that a service names by SessionIndex and NameID. */
export const sessionNamed = async (
  tx: Reader,
  party: number,
  index: string,
  nameId: string,
): Promise<KnownSession | undefined> => {
  const rows = await tx.all(byReference, { party, reference: index })
  const row = rows.find(({ data }) => samlOf(data).nameId === nameId)
  return row && { session: row.session_id, account: row.account_id }
}

export interface FrontChannelStop extends SamlParticipation {
  readonly party: number
  readonly index: string
}

/** The SAML participations of a session, in order. */
export const samlStops = async (tx: Reader, session: string): Promise<FrontChannelStop[]> =>
  (await tx.all(bySession, { session })).map((row) => ({
    party: row.relying_party_id,
    index: row.reference,
    ...samlOf(row.data),
  }))

/** A round through services, kept as a one-time row while the browser travels. */
export interface LogoutRound {
  readonly stops: readonly FrontChannelStop[]
  /** Request that we wait for the answer of. */
  readonly waiting?: { readonly id: string; readonly party: number }
  /** Who asked, to be answered at the end. */
  readonly asked?: { readonly party: number; readonly id: string; readonly relayState?: string }
  /** True when a service did not answer well. */
  readonly partial?: boolean
  /** A provider to go on to at the end, when the session was opened by it. */
  readonly after?: string
}

export const roundKind = 'saml-logout'
/** A person waits for it. */
export const roundLife = 5 * 60_000
/** More services than these are not visited one by one. */
export const mostStops = 10

/** True when a service can only be told of the sign-out by the browser. */
const byBrowserOnly = async (tx: Reader, party: number): Promise<boolean> => {
  const row = await relyingPartyById(tx, party)
  return row?.protocol === 'saml' && row.config.sloSoap === undefined && row.config.slo !== undefined
}

/**
 * Before a session ends: the path that the browser goes to once it has ended, so that the services which cannot be told
 * from server to server are visited; undefined when nothing is left to do. `round`: who asked, and where to go at the end.
 */
export const beginLogoutRound = async (
  people: People,
  session: string,
  round: Pick<LogoutRound, 'asked' | 'after'> = {},
): Promise<string | undefined> => {
  const { ctx } = people
  const stops = await ctx.store.read(async (tx) => {
    const found: FrontChannelStop[] = []
    for (const stop of await samlStops(tx, session))
      if (stop.party !== round.asked?.party && (await byBrowserOnly(tx, stop.party))) found.push(stop)
    return found.slice(0, mostStops)
  })
  if (stops.length === 0 && round.asked === undefined && round.after === undefined) return
  const data = JSON.stringify({ ...round, stops } satisfies LogoutRound)
  const token = await ctx.store.writeGlobal((tx) => issue(tx, ctx, { kind: roundKind, data, life: roundLife }))
  return `/saml/logout/next?round=${token}`
}

const dropOwn = statement((q, p: Params<{ session: string; party: number }>) =>
  q.deleteFrom('participation').where('session_id', '=', p.session).where('relying_party_id', '=', p.party),
)

/**
 * A service ends the sessions it names: they end with everything they opened, and the service itself is not told what it
 * said. `names`: SessionIndex values; `own`: the browser's own session, for a service that names none.
 */
export const endNamedSessions = async (
  people: People,
  service: { readonly party: number; readonly name: string },
  named: { readonly nameId: string; readonly indexes: readonly string[]; readonly own: string | undefined },
  round: NonNullable<LogoutRound['asked']>,
): Promise<string | undefined> => {
  const { ctx } = people
  const found = await ctx.store.read(async (tx) => {
    const own = named.own === undefined ? [] : await samlStops(tx, named.own)
    const ownIndexes = own.filter(({ party }) => party === service.party).map(({ index }) => index)
    const indexes = named.indexes.length > 0 ? named.indexes : ownIndexes
    const sessions: KnownSession[] = []
    for (const index of indexes) {
      const session = await sessionNamed(tx, service.party, index, named.nameId)
      if (session) sessions.push(session)
    }
    return sessions
  })
  let path: string | undefined
  for (const { session, account } of found) {
    path ??= await beginLogoutRound(people, session, { asked: round })
    await ctx.store.writeGlobal(async (tx) => {
      await tx.run(dropOwn, { session, party: service.party })
      await endTheseSessions(tx, [session])
      const about = { accountId: account, target: session.slice(0, 12), detail: service.name }
      await appendAudit(tx, ctx.clock.now(), { actor: `account ${account}`, action: 'session.revoke', ...about })
    })
    ctx.store.bus.publishTopic('people', account)
  }
  return path
}
