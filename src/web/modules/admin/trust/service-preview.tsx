/** What a service would be told about a person, profile by profile, with the settings of the form. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../../shell/profile-name.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Card, Line, Section, Stack } from '../../../ui/page.tsx'
import admin from '../admin.module.css'
import { rulesOf, type ServiceDraft } from './service-draft.ts'
import css from './trust.module.css'
import { type ProfilePreview, previewService, type Service } from './trust-requests.ts'

const Told = ({ of }: { of: ProfilePreview }) => {
  const { t } = useTranslation()
  const who = [of.kind === '' ? t('trust.tryNone') : kindName(of.kind, t), of.schoolName].filter(Boolean).join(' · ')
  return (
    <Card>
      <p>
        <strong>{who}</strong>{' '}
        <span className={admin.state} data-state={of.enters ? 'active' : 'blocked'}>
          {of.enters ? t('trust.enters') : t('trust.refused')}
        </span>
      </p>
      {of.identifier === '' ? (
        <p>{t('trust.noIdentifier')}</p>
      ) : (
        <dl className={css.told}>
          <dt>{t('trust.knownAs')}</dt>
          <dd>{of.identifier}</dd>
          {of.attributes.map(([name, values]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{values}</dd>
            </div>
          ))}
        </dl>
      )}
      {of.identifier !== '' && of.attributes.length === 0 ? <p className={css.hint}>{t('trust.nothingMore')}</p> : null}
    </Card>
  )
}

export const ServicePreview = ({ draft, service }: { draft: ServiceDraft; service: Service | undefined }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [login, setLogin] = useState('')
  const [seen, setSeen] = useState<{ name: string; login: string; profiles: readonly ProfilePreview[] }>()
  const look = () =>
    void act
      .run(() => previewService({ login: login.trim(), ...rulesOf(draft), ...(service ? { id: service.id } : {}) }))
      .then((done) => setSeen(done?.value))
  return (
    <Section id="try" title={t('trust.try')} intro={t('trust.tryMore')}>
      <Stack>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (login.trim() !== '') look()
          }}
        >
          <Line>
            <Field label={t('trust.tryWho')} value={login} onChange={setLogin} autoCapitalize="none" />
            <Button type="submit" isDisabled={login.trim() === '' || act.isBusy}>
              {t('trust.tryGo')}
            </Button>
          </Line>
        </form>
        {seen === undefined ? null : (
          <div role="status" className={css.stack}>
            <p>
              <strong>{seen.name}</strong> ({seen.login})
            </p>
            {seen.profiles.map((one) => (
              <Told key={`${one.kind} ${one.schoolName}`} of={one} />
            ))}
          </div>
        )}
      </Stack>
    </Section>
  )
}
