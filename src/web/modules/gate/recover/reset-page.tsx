/** The link of the mail: `/reset#TOKEN`. The token stays in the fragment, which no server and no log ever sees. */
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { go } from '../../../shell/gate-place.ts'
import type { Problem } from '../../../shell/request.ts'
import { Button } from '../../../ui/button.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { GateLink } from '../gate-link.tsx'
import { NewPasswordField } from '../new-password-field.tsx'
import { ProblemBox } from '../problem-box.tsx'
import { checkReset, type Found, reset } from './requests.ts'

export const ResetPage = () => {
  const { t } = useTranslation()
  const [token] = useState(() => window.location.hash.slice(1))
  const [found, setFound] = useState<Found>()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    // Out of the address bar and of the history at once.
    window.history.replaceState(null, '', '/reset')
    void checkReset(token).then((answer) => {
      if (answer.kind === 'ok') setFound(answer.value)
      else setProblem(answer)
    })
  }, [token])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || password === '') return
    setBusy(true)
    const answer = await reset(token, password)
    setBusy(false)
    setDone(answer.kind === 'ok')
    setProblem(answer.kind === 'ok' ? undefined : answer)
  }
  if (isDone)
    return (
      <GateLayout title={t('reset.done')} subtitle={t('reset.doneMore')}>
        <Button kind="primary" className={css.wideButton} onPress={() => go('/login')}>
          {t('reset.signIn')}
        </Button>
      </GateLayout>
    )
  return (
    <GateLayout title={t('reset.title')} subtitle={t('reset.subtitle')}>
      <form className={css.form} onSubmit={submit} noValidate aria-busy={found === undefined && problem === undefined}>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        {found === undefined ? (
          problem === undefined ? null : (
            <GateLink to="/recover">{t('recover.title')}</GateLink>
          )
        ) : (
          <>
            <p>
              {found.name} ({found.login})
            </p>
            <input type="text" name="username" autoComplete="username" defaultValue={found.login} readOnly hidden />
            <NewPasswordField
              label={t('change.password')}
              value={password}
              onChange={setPassword}
              population={found.population}
              owner={{ login: found.login, names: found.name.split(' ') }}
            />
            <Button kind="primary" type="submit" className={css.wideButton} isDisabled={password === ''}>
              {busy ? t('gate.working') : t('reset.save')}
            </Button>
          </>
        )}
      </form>
      <hr className={css.rule} />
      <GateLink to="/login">{t('gate.back')}</GateLink>
    </GateLayout>
  )
}
