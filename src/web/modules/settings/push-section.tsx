/** Notifications: on this device or not, and of what, for all of a person's devices. */

import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMailboxes } from '../../shell/client.tsx'
import { openFunctions } from '../../shell/functions.ts'
import { problemLine, useProblemText } from '../../shell/problem-text.ts'
import {
  loadRules,
  type PushRules,
  type PushState,
  pushState,
  saveRules,
  testPush,
  turnOff,
  turnOn,
} from '../../shell/push.ts'
import { toast } from '../../shell/toasts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { mailboxName } from '../mail/mailboxes/mailbox-names.ts'
import css from './settings-screen.module.css'

const Device = () => {
  const { t } = useTranslation()
  const client = useClient()
  const act = useAct()
  const [state, setState] = useState<PushState>()
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    let current = true
    void pushState().then((now) => current && setState(now))
    return () => {
      current = false
    }
  }, [])
  const change = async (work: () => Promise<PushState | 'failed'>) => {
    setBusy(true)
    const now = await work().catch(() => 'failed' as const)
    setBusy(false)
    if (now === 'failed') toast(t('device.failed'), { tone: 'problem', ms: 9000 })
    else setState(now)
  }
  if (state === undefined) return <p className={css.intro}>&nbsp;</p>
  if (state === 'unsupported' || state === 'denied') return <p className={css.intro}>{t(`device.${state}`)}</p>
  return (
    <div className={css.stack}>
      <p role="status">{state === 'on' ? t('device.isOn') : t('device.isOff')}</p>
      <p>
        {state === 'on' ? (
          <>
            <Button isDisabled={act.isBusy} onPress={() => void act.run(testPush, t('device.tested'))}>
              {t('device.test')}
            </Button>{' '}
            <Button
              kind="quiet"
              isDisabled={isBusy}
              onPress={() => void change(() => turnOff(client).then(() => 'off' as const))}
            >
              {t('device.turnOff')}
            </Button>
          </>
        ) : (
          <Button kind="primary" isDisabled={isBusy} onPress={() => void change(() => turnOn(client))}>
            {t('device.turnOn')}
          </Button>
        )}
      </p>
    </div>
  )
}

const Check = ({
  checked,
  label,
  more,
  onChange,
}: {
  checked: boolean
  label: string
  more?: string
  onChange: (on: boolean) => void
}) => (
  <label className={css.check}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    <span>
      {label}
      {more === undefined ? null : <span className={css.more}>{more}</span>}
    </span>
  </label>
)

const Mailboxes = ({ rules, onChange }: { rules: PushRules; onChange: (change: Partial<PushRules>) => void }) => {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().filter(({ role }) => !['junk', 'trash', 'drafts', 'sent'].includes(role ?? ''))
  return (
    <fieldset className={css.stack}>
      <legend className={css.label}>{t('device.mailboxes')}</legend>
      {mailboxes.map((mailbox) => (
        <Check
          key={mailbox.id}
          label={mailboxName(mailbox, t)}
          checked={rules.mailboxes.includes(mailbox.id)}
          onChange={(on) =>
            onChange({
              mailboxes: on ? [...rules.mailboxes, mailbox.id] : rules.mailboxes.filter((id) => id !== mailbox.id),
            })
          }
        />
      ))}
    </fieldset>
  )
}

/** Mailboxes of functions: each may be told of, or not. */
const Functions = ({ rules, onChange }: { rules: PushRules; onChange: (change: Partial<PushRules>) => void }) => {
  const { t } = useTranslation()
  const open = useLive(openFunctions)
  if (open.length === 0) return null
  return (
    <fieldset className={css.stack}>
      <legend className={css.label}>{t('device.functions')}</legend>
      {open.map(({ accountId, name }) => (
        <Check
          key={accountId}
          label={name}
          checked={rules.functions.includes(accountId)}
          onChange={(on) =>
            onChange({
              functions: on ? [...rules.functions, accountId] : rules.functions.filter((id) => id !== accountId),
            })
          }
        />
      ))}
    </fieldset>
  )
}

const Rules = ({ first }: { first: PushRules }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [rules, setRules] = useState(first)
  const [kept, setKept] = useState(first)
  const [favourites, setFavourites] = useState(first.favourites.join('\n'))
  const change = (part: Partial<PushRules>) => setRules((now) => ({ ...now, ...part }))
  const isChanged = JSON.stringify(rules) !== JSON.stringify(kept)
  const save = async () => {
    const answer = await act.run(() => saveRules(rules), t('device.saved'))
    if (answer === undefined) return
    setRules(answer.value)
    setKept(answer.value)
    setFavourites(answer.value.favourites.join('\n'))
  }
  return (
    <form
      className={css.card}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className={css.stack}>
        <Choice
          label={t('device.places')}
          value={rules.places}
          options={[
            { id: 'inbox', name: t('device.placesInbox') },
            { id: 'chosen', name: t('device.placesChosen') },
            { id: 'all', name: t('device.placesAll') },
          ]}
          onChange={(id) => change({ places: id as PushRules['places'] })}
        />
        {rules.places === 'chosen' ? <Mailboxes rules={rules} onChange={change} /> : null}
        <Functions rules={rules} onChange={change} />
        <Choice
          label={t('device.senders')}
          value={rules.senders}
          options={[
            { id: 'everyone', name: t('device.sendersEveryone') },
            { id: 'known', name: t('device.sendersKnown') },
            { id: 'chosen', name: t('device.sendersChosen') },
          ]}
          onChange={(id) => change({ senders: id as PushRules['senders'] })}
        />
        <TextArea
          label={t('device.favourites')}
          value={favourites}
          rows={3}
          isCode
          maxLength={60_000}
          placeholder={t('device.favouritesHint')}
          onChange={(next) => {
            setFavourites(next)
            change({ favourites: next.split(/[\s,;]+/).filter((one) => one !== '') })
          }}
        />
        <Check
          checked={rules.quiet}
          label={t('device.quiet')}
          more={t('device.quietMore')}
          onChange={(quiet) => change({ quiet })}
        />
        <Check
          checked={rules.preview}
          label={t('device.preview')}
          more={t('device.previewMore')}
          onChange={(preview) => change({ preview })}
        />
        <p>
          <Button kind="primary" type="submit" isDisabled={!isChanged || act.isBusy}>
            {t('app.save')}
          </Button>
        </p>
      </div>
    </form>
  )
}

export const PushSection = () => {
  const { t } = useTranslation()
  const problemText = useProblemText()
  const [rules, setRules] = useState<PushRules>()
  const [problem, setProblem] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once
  useEffect(() => {
    let current = true
    void loadRules().then((answer) => {
      if (!current) return
      if (answer.kind === 'ok') setRules(answer.value)
      else setProblem(problemLine(problemText(answer)))
    })
    return () => {
      current = false
    }
  }, [])
  return (
    <section className={css.section} aria-labelledby="notifications">
      <h2 className={css.heading} id="notifications">
        {t('device.notifications')}
      </h2>
      <p className={css.intro}>{t('device.notificationsIntro')}</p>
      <Device />
      {rules === undefined ? null : <Rules first={rules} />}
      {problem === undefined ? null : (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
