import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { AddPasskey } from '../account/factors/add-passkey.tsx'
import { AddTotp } from '../account/factors/add-totp.tsx'
import css from './gate.module.css'
import { GateLayout } from './gate-layout.tsx'

/** Who administers others must have a second proof: made here, or later (administration stays closed until then). */
export const EnrolPage = ({ onDone }: { onDone: () => Promise<void> }) => {
  const { t } = useTranslation()
  const [isDone, setDone] = useState(false)
  return (
    <GateLayout title={t('enrol.title')} subtitle={t('enrol.subtitle')}>
      <div className={css.stack}>
        <div className={css.box}>
          <AddPasskey onAdded={() => setDone(true)} />
        </div>
        <div className={css.box}>
          <AddTotp onAdded={() => setDone(true)} />
        </div>
        <div className={css.actions}>
          {isDone ? (
            <Button kind="primary" onPress={() => void onDone()}>
              {t('enrol.done')}
            </Button>
          ) : (
            <Button onPress={() => void onDone()}>{t('enrol.later')}</Button>
          )}
        </div>
      </div>
    </GateLayout>
  )
}
