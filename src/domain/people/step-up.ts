/**
 * Proving again who one is, for a sensitive act: by any second factor the person has, by the password when there is
 * none. Who has neither (they came from a provider) signs in again there.
 */
import { Failure } from '#base/failure.ts'
import { appendAudit } from './audit.ts'
import { readPassword } from './credentials.ts'
import { findDevice } from './devices.ts'
import { askGrid, type GridAsk } from './factors/grid.ts'
import type { RelyingParty } from './factors/passkey.ts'
import { type FactorProof, proveFactor } from './factors/prove.ts'
import { type FactorKind, kindsOf, readFactors } from './factors/rows.ts'
import type { People } from './people.ts'
import { type Principal, stepUpLife } from './principal.ts'
import { noteStepUp } from './session-changes.ts'
import { verifyPassword } from './verify.ts'

export interface StepUpWays {
  readonly methods: readonly ('password' | FactorKind)[]
  readonly grid?: GridAsk
  /** Empty `methods`: the provider to sign in with again. */
  readonly provider?: string
}

/** How this person can prove again who they are. */
export const stepUpWays = async (people: People, principal: Principal): Promise<StepUpWays> => {
  const { accountId: account, provider } = principal
  const { factors, password } = await people.ctx.store.read(async (tx) => ({
    factors: kindsOf(await readFactors(tx, account)),
    password: (await readPassword(tx, account)) !== undefined,
  }))
  const from = provider === undefined ? {} : { provider }
  if (factors.length === 0) return { methods: password ? ['password'] : [], ...from }
  const grid = factors.includes('grid')
    ? { grid: await people.ctx.store.write(account, (tx) => askGrid(tx, people, account)) }
    : {}
  return { methods: factors, ...grid, ...from }
}

interface From {
  readonly ip: string
  readonly userAgent?: string
  readonly deviceToken?: string | undefined
}

/** The RFC 8176 words of what was proved. */
const prove = async (
  people: People,
  rp: RelyingParty,
  { accountId: id, login }: Principal,
  proof: StepUpProof,
  { ip, userAgent = '', deviceToken }: From,
): Promise<readonly string[]> => {
  if (proof.kind === 'password') {
    await verifyPassword(people, { login, password: proof.password, ip, service: 'web', userAgent, deviceToken })
    return ['pwd']
  }
  const device = await people.ctx.store.read((tx) => findDevice(tx, people, id, deviceToken))
  const source = { ip, userAgent, device: device?.id }
  return (await proveFactor(people, rp, 'step-up', { id, login }, proof, source)).amr
}

export type StepUpProof = FactorProof | { readonly kind: 'password'; readonly password: string }

/**
 * Steps the session up; returns until when, in milliseconds. Throws Failure unauthenticated, throttled, invalid (a
 * method this person does not use).
 */
export const stepUp = async (
  people: People,
  rp: RelyingParty,
  principal: Principal,
  proof: StepUpProof,
  from: From,
): Promise<number> => {
  const { accountId: account, login } = principal
  const { methods } = await stepUpWays(people, principal)
  if (!methods.includes(proof.kind))
    throw new Failure('invalid', 'this cannot be proved that way', { property: 'kind' })
  const amr = await prove(people, rp, principal, proof, from)
  const { ctx } = people
  const now = ctx.clock.now()
  await ctx.store.writeGlobal(async (tx) => {
    await noteStepUp(tx, now, principal, amr)
    const about = { accountId: account, target: proof.kind, ip: from.ip }
    await appendAudit(tx, now, { actor: login, action: 'session.step-up', ...about })
  })
  return now + stepUpLife
}
