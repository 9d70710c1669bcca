/** What only one protocol asks for. */

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../../i18n/colon.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Check, Checks } from '../../../ui/checks.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import { useWhen } from '../../account/use-when.ts'
import type { ServiceDraft } from './service-draft.ts'
import type { Change } from './service-form.tsx'
import css from './trust.module.css'
import {
  type CertificateEnd,
  type Metadata,
  readMetadata,
  type Service,
  type ServiceChoices,
} from './trust-requests.ts'

interface Fields {
  readonly draft: ServiceDraft
  readonly set: Change
}

export const CasFields = ({ draft, set, isNew }: Fields & { isNew: boolean }) => {
  const { t } = useTranslation()
  return (
    <>
      <Field
        label={t('trust.casKey')}
        hint={t('trust.casKeyNote')}
        value={draft.key}
        onChange={(key) => set({ key })}
        isReadOnly={!isNew}
        placeholder="https://notes.exemple.fr/"
        inputMode="url"
        autoCapitalize="none"
      />
      <Field label={t('trust.logoutUrl')} value={draft.logoutUrl} onChange={(logoutUrl) => set({ logoutUrl })} />
      <Field label={t('trust.proxy')} value={draft.proxy} onChange={(proxy) => set({ proxy })} />
      <Select
        label={t('trust.shape')}
        value={draft.attributeShape}
        options={['jasig', 'flat', 'name-value'].map((id) => ({ id, name: id }))}
        onChange={(attributeShape) => set({ attributeShape })}
      />
      <Check
        label={t('trust.attributesOnV2')}
        checked={draft.attributesOnV2}
        onChange={(attributesOnV2) => set({ attributesOnV2 })}
      />
    </>
  )
}

export const OidcFields = ({ draft, set, isNew, choices }: Fields & { isNew: boolean; choices: ServiceChoices }) => {
  const { t } = useTranslation()
  return (
    <>
      <Field
        label={t('trust.clientId')}
        value={draft.key}
        onChange={(key) => set({ key })}
        isReadOnly={!isNew}
        autoCapitalize="none"
      />
      <TextArea
        isCode
        label={t('trust.redirects')}
        note={t('trust.redirectsNote')}
        value={draft.redirects}
        onChange={(redirects) => set({ redirects })}
      />
      <TextArea
        isCode
        label={t('trust.afterLogout')}
        value={draft.afterLogout}
        onChange={(afterLogout) => set({ afterLogout })}
      />
      <Field
        label={t('trust.backchannel')}
        value={draft.backchannelLogout}
        onChange={(backchannelLogout) => set({ backchannelLogout })}
      />
      <Select
        label={t('trust.algorithm')}
        value={draft.algorithm}
        options={choices.algorithms.map((id) => ({ id, name: id }))}
        onChange={(algorithm) => set({ algorithm })}
      />
      <div className={css.wide}>
        <Checks
          label={t('trust.scopes')}
          options={choices.scopes.map((id) => ({ id, name: id }))}
          value={draft.scopes}
          onChange={(scopes) => set({ scopes })}
        />
      </div>
      <div className={css.wide}>
        <Checks
          label={t('trust.grants')}
          options={choices.grants.map((id) => ({ id, name: id }))}
          value={draft.grants}
          onChange={(grants) => set({ grants })}
        />
      </div>
      <div className={css.wide}>
        <Check label={t('trust.isPublic')} checked={draft.isPublic} onChange={(isPublic) => set({ isPublic })} />
        <Check label={t('trust.noPkce')} checked={draft.noPkce} onChange={(noPkce) => set({ noPkce })} />
      </div>
    </>
  )
}

export const CertificateLines = ({ certificates }: { certificates: readonly CertificateEnd[] }) => {
  const { t } = useTranslation()
  const when = useWhen()
  return certificates.map(({ fingerprint, endsAt }) => (
    <p key={fingerprint} className={css.hint}>
      {endsAt < Date.now()
        ? t('trust.certificateEnded', { when: when(endsAt) })
        : t('trust.certificateEnds', { when: when(endsAt) })}
    </p>
  ))
}

/** A file's text into the form: nothing leaves the browser before it is sent. */
export const MetadataArea = ({
  value,
  onChange,
  label,
}: {
  value: string
  onChange: (value: string) => void
  label: string
}) => {
  const { t } = useTranslation()
  return (
    <TextArea isCode label={label} note={t('trust.metadataNote')} value={value} onChange={onChange}>
      <input
        type="file"
        className={css.file}
        aria-label={t('trust.file')}
        accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
        onChange={(event) => void event.target.files?.[0]?.text().then(onChange)}
      />
    </TextArea>
  )
}

export const SamlFields = ({ draft, set, service }: Fields & { service: Service | undefined }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [read, setRead] = useState<Metadata>()
  return (
    <>
      <div className={css.wide}>
        <MetadataArea
          label={service === undefined ? t('trust.metadata') : t('trust.metadataAgain')}
          value={draft.metadata}
          onChange={(metadata) => set({ metadata })}
        />
        {draft.metadata.trim() === '' ? null : (
          <p>
            <Button
              isDisabled={act.isBusy}
              onPress={() =>
                void act
                  .run(() => readMetadata(draft.metadata))
                  .then((done) => {
                    if (done === undefined) return
                    setRead(done.value)
                    if (draft.name.trim() === '') set({ name: done.value.name })
                  })
              }
            >
              {t('trust.readIt')}
            </Button>
          </p>
        )}
        {read === undefined ? null : (
          <Note>
            <p>
              <strong>{t('trust.read', { name: read.name })}</strong>
            </p>
            <dl className={css.told}>
              <dt>{t('trust.entity')}</dt>
              <dd>{read.key}</dd>
              <dt>{t('trust.answersTo')}</dt>
              <dd>{read.acs.join(', ')}</dd>
            </dl>
            <CertificateLines certificates={read.certificates} />
          </Note>
        )}
        {service === undefined ? null : (
          <>
            <p className={css.hint}>
              {t('trust.entity')}
              {colon()}
              {service.key}
            </p>
            <CertificateLines certificates={service.certificates} />
          </>
        )}
      </div>
      <Select
        label={t('trust.nameId')}
        value={draft.nameIdFormat}
        options={[
          ...(draft.nameIdFormat === '' ? [{ id: '', name: '…' }] : []),
          ...['persistent', 'transient', 'emailAddress', 'unspecified'].map((id) => ({ id, name: id })),
        ]}
        onChange={(nameIdFormat) => set({ nameIdFormat })}
      />
      <Select
        label={t('trust.sign')}
        value={draft.sign}
        options={(['both', 'assertion', 'response'] as const).map((id) => ({ id, name: t(`trust.signs.${id}`) }))}
        onChange={(sign) => set({ sign })}
      />
      <div className={css.wide}>
        <Check label={t('trust.oid')} checked={draft.oid} onChange={(oid) => set({ oid })} />
        <Check
          label={t('trust.idpInitiated')}
          checked={draft.idpInitiated}
          onChange={(idpInitiated) => set({ idpInitiated })}
        />
      </div>
    </>
  )
}
