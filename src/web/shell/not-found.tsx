import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import css from './error-edge.module.css'

export const NotFound = () => {
  const { t } = useTranslation()
  return (
    <main className={css.sorry}>
      <h1 className={css.title}>{t('error.notFound')}</h1>
      <Link to="/mail/$mailbox" params={{ mailbox: 'inbox' }}>
        {t('error.home')}
      </Link>
    </main>
  )
}
