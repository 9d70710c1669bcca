/** A service that is not ours asks for access: the person decides, knowing what it would receive. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../shell/request.ts'
import { Splash } from '../../../shell/splash.tsx'
import { Button } from '../../../ui/button.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { ProblemBox } from '../problem-box.tsx'
import { AskedAccess } from './asked-access.tsx'
import { type Asking, decideConsent, readConsent } from './requests.ts'

export const ConsentPage = () => {
  const { t } = useTranslation()
  const uid = window.location.pathname.split('/')[2] ?? ''
  const [asking, setAsking] = useState<Asking>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    void readConsent(uid).then((answer) => {
      if (answer.kind === 'ok') setAsking(answer.value)
      else setProblem(answer)
    })
  }, [uid])
  const decide = async (decision: 'allow' | 'deny') => {
    if (busy) return
    setBusy(true)
    const answer = await decideConsent(uid, decision)
    if (answer.kind === 'ok' && /^\/oidc\//.test(answer.value)) {
      window.location.assign(answer.value)
      return
    }
    setBusy(false)
    if (answer.kind !== 'ok') setProblem(answer)
  }
  if (asking === undefined && problem === undefined) return <Splash />
  if (asking === undefined)
    return (
      <GateLayout title={t('consent.gone')} subtitle={t('consent.goneMore')}>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
      </GateLayout>
    )
  return (
    <GateLayout title={t('consent.title', { name: asking.service.name })} subtitle={t('consent.subtitle')}>
      <div className={css.stack}>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        <AskedAccess asking={asking} />
        <div className={css.actions}>
          <Button isDisabled={busy} onPress={() => void decide('deny')}>
            {t('consent.deny')}
          </Button>
          <Button kind="primary" isDisabled={busy} onPress={() => void decide('allow')}>
            {t('consent.allow')}
          </Button>
        </div>
        <p className={css.quiet}>{t('consent.undo')}</p>
      </div>
    </GateLayout>
  )
}
