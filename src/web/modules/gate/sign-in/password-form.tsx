/** Identifier and password. A plain form: it also posts to the server by itself when script has failed. */
import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Wanted } from '../../../shell/gate-place.ts'
import type { Problem } from '../../../shell/request.ts'
import { session } from '../../../shell/session.ts'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { DemoAccounts } from '../demo-accounts.tsx'
import css from '../gate.module.css'
import type { Contact } from '../methods.ts'
import { ProblemBox } from '../problem-box.tsx'
import { type Step, signIn } from '../requests.ts'
import { useWords } from '../use-words.ts'

export interface PasswordFormProps {
  wanted: Wanted
  expired: boolean
  shared: boolean
  onShared: (shared: boolean) => void
  problem: Problem | undefined
  onProblem: (problem: Problem | undefined) => void
  contacts: readonly Contact[]
  onStep: (step: Step) => Promise<boolean>
  /** Another way in is offered first. */
  isSecond: boolean
  /** Something does not work with passwords at present. */
  isTroubled: boolean
  /** Of an identifier, where the audience's identifiers look alike. */
  example: string | undefined
  children?: ReactNode
}

/** The two fields and what is noticed about them before anything is sent. */
const useCredentials = (initial: string) => {
  const words = useWords()
  const [login, setLogin] = useState(initial)
  const [password, setPassword] = useState('')
  const [stray, setStray] = useState(false)
  const [caps, setCaps] = useState(false)
  const [missing, setMissing] = useState<'login' | 'password'>()
  const trimLogin = (): string => {
    const clean = login.trim()
    if (clean !== login) {
      setLogin(clean)
      setStray(true)
    }
    return clean
  }
  return {
    login,
    password,
    setPassword,
    setMissing,
    trimLogin,
    setLogin: (value: string) => {
      setLogin(value)
      setStray(false)
    },
    watchCaps: (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock')),
    loginNote: missing === 'login' ? words('gate.loginMissing') : stray ? words('gate.stray') : null,
    passwordNote:
      missing === 'password'
        ? words('gate.passwordMissing')
        : caps
          ? words('gate.caps')
          : password !== password.trim() && password.trim() !== ''
            ? words('gate.strayPassword')
            : null,
  }
}

const SharedChoice = ({ shared, onShared }: Pick<PasswordFormProps, 'shared' | 'onShared'>) => {
  const words = useWords()
  return (
    <label className={css.shared}>
      <input type="checkbox" name="shared" value="1" checked={shared} onChange={(e) => onShared(e.target.checked)} />
      <span>
        {words('gate.shared')}
        <span className={css.quiet}>{words('gate.sharedMore')}</span>
      </span>
    </label>
  )
}

export const PasswordForm = (props: PasswordFormProps) => {
  const { wanted, expired, shared, onShared, problem, onProblem, contacts, onStep, isSecond, isTroubled } = props
  const { example, children } = props
  const { t } = useTranslation()
  const words = useWords()
  const known = useLive(session)
  const fields = useCredentials(expired ? (known?.login ?? '') : wanted.login)
  const [visible, setVisible] = useState(false)
  const [busy, setBusy] = useState(false)
  const loginInput = useRef<HTMLInputElement>(null)
  const passwordInput = useRef<HTMLInputElement>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const login = fields.trimLogin()
    const { password } = fields
    if (login === '' || password === '') {
      fields.setMissing(login === '' ? 'login' : 'password')
      ;(login === '' ? loginInput : passwordInput).current?.focus()
      return
    }
    fields.setMissing(undefined)
    setBusy(true)
    const answer = await signIn({
      login,
      password,
      shared,
      onward: wanted.onward,
      profile: wanted.profile,
      acr: wanted.acr,
    })
    if (answer.kind === 'ok' && (await onStep(answer.value))) return
    setBusy(false)
    if (answer.kind === 'ok') return
    onProblem(answer)
    passwordInput.current?.select()
  }

  return (
    <form className={css.form} method="post" action="/login" onSubmit={submit} onKeyUp={fields.watchCaps} noValidate>
      {problem === undefined ? null : <ProblemBox problem={problem} contacts={contacts} />}
      {wanted.onward === '/' ? null : <input type="hidden" name="then" value={wanted.onward} />}
      <Field
        label={words('gate.login')}
        name="login"
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck="false"
        {...(example === undefined ? {} : { placeholder: example })}
        value={fields.login}
        inputRef={loginInput}
        onChange={fields.setLogin}
        onBlur={fields.trimLogin}
        note={fields.loginNote}
      />
      <Field
        label={words('gate.password')}
        name="password"
        type={visible ? 'text' : 'password'}
        autoComplete="current-password"
        value={fields.password}
        inputRef={passwordInput}
        onChange={fields.setPassword}
        note={fields.passwordNote}
        trailing={
          <IconButton
            icon={visible ? 'eyeOff' : 'eye'}
            label={visible ? t('gate.hide') : t('gate.show')}
            onPress={() => setVisible(!visible)}
          />
        }
      />
      <SharedChoice shared={shared} onShared={onShared} />
      <Button kind={isSecond ? 'plain' : 'primary'} type="submit" className={css.wideButton}>
        {busy ? words('gate.busy') : words('gate.submit')}
      </Button>
      {isTroubled ? <p className={css.quiet}>{t('gate.trouble')}</p> : null}
      {children}
      {known?.demo === undefined ? null : (
        <DemoAccounts
          demo={known.demo}
          onChoose={(account) => {
            fields.setLogin(account.login)
            fields.setPassword(known.demo?.password ?? '')
            fields.setMissing(undefined)
            onProblem(undefined)
          }}
        />
      )}
    </form>
  )
}
