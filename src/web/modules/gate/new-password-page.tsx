import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing, type Problem } from '../../shell/request.ts'
import { session } from '../../shell/session.ts'
import { askSurely } from '../../shell/step-up.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import css from './gate.module.css'
import { GateLayout } from './gate-layout.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { ProblemBox } from './problem-box.tsx'
import { usePasswordPolicy } from './use-password-policy.ts'

/** The password given by somebody else, or grown too weak, is replaced before anything else. */
export const NewPasswordPage = ({ onDone }: { onDone: () => Promise<void> }) => {
  const { t } = useTranslation()
  const policy = usePasswordPolicy()
  const who = useLive(session)
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const asksCurrent = (who?.acr ?? 1) < 2
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || password === '') return
    setBusy(true)
    const answer = await askSurely('/auth/password', { password, ...(current === '' ? {} : { current }) }, nothing)
    if (answer.kind === 'ok') await onDone()
    else setProblem(answer)
    setBusy(false)
  }
  return (
    <GateLayout title={t('change.title')} subtitle={t('change.subtitle')}>
      <form className={css.form} onSubmit={submit} noValidate>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        {asksCurrent ? (
          <Field
            label={t('change.current')}
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
          />
        ) : null}
        <NewPasswordField label={t('change.password')} value={password} onChange={setPassword} {...policy} />
        <Button kind="primary" type="submit" className={css.wideButton} isDisabled={password === ''}>
          {busy ? t('gate.working') : t('change.save')}
        </Button>
      </form>
    </GateLayout>
  )
}
