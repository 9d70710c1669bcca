/** Whether somebody may enter a service: one rule, the same for the three protocols. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import { type Principal, strengthOf } from '../people/principal.ts'
import type { RelyingParty } from './relying-parties.ts'

/**
 * - `disabled`: the service is closed to everybody
 * - `profile`: it is not for the profile of this session; another one of the person may fit
 * - `strength`: it wants a stronger sign-in
 */
export type EntryRefusal = 'disabled' | 'profile' | 'strength'

/** Why the person may not enter; undefined when they may. `profile` is the kind of the session's profile. */
export const mayEnter = (
  principal: Pick<Principal, 'amr'>,
  profile: ProfileKind | undefined,
  party: Pick<RelyingParty, 'status' | 'rules'>,
): EntryRefusal | undefined => {
  const { profiles, acr } = party.rules
  if (party.status !== 'active') return 'disabled'
  if (profiles !== '*' && (profile === undefined || !profiles.includes(profile))) return 'profile'
  return strengthOf(principal.amr) < acr ? 'strength' : undefined
}

const kindOf = statement((q, p: Params<{ account: number; profile: number }>) =>
  q.selectFrom('profile').select('kind').where('account_id', '=', p.account).where('id', '=', p.profile),
)

/** Kind of the profile that the session acts under. */
export const profileKindOf = async (tx: Reader, principal: Principal): Promise<ProfileKind | undefined> => {
  const { accountId: account, profileId } = principal
  return profileId === undefined ? undefined : (await tx.first(kindOf, { account, profile: profileId }))?.kind
}
