/** What changes in a session while it lives: the proofs given in it, its profile. */
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { People } from './people.ts'
import { type Principal, strengthOf } from './principal.ts'

const renew = statement(
  (
    q,
    p: Params<{
      id: string
      account: number
      hash: string
      now: number
      steppedUp: number
      expires: number
      ip: string
      agent: string
      amr: string
      device: string
      provider: string
      providerData: string
    }>,
  ) =>
    q
      .updateTable('session')
      .set({
        token_hash: p.hash,
        last_seen_at: p.now,
        expires_at: p.expires,
        ip: p.ip,
        user_agent: p.agent,
        amr: p.amr,
        authenticated_at: p.now,
        stepped_up_at: p.steppedUp,
        device_id: p.device,
        provider: p.provider,
        provider_data: p.providerData,
      })
      .where('id', '=', p.id)
      .where('account_id', '=', p.account)
      .where('shared', '=', 0),
)

const stepUp = statement((q, p: Params<{ id: string; now: number; authenticated: number; amr: string }>) =>
  q
    .updateTable('session')
    .set({ stepped_up_at: p.now, authenticated_at: p.authenticated, amr: p.amr })
    .where('id', '=', p.id),
)

/**
 * Within a transaction: the person proved again who they are, by `amr`, which is added to what they had proved before.
 * It counts as a new authentication when it was no weaker than the one of the session.
 */
export const noteStepUp = async (
  tx: Writer,
  now: number,
  principal: Principal,
  amr: readonly string[],
): Promise<void> => {
  const all = [...new Set([...principal.amr, ...amr])]
  const authenticated = strengthOf(amr) >= strengthOf(principal.amr) ? now : principal.authenticatedAt
  await tx.run(stepUp, { id: principal.sessionId ?? '', now, authenticated, amr: all.join(' ') })
}

/**
 * The person enrolled a second factor in this session, and proved it in doing so: the session is stronger from now on,
 * and administration opens without signing in again.
 */
export const enrolled = async (people: People, principal: Principal, amr: readonly string[]): Promise<void> => {
  await people.ctx.store.writeGlobal((tx) => noteStepUp(tx, people.ctx.clock.now(), principal, amr))
}

const setProfile = statement((q, p: Params<{ id: string; account: number; profile: number | null }>) =>
  q.updateTable('session').set({ profile_id: p.profile }).where('id', '=', p.id).where('account_id', '=', p.account),
)

/** How the person signed in again. */
interface Renewal {
  readonly amr: readonly string[]
  readonly provider?: string
  readonly providerData?: string
  readonly profileId?: number
  readonly deviceId?: string
  readonly shared?: boolean
}

/**
 * Within a transaction: signs in again in a session that goes on under a new token. False when it is not one of this
 * person (any more), or either is on a shared computer: then it is another session.
 */
export const renewSession = async (
  tx: Writer,
  id: string,
  account: number,
  at: {
    readonly hash: string
    readonly now: number
    readonly steppedUp: number
    readonly expires: number
    readonly ip: string
    readonly agent: string
  },
  how: Renewal,
): Promise<boolean> => {
  if (how.shared) return false
  const { amr, deviceId: device = '', provider = '', providerData = '', profileId } = how
  const { changes } = await tx.run(renew, { id, account, ...at, amr: amr.join(' '), device, provider, providerData })
  if (changes > 0 && profileId !== undefined) await tx.run(setProfile, { id, account, profile: profileId })
  return changes > 0
}

/** Within a transaction: the session acts under this profile from now on. */
export const setSessionProfile = async (tx: Writer, principal: Principal, profile: number | null): Promise<void> => {
  await tx.run(setProfile, { id: principal.sessionId ?? '', account: principal.accountId, profile })
}
