import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import type { Problem } from '../../shell/request.ts'
import type { Profile } from '../../shell/session.ts'
import { Icon } from '../../ui/icon.tsx'
import css from './gate.module.css'
import { GateLayout } from './gate-layout.tsx'
import { ProblemBox } from './problem-box.tsx'
import { chooseProfile } from './requests.ts'

/** One person, several reasons to come: which one today. */
export const ProfilePage = ({
  profiles,
  onChosen,
}: {
  profiles: readonly Profile[]
  onChosen: () => Promise<void>
}) => {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const choose = async (profile: Profile) => {
    if (busy) return
    setBusy(true)
    const answer = await chooseProfile(profile.id)
    if (answer.kind === 'ok') await onChosen()
    else setProblem(answer)
    setBusy(false)
  }
  return (
    <GateLayout title={t('choose.title')} subtitle={t('choose.subtitle')}>
      <div className={css.stack}>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        <ul className={css.stack}>
          {profiles.map((profile) => (
            <li key={profile.id}>
              <button type="button" className={css.pick} onClick={() => void choose(profile)}>
                <Icon
                  name={profile.kind === 'parent' ? 'people' : profile.kind === 'pupil' ? 'person' : 'school'}
                  size={24}
                />
                <span className={css.pickText}>
                  <span className={css.pickName}>{profile.title || kindName(profile.kind, t)}</span>
                  <span className={css.pickMore}>
                    {[profile.schoolName, ...profile.classes].filter(Boolean).join(' · ')}
                  </span>
                </span>
                <Icon name="next" />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </GateLayout>
  )
}
