/** After signing out: what was closed, service by service, and what was not. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { takeFarewell } from '../../shell/farewell.ts'
import { go } from '../../shell/gate-place.ts'
import { Button } from '../../ui/button.tsx'
import css from './gate.module.css'
import { GateLayout } from './gate-layout.tsx'

export const SignedOutPage = () => {
  const { t } = useTranslation()
  const [services] = useState(takeFarewell)
  return (
    <GateLayout title={t('signedOut.title')} subtitle={t('signedOut.all')}>
      <div className={css.stack}>
        {services.length === 0 ? null : (
          <section className={css.box} aria-labelledby="closed-services">
            <h2 id="closed-services" className={css.boxTitle}>
              {t('signedOut.services')}
            </h2>
            <ul className={css.list}>
              {services.map((service) => (
                <li key={service.name}>
                  {service.name}
                  {colon()}
                  {t(`signedOut.${service.state}`)}
                </li>
              ))}
            </ul>
          </section>
        )}
        <p className={css.quiet}>{t('signedOut.shared')}</p>
        <Button kind="primary" className={css.wideButton} onPress={() => go('/login')}>
          {t('signedOut.again')}
        </Button>
      </div>
    </GateLayout>
  )
}
