import { useTranslation } from 'react-i18next'
import { useClient } from '../../shell/client.tsx'
import { useLive } from '../../shell/value.ts'
import css from './settings-screen.module.css'

/** Under which names one writes. */
export const IdentitySection = () => {
  const { t } = useTranslation()
  const identities = useLive(useClient().identities) ?? []
  return (
    <section className={css.section} aria-labelledby="identities">
      <h2 className={css.heading} id="identities">
        {t('settings.identities')}
      </h2>
      {identities.map((identity) => (
        <div key={identity.id} className={css.card}>
          <dl>
            <div className={css.row}>
              <dt>{t('settings.name')}</dt>
              <dd>{identity.name}</dd>
            </div>
            <div className={css.row}>
              <dt>{t('connect.address')}</dt>
              <dd>{identity.email}</dd>
            </div>
          </dl>
        </div>
      ))}
    </section>
  )
}
