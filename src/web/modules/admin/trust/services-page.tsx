/** The services that trust us: the list, one of them, or a new one. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Line, Note, Section } from '../../../ui/page.tsx'
import { Loading } from '../../account/loading.tsx'
import { useAdminPlace } from '../use-place.ts'
import { Registration } from './registration.tsx'
import { ServiceForm } from './service-form.tsx'
import { TrustList } from './trust-list.tsx'
import { loadServices, matchAddress } from './trust-requests.ts'

/** Which service an address belongs to. */
const Whose = () => {
  const { t } = useTranslation()
  const act = useAct()
  const [address, setAddress] = useState('')
  const [found, setFound] = useState<readonly { name: string; key: string }[]>()
  return (
    <Section id="whose" title={t('trust.whose')} intro={t('trust.whoseMore')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (address.trim() === '') return
          void act.run(() => matchAddress(address.trim())).then((done) => setFound(done?.value))
        }}
      >
        <Line>
          <Field label={t('trust.whoseAddress')} value={address} onChange={setAddress} inputMode="url" />
          <Button type="submit" isDisabled={address.trim() === '' || act.isBusy}>
            {t('trust.whoseGo')}
          </Button>
        </Line>
      </form>
      {found === undefined ? null : (
        <Note tone={found.length === 0 ? 'mark' : 'plain'}>
          {found.length === 0 ? <p>{t('trust.whoseNone')}</p> : null}
          {found.map(({ name, key }) => (
            <p key={key}>{t('trust.whoseIs', { name, key })}</p>
          ))}
        </Note>
      )}
    </Section>
  )
}

export const ServicesPage = () => {
  const { t } = useTranslation()
  const { search, to } = useAdminPlace()
  const loaded = useLoaded('services', loadServices)
  const at = search.id
  const back = () => void to({ page: 'services' })
  return (
    <Loading of={loaded}>
      {({ services, choices }) => {
        const service = services.find(({ id }) => String(id) === at)
        if (at === 'new' || service !== undefined)
          return (
            <ServiceForm
              key={at}
              service={service}
              choices={choices}
              onBack={back}
              onSaved={() => void loaded.reload()}
            />
          )
        return (
          <>
            <Section id="services" intro={t('admin.servicesMore')}>
              <p>
                <Button kind="primary" onPress={() => void to({ page: 'services', id: 'new' })}>
                  {t('trust.declare')}
                </Button>
              </p>
            </Section>
            <TrustList
              kind="services"
              rows={services}
              more={({ key }) => key}
              onChange={({ id }) => void to({ page: 'services', id: String(id) })}
              onReload={() => void loaded.reload()}
            />
            <Whose />
            <Registration />
          </>
        )
      }}
    </Loading>
  )
}
