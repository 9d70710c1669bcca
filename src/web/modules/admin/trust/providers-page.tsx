/** The identity providers that we trust: the list, one of them, or a new one. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { Note, Section } from '../../../ui/page.tsx'
import { Loading } from '../../account/loading.tsx'
import { useAdminPlace } from '../use-place.ts'
import { CertificateLines } from './protocol-fields.tsx'
import { audiences, ProviderForm } from './provider-form.tsx'
import { TrustList } from './trust-list.tsx'
import { loadProviders, type Provider, tryProvider } from './trust-requests.ts'

type Tried =
  Awaited<ReturnType<typeof tryProvider>> extends infer A
    ? A extends { kind: 'ok'; value: infer V }
      ? V
      : never
    : never

/** What came of asking a provider. */
const Result = ({ of }: { of: Tried }) => {
  const { t } = useTranslation()
  return (
    <Note tone={of.reached === false ? 'problem' : 'plain'}>
      {of.reached === true ? <p>{t('trust.reached', { where: of.where })}</p> : null}
      {of.reached === false ? <p>{t('trust.notReached', { why: of.why })}</p> : null}
      {of.reached === null ? <p>{t('trust.certificatesFine')}</p> : null}
      <CertificateLines certificates={of.certificates} />
    </Note>
  )
}

export const ProvidersPage = () => {
  const { t } = useTranslation()
  const act = useAct()
  const { search, to } = useAdminPlace()
  const loaded = useLoaded('providers', loadProviders)
  const [tried, setTried] = useState<Tried>()
  const at = search.id
  const audienceOf = ({ audience }: Provider) =>
    audiences
      .filter((id) => audience.includes(id))
      .map((id) => t(`trust.audiences.${id}`))
      .join(', ')
  return (
    <Loading of={loaded}>
      {(choices) => {
        const { providers } = choices
        const provider = providers.find(({ id }) => id === at)
        if (at === 'new' || provider !== undefined)
          return (
            <ProviderForm
              key={at}
              provider={provider}
              choices={choices}
              onBack={() => void to({ page: 'providers' })}
              onSaved={() => void loaded.reload()}
            />
          )
        return (
          <>
            <Section id="providers" intro={t('admin.providersMore')}>
              <p>
                <Button kind="primary" onPress={() => void to({ page: 'providers', id: 'new' })}>
                  {t('trust.declareProvider')}
                </Button>
              </p>
              {tried === undefined ? null : <Result of={tried} />}
            </Section>
            <TrustList
              kind="providers"
              rows={providers}
              more={(row) => `${row.id} · ${audienceOf(row)}`}
              extra={(row) => (
                <Button
                  isDisabled={act.isBusy}
                  aria-label={t('trust.probeOf', { name: row.name })}
                  onPress={() => void act.run(() => tryProvider(row.id)).then((done) => setTried(done?.value))}
                >
                  {t('trust.probe')}
                </Button>
              )}
              onChange={({ id }) => void to({ page: 'providers', id })}
              onReload={() => void loaded.reload()}
            />
          </>
        )
      }}
    </Loading>
  )
}
