/** Whether somebody may do an act of the table `fraudRights`. */
import { Failure } from '#base/failure.ts'
import type { Reader } from '#store/engine.ts'
import { type Actor, type Powers, powersOf, schoolsFor } from '../directory/delegation.ts'
import { profilesOf } from '../directory/profiles.ts'
import { type FraudAct, fraudActs, fraudRights } from './rights.data.ts'

type Role = 'platform' | 'desk' | 'trainer' | 'none'

const roleOf = async (tx: Reader, actor: Actor, powers: Powers, now: number): Promise<Exclude<Role, 'trainer'>> => {
  if (powers.platform) return 'platform'
  const scope = schoolsFor(powers, 'tickets')
  if (scope !== 'all' && scope.length === 0) return 'none'
  const profiles = await profilesOf(tx, actor.accountId, now)
  return profiles.some(({ kind }) => kind === 'academy') ? 'desk' : 'none'
}

/** What somebody may do about frauds. */
export const fraudActsOf = async (tx: Reader, actor: Actor, now: number): Promise<FraudAct[]> => {
  const powers = await powersOf(tx, actor, now)
  const role = await roleOf(tx, actor, powers, now)
  const roles: Role[] = powers.academy.has('practice') ? [role, 'trainer'] : [role]
  return fraudActs.filter((act) => roles.some((one) => one !== 'none' && fraudRights[act][one]))
}

/** Throws Failure forbidden. */
export const requireFraudAct = async (tx: Reader, actor: Actor, act: FraudAct, now: number): Promise<void> => {
  if (!(await fraudActsOf(tx, actor, now)).includes(act))
    throw new Failure('forbidden', 'frauds are not yours to look after', { property: 'task' })
}
