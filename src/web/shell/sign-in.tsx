/** The sign-in page. A plain form first: it also posts to the server by itself when script has failed. */
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Brand } from './brand.tsx'
import { DemoAccounts } from './demo-accounts.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { type SignInResult, session, signIn } from './session.ts'
import css from './sign-in.module.css'
import { useLive } from './value.ts'

type Problem = Exclude<SignInResult, { kind: 'ok' }>

const ProblemBox = ({ problem }: { problem: Problem }) => {
  const { t } = useTranslation()
  const [what, next, code] =
    problem.kind === 'wrong'
      ? [t('auth.wrong'), t('auth.wrongNext'), problem.code]
      : problem.kind === 'throttled'
        ? [t('auth.throttled', { seconds: problem.seconds }), t('auth.throttledNext'), problem.code]
        : [t('auth.unreachable'), t('auth.unreachableNext'), 'NET-01']
  return (
    <div className={css.problem} role="alert">
      <Icon name="warning" />
      <div>
        <p className={css.problemTitle}>{what}</p>
        <p>{next}</p>
        <p className={css.code}>{t('auth.code', { code })}</p>
      </div>
    </div>
  )
}

/** The form posted without script comes back to `/login?error=AUTH-01`. */
const problemInAddress = (): Problem | undefined => {
  const code = new URLSearchParams(window.location.search).get('error')
  if (code === null || !/^[A-Z]{2,6}-\d{1,3}$/.test(code)) return
  return { kind: 'wrong', code }
}

const SignInForm = ({ expired }: { expired: boolean }) => {
  const { t } = useTranslation()
  const known = useLive(session)
  const [login, setLogin] = useState(expired ? (known?.login ?? '') : '')
  const [password, setPassword] = useState('')
  const [stray, setStray] = useState(false)
  const [caps, setCaps] = useState(false)
  const [visible, setVisible] = useState(false)
  const [busy, setBusy] = useState(false)
  const [missing, setMissing] = useState<'login' | 'password'>()
  const [problem, setProblem] = useState<Problem | undefined>(problemInAddress)
  const loginInput = useRef<HTMLInputElement>(null)
  const passwordInput = useRef<HTMLInputElement>(null)

  const trimLogin = (): string => {
    const clean = login.trim()
    if (clean !== login) {
      setLogin(clean)
      setStray(true)
    }
    return clean
  }
  const watchCaps = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const clean = trimLogin()
    if (clean === '' || password === '') {
      setMissing(clean === '' ? 'login' : 'password')
      ;(clean === '' ? loginInput : passwordInput).current?.focus()
      return
    }
    setMissing(undefined)
    setBusy(true)
    const result = await signIn(clean, password)
    setBusy(false)
    if (result.kind === 'ok') return
    setProblem(result)
    passwordInput.current?.select()
  }

  const passwordNote =
    missing === 'password'
      ? t('auth.passwordMissing')
      : caps
        ? t('auth.caps')
        : password !== password.trim() && password.trim() !== ''
          ? t('auth.strayPassword')
          : null
  return (
    <form className={css.form} method="post" action="/auth/login" onSubmit={submit} onKeyUp={watchCaps} noValidate>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      <Field
        label={t('auth.login')}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck="false"
        placeholder={t('auth.loginExample')}
        value={login}
        inputRef={loginInput}
        onChange={(value) => {
          setLogin(value)
          setStray(false)
        }}
        onBlur={trimLogin}
        note={missing === 'login' ? t('auth.loginMissing') : stray ? t('auth.stray') : null}
      />
      <Field
        label={t('auth.password')}
        name="password"
        type={visible ? 'text' : 'password'}
        autoComplete="current-password"
        value={password}
        inputRef={passwordInput}
        onChange={setPassword}
        note={passwordNote}
        trailing={
          <IconButton
            icon={visible ? 'eyeOff' : 'eye'}
            label={visible ? t('auth.hide') : t('auth.show')}
            onPress={() => setVisible(!visible)}
          />
        }
      />
      <Button kind="primary" type="submit" className={css.submit}>
        {busy ? t('auth.busy') : t('auth.submit')}
      </Button>
      {known?.demo === undefined ? null : (
        <DemoAccounts
          demo={known.demo}
          onChoose={(account) => {
            setLogin(account.login)
            setPassword(known.demo?.password ?? '')
            setProblem(undefined)
            setMissing(undefined)
          }}
        />
      )}
    </form>
  )
}

/** The whole page; `expired` when it covers an application that waits behind it. */
export const SignIn = ({ expired = false }: { expired?: boolean }) => {
  const { t } = useTranslation()
  return (
    <div className={css.page}>
      <aside className={css.side} aria-hidden="true">
        <svg className={css.lines} viewBox="0 0 600 900" preserveAspectRatio="xMaxYMid slice" aria-hidden="true">
          {Array.from({ length: 17 }, (_, i) => {
            const y = -140 + i * 74
            return <path key={y} data-gold={i === 6 || undefined} d={`M-40 ${y} C 240 ${y}, 300 450, 600 450`} />
          })}
        </svg>
        <p className={css.motto}>{t('auth.motto')}</p>
      </aside>
      <main className={css.main}>
        <header className={css.top}>
          <Brand />
          <LanguageSwitch />
        </header>
        <div className={css.card}>
          <h1 className={css.title}>{expired ? t('auth.expiredTitle') : t('auth.title')}</h1>
          <p className={css.subtitle}>{expired ? t('auth.expired') : t('auth.subtitle')}</p>
          <SignInForm expired={expired} />
        </div>
        <footer className={css.foot}>{t('auth.private')}</footer>
      </main>
    </div>
  )
}
