import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import css from './admin.module.css'
import { loadIncidents, loadProviders, act as send } from './requests.ts'
import { Select } from './select.tsx'

const empty = { titleFr: '', titleEn: '', bodyFr: '', bodyEn: '' }

const NewIncident = ({ onAnnounced }: { onAnnounced: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const providers = useLoaded('providers', loadProviders)
  const [component, setComponent] = useState('*')
  const [form, setForm] = useState(empty)
  const set = (name: keyof typeof empty) => (value: string) => setForm((now) => ({ ...now, [name]: value }))
  const announce = async (event: FormEvent) => {
    event.preventDefault()
    const { titleFr, titleEn, bodyFr, bodyEn } = form
    if (titleFr.trim() === '') return
    const body = {
      component,
      severity: 'major',
      title: { fr: titleFr.trim(), en: titleEn.trim() || titleFr.trim() },
      body: { fr: bodyFr.trim(), en: bodyEn.trim() || bodyFr.trim() },
    }
    if ((await act.run(() => send('incidents', body, nothing), t('admin.announced'))) === undefined) return
    setForm(empty)
    onAnnounced()
  }
  return (
    <Section id="announce" title={t('admin.announce')}>
      <form className={css.form} onSubmit={announce}>
        <Select
          label={t('admin.component')}
          value={component}
          options={[
            { id: '*', name: t('admin.everything') },
            { id: 'password', name: t('admin.passwordMethod') },
            ...(providers.value ?? []).map(({ id, name }) => ({ id, name })),
          ]}
          onChange={setComponent}
        />
        <Field label={t('admin.titleFr')} value={form.titleFr} onChange={set('titleFr')} maxLength={200} />
        <Field label={t('admin.titleEn')} value={form.titleEn} onChange={set('titleEn')} maxLength={200} />
        <Field label={t('admin.bodyFr')} value={form.bodyFr} onChange={set('bodyFr')} maxLength={1000} />
        <Field label={t('admin.bodyEn')} value={form.bodyEn} onChange={set('bodyEn')} maxLength={1000} />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || form.titleFr.trim() === ''}>
          {t('admin.announce')}
        </Button>
      </form>
    </Section>
  )
}

/** What does not work at present, told where people meet it. */
export const IncidentsPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('incidents', loadIncidents)
  return (
    <>
      <Section id="incidents" intro={t('admin.incidentsMore')}>
        <Loading of={loaded}>
          {(incidents) => (
            <Items empty={t('admin.incidentsNone')}>
              {incidents.map((one) => (
                <Item
                  key={one.id}
                  title={one.title}
                  tag={one.endsAt === undefined ? t('admin.running') : t('admin.over')}
                  more={[one.body, one.component, t('admin.since', { when: when(one.startsAt) })]
                    .filter((part) => part !== '' && part !== '*')
                    .join(' · ')}
                >
                  {one.endsAt === undefined ? (
                    <Button
                      aria-label={t('admin.endOf', { name: one.title })}
                      onPress={() =>
                        void act
                          .run(() => send(`incidents/${one.id}/end`, {}, nothing))
                          .then((done) => (done === undefined ? undefined : loaded.reload()))
                      }
                    >
                      {t('admin.end')}
                    </Button>
                  ) : null}
                </Item>
              ))}
            </Items>
          )}
        </Loading>
      </Section>
      <NewIncident onAnnounced={() => void loaded.reload()} />
    </>
  )
}
