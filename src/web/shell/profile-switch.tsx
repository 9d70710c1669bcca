/** With which profile one is here, and the change to another. Nothing for people who have only one. */
import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { kindName, profileName } from './profile-name.ts'
import css from './profile-switch.module.css'
import { session } from './session.ts'
import { switchProfile } from './switch-profile.ts'
import { useLive } from './value.ts'

export const ProfileSwitch = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  if (who === undefined || who.profiles.length < 2) return null
  const now = who.profiles.find(({ id }) => id === who.profile)
  return (
    <Menu
      label={t('choose.menu')}
      trigger={
        <AriaButton
          className={css.now ?? ''}
          aria-label={
            now === undefined
              ? t('choose.menu')
              : t('choose.label', { name: [kindName(now.kind, t), now.schoolName].join(' ') })
          }
        >
          <Icon name="swap" size={17} />
          <span className={css.text}>
            <span className={css.kind}>{now === undefined ? t('choose.menu') : kindName(now.kind, t)}</span>{' '}
            <span className={css.school}>{now?.schoolName ?? ''}</span>
          </span>
        </AriaButton>
      }
      entries={who.profiles.map((profile) => ({
        id: String(profile.id),
        label: profileName(profile, t),
        checked: profile.id === who.profile,
        onAction: () => {
          if (profile.id !== who.profile) void switchProfile(profile, t)
        },
      }))}
    />
  )
}
