/** The portal's services: who sees each, in words; its state; and why a person sees it or not. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, type Body, list, nothing, record, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import css from './admin.module.css'
import { act as send } from './requests.ts'

interface Words {
  readonly fr: string
  readonly en: string
}

const wordsOf = (value: unknown): Words => {
  const words = record(value)
  return { fr: text(words.fr), en: text(words.en) || text(words.fr) }
}

const states = ['service', 'beta', 'maintenance'] as const
type State = (typeof states)[number]

interface AdminTile {
  readonly id: number
  readonly name: Words
  readonly state: State
  readonly message: Words
  readonly include: readonly Words[]
  readonly exclude: readonly Words[]
}

const readTile = (one: Body): AdminTile => {
  const rules = record(one.ruleWords)
  return {
    id: Number(one.id),
    name: wordsOf(one.name),
    state: states.find((state) => state === one.state) ?? 'service',
    message: wordsOf(one.message),
    include: list(rules.include).map(wordsOf),
    exclude: list(rules.exclude).map(wordsOf),
  }
}

const loadTiles = () => ask('/admin/portal/tiles', undefined, (answer) => records(answer.tiles).map(readTile))

const readReasons = (answer: Body) => ({
  person: text(record(answer.person).name),
  reasons: records(answer.reasons).map((one) => ({ profile: wordsOf(one.profile), words: wordsOf(one.words) })),
})

const hour = 3_600_000

const StateForm = ({ tile, onDone }: { tile: AdminTile; onDone: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [state, setState] = useState<State>(tile.state)
  const [hours, setHours] = useState('')
  const [words, setWords] = useState(tile.message)
  const span = Number(hours)
  const until = state === 'service' || !(span > 0) ? null : Date.now() + Math.round(span * hour)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const message = state === 'service' || words.fr.trim() === '' ? null : words
    const done = await act.run(
      () => send(`portal/tiles/${tile.id}/state`, { state, message, until }, nothing),
      t('admin.tile.saved'),
    )
    if (done !== undefined) onDone()
  }
  return (
    <form className={css.form} onSubmit={save}>
      <Select
        label={t('admin.tile.state')}
        value={state}
        options={states.map((id) => ({ id, name: t(`admin.tile.${id}`) }))}
        onChange={(id) => setState(states.find((one) => one === id) ?? 'service')}
      />
      {state === 'service' ? null : (
        <>
          <Field
            label={t('admin.tile.messageFr')}
            value={words.fr}
            onChange={(fr) => setWords({ fr, en: words.en === words.fr ? fr : words.en })}
            maxLength={500}
          />
          <Field
            label={t('admin.tile.messageEn')}
            value={words.en}
            onChange={(en) => setWords({ ...words, en })}
            maxLength={500}
          />
          <Field label={t('admin.tile.hours')} value={hours} onChange={setHours} inputMode="decimal" maxLength={6} />
        </>
      )}
      <Button kind="primary" type="submit" isDisabled={act.isBusy}>
        {t('admin.tile.save')}
      </Button>
    </form>
  )
}

const WhyForm = ({ tile }: { tile: AdminTile }) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const [login, setLogin] = useState('')
  const [answer, setAnswer] = useState<ReturnType<typeof readReasons>>()
  const find = async (event: FormEvent) => {
    event.preventDefault()
    if (login.trim() === '') return
    const url = `/admin/portal/tiles/${tile.id}/why?login=${encodeURIComponent(login.trim())}`
    setAnswer((await act.run(() => ask(url, undefined, readReasons)))?.value)
  }
  const say = (words: Words) => (i18n.language === 'en' ? words.en : words.fr)
  return (
    <form className={css.form} onSubmit={find}>
      <Field label={t('admin.tile.whose')} value={login} onChange={setLogin} maxLength={320} autoComplete="off" />
      <Button type="submit" isDisabled={act.isBusy}>
        {t('admin.tile.why')}
      </Button>
      {answer === undefined ? null : (
        <div role="status">
          <p>
            <strong>{answer.person}</strong>
          </p>
          <ul>
            {answer.reasons.map(({ profile, words }) => (
              <li key={profile.fr}>{say(words)}</li>
            ))}
          </ul>
        </div>
      )}
    </form>
  )
}

export const TilesPage = () => {
  const { t, i18n } = useTranslation()
  const loaded = useLoaded('tiles', loadTiles)
  const [open, setOpen] = useState<AdminTile>()
  const say = (words: Words) => (i18n.language === 'en' ? words.en : words.fr)
  const rules = ({ include, exclude }: AdminTile): string => {
    const shown = include.length === 0 ? t('admin.tile.everybody') : include.map(say).join(t('admin.tile.or'))
    const hidden =
      exclude.length === 0 ? '' : t('admin.tile.except', { rules: exclude.map(say).join(t('admin.tile.or')) })
    return [t('admin.tile.shownTo', { rules: shown }), hidden].filter((part) => part !== '').join(' ')
  }
  return (
    <Section id="tiles" intro={t('admin.tilesMore')}>
      <Loading of={loaded}>
        {(tiles) => (
          <Items empty={t('admin.tilesNone')}>
            {tiles.map((tile) => (
              <Item
                key={tile.id}
                title={say(tile.name)}
                tag={tile.state === 'service' ? undefined : t(`admin.tile.${tile.state}`)}
                more={rules(tile)}
              >
                <Button aria-label={t('admin.tile.openOf', { name: say(tile.name) })} onPress={() => setOpen(tile)}>
                  {t('admin.tile.open')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
      {open === undefined ? null : (
        <Dialog title={say(open.name)} isOpen onClose={() => setOpen(undefined)} closeLabel={t('admin.tile.close')}>
          <p>{rules(open)}</p>
          <StateForm
            tile={open}
            onDone={() => {
              setOpen(undefined)
              void loaded.reload()
            }}
          />
          <WhyForm tile={open} />
        </Dialog>
      )}
    </Section>
  )
}
