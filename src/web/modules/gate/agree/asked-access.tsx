import { useTranslation } from 'react-i18next'
import css from '../gate.module.css'
import type { Asking } from './requests.ts'

/** Who asks, as whom one answers, and exactly what would be given. */
export const AskedAccess = ({ asking }: { asking: Asking }) => {
  const { t } = useTranslation()
  const { service, account, scopes, offline } = asking
  return (
    <div className={css.box}>
      <p>
        {t('consent.as', { name: account.name || account.login })}
        {account.email === '' ? null : <span className={css.pickMore}>{account.email}</span>}
      </p>
      {service.host === '' ? null : <p className={css.quiet}>{t('consent.site', { host: service.host })}</p>}
      <hr className={css.rule} />
      <h2 className={css.boxTitle}>{t('consent.receives')}</h2>
      <ul className={css.list}>
        {scopes.map((scope) => (
          <li key={scope.id}>
            <strong>{scope.title}</strong>
            {scope.detail === '' ? null : <span className={css.pickMore}>{scope.detail}</span>}
          </li>
        ))}
        {offline ? <li>{t('consent.offline')}</li> : null}
      </ul>
    </div>
  )
}
