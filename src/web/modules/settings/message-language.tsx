/** In which language the platform writes to this person; kept by the server, whatever the device shows. */
import { useTranslation } from 'react-i18next'
import { ask } from '../../shell/request.ts'
import { session } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLive } from '../../shell/value.ts'
import { Choice } from '../../ui/choice.tsx'

export const MessageLanguage = () => {
  const { t } = useTranslation()
  const { run } = useAct()
  const who = useLive(session)
  if (!who?.signedIn) return null
  const { locale } = who
  const show = (one: string) => {
    const now = session.get()
    if (now) session.set({ ...now, locale: one })
  }
  const choose = async (language: string) => {
    show(language)
    const done = await run(() => ask('/auth/language', { language }, () => true), t('device.messageLanguageDone'))
    if (!done) show(locale)
  }
  return (
    <Choice
      label={t('device.messageLanguage')}
      value={locale.startsWith('en') ? 'en' : 'fr'}
      options={[
        { id: 'fr', name: 'Français' },
        { id: 'en', name: 'English' },
      ]}
      onChange={(id) => void choose(id)}
    />
  )
}
