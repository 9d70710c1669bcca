/** Forgotten password or identifier. The answer never says whether an account exists. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { go } from '../../../shell/gate-place.ts'
import { preferences } from '../../../shell/preferences.ts'
import type { Answer, Problem } from '../../../shell/request.ts'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { ContactsCard } from '../contacts-card.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { GateLink } from '../gate-link.tsx'
import { ProblemBox } from '../problem-box.tsx'
import { useContacts } from '../use-contacts.ts'
import { askIdentifier, askPassword, spokenCode } from './requests.ts'

type Lost = 'password' | 'identifier' | 'factor'

const Radio = ({
  value,
  now,
  label,
  more,
  onChoose,
}: {
  value: Lost
  now: Lost
  label: string
  more: string
  onChoose: (lost: Lost) => void
}) => (
  <label className={css.radio}>
    <input type="radio" name="lost" checked={now === value} onChange={() => onChoose(value)} />
    <span>
      <span className={css.pickName}>{label}</span>
      <span className={css.pickMore}>{more}</span>
    </span>
  </label>
)

interface SendProps {
  send: (work: () => Promise<Answer<undefined>>) => Promise<void>
  busy: boolean
}

const PasswordForm = ({ send, busy }: SendProps) => {
  const { t } = useTranslation()
  const [login, setLogin] = useState('')
  const [isMissing, setMissing] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const clean = login.trim()
    setMissing(clean === '')
    if (clean !== '' && !busy) void send(() => askPassword(clean))
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <Field
        label={t('recover.login')}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck="false"
        value={login}
        onChange={setLogin}
        note={isMissing ? t('recover.missing') : null}
      />
      <Button kind="primary" type="submit" className={css.wideButton}>
        {busy ? t('gate.working') : t('recover.send')}
      </Button>
    </form>
  )
}

const IdentifierForm = ({ send, busy }: SendProps) => {
  const { t } = useTranslation()
  const [mail, setMail] = useState('')
  const [familyName, setFamilyName] = useState('')
  const [givenName, setGivenName] = useState('')
  const [birthDate, setBirthDate] = useState('')
  const [isMissing, setMissing] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const names = { familyName: familyName.trim(), givenName: givenName.trim(), birthDate }
    const hasNames = Object.values(names).every((value) => value !== '')
    const address = mail.trim()
    setMissing(address === '' && !hasNames)
    if (busy) return
    if (address !== '') void send(() => askIdentifier({ mail: address }))
    else if (hasNames) void send(() => askIdentifier(names))
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <Field
        label={t('recover.mail')}
        type="email"
        autoComplete="email"
        value={mail}
        onChange={setMail}
        note={isMissing ? t('recover.missingBoth') : null}
      />
      <p className={css.or}>{t('recover.orNames')}</p>
      <Field label={t('recover.familyName')} autoComplete="family-name" value={familyName} onChange={setFamilyName} />
      <Field label={t('recover.givenName')} autoComplete="given-name" value={givenName} onChange={setGivenName} />
      <Field label={t('activate.birth')} type="date" autoComplete="bday" value={birthDate} onChange={setBirthDate} />
      <Button kind="primary" type="submit" className={css.wideButton}>
        {busy ? t('gate.working') : t('recover.send')}
      </Button>
    </form>
  )
}

/** The code that the trusted person reads out. */
const SpokenCode = () => {
  const { t } = useTranslation()
  const [login, setLogin] = useState('')
  const [code, setCode] = useState('')
  const [birthDate, setBirthDate] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || login.trim() === '' || code.trim() === '') return
    setBusy(true)
    const answer = await spokenCode(login.trim(), code.replace(/\s/g, ''), birthDate)
    setBusy(false)
    if (answer.kind === 'ok') go(`/reset#${answer.value}`)
    else setProblem(answer)
  }
  return (
    <details className={css.details}>
      <summary>{t('recover.haveCode')}</summary>
      <form className={css.form} onSubmit={submit} noValidate>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        <p className={css.quiet}>{t('recover.codeHow')}</p>
        <Field
          label={t('recover.login')}
          autoComplete="username"
          autoCapitalize="none"
          value={login}
          onChange={setLogin}
        />
        <Field
          label={t('reset.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          onChange={setCode}
          maxLength={20}
        />
        <Field label={t('activate.birth')} type="date" autoComplete="bday" value={birthDate} onChange={setBirthDate} />
        <Button kind="primary" type="submit" className={css.wideButton}>
          {busy ? t('gate.working') : t('gate.continue')}
        </Button>
      </form>
    </details>
  )
}

export const RecoverPage = () => {
  const { t } = useTranslation()
  const asked = new URLSearchParams(window.location.search).get('what')
  const [lost, setLost] = useState<Lost>(asked === 'identifier' || asked === 'factor' ? asked : 'password')
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const [sent, setSent] = useState(false)
  const contacts = useContacts(useLive(preferences).audience)
  const send: SendProps['send'] = async (work) => {
    setBusy(true)
    const answer = await work()
    setBusy(false)
    setSent(answer.kind === 'ok')
    setProblem(answer.kind === 'ok' ? undefined : answer)
  }
  const choose = (next: Lost) => {
    setLost(next)
    setSent(false)
    setProblem(undefined)
  }
  return (
    <GateLayout title={t('recover.title')} subtitle={t('recover.subtitle')}>
      <fieldset className={css.radios}>
        <legend className={css.boxTitle}>{t('recover.what')}</legend>
        <Radio
          value="password"
          now={lost}
          label={t('recover.password')}
          more={t('recover.byMailHow')}
          onChoose={choose}
        />
        <Radio
          value="identifier"
          now={lost}
          label={t('recover.identifier')}
          more={t('recover.identifierHow')}
          onChoose={choose}
        />
        <Radio
          value="factor"
          now={lost}
          label={t('recover.factor')}
          more={t('recover.bySchoolHow')}
          onChoose={choose}
        />
      </fieldset>
      <div className={css.form}>
        {problem === undefined ? null : <ProblemBox problem={problem} contacts={contacts} />}
        {sent ? (
          <div className={css.box} role="status">
            <p className={css.boxTitle}>{t('recover.sent')}</p>
            <p>{t('recover.sentMore')}</p>
          </div>
        ) : lost === 'password' ? (
          <PasswordForm send={send} busy={busy} />
        ) : lost === 'identifier' ? (
          <IdentifierForm send={send} busy={busy} />
        ) : (
          <p className={css.box}>{t('recover.factorMore')}</p>
        )}
        <SpokenCode />
        <ContactsCard contacts={contacts} />
      </div>
      <hr className={css.rule} />
      <GateLink to="/login">{t('gate.back')}</GateLink>
    </GateLayout>
  )
}
