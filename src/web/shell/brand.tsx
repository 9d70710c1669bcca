import { useTranslation } from 'react-i18next'
import css from './brand.module.css'
import { brandInfo } from './brand-info.ts'

const Mark = () => (
  <svg className={css.mark} viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
    <path d="M3 7c9 0 12 4.500 17 9" />
    <path d="M3 25c9 0 12-4.500 17-9" />
    <path d="M3 16h17" data-gold="" />
    <circle cx="25" cy="16" r="3.400" />
  </svg>
)

/** The mark (three lines that meet, or the logo of the académie) and the name. */
export const Brand = ({ compact = false }: { compact?: boolean }) => {
  const { t } = useTranslation()
  return (
    <span className={css.brand}>
      {brandInfo.logo === '' ? <Mark /> : <img className={css.logo} src={brandInfo.logo} alt="" />}
      <span className={css.name} data-compact={compact || undefined}>
        {t('app.name')}
      </span>
    </span>
  )
}
