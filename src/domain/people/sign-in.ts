/**
 * Signing in, step by step: a first proof (password, passkey, or the word of a provider), the second factor when the
 * account has one, then a session, then the profile it acts under. A sign-in under way is a one-time row that only the
 * browser which began it can go on with (an HttpOnly cookie), for ten minutes and a few tries.
 *
 * Nothing here tells a stranger more than `verifyPassword` does: every step before the first proof gives the same answer
 * after the same work, and the exact reason goes to the owner.
 */
import { Failure } from '#base/failure.ts'
import type { Reader } from '#store/engine.ts'
import { type Population, type Profile, populationOf, profilesOf } from '../directory/profiles.ts'
import { findDevice, noteDevice } from './devices.ts'
import { askGrid, type GridAsk } from './factors/grid.ts'
import { type PasskeyProof, provePasskey, type RelyingParty } from './factors/passkey.ts'
import { type FactorProof, proveFactor } from './factors/prove.ts'
import { type FactorKind, hasSecondFactor, isStrong, kindsOf, readFactors } from './factors/rows.ts'
import { mustChange, weighPassword } from './must-change.ts'
import { countAttempt, issue, type OneTime, peek, redeem } from './one-time.ts'
import type { People } from './people.ts'
import { type Principal, type Strength, strengthOf } from './principal.ts'
import { type OpenedSession, openSessionIn } from './sessions.ts'
import { afterSignIn } from './travel.ts'
import { openAccount, verifyPassword } from './verify.ts'

/** What the person wants, and where they come from. */
export interface Arrival {
  readonly ip: string
  readonly userAgent?: string
  /** The cookie of a browser that signed in before. */
  readonly deviceToken?: string | undefined
  /** Path to go to afterwards. */
  readonly after: string
  /** Kind of profile chosen on the sign-in page. */
  readonly profile?: string | undefined
  /** A computer that others use too. */
  readonly shared?: boolean
  /** Strength that the service asks for. */
  readonly strength?: Strength | undefined
  /** Who is signed in in this browser already: the same person goes on in the same session. */
  readonly current?: Pick<Principal, 'accountId' | 'sessionId' | 'profileId'> | undefined
}

export interface FactorStep {
  readonly next: 'factor'
  /** For the cookie `signin`. */
  readonly token: string
  readonly expiresAt: number
  readonly after: string
  readonly factors: readonly FactorKind[]
  readonly preferred: FactorKind
  readonly grid?: GridAsk
  /** True when the person may ask that this browser be trusted. */
  readonly remember: boolean
}

export interface OpenStep {
  /**
   * `password`: another must be chosen before anything; `profile`: one must be chosen; `enrol`: a second factor must be
   * added before any administration.
   */
  readonly next: 'done' | 'profile' | 'enrol' | 'password'
  readonly after: string
  readonly session: OpenedSession
  readonly principal: Principal
  /** For the cookie `device`; undefined on a shared computer. */
  readonly deviceToken: string | undefined
  readonly shared: boolean
  readonly profiles: readonly Profile[]
  /** Recovery codes left, when one was used. */
  readonly left?: number
}

export type Step = FactorStep | OpenStep

/** The first screen of whoever has signed in is served before the sign-in is looked at. */
const FIRST_SCREEN_MS = 400

const kind = 'sign-in'
const life = 10 * 60_000
const mostTries = 5

/** What is kept of a sign-in under way. */
interface UnderWay {
  readonly amr: readonly string[]
  readonly after: string
  readonly profile?: string | undefined
  readonly shared: boolean
  readonly provider?: string
  readonly providerData?: string
}

const ended = (): Failure =>
  new Failure('unauthenticated', 'this sign-in has expired: begin again', { property: 'sign-in' })

/** True when the account must have a passkey or TOTP, and has none. */
export const mustEnrol = async (tx: Reader, people: People, account: number): Promise<boolean> => {
  const { ctx, options } = people
  const population: Population = await populationOf(tx, account, ctx.clock.now())
  return options.secondFactorFor.includes(population) && !isStrong(await readFactors(tx, account))
}

interface Standing {
  readonly factors: readonly FactorKind[]
  readonly trusted: boolean
  /** Whether a browser of this person may be trusted at all. */
  readonly trustable: boolean
}

const standingOf = (people: People, account: number, deviceToken: string | undefined): Promise<Standing> =>
  people.ctx.store.read(async (tx) => {
    const factors = kindsOf(await readFactors(tx, account))
    if (factors.length === 0) return { factors, trusted: false, trustable: false }
    const trustable = (await populationOf(tx, account, people.ctx.clock.now())) !== 'administrator'
    const device = await findDevice(tx, people, account, deviceToken)
    return { factors, trusted: trustable && device?.trusted === true, trustable }
  })

/** The first proof is given: asks for the second one, or opens the session. */
const proceed = async (
  people: People,
  principal: Principal,
  underWay: UnderWay,
  arrival: Omit<Arrival, 'after'>,
): Promise<Step> => {
  const account = principal.accountId
  const standing = await standingOf(people, account, arrival.deviceToken)
  const strong = strengthOf(underWay.amr) >= 2
  const trusted = standing.trusted && (arrival.strength ?? 1) < 2
  if (strong || trusted || standing.factors.length === 0) return open(people, principal, underWay, arrival)
  const { ctx } = people
  const { token, grid } = await ctx.store.write(account, async (tx) => ({
    token: await issue(tx, ctx, { kind, account, data: JSON.stringify(underWay), life }),
    grid: standing.factors.includes('grid') ? await askGrid(tx, people, account) : undefined,
  }))
  return factorStep(token, ctx.clock.now() + life, underWay, standing, grid)
}

const factorStep = (
  token: string,
  expiresAt: number,
  { after, shared }: UnderWay,
  { factors, trustable }: Standing,
  grid: GridAsk | undefined,
): FactorStep => ({
  next: 'factor',
  token,
  expiresAt,
  after,
  factors,
  preferred: factors[0] ?? 'totp',
  ...(grid === undefined ? {} : { grid }),
  remember: trustable && !shared,
})

interface Finish extends Omit<Arrival, 'after'> {
  /** The browser is trusted with the second factor from now on. */
  readonly remember?: boolean
  readonly left?: number | undefined
  /** Uses the sign-in up, in the transaction that opens the session. */
  readonly token?: string
}

const chosen = (profiles: readonly Profile[], wanted: string | undefined): Profile | undefined => {
  const of = wanted === undefined ? profiles : profiles.filter((profile) => profile.kind === wanted)
  return of.length === 1 ? of[0] : profiles.length === 1 ? profiles[0] : undefined
}

/** Everything asked was proved: opens the session, in a browser that is known from now on. */
const open = async (people: People, principal: Principal, underWay: UnderWay, finish: Finish): Promise<OpenStep> => {
  const { ctx } = people
  const { accountId: account } = principal
  const { ip, userAgent = '' } = finish
  const { shared, amr, provider, providerData } = underWay
  const now = ctx.clock.now()
  const { profiles, factor, enrol, held } = await ctx.store.read(async (tx) => ({
    profiles: await profilesOf(tx, account, now),
    factor: await hasSecondFactor(tx, account),
    enrol: await mustEnrol(tx, people, account),
    held: amr.includes('pwd') ? await mustChange(tx, account) : undefined,
  }))
  const trusting = factor && strengthOf(amr) < 2
  const current = finish.current?.accountId === account ? finish.current : undefined
  const renews = current?.sessionId
  const profile = chosen(profiles, underWay.profile) ?? profiles.find(({ id }) => id === current?.profileId)
  const { session, device } = await ctx.store.writeGlobal(async (tx) => {
    if (finish.token !== undefined && !(await redeem(tx, ctx, kind, finish.token))) throw ended()
    const token = finish.deviceToken
    const browser = { token, ip, userAgent, trusted: finish.remember === true }
    const device = shared ? undefined : await noteDevice(tx, people, account, browser)
    const session = await openSessionIn(
      tx,
      people,
      principal,
      { ip, userAgent },
      {
        amr,
        shared,
        trusting,
        ...(provider === undefined ? {} : { provider }),
        ...(providerData === undefined ? {} : { providerData }),
        ...(profile === undefined ? {} : { profileId: profile.id }),
        ...(device === undefined ? {} : { deviceId: device.id }),
        ...(renews === undefined ? {} : { renews }),
      },
    )
    return { session, device }
  })
  const facts = {
    accountId: account,
    sessionId: session.id,
    ip,
    userAgent,
    knownDevice: device?.fresh === false,
    ...(device === undefined ? {} : { deviceId: device.id }),
    ...(device?.before === undefined ? {} : { deviceBefore: device.before }),
  }
  afterSignIn(people, facts, FIRST_SCREEN_MS)
  const choose = profile === undefined && profiles.length > 1
  return {
    next: held !== undefined ? 'password' : enrol ? 'enrol' : choose ? 'profile' : 'done',
    after: underWay.after,
    session,
    principal: {
      ...principal,
      admin: principal.admin && (strengthOf(amr) >= 2 || !people.options.secondFactorFor.includes('administrator')),
      amr,
      authenticatedAt: now,
      steppedUpAt: trusting ? 0 : now,
      sessionId: session.id,
      ...(profile === undefined ? {} : { profileId: profile.id }),
      ...(held === undefined ? {} : { held }),
    },
    deviceToken: device?.token,
    shared,
    profiles,
    ...(finish.left === undefined ? {} : { left: finish.left }),
  }
}

/**
 * Begins with a password. Throws Failure unauthenticated (the same for every reason), throttled, unavailable.
 */
export const signInWithPassword = async (
  people: People,
  given: Arrival & { readonly login: string; readonly password: string },
): Promise<Step> => {
  const { login, password, ip, userAgent = '', deviceToken, after, profile, shared = false } = given
  const principal = await verifyPassword(people, { login, password, ip, service: 'web', userAgent, deviceToken })
  await weighPassword(people, principal.accountId, password)
  return proceed(people, principal, { amr: ['pwd'], after, profile, shared }, given)
}

/** Signs in with a passkey alone, its holder verified. Throws Failure unauthenticated (property `passkey`). */
export const signInWithPasskey = async (
  people: People,
  rp: RelyingParty,
  proof: PasskeyProof,
  arrival: Arrival,
): Promise<Step> => {
  const { ip, after, profile, shared = false } = arrival
  const { account, amr } = await provePasskey(people, rp, 'sign-in', proof, { ip })
  const principal = await people.ctx.store.read((tx) => openAccount(tx, people, account))
  if (!principal) throw new Failure('unauthenticated', 'the passkey is not accepted', { property: 'passkey' })
  return open(people, principal, { amr: [...amr, 'mfa'], after, profile, shared }, arrival)
}

/**
 * Ends a sign-in that an identity provider vouched for. `amr` is what it said of its own methods (`mfa` counts as a
 * second factor; otherwise ours is asked when the account has one). Throws Failure unauthenticated when the account may
 * not be opened.
 */
export const openFederated = async (
  people: People,
  account: number,
  by: { readonly provider: string; readonly providerData?: string; readonly amr?: readonly string[] },
  arrival: Arrival,
): Promise<Step> => {
  const { after, profile, shared = false } = arrival
  const principal = await people.ctx.store.read((tx) => openAccount(tx, people, account))
  if (!principal) throw new Failure('unauthenticated', 'this account cannot be opened', { property: 'account' })
  const { provider, providerData = '', amr = [] } = by
  const underWay = { amr: [...new Set(['fed', ...amr])], after, profile, shared, provider, providerData }
  return proceed(people, principal, underWay, arrival)
}

const underWayOf = (row: OneTime): UnderWay => JSON.parse(row.data) as UnderWay

/** The sign-in that this browser has under way, to show it again. Throws Failure unauthenticated when there is none. */
export const currentStep = async (people: People, token: string, deviceToken?: string): Promise<FactorStep> => {
  const { ctx } = people
  const row = await ctx.store.read((tx) => peek(tx, ctx, kind, token))
  if (row?.accountId === undefined || row.attempts >= mostTries) throw ended()
  const account = row.accountId
  const standing = await standingOf(people, account, deviceToken)
  const grid = standing.factors.includes('grid')
    ? await ctx.store.write(account, (tx) => askGrid(tx, people, account))
    : undefined
  return factorStep(token, row.expiresAt, underWayOf(row), standing, grid)
}

/** Whose sign-in is under way in this browser. Throws Failure unauthenticated when there is none. */
export const accountUnderWay = async (people: People, token: string): Promise<number> => {
  const row = await people.ctx.store.read((tx) => peek(tx, people.ctx, kind, token))
  if (row?.accountId === undefined) throw ended()
  return row.accountId
}

/**
 * Goes on with the second factor. Each try is counted before it is judged; after the fifth the sign-in is over. Throws
 * Failure unauthenticated (property `code` or `passkey`: wrong; `sign-in`: begin again), throttled, invalid.
 */
export const signInWithFactor = async (
  people: People,
  rp: RelyingParty,
  token: string,
  proof: FactorProof,
  arrival: Omit<Arrival, 'after' | 'profile' | 'shared' | 'strength'> & { readonly remember?: boolean },
): Promise<OpenStep> => {
  const { ctx } = people
  const row = await ctx.store.writeGlobal((tx) => countAttempt(tx, ctx, kind, token, mostTries))
  if (row?.accountId === undefined) throw ended()
  const account = row.accountId
  const underWay = underWayOf(row)
  const { principal, device, trustable } = await ctx.store.read(async (tx) => ({
    principal: await openAccount(tx, people, account),
    device: (await findDevice(tx, people, account, arrival.deviceToken))?.id,
    trustable: (await populationOf(tx, account, ctx.clock.now())) !== 'administrator',
  }))
  if (!principal) throw ended()
  const source = { ip: arrival.ip, userAgent: arrival.userAgent ?? '', device }
  const { amr, left } = await proveFactor(people, rp, 'factor', { id: account, login: principal.login }, proof, source)
  const all = { ...underWay, amr: [...new Set([...underWay.amr, ...amr])] }
  const remember = arrival.remember === true && trustable && !underWay.shared
  return open(people, principal, all, { ...arrival, token, remember, left })
}
