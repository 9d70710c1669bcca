/** Gestures of the finger and single keys. Whoever dictates or types with one hand can turn the keys off (WCAG 2.1.4, RGAA 12.10). */
import { useTranslation } from 'react-i18next'
import { helpOpen } from '../../shell/open-parts.ts'
import { preferences, setPreferences, swipeActs } from '../../shell/preferences.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import css from './settings-screen.module.css'

export const GesturesSection = () => {
  const { t } = useTranslation()
  const now = useLive(preferences)
  return (
    <section className={css.section} aria-labelledby="gestures">
      <h2 className={css.heading} id="gestures">
        {t('device.gestures')}
      </h2>
      <p className={css.intro}>{t('device.lettersIntro')}</p>
      <Choice
        label={t('device.letters')}
        value={now.letterKeys ? 'on' : 'off'}
        options={[
          { id: 'on', name: t('device.lettersOn') },
          { id: 'off', name: t('device.lettersOff') },
        ]}
        onChange={(id) => setPreferences({ letterKeys: id === 'on' })}
      />
      <p className={css.after}>
        <Button kind="quiet" icon="keyboard" onPress={() => helpOpen.set(true)}>
          {t('device.allKeys')}
        </Button>
      </p>
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
  )
}
