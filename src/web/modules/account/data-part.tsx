/** Who one is here, one's profiles, and the rights that the law gives over one's data. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { profileName } from '../../shell/profile-name.ts'
import { ask, momentOf } from '../../shell/request.ts'
import { refreshSession, session } from '../../shell/session.ts'
import { askSurely, stepUp } from '../../shell/step-up.tsx'
import { switchProfile } from '../../shell/switch-profile.ts'
import { toast } from '../../shell/toasts.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Line, Section, Stack } from '../../ui/page.tsx'
import { useWhen } from './use-when.ts'

const ProfilesPart = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  if (who === undefined) return null
  return (
    <Section id="identity" title={t('account.identity')} intro={t('account.profilesMore')}>
      <Stack>
        <Items>
          {[
            <Item key="name" title={who.name} more={`${t('account.login')}${colon()}${who.login} · ${who.email}`} />,
            ...who.profiles.map((profile) => (
              <Item
                key={profile.id}
                title={profileName(profile, t)}
                tag={profile.id === who.profile ? t('account.profileNow') : undefined}
                more={profile.classes.join(', ')}
              >
                {profile.id === who.profile ? null : (
                  <Button onPress={() => void switchProfile(profile, t)}>{t('account.profileUse')}</Button>
                )}
              </Item>
            )),
          ]}
        </Items>
      </Stack>
    </Section>
  )
}

/** A download: the browser takes the file, cookie and all, once the person has proved again who they are. */
const ExportPart = () => {
  const { t } = useTranslation()
  const [isBusy, setBusy] = useState(false)
  const start = async () => {
    setBusy(true)
    const now = await refreshSession().catch(() => undefined)
    const isProved = (now?.steppedUpUntil ?? 0) > Date.now() + 10_000
    if (isProved || (await stepUp())) window.location.assign('/auth/data/export')
    setBusy(false)
  }
  return (
    <Section id="export" title={t('account.export')} intro={t('account.exportMore')}>
      <Button icon="download" isDisabled={isBusy} onPress={() => void start()}>
        {t('account.exportAsk')}
      </Button>
    </Section>
  )
}

const loadErasure = () => ask('/auth/erasure', undefined, (answer) => answer.allowed === true)

const EraseForm = ({ login }: { login: string }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [typed, setTyped] = useState('')
  const erase = async (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim().toLowerCase() !== login || act.isBusy) return
    const done = await act.run(() =>
      askSurely('/auth/erasure', { login: typed.trim() }, (answer) => momentOf(answer.dueAt)),
    )
    if (done === undefined) return
    toast(t('account.eraseAsked', { when: when(done.value) }), { ms: 8000 })
    setTimeout(() => window.location.assign('/login'), 8000)
  }
  return (
    <form onSubmit={erase}>
      <Line>
        <Field label={t('account.eraseLogin', { login })} value={typed} onChange={setTyped} autoComplete="off" />
        <Button kind="danger" type="submit" isDisabled={act.isBusy || typed.trim().toLowerCase() !== login}>
          {t('account.eraseAsk')}
        </Button>
      </Line>
    </form>
  )
}

/** Only where the academy lets people erase their account themselves; otherwise, whom to ask. */
const ErasePart = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  const allowed = useLoaded('erasure', loadErasure).value === true
  return (
    <Section id="erase" title={t('account.erase')} intro={allowed ? t('account.eraseMore') : t('account.eraseAway')}>
      {allowed && who !== undefined ? <EraseForm login={who.login} /> : null}
    </Section>
  )
}

export const DataPart = () => (
  <>
    <ProfilesPart />
    <ExportPart />
    <ErasePart />
  </>
)
