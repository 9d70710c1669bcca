import type { TFunction } from 'i18next'
import { profileName } from './profile-name.ts'
import { ask, nothing } from './request.ts'
import { type Profile, refreshSession } from './session.ts'
import { toast } from './toasts.tsx'

/** The session takes another of the person's profiles; said aloud, because rights and services change with it. */
export const switchProfile = async (profile: Profile, t: TFunction): Promise<void> => {
  const answer = await ask('/auth/profile', { id: profile.id }, nothing)
  if (answer.kind !== 'ok') {
    toast(t('choose.failed'), { tone: 'problem' })
    return
  }
  await refreshSession().catch(() => undefined)
  toast(t('choose.switched', { name: profileName(profile, t) }))
}
