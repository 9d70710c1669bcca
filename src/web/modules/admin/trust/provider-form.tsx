/** Declaring an identity provider from a preset, or changing it. */

import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Body, list, text } from '../../../shell/request.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Check, Checks } from '../../../ui/checks.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { MetadataArea } from './protocol-fields.tsx'
import { type Meaning, meaningBody, meaningOf } from './provider-draft.ts'
import { MeaningSection } from './provider-meaning.tsx'
import css from './trust.module.css'
import { changeProvider, declareProvider, type Provider, type Providers } from './trust-requests.ts'

export const audiences = ['staff', 'pupil', 'parent', 'administrative'] as const

interface Draft {
  readonly protocol: Provider['protocol']
  readonly id: string
  readonly name: string
  readonly preset: string
  readonly audience: readonly string[]
  readonly order: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly metadata: string
  readonly matching: readonly string[]
  readonly trustMail: boolean
  readonly create: boolean
  readonly meaning: Meaning
}

const draftOf = (provider: Provider | undefined): Draft => ({
  protocol: provider?.protocol ?? 'oidc',
  id: provider?.id ?? '',
  name: provider?.name ?? '',
  preset: 'ent',
  audience: provider?.audience ?? ['pupil', 'parent'],
  order: String(provider?.order ?? 50),
  issuer: text(provider?.config.issuer),
  clientId: text(provider?.config.clientId),
  clientSecret: '',
  metadata: '',
  matching: list(provider?.config.matching).map(text),
  trustMail: provider?.config.trustMail === true,
  create: provider?.config.create === true,
  meaning: meaningOf(provider?.config ?? {}),
})

/** A new one takes from its preset how people are found; one that is there says it itself. */
const bodyOf = (draft: Draft, isNew: boolean): Body => ({
  ...(isNew ? { protocol: draft.protocol, id: draft.id.trim(), preset: draft.preset } : {}),
  ...(isNew
    ? {}
    : {
        matching: draft.matching,
        trustMail: draft.trustMail,
        create: draft.create,
        ...meaningBody(draft.meaning),
      }),
  name: draft.name.trim(),
  audience: draft.audience,
  sortOrder: Number(draft.order) || 0,
  ...(draft.protocol === 'oidc'
    ? { issuer: draft.issuer.trim(), clientId: draft.clientId.trim(), clientSecret: draft.clientSecret.trim() }
    : draft.metadata.trim() === '' && !isNew
      ? {}
      : { metadata: draft.metadata }),
})

export const ProviderForm = ({
  provider,
  choices,
  onSaved,
  onBack,
}: {
  choices: Providers
  provider: Provider | undefined
  onSaved: () => void
  onBack: () => void
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const [draft, setDraft] = useState(() => draftOf(provider))
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const isNew = provider === undefined
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const done = isNew
      ? await act.run(() => declareProvider(bodyOf(draft, true)), t('trust.declared'))
      : await act.run(() => changeProvider(provider.id, bodyOf(draft, false)), t('trust.saved'))
    if (done === undefined) return
    onSaved()
    onBack()
  }
  const id = draft.id.trim() || '…'
  const end = draft.protocol === 'saml' ? 'metadata' : 'callback'
  return (
    <>
      <p className={css.actions}>
        <Button kind="quiet" icon="back" onPress={onBack}>
          {t('trust.back')}
        </Button>
      </p>
      <form onSubmit={save}>
        <Section id="provider" title={t('trust.provider')}>
          <div className={css.fields}>
            {isNew ? (
              <>
                <Select
                  label={t('trust.protocol')}
                  value={draft.protocol}
                  options={(['oidc', 'saml'] as const).map((one) => ({ id: one, name: t(`trust.protocols.${one}`) }))}
                  onChange={(one) => set({ protocol: one === 'saml' ? 'saml' : 'oidc', preset: 'ent' })}
                />
                <Select
                  label={t('trust.preset')}
                  value={draft.preset}
                  options={choices.presets[draft.protocol].map((one) => ({
                    id: one,
                    name: t(`trust.presets.${one as 'ent'}`),
                  }))}
                  onChange={(preset) => set({ preset })}
                />
                <Field
                  label={t('trust.providerId')}
                  value={draft.id}
                  onChange={(one) => set({ id: one })}
                  autoCapitalize="none"
                  maxLength={40}
                />
              </>
            ) : null}
            <Field label={t('trust.name')} value={draft.name} onChange={(name) => set({ name })} maxLength={100} />
            {draft.protocol === 'oidc' ? (
              <>
                <Field
                  label={t('trust.issuer')}
                  value={draft.issuer}
                  onChange={(issuer) => set({ issuer })}
                  inputMode="url"
                />
                <Field
                  label={t('trust.theirClientId')}
                  value={draft.clientId}
                  onChange={(clientId) => set({ clientId })}
                />
                <Field
                  label={isNew ? t('trust.theirSecret') : t('trust.theirSecretKept')}
                  value={draft.clientSecret}
                  onChange={(clientSecret) => set({ clientSecret })}
                  type="password"
                  autoComplete="off"
                />
              </>
            ) : (
              <div className={css.wide}>
                <MetadataArea
                  label={isNew ? t('trust.metadata') : t('trust.metadataAgain')}
                  value={draft.metadata}
                  onChange={(metadata) => set({ metadata })}
                />
              </div>
            )}
            <Field
              label={t('trust.order')}
              value={draft.order}
              onChange={(order) => set({ order })}
              inputMode="numeric"
            />
            <div className={css.wide}>
              <Checks
                label={t('trust.audience')}
                options={audiences.map((one) => ({ id: one, name: t(`trust.audiences.${one}`) }))}
                value={draft.audience}
                onChange={(audience) => set({ audience })}
              />
            </div>
            {isNew ? null : (
              <div className={css.wide}>
                <Checks
                  label={t('trust.matching')}
                  options={choices.matchings.map((one) => ({ id: one, name: t(`trust.matchings.${one as 'mail'}`) }))}
                  value={draft.matching}
                  onChange={(matching) => set({ matching })}
                />
                <Check
                  label={t('trust.trustMail')}
                  checked={draft.trustMail}
                  onChange={(trustMail) => set({ trustMail })}
                />
                <Check label={t('trust.create')} checked={draft.create} onChange={(create) => set({ create })} />
              </div>
            )}
          </div>
          <Note>
            <p>
              <strong>{t('trust.giveThem')}</strong> : {`${window.location.origin}/federation/${id}/${end}`}
            </p>
            {provider?.isActive ? (
              <p>
                <a href={`/federation/${provider.id}/login`} target="_blank" rel="noreferrer">
                  {t('trust.signInBy')}
                </a>
              </p>
            ) : null}
          </Note>
        </Section>
        {isNew ? null : (
          <MeaningSection
            value={draft.meaning}
            choices={choices}
            onChange={(change) => setDraft((now) => ({ ...now, meaning: { ...now.meaning, ...change } }))}
          />
        )}
        <p className={css.actions}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy}>
            {isNew ? t('trust.declareProvider') : t('trust.save')}
          </Button>
        </p>
      </form>
    </>
  )
}
