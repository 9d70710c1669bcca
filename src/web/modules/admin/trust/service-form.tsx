/** Declaring a service or changing it: what it is, who may enter, what it is told, and a try for a person. */

import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindName } from '../../../shell/profile-name.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Check, Checks } from '../../../ui/checks.tsx'
import { Field } from '../../../ui/field.tsx'
import { Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { CasFields, OidcFields, SamlFields } from './protocol-fields.tsx'
import { Secret } from './secret.tsx'
import { bodyOf, draftOf, emptyDraft, type ServiceDraft } from './service-draft.ts'
import { ServicePreview } from './service-preview.tsx'
import css from './trust.module.css'
import { changeService, declareService, renewSecret, type Service, type ServiceChoices } from './trust-requests.ts'

export type Change = (change: Partial<ServiceDraft>) => void

const What = ({
  draft,
  set,
  service,
  choices,
}: {
  draft: ServiceDraft
  set: Change
  service: Service | undefined
  choices: ServiceChoices
}) => {
  const { t } = useTranslation()
  return (
    <Section id="what" title={t('trust.what')}>
      <div className={css.fields}>
        {service !== undefined ? null : (
          <Select
            label={t('trust.protocol')}
            value={draft.protocol}
            options={(['cas', 'oidc', 'saml'] as const).map((id) => ({ id, name: t(`trust.protocols.${id}`) }))}
            onChange={(id) => set({ protocol: id === 'oidc' || id === 'saml' ? id : 'cas' })}
          />
        )}
        <Field label={t('trust.name')} value={draft.name} onChange={(name) => set({ name })} maxLength={100} />
        {draft.protocol === 'cas' ? <CasFields draft={draft} set={set} isNew={service === undefined} /> : null}
        {draft.protocol === 'oidc' ? (
          <OidcFields draft={draft} set={set} isNew={service === undefined} choices={choices} />
        ) : null}
        {draft.protocol === 'saml' ? <SamlFields draft={draft} set={set} service={service} /> : null}
        <Field label={t('trust.about')} value={draft.description} onChange={(description) => set({ description })} />
        <Field label={t('trust.url')} value={draft.url} onChange={(url) => set({ url })} inputMode="url" />
      </div>
    </Section>
  )
}

const Who = ({ draft, set, choices }: { draft: ServiceDraft; set: Change; choices: ServiceChoices }) => {
  const { t } = useTranslation()
  return (
    <Section id="who" title={t('trust.who')}>
      <div className={css.stack}>
        <Check label={t('trust.whoAll')} checked={draft.everybody} onChange={(everybody) => set({ everybody })} />
        {draft.everybody ? null : (
          <Checks
            label={t('trust.whoSome')}
            options={choices.profiles.map((id) => ({ id, name: kindName(id, t) }))}
            value={draft.profiles}
            onChange={(profiles) => set({ profiles })}
          />
        )}
        <div className={css.fields}>
          <Select
            label={t('trust.strength')}
            value={draft.acr}
            options={[
              { id: '1', name: t('trust.strengths.one') },
              { id: '2', name: t('trust.strengths.two') },
              { id: '3', name: t('trust.strengths.three') },
            ]}
            onChange={(acr) => set({ acr })}
          />
        </div>
        <Check label={t('trust.outside')} checked={draft.outside} onChange={(outside) => set({ outside })} />
      </div>
    </Section>
  )
}

const Told = ({ draft, set, choices }: { draft: ServiceDraft; set: Change; choices: ServiceChoices }) => {
  const { t } = useTranslation()
  return (
    <Section id="told" title={t('trust.told')} intro={t('trust.toldMore')}>
      <div className={css.stack}>
        <Select
          label={t('trust.identifier')}
          value={draft.identifier}
          options={choices.identifiers.map((id) => ({ id, name: t(`trust.identifiers.${id as 'login'}`) }))}
          onChange={(identifier) => set({ identifier })}
        />
        <Checks
          label={t('trust.attributes')}
          options={choices.attributes.map((id) => ({ id, name: id }))}
          value={draft.attributes}
          onChange={(attributes) => set({ attributes })}
        />
      </div>
    </Section>
  )
}

export const ServiceForm = ({
  service,
  choices,
  onSaved,
  onBack,
}: {
  service: Service | undefined
  choices: ServiceChoices
  onSaved: (id: number) => void
  onBack: () => void
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const [draft, setDraft] = useState(() => (service === undefined ? emptyDraft : draftOf(service)))
  const [secret, setSecret] = useState('')
  const set: Change = (change) => setDraft((now) => ({ ...now, ...change }))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (service !== undefined) {
      if ((await act.run(() => changeService(service.id, bodyOf(draft)), t('trust.saved'))) !== undefined)
        onSaved(service.id)
      return
    }
    const made = await act.run(() => declareService(bodyOf(draft)), t('trust.declared'))
    if (made === undefined) return
    if (made.value.secret === '') onBack()
    else setSecret(made.value.secret)
    onSaved(made.value.id)
  }
  if (service === undefined && secret !== '')
    return (
      <>
        <Secret value={secret} />
        <p>
          <Button kind="quiet" icon="back" onPress={onBack}>
            {t('trust.back')}
          </Button>
        </p>
      </>
    )
  const hasSecret = service?.protocol === 'oidc' && !draft.isPublic
  return (
    <>
      <p className={css.actions}>
        <Button kind="quiet" icon="back" onPress={onBack}>
          {t('trust.back')}
        </Button>
      </p>
      <form onSubmit={save}>
        <What draft={draft} set={set} service={service} choices={choices} />
        <Who draft={draft} set={set} choices={choices} />
        <Told draft={draft} set={set} choices={choices} />
        <p className={css.actions}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy}>
            {service === undefined ? t('trust.declare') : t('trust.save')}
          </Button>
        </p>
      </form>
      {hasSecret ? (
        <Section id="secret" title={t('trust.newSecret')} intro={t('trust.newSecretMore')}>
          {secret === '' ? (
            <Button
              isDisabled={act.isBusy}
              onPress={() => void act.run(() => renewSecret(service.id)).then((made) => made && setSecret(made.value))}
            >
              {t('trust.newSecret')}
            </Button>
          ) : (
            <Secret value={secret} />
          )}
        </Section>
      ) : null}
      <ServicePreview draft={draft} service={service} />
    </>
  )
}
