import { useTranslation } from 'react-i18next'
import { Brand } from './brand.tsx'
import css from './splash.module.css'

/** The second before anything is known. */
export const Splash = () => {
  const { t } = useTranslation()
  return (
    <main className={css.splash} aria-busy="true" aria-label={t('app.loading')}>
      <Brand />
    </main>
  )
}
