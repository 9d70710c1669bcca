/** The components that the status page watches, and services of others that are watched by their address. */
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
import { act as send } from './requests.ts'
import { loadComponents } from './support-requests.ts'

const empty = { key: '', fr: '', en: '', target: '' }
const states = ['operational', 'degraded', 'down', 'maintenance'] as const

const NewComponent = ({ onAdded }: { onAdded: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [form, setForm] = useState(empty)
  const set = (name: keyof typeof empty) => (value: string) => setForm((now) => ({ ...now, [name]: value }))
  const isReady = form.key.trim() !== '' && form.fr.trim() !== '' && form.target.trim() !== ''
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    const body = { key: form.key.trim(), name: { fr: form.fr, en: form.en }, target: form.target.trim() }
    if ((await act.run(() => send('components', body, nothing), t('support.components.added'))) === undefined) return
    setForm(empty)
    onAdded()
  }
  return (
    <Section id="watch" title={t('support.components.add')}>
      <form className={css.form} onSubmit={add}>
        <Field
          label={t('support.components.key')}
          value={form.key}
          onChange={set('key')}
          maxLength={60}
          autoCapitalize="none"
        />
        <Field label={t('support.components.name')} value={form.fr} onChange={set('fr')} maxLength={100} />
        <Field label={t('support.components.nameEn')} value={form.en} onChange={set('en')} maxLength={100} />
        <Field
          label={t('support.components.target')}
          type="url"
          value={form.target}
          onChange={set('target')}
          maxLength={500}
        />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
          {t('support.components.add')}
        </Button>
      </form>
    </Section>
  )
}

export const ComponentsPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('components', loadComponents)
  const change = async (path: string, body: Readonly<Record<string, unknown>>) => {
    if ((await act.run(() => send(path, body, nothing))) !== undefined) await loaded.reload()
  }
  return (
    <>
      <Section id="components" intro={t('support.components.intro')}>
        <Loading of={loaded}>
          {(components) => (
            <Items>
              {components.map((one) => {
                const state = states.find((each) => each === one.state) ?? 'operational'
                return (
                  <Item
                    key={one.key}
                    title={one.name}
                    tag={one.isWatched ? t(`support.components.states.${state}`) : t('support.components.off')}
                    more={[
                      one.target,
                      one.checkedAt === undefined ? t('support.components.never') : when(one.checkedAt),
                      one.detail,
                    ]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  >
                    <Button
                      aria-label={
                        one.isWatched
                          ? t('support.components.ignore', { name: one.name })
                          : t('support.components.watch', { name: one.name })
                      }
                      isDisabled={act.isBusy}
                      onPress={() => void change(`components/${one.key}/watch`, { watched: !one.isWatched })}
                    >
                      {one.isWatched ? t('support.components.ignoreShort') : t('support.components.watchShort')}
                    </Button>
                    {one.kind === 'http' ? (
                      <Button
                        aria-label={t('support.components.removeOf', { name: one.name })}
                        isDisabled={act.isBusy}
                        onPress={() => void change(`components/${one.key}/remove`, {})}
                      >
                        {t('support.components.remove')}
                      </Button>
                    ) : null}
                  </Item>
                )
              })}
            </Items>
          )}
        </Loading>
      </Section>
      <NewComponent onAdded={() => void loaded.reload()} />
    </>
  )
}
