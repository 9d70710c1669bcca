/** One more proof, whichever the person has at hand; the others are a press away. Used to sign in and to step up. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer, Body, Problem } from '../../../shell/request.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import css from '../gate.module.css'
import { askPasskey, canUsePasskeys, endAutofill } from '../passkey.ts'
import { ProblemBox } from '../problem-box.tsx'
import type { FactorKind, Proof } from '../requests.ts'

const icons: Readonly<Record<FactorKind, IconName>> = {
  passkey: 'key',
  totp: 'phone',
  recovery: 'file',
  grid: 'grid',
  password: 'lock',
}

export interface FactorFormProps {
  kinds: readonly FactorKind[]
  preferred?: FactorKind | undefined
  cells: readonly string[]
  /** Whether this device may be remembered. */
  mayRemember?: boolean
  /** The identifier, for password managers. */
  login?: string
  options: () => Promise<Answer<Body>>
  prove: (proof: Proof) => Promise<Answer<unknown>>
}

/** Digits only, whatever was pasted with them. */
const digits = (text: string): string => text.replace(/\D/g, '')

interface OneProps {
  send: (proof: Omit<Proof, 'remember'>) => Promise<void>
  busy: boolean
}

const CodeForm = ({ kind, send, busy }: OneProps & { kind: 'totp' | 'recovery' }) => {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [isMissing, setMissing] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const clean = kind === 'totp' ? digits(code) : code.trim()
    setMissing(clean === '')
    if (clean !== '' && !busy) void send({ kind, code: clean }).then(() => setCode(''))
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <Field
        label={kind === 'totp' ? t('factor.totpLabel') : t('factor.recoveryLabel')}
        name="code"
        autoComplete={kind === 'totp' ? 'one-time-code' : 'off'}
        inputMode={kind === 'totp' ? 'numeric' : 'text'}
        autoCapitalize="none"
        spellCheck="false"
        maxLength={40}
        value={code}
        onChange={setCode}
        autoFocus
        note={isMissing ? t('factor.codeMissing') : null}
      />
      <Button kind="primary" type="submit" className={css.wideButton}>
        {busy ? t('gate.working') : t('factor.verify')}
      </Button>
    </form>
  )
}

const GridForm = ({ cells, send, busy }: OneProps & { cells: readonly string[] }) => {
  const { t } = useTranslation()
  const [values, setValues] = useState<readonly string[]>(cells.map(() => ''))
  const [isMissing, setMissing] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const missing = values.some((value) => value.trim() === '')
    setMissing(missing)
    if (!missing && !busy)
      void send({ kind: 'grid', cells: values.map((value) => value.trim()) }).then(() => setValues(cells.map(() => '')))
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <div className={css.cells}>
        {cells.map((cell, i) => (
          <Field
            key={cell}
            label={t('factor.gridCell', { cell })}
            autoComplete="off"
            inputMode="numeric"
            maxLength={6}
            value={values[i] ?? ''}
            onChange={(value) => setValues(values.map((old, at) => (at === i ? value : old)))}
            autoFocus={i === 0}
          />
        ))}
      </div>
      <p className={css.quiet} role="status">
        {isMissing ? t('factor.cellsMissing') : ''}
      </p>
      <Button kind="primary" type="submit" className={css.wideButton}>
        {busy ? t('gate.working') : t('factor.verify')}
      </Button>
    </form>
  )
}

const PasswordProof = ({ send, busy, login }: OneProps & { login: string }) => {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (password !== '' && !busy) void send({ kind: 'password', password }).then(() => setPassword(''))
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <input type="text" name="username" autoComplete="username" defaultValue={login} readOnly hidden />
      <Field
        label={t('factor.password')}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        autoFocus
      />
      <Button kind="primary" type="submit" className={css.wideButton}>
        {busy ? t('gate.working') : t('factor.verify')}
      </Button>
    </form>
  )
}

const PasskeyProof = ({ start, busy, hasFailed }: { start: () => void; busy: boolean; hasFailed: boolean }) => {
  const { t } = useTranslation()
  return (
    <div className={css.form}>
      <Button kind="primary" icon="key" className={css.wideButton} isDisabled={busy} onPress={start} autoFocus>
        {busy ? t('gate.working') : t('factor.passkeyGo')}
      </Button>
      <p className={css.quiet} role="status">
        {hasFailed ? t('gate.passkeyFailed') : ''}
      </p>
    </div>
  )
}

const Others = ({ kinds, onChoose }: { kinds: readonly FactorKind[]; onChoose: (kind: FactorKind) => void }) => {
  const { t } = useTranslation()
  if (kinds.length === 0) return null
  return (
    <section className={css.stack} aria-labelledby="other-factors">
      <h2 id="other-factors" className={css.boxTitle}>
        {t('factor.others')}
      </h2>
      {kinds.map((kind) => (
        <button key={kind} type="button" className={css.pick} onClick={() => onChoose(kind)}>
          <Icon name={icons[kind]} />
          <span className={css.pickText}>{t(`factor.${kind}`)}</span>
          <Icon name="next" />
        </button>
      ))}
    </section>
  )
}

export const FactorForm = (props: FactorFormProps) => {
  const { kinds, preferred, cells, mayRemember = false, login = '', options, prove } = props
  const { t } = useTranslation()
  const usable = kinds.filter((kind) => kind !== 'passkey' || canUsePasskeys())
  const [chosen, setChosen] = useState<FactorKind>()
  const kind = chosen ?? (preferred !== undefined && usable.includes(preferred) ? preferred : usable[0])
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const [hasFailed, setFailed] = useState(false)
  const [remember, setRemember] = useState(false)
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
      void endAutofill().catch(() => undefined)
    }
  }, [])

  const send = async (proof: Omit<Proof, 'remember'>): Promise<void> => {
    setBusy(true)
    const answer = await prove({ ...proof, ...(remember ? { remember } : {}) })
    if (!isHere.current) return
    setBusy(false)
    setProblem(answer.kind === 'ok' ? undefined : answer)
  }
  const provePasskey = async (): Promise<void> => {
    setBusy(true)
    setFailed(false)
    const asked = await options()
    const assertion = asked.kind === 'ok' ? await askPasskey(asked.value) : undefined
    if (asked.kind === 'ok' && assertion !== undefined) return send({ kind: 'passkey', assertion })
    setBusy(false)
    if (asked.kind === 'ok') setFailed(true)
    else setProblem(asked)
  }
  if (kind === undefined) return null
  const one = { send, busy }
  return (
    <div className={css.form}>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      <p className={css.quiet}>{kind === 'password' ? '' : t(`factor.${kind}How`)}</p>
      {kind === 'passkey' ? (
        <PasskeyProof start={() => void provePasskey()} busy={busy} hasFailed={hasFailed} />
      ) : kind === 'grid' ? (
        <GridForm key={cells.join()} cells={cells} {...one} />
      ) : kind === 'password' ? (
        <PasswordProof {...one} login={login} />
      ) : (
        <CodeForm key={kind} kind={kind} {...one} />
      )}
      {mayRemember ? (
        <label className={css.shared}>
          <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
          <span>{t('factor.remember')}</span>
        </label>
      ) : null}
      <Others
        kinds={usable.filter((other) => other !== kind)}
        onChoose={(other) => {
          setChosen(other)
          setProblem(undefined)
          setFailed(false)
        }}
      />
    </div>
  )
}
