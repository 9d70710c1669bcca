/** A television or a program without a browser shows a code (RFC 8628): the person types it here and decides. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageDate } from '../../../i18n/format.ts'
import type { Problem } from '../../../shell/request.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { ProblemBox } from '../problem-box.tsx'
import { AskedAccess } from './asked-access.tsx'
import { type DeviceAsking, decideDevice, readDevice } from './requests.ts'

const Decision = ({ asking, onDecided }: { asking: DeviceAsking; onDecided: (allowed: boolean) => void }) => {
  const { t, i18n } = useTranslation()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const decide = async (decision: 'allow' | 'deny') => {
    if (busy) return
    setBusy(true)
    const answer = await decideDevice(asking.code, decision)
    setBusy(false)
    if (answer.kind === 'ok') onDecided(answer.value)
    else setProblem(answer)
  }
  const { at, ip } = asking.from
  const when = at === undefined ? '' : messageDate(new Date(at).toISOString(), i18n.language)
  return (
    <GateLayout title={t('device.confirm', { name: asking.service.name })} subtitle={t('device.confirmMore')}>
      <div className={css.stack}>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        <AskedAccess asking={asking} />
        {ip === '' ? null : <p className={css.quiet}>{t('consent.askedFrom', { when, ip })}</p>}
        <div className={css.actions}>
          <Button isDisabled={busy} onPress={() => void decide('deny')}>
            {t('device.deny')}
          </Button>
          <Button kind="primary" isDisabled={busy} onPress={() => void decide('allow')}>
            {t('device.allow')}
          </Button>
        </div>
      </div>
    </GateLayout>
  )
}

export const DevicePage = () => {
  const { t } = useTranslation()
  const [code, setCode] = useState(() =>
    (new URLSearchParams(window.location.search).get('user_code') ?? '').slice(0, 20),
  )
  const [asking, setAsking] = useState<DeviceAsking>()
  const [isAllowed, setAllowed] = useState<boolean>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || code.trim() === '') return
    setBusy(true)
    const answer = await readDevice(code.trim())
    setBusy(false)
    if (answer.kind === 'ok') setAsking(answer.value)
    setProblem(answer.kind === 'ok' ? undefined : answer)
  }
  if (isAllowed !== undefined)
    return (
      <GateLayout
        title={isAllowed ? t('device.allowed') : t('device.denied')}
        subtitle={isAllowed ? t('device.allowedMore') : t('device.deniedMore')}
      />
    )
  if (asking !== undefined) return <Decision asking={asking} onDecided={setAllowed} />
  return (
    <GateLayout title={t('device.title')} subtitle={t('device.subtitle')}>
      <form className={css.form} onSubmit={submit} noValidate>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        <Field
          label={t('device.code')}
          placeholder="ABCD-EFGH"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck="false"
          maxLength={20}
          value={code}
          onChange={(value) => setCode(value.toUpperCase())}
        />
        <Button kind="primary" type="submit" className={css.wideButton}>
          {busy ? t('gate.working') : t('device.check')}
        </Button>
      </form>
    </GateLayout>
  )
}
