/** The sign-in page: who one is, the ways in that follow from it, what is wrong at present, and who can help. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { messageDate } from '../../../i18n/format.ts'
import type { Wanted } from '../../../shell/gate-place.ts'
import { type Audience, preferences, setPreferences } from '../../../shell/preferences.ts'
import type { Problem } from '../../../shell/request.ts'
import { session } from '../../../shell/session.ts'
import { useLive } from '../../../shell/value.ts'
import { Icon } from '../../../ui/icon.tsx'
import { ContactsCard } from '../contacts-card.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { GateLink } from '../gate-link.tsx'
import { type Incident, loadMethods, type Methods, noMethods } from '../methods.ts'
import type { Step } from '../requests.ts'
import { useWords } from '../use-words.ts'
import { AudienceChoice } from './audience-choice.tsx'
import { audienceOf } from './audience-of.ts'
import { OfficialAddress } from './official-address.tsx'
import { PasskeyButton, usePasskeyOffer } from './passkey-button.tsx'
import { PasswordForm } from './password-form.tsx'
import { Providers } from './providers.tsx'
import { WhichAccount } from './which-account.tsx'

/** What is known of the ways in for an audience; what was shown before stays until the answer is there. */
const useMethods = (audience: Audience): Methods => {
  const [methods, setMethods] = useState<Methods>(noMethods)
  const { i18n } = useTranslation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names and incidents are in the page's language
  useEffect(() => {
    let isWanted = true
    void loadMethods(audience).then((found) => {
      if (isWanted) setMethods(found)
    })
    return () => {
      isWanted = false
    }
  }, [audience, i18n.language])
  return methods
}

/** An incident, and the ways in that it touches by name; none when it touches all, or no way in. */
interface Touching {
  readonly incident: Incident
  readonly ways: readonly string[]
}

const Incidents = ({ incidents }: { incidents: readonly Touching[] }) => {
  const words = useWords()
  const { t, i18n } = useTranslation()
  const day = ({ since }: Incident): string =>
    since === undefined || since <= Date.now() ? '' : `${messageDate(new Date(since).toISOString(), i18n.language)} : `
  return (
    <div role="status">
      {incidents.map(({ incident, ways }) => (
        <div key={incident.title} className={css.incident}>
          <Icon name={incident.isPlanned ? 'clock' : 'warning'} />
          <div>
            <p>
              <span className={css.quiet}>
                {incident.isPlanned ? t('gate.maintenance') : words('gate.trouble')} : {day(incident)}
              </span>
              <span className={css.incidentTitle}>{incident.title}</span>
              {ways.length === 0 ? null : <span className={css.quiet}> ({ways.join(', ')})</span>}
            </p>
            {incident.body === '' ? null : <p>{incident.body}</p>}
          </div>
        </div>
      ))}
      {incidents.length === 0 ? null : (
        <p>
          <a href={i18n.language === 'en' ? '/status' : '/etat'}>{t('gate.status')}</a>
        </p>
      )}
    </div>
  )
}

/** The session this browser had was closed from elsewhere: said here, since the page it was on is gone. */
const Ended = () => {
  const { t } = useTranslation()
  const isEnded = useLive(session)?.revoked === true
  return (
    <div role="status">
      {isEnded ? (
        <div className={css.incident}>
          <Icon name="shield" />
          <div>
            <p className={css.incidentTitle}>{t('gate.ended')}</p>
            <p>{t('gate.endedMore')}</p>
          </div>
        </div>
      ) : null}
    </div>
  )
}

/** Those of every way in, each once. */
const incidentsOf = ({ methods, planned }: Methods): readonly Touching[] => {
  const found = methods.flatMap(({ name, incidents }) => incidents.map((incident) => ({ incident, name })))
  const byTitle = Map.groupBy(found, ({ incident }) => incident.title)
  const touching = [...byTitle.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return []
    const ways = [first, ...rest].map(({ name }) => name)
    return [{ incident: first.incident, ways: ways.length === methods.length ? [] : ways }]
  })
  const later = planned.filter(({ title }) => !byTitle.has(title)).map((incident) => ({ incident, ways: [] }))
  return [...touching, ...later]
}

const isTroubled = ({ methods }: Methods, id: string): boolean =>
  methods.some((method) => method.id === id && method.incidents.length > 0)

const Links = ({ onWhich }: { onWhich: () => void }) => {
  const words = useWords()
  return (
    <nav aria-label={words('gate.help')}>
      <p className={css.boxTitle}>{words('gate.help')}</p>
      <div className={css.links}>
        <GateLink to="/recover" className={css.link ?? ''}>
          {words('gate.forgotten')}
        </GateLink>
        <GateLink to="/recover?what=identifier" className={css.link ?? ''}>
          {words('gate.forgottenLogin')}
        </GateLink>
        <GateLink to="/activate" className={css.link ?? ''}>
          {words('gate.activate')}
        </GateLink>
        <button type="button" className={css.link} onClick={onWhich}>
          {words('gate.which')}
        </button>
      </div>
    </nav>
  )
}

export interface SignInPageProps {
  wanted: Wanted
  expired: boolean
  onStep: (step: Step) => Promise<boolean>
}

const problemInAddress = ({ error }: Wanted): Problem | undefined =>
  error === ''
    ? undefined
    : { kind: 'refused', code: error, message: '', status: 401, retryAfter: undefined, details: {} }

export const SignInPage = ({ wanted, expired, onStep }: SignInPageProps) => {
  const { t } = useTranslation()
  const words = useWords()
  const chosen = useLive(preferences).audience
  const [audience, setAudience] = useState<Audience>(audienceOf(wanted.profile) ?? chosen)
  const [shared, setShared] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>(() => problemInAddress(wanted))
  const methods = useMethods(audience)
  const providers = methods.methods.filter((one) => one.url !== '')
  // Families come by EduConnect or their ENT; who works here has an identifier first.
  const ofFamilies = audience === 'pupil' || audience === 'parent'
  const isFederated = ofFamilies && providers.length > 0
  const passkeys = usePasskeyOffer({ onward: wanted.onward, shared, onStep, onProblem: setProblem })
  const choose = (next: Audience) => {
    setAudience(next)
    setProblem(undefined)
    if (!shared) setPreferences({ audience: next })
  }
  const [title, subtitle] = expired
    ? [words('gate.expiredTitle'), words('gate.expired')]
    : wanted.renew
      ? [t('gate.renewTitle'), t('gate.renew')]
      : [
          words('gate.title'),
          wanted.onward.startsWith('/cas') || wanted.onward.startsWith('/oidc') || wanted.onward.startsWith('/saml')
            ? `${words('gate.subtitle')} ${t('gate.toService')}`
            : words('gate.subtitle'),
        ]
  if (isAsking)
    return (
      <WhichAccount
        onAudience={(next) => {
          choose(next)
          setAsking(false)
        }}
        onClose={() => setAsking(false)}
      />
    )
  return (
    <GateLayout title={title} subtitle={subtitle} isFirst>
      <AudienceChoice value={audience} onChange={choose} />
      <Ended />
      <Incidents incidents={incidentsOf(methods)} />
      {isFederated ? <Providers providers={providers} then={wanted.onward} isMain /> : null}
      <PasswordForm
        wanted={wanted}
        expired={expired}
        shared={shared}
        onShared={setShared}
        problem={problem}
        onProblem={setProblem}
        contacts={methods.contacts}
        onStep={onStep}
        isSecond={isFederated}
        isTroubled={isTroubled(methods, 'password')}
        example={ofFamilies ? undefined : t('gate.loginExample')}
      >
        <PasskeyButton offer={passkeys} isTroubled={isTroubled(methods, 'passkey')} />
        {ofFamilies || providers.length === 0 ? null : (
          <Providers providers={providers} then={wanted.onward} isMain={false} />
        )}
      </PasswordForm>
      <hr className={css.rule} />
      <div className={css.stack}>
        <Links onWhich={() => setAsking(true)} />
        <OfficialAddress address={methods.address} />
        <ContactsCard contacts={methods.contacts} />
      </div>
    </GateLayout>
  )
}
