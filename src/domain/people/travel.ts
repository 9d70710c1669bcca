/**
 * What is unusual about a sign-in: a browser never seen, a country never seen, a journey nobody can make. It is looked
 * at after the session is open, so that it delays nobody; it tells the owner and the audit log, and blocks nothing.
 */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { notifyOwner } from './alerts.ts'
import { audit } from './audit.ts'
import { countryOf } from './geo.ts'
import type { People } from './people.ts'
import { type Place, places } from './travel.data.ts'

/** Kilometres an hour from door to door, generously: no airliner is faster. */
const fastest = 1000
/** Kilometres below which a country's border, a VPN or a coarse database explain everything. */
const nearby = 500

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Kilometres between the edges of two countries, by the great circle; 0 for neighbours. */
const between = (a: Place, b: Place): number => {
  const dLat = radians(b.latitude - a.latitude) / 2
  const dLon = radians(b.longitude - a.longitude) / 2
  const h = Math.sin(dLat) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon) ** 2
  return Math.max(0, 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h))) - a.radius - b.radius)
}

/** True when nobody can have gone from one country to the other in `ms`; false when either is unknown. */
export const isImpossible = (from: string, to: string, ms: number): boolean => {
  const [a, b] = [places.get(from), places.get(to)]
  if (!a || !b || from === to) return false
  const distance = between(a, b)
  return distance > nearby && distance / fastest > Math.max(0, ms) / 3_600_000
}

export interface SignInFacts {
  readonly accountId: number
  /** Id of the session that was opened. */
  readonly sessionId: string
  readonly ip: string
  readonly userAgent?: string
  /** The browser's row in `device`. */
  readonly deviceId?: string
  /** True: the account had signed in from this browser before. */
  readonly knownDevice: boolean
  /** Where and when that browser was last seen before, for its row is of now. */
  readonly deviceBefore?: Trace
}

const otherSessions = statement((q, p: Params<{ account: number; session: string }>) =>
  q
    .selectFrom('session')
    .select(['country', 'last_seen_at as seen'])
    .where('account_id', '=', p.account)
    .where('id', '!=', p.session)
    .orderBy('last_seen_at', 'desc')
    .limit(50),
)

const otherDevices = statement((q, p: Params<{ account: number; device: string }>) =>
  q
    .selectFrom('device')
    .select(['country', 'last_seen_at as seen'])
    .where('account_id', '=', p.account)
    .where('id', '!=', p.device)
    .orderBy('last_seen_at', 'desc')
    .limit(50),
)

const thisDevice = statement((q, p: Params<{ account: number; device: string }>) =>
  q
    .selectFrom('device')
    .select(['country', 'last_seen_at as seen'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.device),
)

const markSession = statement((q, p: Params<{ id: string; country: string }>) =>
  q.updateTable('session').set({ country: p.country }).where('id', '=', p.id),
)

const markDevice = statement((q, p: Params<{ account: number; id: string; country: string }>) =>
  q.updateTable('device').set({ country: p.country }).where('account_id', '=', p.account).where('id', '=', p.id),
)

interface Trace {
  readonly country: string
  readonly seen: number
}

type Unusual = 'impossible-travel' | 'new-country' | 'new-device'

/** Where the account was before, the latest first. */
const history = async (tx: Reader, facts: SignInFacts): Promise<Trace[]> => {
  const account = facts.accountId
  const device = facts.deviceId ?? ''
  const traces = [
    ...(await tx.all(otherSessions, { account, session: facts.sessionId })),
    ...(await tx.all(otherDevices, { account, device })),
    ...(facts.deviceBefore
      ? [facts.deviceBefore]
      : facts.knownDevice
        ? await tx.all(thisDevice, { account, device })
        : []),
  ]
  return traces.sort((a, b) => b.seen - a.seen)
}

/** What is unusual about being in `country` now, after these traces; undefined when nothing is. */
export const unusual = (
  traces: readonly Trace[],
  country: string,
  now: number,
  knownDevice: boolean,
): { readonly kind: Unusual; readonly from: string } | undefined => {
  // The first sign-in of all is no news to the person who makes it.
  if (traces.length === 0) return
  const placed = traces.filter((trace) => trace.country !== '')
  const last = placed[0]
  if (country !== '' && last) {
    if (isImpossible(last.country, country, now - last.seen)) return { kind: 'impossible-travel', from: last.country }
    if (!placed.some((trace) => trace.country === country)) return { kind: 'new-country', from: last.country }
  }
  return knownDevice ? undefined : { kind: 'new-device', from: '' }
}

const look = async (people: People, facts: SignInFacts): Promise<void> => {
  const { ctx } = people
  const { accountId: account, sessionId, ip, userAgent, deviceId } = facts
  const country = await countryOf(ip, ctx.log)
  const traces = await ctx.store.read((tx) => history(tx, facts))
  if (country !== '')
    await ctx.store.writeGlobal(async (tx) => {
      await tx.run(markSession, { id: sessionId, country })
      if (deviceId !== undefined) await tx.run(markDevice, { account, id: deviceId, country })
    })
  const found = unusual(traces, country, ctx.clock.now(), facts.knownDevice)
  if (!found) return
  const { kind, from } = found
  const detail = kind === 'new-device' ? kind : `${kind} ${from} ${country}`
  await audit(ctx, { actor: `account ${account}`, action: 'sign-in.unusual', accountId: account, detail, ip })
  // A browser of theirs that travels is a person on holiday: worth a line in the log, not a fright.
  if (facts.knownDevice && kind !== 'impossible-travel') return
  await notifyOwner(people, account, { kind, ip, country, ...(userAgent === undefined ? {} : { userAgent }) })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const underWay = new WeakMap<People, Set<Promise<void>>>()

/**
 * Looks at a sign-in whose session is open. Returns at once; the work begins after `wait` milliseconds and goes on behind,
 * never rejects, and waits for nobody else.
 */
export const afterSignIn = (people: People, facts: SignInFacts, wait = 0): void => {
  let running = underWay.get(people)
  if (!running) underWay.set(people, (running = new Set()))
  const work = (wait === 0 ? look(people, facts) : pause(wait).then(() => look(people, facts)))
    .catch((error) => people.ctx.log.warn('people.after-sign-in', { account: facts.accountId, message: String(error) }))
    .finally(() => running.delete(work))
  running.add(work)
}

/** Resolves when no sign-in is being looked at (the end of the process, tests). */
export const signInsLookedAt = async (people: People): Promise<void> => {
  await Promise.all(underWay.get(people) ?? [])
}
