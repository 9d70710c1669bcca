/** The settings: few, and each says what it does. */
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { isLanguage } from '../../i18n/language.ts'
import { useMailboxes } from '../../shell/client.tsx'
import { type Contrast, preferences, setPreferences, swipeActs, type Theme } from '../../shell/preferences.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Choice } from '../../ui/choice.tsx'
import { ViewChoices } from '../mail/view/view-choices.tsx'
import { ConnectSection } from './connect-section.tsx'
import { FilesSection } from './files-section.tsx'
import { IdentitySection } from './identity-section.tsx'
import { ImagesSection } from './images-section.tsx'
import { MailDataSection } from './mail-data-section.tsx'
import { MessageLanguage } from './message-language.tsx'
import { OrganiseSection } from './organise-section.tsx'
import { PushSection } from './push-section.tsx'
import css from './settings-screen.module.css'
import { VacationSection } from './vacation-section.tsx'

const themes: readonly Theme[] = ['auto', 'light', 'dark']
const contrasts: readonly Contrast[] = ['auto', 'normal', 'high']
const delays = [0, 5, 10, 20, 30]

export const SettingsScreen = () => {
  const { t } = useTranslation()
  const now = useLive(preferences)
  const { language, theme, contrast, undoSeconds } = now
  useMailboxes()
  useEffect(() => {
    screenTitle.set(t('settings.title'))
    const anchor = window.location.hash.slice(1)
    if (anchor !== '') document.getElementById(anchor)?.scrollIntoView()
    return () => screenTitle.set('')
  }, [t])
  const themeNames = { auto: t('settings.themeAuto'), light: t('settings.themeLight'), dark: t('settings.themeDark') }
  const contrastNames = {
    auto: t('settings.themeAuto'),
    normal: t('device.contrastNormal'),
    high: t('device.contrastHigh'),
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <main className={css.screen} id="list" tabIndex={0}>
      <div className={css.column}>
        <h1 className={css.title}>{t('settings.title')}</h1>
        <section className={css.section} aria-labelledby="appearance">
          <h2 className={css.heading} id="appearance">
            {t('settings.appearance')}
          </h2>
          <Choice
            label={t('settings.language')}
            value={language}
            options={[
              { id: 'fr', name: 'Français' },
              { id: 'en', name: 'English' },
            ]}
            onChange={(id) => {
              if (isLanguage(id)) setPreferences({ language: id })
            }}
          />
          <MessageLanguage />
          <Choice
            label={t('settings.theme')}
            value={theme}
            options={themes.map((id) => ({ id, name: themeNames[id] }))}
            onChange={(id) => setPreferences({ theme: themes.find((item) => item === id) ?? 'auto' })}
          />
          <Choice
            label={t('device.contrast')}
            value={contrast}
            options={contrasts.map((id) => ({ id, name: contrastNames[id] }))}
            onChange={(id) => setPreferences({ contrast: contrasts.find((item) => item === id) ?? 'auto' })}
          />
          {(['swipeRight', 'swipeLeft'] as const).map((side) => (
            <Choice
              key={side}
              label={t(`device.${side}`)}
              value={now[side]}
              options={swipeActs.map((id) => ({ id, name: t(`device.swipe.${id}`) }))}
              onChange={(id) => setPreferences({ [side]: swipeActs.find((one) => one === id) ?? 'none' })}
            />
          ))}
        </section>
        <section className={css.section} aria-labelledby="display">
          <h2 className={css.heading} id="display">
            {t('view.heading')}
          </h2>
          <p className={css.intro}>{t('view.follows')}</p>
          <ViewChoices />
        </section>
        <section className={css.section} aria-labelledby="sending">
          <h2 className={css.heading} id="sending">
            {t('settings.sending')}
          </h2>
          <Choice
            label={t('settings.undoDelay')}
            value={String(undoSeconds)}
            options={delays.map((seconds) => ({
              id: String(seconds),
              name: seconds === 0 ? t('settings.none') : t('settings.seconds', { count: seconds }),
            }))}
            onChange={(id) => setPreferences({ undoSeconds: Number(id) })}
          />
          <label className={css.check}>
            <input
              type="checkbox"
              checked={now.restHint}
              onChange={(event) => setPreferences({ restHint: event.target.checked })}
            />
            {t('compose.restChoice')}
          </label>
        </section>
        <IdentitySection />
        <FilesSection />
        <section className={css.section} aria-labelledby="rules">
          <h2 className={css.heading} id="rules">
            {t('settings.rules.title')}
          </h2>
          <p className={css.intro}>{t('settings.rules.intro')}</p>
          <Link to="/rules">{t('settings.rules.open')}</Link>
        </section>
        <ImagesSection />
        <VacationSection />
        <PushSection />
        <OrganiseSection />
        <MailDataSection />
        <ConnectSection />
      </div>
    </main>
  )
}
