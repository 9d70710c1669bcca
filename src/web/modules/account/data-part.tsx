/** Who one is here, one's profiles, and the rights that the law gives over one's data. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { profileName } from '../../shell/profile-name.ts'
import { ask, momentOf, nothing } from '../../shell/request.ts'
import { session } from '../../shell/session.ts'
import { askSurely } from '../../shell/step-up.tsx'
import { switchProfile } from '../../shell/switch-profile.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Item, Items, Section, Stack } from '../../ui/page.tsx'

const ProfilesPart = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  if (who === undefined) return null
  return (
    <Section id="identity" title={t('account.identity')} intro={t('account.profilesMore')}>
      <Stack>
        <Items>
          {[
            <Item key="name" title={who.name} more={`${t('account.login')} : ${who.login} · ${who.email}`} />,
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

/** The answer to the export request is a file: the browser takes it, cookie and all. */
const ExportPart = () => {
  const { t } = useTranslation()
  const act = useAct()
  const start = async () => {
    const ready = await act.run(() => askSurely('/auth/export/begin', {}, (answer) => String(answer.url ?? '')))
    if (ready !== undefined && /^\/auth\//.test(ready.value)) window.location.assign(ready.value)
  }
  return (
    <Section id="export" title={t('account.export')} intro={t('account.exportMore')}>
      <Button icon="download" isDisabled={act.isBusy} onPress={() => void start()}>
        {t('account.exportAsk')}
      </Button>
    </Section>
  )
}

const loadErasure = () => ask('/auth/erasure', undefined, (answer) => momentOf(answer.askedAt) ?? momentOf(answer.at))

const ErasePart = () => {
  const { t } = useTranslation()
  const act = useAct()
  const asked = useLoaded('erasure', loadErasure)
  const [isAsked, setAsked] = useState<boolean>()
  const pending = isAsked ?? asked.value !== undefined
  const change = async () => {
    if (pending) {
      const done = await act.run(() => askSurely('/auth/erasure/cancel', {}, nothing), t('account.eraseCancelled'))
      if (done !== undefined) setAsked(false)
      return
    }
    const question = {
      title: t('account.eraseTitle'),
      body: t('account.eraseBody'),
      action: t('account.eraseAsk'),
      danger: true,
    }
    if (!(await confirm(question))) return
    if ((await act.run(() => askSurely('/auth/erasure', {}, nothing), t('account.eraseAsked'))) !== undefined)
      setAsked(true)
  }
  return (
    <Section id="erase" title={t('account.erase')} intro={t('account.eraseMore')}>
      <Card>
        <Button isDisabled={act.isBusy} onPress={() => void change()}>
          {pending ? t('account.eraseCancel') : t('account.eraseAsk')}
        </Button>
      </Card>
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
