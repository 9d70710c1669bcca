/** Who a grant or token stands for: the person as they are now, under the profile they had chosen. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { People } from '../../people/people.ts'
import { type Principal, principalOf } from '../../people/principal.ts'
import { sessionLives } from '../../people/sessions.ts'
import { findRecord } from './records.ts'

const account = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .leftJoin('person', 'person.account_id', 'account.id')
    .select([
      'account.id as id',
      'account.login as login',
      'account.name as name',
      'account.locale as locale',
      'account.admin as admin',
      'address.address as email',
    ])
    .where('account.id', '=', p.account)
    .where('account.status', '=', 'active')
    .where('person.blocked_at', 'is', null)
    .where((eb) => eb.or([eb('person.ends_at', 'is', null), eb('person.ends_at', '>', p.now)])),
)

const session = statement((q, p: Params<{ id: string; account: number }>) =>
  q
    .selectFrom('session')
    .select(['profile_id', 'amr', 'authenticated_at'])
    .where('id', '=', p.id)
    .where('account_id', '=', p.account),
)

const profile = statement((q, p: Params<{ id: number; account: number; now: number }>) =>
  q
    .selectFrom('profile')
    .select('id')
    .where('id', '=', p.id)
    .where('account_id', '=', p.account)
    .where((eb) => eb.or([eb('starts_at', 'is', null), eb('starts_at', '<=', p.now)]))
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)])),
)

/** The profile, while the person has it: a token may outlive it. */
const standingProfile = async (tx: Reader, now: number, account: number, id: number | null) =>
  id !== null && (await tx.first(profile, { id, account, now })) ? { profileId: id } : {}

export interface TokenOrigin {
  readonly sessionId?: string | undefined
  readonly grantId?: string | undefined
}

/**
 * The person of an account, as a service may be told of them: under the profile of the session while it lives, of the
 * grant afterwards. Undefined when the account is not active or the person is blocked.
 */
export const personFor = async (
  tx: Reader,
  people: People,
  id: number,
  origin: TokenOrigin,
): Promise<Principal | undefined> => {
  const now = people.ctx.clock.now()
  const row = await tx.first(account, { account: id, now })
  if (!row) return
  const { sessionId, grantId } = origin
  if (sessionId !== undefined && sessionId !== '' && (await sessionLives(tx, people, sessionId))) {
    const one = await tx.first(session, { id: sessionId, account: id })
    if (one)
      return principalOf(row, {
        sessionId,
        amr: one.amr.split(' ').filter(Boolean),
        authenticatedAt: one.authenticated_at,
        ...(await standingProfile(tx, now, id, one.profile_id)),
      })
  }
  const grant = grantId === undefined ? undefined : await findRecord(tx, 'Grant', grantId)
  return principalOf(row, await standingProfile(tx, now, id, grant?.profileId ?? null))
}
