/** Changes the password; the server says what makes one strong enough. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { changePassword } from './account-requests.ts'
import css from './settings-screen.module.css'

export const PasswordSection = () => {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    const answer = await changePassword(current, wanted)
    setBusy(false)
    if (answer.kind === 'ok') {
      setCurrent('')
      setWanted('')
      setProblem(undefined)
      toast(t('password.changed'))
    } else
      setProblem(
        answer.kind === 'refused'
          ? `${answer.message} (${t('auth.code', { code: answer.code })})`
          : t('auth.unreachable'),
      )
  }
  return (
    <section className={css.section} aria-labelledby="password">
      <h2 className={css.heading} id="password">
        {t('password.title')}
      </h2>
      <p className={css.intro}>{t('password.intro')}</p>
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && current !== '' && wanted !== '') void save()
        }}
      >
        {problem === undefined ? null : (
          <p className={css.problem} role="alert">
            {problem}
          </p>
        )}
        <Field
          label={t('password.current')}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
        />
        <Field
          label={t('password.wanted')}
          type="password"
          autoComplete="new-password"
          value={wanted}
          onChange={setWanted}
        />
        <p>
          <Button kind="primary" type="submit" isDisabled={busy || current === '' || wanted === ''}>
            {t('app.save')}
          </Button>
        </p>
      </form>
    </section>
  )
}
