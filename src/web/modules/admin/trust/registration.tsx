/** A token with which services register themselves (RFC 7591), shown once to whoever passes it on. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { useWhen } from '../../account/use-when.ts'
import css from '../admin.module.css'
import { type Registration as Given, giveRegistration } from './trust-requests.ts'

const lives = [1, 7, 30] as const

export const Registration = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [label, setLabel] = useState('')
  const [days, setDays] = useState('1')
  const [given, setGiven] = useState<Given>()
  const give = async (event: FormEvent) => {
    event.preventDefault()
    const done = await act.run(() => giveRegistration(label.trim(), Number(days)))
    if (done === undefined) return
    setGiven(done.value)
    setLabel('')
  }
  return (
    <Section id="registration" title={t('trust.registration')} intro={t('trust.registrationMore')}>
      <form className={css.form} onSubmit={give}>
        <Field label={t('trust.registrationFor')} value={label} onChange={setLabel} maxLength={100} />
        <Select
          label={t('trust.registrationDays')}
          value={days}
          options={lives.map((count) => ({ id: String(count), name: t('trust.days', { count }) }))}
          onChange={setDays}
        />
        <Button type="submit" isDisabled={act.isBusy || label.trim() === ''}>
          {t('trust.registrationGive')}
        </Button>
      </form>
      {given === undefined ? null : (
        <Note tone="mark">
          <p>{t('trust.registrationIs', { when: when(given.expiresAt) })}</p>
          <p className={css.code}>{given.token}</p>
          <p>{t('trust.registrationAt', { address: `${window.location.origin}/oidc/reg` })}</p>
        </Note>
      )}
    </Section>
  )
}
