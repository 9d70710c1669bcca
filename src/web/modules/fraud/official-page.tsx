/** The addresses that are official, as an administrator keeps them. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Answer, ask, list, nothing, record, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import css from '../admin/admin.module.css'
import { act as send } from '../admin/requests.ts'

const sources = ['own', 'service', 'added', 'national'] as const

interface Place {
  readonly domain: string
  readonly name: string
  readonly source: (typeof sources)[number]
}

const load = (): Promise<Answer<{ places: readonly Place[]; removed: readonly string[] }>> =>
  ask('/admin/official', undefined, (answer) => ({
    places: records(answer.places).map((one) => ({
      domain: text(one.domain),
      name: text(record(one.name)[document.documentElement.lang]) || text(record(one.name).fr),
      source: sources.find((source) => source === one.source) ?? 'national',
    })),
    removed: list(answer.removed).map(text),
  }))

const empty = { domain: '', fr: '', en: '' }

const NewPlace = ({ onAdded }: { onAdded: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [form, setForm] = useState(empty)
  const set = (name: keyof typeof empty) => (value: string) => setForm((now) => ({ ...now, [name]: value }))
  const isReady = form.domain.trim() !== '' && form.fr.trim() !== ''
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    if ((await act.run(() => send('official', form, nothing), t('fraud.official.added'))) === undefined) return
    setForm(empty)
    onAdded()
  }
  return (
    <Section id="add-official" title={t('fraud.official.add')}>
      <form className={css.form} onSubmit={add}>
        <Field
          label={t('fraud.official.domain')}
          value={form.domain}
          onChange={set('domain')}
          maxLength={500}
          autoCapitalize="none"
        />
        <Field label={t('fraud.official.nameFr')} value={form.fr} onChange={set('fr')} maxLength={100} />
        <Field label={t('fraud.official.nameEn')} value={form.en} onChange={set('en')} maxLength={100} />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
          {t('fraud.official.add')}
        </Button>
      </form>
    </Section>
  )
}

export const OfficialPage = () => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const loaded = useLoaded('official', load)
  const change = async (path: string, domain: string, done: string) => {
    if ((await act.run(() => send(path, { domain }, nothing), done)) !== undefined) await loaded.reload()
  }
  return (
    <>
      <Section id="official" intro={t('fraud.official.intro')}>
        <p>
          <a href={i18n.language === 'en' ? '/help/address' : '/aide/address'}>{t('fraud.official.page')}</a>
        </p>
      </Section>
      <NewPlace onAdded={() => void loaded.reload()} />
      <Loading of={loaded}>
        {({ places, removed }) => (
          <>
            {sources
              .filter((source) => places.some((one) => one.source === source))
              .map((source) => (
                <Section key={source} id={`of-${source}`} title={t(`fraud.official.sources.${source}`)}>
                  <Items>
                    {places
                      .filter((one) => one.source === source)
                      .map(({ domain, name }) => (
                        <Item key={domain} title={domain} more={name}>
                          {source === 'own' ? null : (
                            <Button
                              aria-label={t('fraud.official.removeOf', { name: domain })}
                              isDisabled={act.isBusy}
                              onPress={() => void change('official/remove', domain, t('fraud.official.removedDone'))}
                            >
                              {t('fraud.official.remove')}
                            </Button>
                          )}
                        </Item>
                      ))}
                  </Items>
                </Section>
              ))}
            {removed.length === 0 ? null : (
              <Section id="removed" title={t('fraud.official.removed')}>
                <Items>
                  {removed.map((domain) => (
                    <Item key={domain} title={domain}>
                      <Button
                        aria-label={t('fraud.official.restoreOf', { name: domain })}
                        isDisabled={act.isBusy}
                        onPress={() => void change('official/restore', domain, t('fraud.official.restored'))}
                      >
                        {t('fraud.official.restore')}
                      </Button>
                    </Item>
                  ))}
                </Items>
              </Section>
            )}
          </>
        )}
      </Loading>
    </>
  )
}
