/** The profile a session acts under: a choice of the session, never of the person. */
import { Failure } from '#base/failure.ts'
import { type Profile, profilesOf } from '../directory/profiles.ts'
import { appendAudit } from './audit.ts'
import type { People } from './people.ts'
import type { Principal } from './principal.ts'
import { setSessionProfile } from './session-changes.ts'

/** Chooses one of the person's profiles for the session. Throws Failure notFound, forbidden (no session). */
export const chooseProfile = async (people: People, principal: Principal, id: number, ip = ''): Promise<Profile> => {
  const { accountId: account, login, sessionId } = principal
  if (sessionId === undefined) throw new Failure('forbidden', 'only a browser session has a profile')
  if (!Number.isSafeInteger(id)) throw new Failure('invalid', 'id is needed', { property: 'id' })
  const now = people.ctx.clock.now()
  const profile = await people.ctx.store.writeGlobal(async (tx) => {
    const profile = (await profilesOf(tx, account, now)).find((one) => one.id === id)
    if (!profile) throw new Failure('notFound', 'this is not a profile of yours')
    if (principal.profileId === id) return profile
    await setSessionProfile(tx, principal, id)
    const detail = profile.uai === '' ? profile.kind : `${profile.kind} ${profile.uai}`
    await appendAudit(tx, now, { actor: login, action: 'session.profile', accountId: account, detail, ip })
    return profile
  })
  people.ctx.store.bus.publishTopic('people', account)
  return profile
}
