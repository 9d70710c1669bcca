/** "Something is wrong": what the server finds for this person, what the browser knows of itself, and the way to help. */
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, nothing, text } from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Note, Page, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { Findings } from './findings.tsx'
import css from './help.module.css'
import { MailFinder } from './mail-finder.tsx'
import { type Finding, type Grant, loadReport } from './requests.ts'

const minute = 60_000
/** Codes of an application go by the clock: more than this and they fail (RFC 6238 §5.2). */
const clockTolerance = 2 * minute

/** What this browser and this device are like. */
const useBrowserFinding = (serverClock: number | undefined): Finding | undefined => {
  const { t } = useTranslation()
  const [received] = useState(() => new Map<number, number>())
  if (serverClock === undefined) return
  if (!received.has(serverClock)) received.set(serverClock, Date.now())
  const wrong = Math.round(Math.abs((received.get(serverClock) ?? 0) - serverClock) / minute)
  const missing = [
    'PublicKeyCredential' in window ? '' : t('support.diagnose.passkeys'),
    'Notification' in window ? '' : t('support.diagnose.notifications'),
    'serviceWorker' in navigator ? '' : t('support.diagnose.worker'),
  ].filter((one) => one !== '')
  const said = !navigator.onLine
    ? ({ verdict: 'bad', text: t('support.diagnose.browserOffline') } as const)
    : wrong * minute > clockTolerance
      ? ({ verdict: 'bad', text: t('support.diagnose.browserClock', { minutes: wrong }) } as const)
      : missing.length > 0
        ? ({ verdict: 'note', text: t('support.diagnose.browserOld', { what: missing.join(', ') }) } as const)
        : ({ verdict: 'good', text: t('support.diagnose.browserGood') } as const)
  return { id: 'browser', title: t('support.diagnose.browser'), lines: [], repairs: [], guide: '', ...said }
}

const Consent = ({ grants, onChange }: { grants: readonly Grant[]; onChange: () => void }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [code, setCode] = useState('')
  const allow = async () => {
    const done = await act.run(() => ask('/diagnosis/allow', {}, (answer) => text(answer.code)))
    if (done) setCode(done.value)
  }
  const end = async () => {
    setCode('')
    if (await act.run(() => ask('/diagnosis/end', {}, nothing), t('support.diagnose.ended'))) onChange()
  }
  return (
    <Section id="consent" title={t('support.diagnose.consent')} intro={t('support.diagnose.consentIntro')}>
      <div className={css.buttons}>
        <Button isDisabled={act.isBusy} onPress={() => void allow()}>
          {t('support.diagnose.allow')}
        </Button>
        {grants.some(({ isActive }) => isActive) ? (
          <Button isDisabled={act.isBusy} onPress={() => void end()}>
            {t('support.diagnose.end')}
          </Button>
        ) : null}
      </div>
      {code === '' ? null : (
        <Note tone="mark">
          <p>{t('support.diagnose.code')}</p>
          <p className={css.code}>{code}</p>
        </Note>
      )}
      <h3>{t('support.diagnose.grants')}</h3>
      <Items empty={t('support.diagnose.grantsNone')}>
        {grants.map((one) => (
          <Item
            key={one.id}
            title={one.name}
            more={when(one.at)}
            tag={
              one.isActive
                ? t('support.diagnose.grantOpen', { when: when(one.until) })
                : t('support.diagnose.grantOver')
            }
          />
        ))}
      </Items>
    </Section>
  )
}

export const DiagnoseScreen = () => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const loaded = useLoaded(`report ${i18n.language}`, loadReport)
  const browser = useBrowserFinding(loaded.value?.at)
  useEffect(() => {
    screenTitle.set(t('support.diagnose.title'))
    return () => screenTitle.set('')
  }, [t])
  const repair = async (what: string, target: number) => {
    const done = await act.run(
      () => askSurely('/diagnosis/repair', { repair: what, target }, nothing),
      t('support.diagnose.repaired'),
    )
    if (done) await loaded.reload()
  }
  return (
    <Page title={t('support.diagnose.title')}>
      <Section id="found" intro={t('support.diagnose.intro')}>
        <Loading of={loaded}>
          {({ findings }) => (
            <Findings
              findings={browser ? [...findings, browser] : findings}
              onRepair={(what, target) => void repair(what, target)}
            />
          )}
        </Loading>
        <div className={css.buttons}>
          <Button isDisabled={loaded.isBusy} onPress={() => void loaded.reload()}>
            {t('support.diagnose.again')}
          </Button>
          <a href={i18n.language === 'en' ? '/status' : '/etat'}>{t('support.diagnose.status')}</a>
        </div>
      </Section>
      <Section id="mail" title={t('support.diagnose.mail')} intro={t('support.diagnose.mailIntro')}>
        <MailFinder />
      </Section>
      <Section id="ask" title={t('support.diagnose.help')} intro={t('support.diagnose.helpIntro')}>
        <Link to="/tickets" search={{}}>
          {t('support.diagnose.help')}
        </Link>
        <p>
          <Link to="/account/$part" params={{ part: 'compromise' }}>
            {t('support.diagnose.gave')}
          </Link>
        </p>
      </Section>
      <Consent grants={loaded.value?.grants ?? []} onChange={() => void loaded.reload()} />
    </Page>
  )
}
