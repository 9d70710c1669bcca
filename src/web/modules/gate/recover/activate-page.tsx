/** The first visit, with the sheet that the school handed out: identifier, code, birth date, then a password. */
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { go } from '../../../shell/gate-place.ts'
import type { Problem } from '../../../shell/request.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { GateLink } from '../gate-link.tsx'
import { NewPasswordField } from '../new-password-field.tsx'
import { ProblemBox } from '../problem-box.tsx'
import { activate, checkActivation, type Found, type Sheet } from './requests.ts'

/** The QR code of the sheet leads to `/activate#login=…&code=…`. */
const sheetInAddress = (): Sheet => {
  const given = new URLSearchParams(window.location.hash.slice(1))
  return {
    login: (given.get('login') ?? '').slice(0, 254),
    code: (given.get('code') ?? '').slice(0, 64),
    birthDate: '',
  }
}

const SheetForm = ({
  sheet,
  onChange,
  onSubmit,
  busy,
}: {
  sheet: Sheet
  onChange: (sheet: Sheet) => void
  onSubmit: (event: FormEvent) => void
  busy: boolean
}) => {
  const { t } = useTranslation()
  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      <Field
        label={t('activate.login')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck="false"
        value={sheet.login}
        onChange={(login) => onChange({ ...sheet, login })}
      />
      <div>
        <Field
          label={t('activate.code')}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck="false"
          maxLength={64}
          value={sheet.code}
          onChange={(code) => onChange({ ...sheet, code })}
        />
        <p className={css.quiet}>{t('activate.codeHow')}</p>
      </div>
      <Field
        label={t('activate.birth')}
        type="date"
        autoComplete="bday"
        value={sheet.birthDate}
        onChange={(birthDate) => onChange({ ...sheet, birthDate })}
      />
      <Button kind="primary" type="submit" className={css.wideButton}>
        {busy ? t('gate.working') : t('activate.check')}
      </Button>
      <details className={css.details}>
        <summary>{t('activate.noSheet')}</summary>
        <p>{t('activate.noSheetHow')}</p>
      </details>
    </form>
  )
}

export const ActivatePage = () => {
  const { t } = useTranslation()
  const [sheet, setSheet] = useState(sheetInAddress)
  const [found, setFound] = useState<Found>()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const [isDone, setDone] = useState(false)
  useEffect(() => window.history.replaceState(null, '', '/activate'), [])
  const clean = (): Sheet => ({ ...sheet, login: sheet.login.trim(), code: sheet.code.trim() })
  const check = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || clean().login === '' || clean().code === '') return
    setBusy(true)
    const answer = await checkActivation(clean())
    setBusy(false)
    if (answer.kind === 'ok') setFound(answer.value)
    setProblem(answer.kind === 'ok' ? undefined : answer)
  }
  const finish = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || password === '') return
    setBusy(true)
    const answer = await activate(clean(), password)
    setBusy(false)
    setDone(answer.kind === 'ok')
    setProblem(answer.kind === 'ok' ? undefined : answer)
  }
  if (isDone)
    return (
      <GateLayout title={t('activate.done')} subtitle={t('activate.doneMore')}>
        <Button
          kind="primary"
          className={css.wideButton}
          onPress={() => go(`/login?login=${encodeURIComponent(clean().login)}`)}
        >
          {t('reset.signIn')}
        </Button>
      </GateLayout>
    )
  return (
    <GateLayout
      title={found === undefined ? t('activate.title') : t('activate.hello', { name: found.name })}
      subtitle={found === undefined ? t('activate.subtitle') : t('activate.next')}
    >
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {found === undefined ? (
        <SheetForm sheet={sheet} onChange={setSheet} onSubmit={check} busy={busy} />
      ) : (
        <form className={css.form} onSubmit={finish} noValidate>
          <input type="text" name="username" autoComplete="username" defaultValue={sheet.login} readOnly hidden />
          <NewPasswordField
            label={t('change.password')}
            value={password}
            onChange={setPassword}
            population={found.population}
            owner={{ login: sheet.login, names: found.name.split(' '), birthDate: sheet.birthDate }}
          />
          <Button kind="primary" type="submit" className={css.wideButton} isDisabled={password === ''}>
            {busy ? t('gate.working') : t('activate.finish')}
          </Button>
        </form>
      )}
      <hr className={css.rule} />
      <GateLink to="/login">{t('gate.back')}</GateLink>
    </GateLayout>
  )
}
