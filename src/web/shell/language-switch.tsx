import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { useTranslation } from 'react-i18next'
import { isLanguage, type Language } from '../i18n/language.ts'
import css from './language-switch.module.css'
import { preferences, setPreferences } from './preferences.ts'
import { useLive } from './value.ts'

/** Each language in its own name. */
const names: Record<Language, string> = { fr: 'Français', en: 'English' }

export const LanguageSwitch = () => {
  const { t } = useTranslation()
  const { language } = useLive(preferences)
  return (
    <ToggleButtonGroup
      className={css.group ?? ''}
      aria-label={t('settings.language')}
      disallowEmptySelection
      selectedKeys={[language]}
      onSelectionChange={(keys) => {
        const [chosen] = keys
        if (isLanguage(chosen)) setPreferences({ language: chosen })
      }}
    >
      {Object.entries(names).map(([id, name]) => (
        <ToggleButton key={id} id={id} className={css.choice ?? ''} lang={id}>
          {name}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
