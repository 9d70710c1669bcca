import { useTranslation } from 'react-i18next'
import { Note } from '../../../ui/page.tsx'
import css from './trust.module.css'

/** A secret that is shown this once. */
export const Secret = ({ value }: { value: string }) => {
  const { t } = useTranslation()
  return (
    <Note tone="mark">
      <p>
        <strong>{t('trust.secretIs')}</strong>
      </p>
      <p className={css.secret}>{value}</p>
      <p>{t('trust.secretMore')}</p>
    </Note>
  )
}
