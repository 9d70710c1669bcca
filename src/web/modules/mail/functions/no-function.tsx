/** The mailbox of a function that the address names and that is not open: it is being opened, or it is not theirs. */
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOwnClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import css from './functions.module.css'

export const NoFunction = () => {
  const { t } = useTranslation()
  const own = useOwnClient()
  const functions = useLive(own.session)?.functions
  const isKnown = useLive(own.status) === 'online' && functions !== undefined
  if (!isKnown)
    return (
      <main className={css.none} id="list" aria-busy="true">
        <p>{t('functions.opening')}</p>
      </main>
    )
  return (
    <main className={css.none} id="list" tabIndex={-1}>
      <h1>{t('functions.none')}</h1>
      <p>{t('functions.noneMore')}</p>
      <p>
        <Link to="/mail/$mailbox" params={{ mailbox: 'inbox' }}>
          {t('functions.backToOwn')}
        </Link>
      </p>
    </main>
  )
}
