/** The settings: few, and each says what it does. */
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { isLanguage } from '../../i18n/language.ts'
import { useMailboxes } from '../../shell/client.tsx'
import { type Contrast, preferences, setPreferences, type Theme } from '../../shell/preferences.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Choice } from '../../ui/choice.tsx'
import { Page } from '../../ui/page.tsx'
import { ViewChoices } from '../mail/view/view-choices.tsx'
import { ConnectSection } from './connect-section.tsx'
import { FilesSection } from './files-section.tsx'
import { GesturesSection } from './gestures-section.tsx'
import { IdentitySection } from './identity-section.tsx'
import { ImagesSection } from './images-section.tsx'
import { MailDataSection } from './mail-data-section.tsx'
import { MessageLanguage } from './message-language.tsx'
import { OrganiseSection } from './organise-section.tsx'
import { PushSection } from './push-section.tsx'
import { SettingsNav } from './settings-nav.tsx'
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
  const links = [
    { id: 'appearance', name: t('settings.appearance'), icon: 'sun' },
    { id: 'display', name: t('view.heading'), icon: 'view' },
    { id: 'gestures', name: t('device.gestures'), icon: 'keyboard' },
    { id: 'sending', name: t('settings.sending'), icon: 'sent' },
    { id: 'identities', name: t('settings.identities'), icon: 'person' },
    { id: 'files', name: t('compose.files.title'), icon: 'link' },
    { id: 'rules', name: t('settings.rules.title'), icon: 'folder' },
    { id: 'images', name: t('reading.settings.title'), icon: 'image' },
    { id: 'vacation', name: t('settings.vacation.title'), icon: 'clock' },
    { id: 'notifications', name: t('device.notifications'), icon: 'flag' },
    { id: 'order', name: t('organise.settings.title'), icon: 'label' },
    { id: 'mail-data', name: t('device.mailData'), icon: 'download' },
    { id: 'connect', name: t('settings.phones'), icon: 'phone' },
  ] as const
  return (
    <Page title={t('settings.title')} aside={<SettingsNav links={links} screen="list" />}>
      <section className={css.section} aria-labelledby="appearance">
        <h2 className={css.heading} id="appearance">
          {t('settings.appearance')}
        </h2>
        <p className={css.intro}>{t('device.onlyHere')}</p>
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
      </section>
      <section className={css.section} aria-labelledby="display">
        <h2 className={css.heading} id="display">
          {t('view.heading')}
        </h2>
        <p className={css.intro}>{t('view.follows')}</p>
        <ViewChoices />
      </section>
      <GesturesSection />
      <section className={css.section} aria-labelledby="sending">
        <h2 className={css.heading} id="sending">
          {t('settings.sending')}
        </h2>
        <p className={css.intro}>{t('device.undoIntro')}</p>
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
    </Page>
  )
}
