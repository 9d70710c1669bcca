/** One service of the portal: what it says, where it leads, its state, who sees it, and why a person does or not. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type TileCategory, tileCategories, tileStates } from '#format/jmap/portal.ts'
import { confirm } from '../../../shell/confirm.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import { fromLocal, toLocal } from '../../../ui/local-time.ts'
import { Line, Note, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { useWords } from '../../portal/tile-card.tsx'
import { type AdminTile, loadWhy, type Party, removeTile, saveTile, type TileDraft, type Why } from './tile-requests.ts'
import { hasEmptyRule, TileRules } from './tile-rules.tsx'
import css from './tiles.module.css'

/** What a tile may be drawn with. */
const icons = [
  'grid',
  'mail',
  'people',
  'person',
  'school',
  'desk',
  'home',
  'read',
  'write',
  'table',
  'calendar',
  'clock',
  'check',
  'file',
  'copy',
  'folder',
  'image',
  'print',
  'phone',
  'globe',
  'key',
  'shield',
  'flag',
  'forward',
  'search',
  'help',
  'star',
  'plus',
  'eye',
  'lock',
  'move',
  'numbers',
  'settings',
  'swap',
] as const satisfies readonly IconName[]

const emptyDraft = (last: number): TileDraft => ({
  key: '',
  name: { fr: '', en: '' },
  description: { fr: '', en: '' },
  category: 'teaching',
  icon: 'grid',
  url: '',
  partyId: null,
  awaits: null,
  state: 'service',
  message: null,
  until: null,
  sortOrder: last + 10,
  rules: { include: [], exclude: [] },
})

const draftOf = ({ id: _id, updatedAt: _at, ruleWords: _words, ...draft }: AdminTile): TileDraft => draft

interface Part {
  readonly draft: TileDraft
  readonly set: (change: Partial<TileDraft>) => void
}

const Icons = ({ draft, set }: Part) => {
  const { t } = useTranslation()
  const known = icons.some((one) => one === draft.icon) ? draft.icon : 'grid'
  return (
    <fieldset className={css.icons}>
      <legend>{t('tiles.icon')}</legend>
      {icons.map((name) => (
        <label key={name} className={css.icon}>
          <input
            type="radio"
            name="icon"
            value={name}
            checked={name === known}
            aria-label={t(`tiles.icons.${name}`)}
            onChange={() => set({ icon: name })}
          />
          <Icon name={name} size={22} />
        </label>
      ))}
    </fieldset>
  )
}

const What = ({ draft, set, isNew }: Part & { isNew: boolean }) => {
  const { t } = useTranslation()
  const { name, description } = draft
  return (
    <Section id="what" title={t('tiles.what')}>
      <div className={css.fields}>
        <Field
          label={t('tiles.nameFr')}
          value={name.fr}
          onChange={(fr) => set({ name: { ...name, fr } })}
          maxLength={60}
        />
        <Field
          label={t('tiles.nameEn')}
          value={name.en}
          onChange={(en) => set({ name: { ...name, en } })}
          maxLength={60}
        />
        <Field
          label={t('tiles.aboutFr')}
          value={description.fr}
          onChange={(fr) => set({ description: { ...description, fr } })}
          maxLength={300}
        />
        <Field
          label={t('tiles.aboutEn')}
          value={description.en}
          onChange={(en) => set({ description: { ...description, en } })}
          maxLength={300}
        />
        {isNew ? (
          <Field
            label={t('tiles.key')}
            value={draft.key}
            onChange={(key) => set({ key })}
            maxLength={40}
            autoCapitalize="none"
            hint={t('tiles.keyNote')}
          />
        ) : null}
        <Select<TileCategory>
          label={t('tiles.category')}
          value={draft.category}
          options={tileCategories.map((id) => ({ id, name: t(`portal.category.${id}`) }))}
          onChange={(category) => set({ category })}
        />
      </div>
      <Icons draft={draft} set={set} />
    </Section>
  )
}

const Where = ({ draft, set, parties }: Part & { parties: readonly Party[] }) => {
  const { t } = useTranslation()
  const party = draft.partyId === null ? '' : String(draft.partyId)
  return (
    <Section id="where" title={t('tiles.where')}>
      {draft.awaits === null ? null : (
        <Note tone="mark">
          <p>{t('tiles.awaits', { service: `${draft.awaits.protocol.toUpperCase()} ${draft.awaits.key}` })}</p>
        </Note>
      )}
      <div className={css.fields}>
        <Select
          label={t('tiles.party')}
          value={party}
          options={[
            { id: '', name: t('tiles.noParty') },
            ...parties.map(({ id, name, isOpen }) => ({
              id: String(id),
              name: isOpen ? name : t('tiles.partyClosed', { name }),
            })),
          ]}
          onChange={(id) => set({ partyId: id === '' ? null : Number(id), awaits: null })}
        />
        <Field
          label={t('tiles.url')}
          value={draft.url}
          onChange={(url) => set({ url })}
          maxLength={1000}
          inputMode="url"
          hint={party === '' ? t('tiles.urlNote') : t('tiles.urlNoteParty')}
        />
      </div>
    </Section>
  )
}

const State = ({ draft, set }: Part) => {
  const { t } = useTranslation()
  const message = draft.message ?? { fr: '', en: '' }
  return (
    <Section id="state" title={t('tiles.state')}>
      <div className={css.fields}>
        <Select
          label={t('tiles.stateIs')}
          value={draft.state}
          options={tileStates.map((id) => ({ id, name: t(`tiles.states.${id}`) }))}
          onChange={(state) => set(state === 'service' ? { state, message: null, until: null } : { state })}
        />
        {draft.state === 'service' ? null : (
          <>
            <Field
              label={t('tiles.until')}
              type="datetime-local"
              value={toLocal(draft.until)}
              onChange={(until) => set({ until: fromLocal(until) })}
            />
            <Field
              label={t('tiles.messageFr')}
              value={message.fr}
              onChange={(fr) => set({ message: { ...message, fr } })}
              maxLength={500}
            />
            <Field
              label={t('tiles.messageEn')}
              value={message.en}
              onChange={(en) => set({ message: { ...message, en } })}
              maxLength={500}
            />
          </>
        )}
      </div>
    </Section>
  )
}

const WhyForm = ({ tile }: { tile: AdminTile }) => {
  const { t } = useTranslation()
  const say = useWords()
  const act = useAct()
  const [login, setLogin] = useState('')
  const [answer, setAnswer] = useState<Why>()
  const find = async (event: FormEvent) => {
    event.preventDefault()
    if (login.trim() !== '') setAnswer((await act.run(() => loadWhy(tile.id, login.trim())))?.value)
  }
  return (
    <Section id="why" title={t('tiles.why')} intro={t('tiles.whyMore')}>
      <form onSubmit={find}>
        <Line>
          <Field label={t('tiles.whose')} value={login} onChange={setLogin} maxLength={320} autoCapitalize="none" />
          <Button type="submit" isDisabled={act.isBusy || login.trim() === ''}>
            {t('tiles.whyGo')}
          </Button>
        </Line>
      </form>
      <div role="status">
        {answer === undefined ? null : (
          <>
            <p>
              <strong>{answer.person}</strong>
            </p>
            <ul className={css.reasons}>
              {answer.reasons.map(({ profile, words }) => (
                <li key={profile.fr}>{say(words)}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Section>
  )
}

export const TileForm = ({
  tile,
  parties,
  last,
  onSaved,
  onBack,
}: {
  tile: AdminTile | undefined
  parties: readonly Party[]
  /** The place of the last service: a new one comes after it. */
  last: number
  onSaved: () => Promise<void>
  onBack: () => void
}) => {
  const { t } = useTranslation()
  const say = useWords()
  const act = useAct()
  const [draft, setDraft] = useState(() => (tile === undefined ? emptyDraft(last) : draftOf(tile)))
  const set = (change: Partial<TileDraft>) => setDraft((now) => ({ ...now, ...change }))
  const isReady =
    draft.name.fr.trim() !== '' &&
    draft.key.trim() !== '' &&
    (draft.url.trim() !== '' || draft.partyId !== null || draft.awaits !== null) &&
    !hasEmptyRule(draft.rules)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    if ((await act.run(() => saveTile(draft, tile?.updatedAt ?? 'new'))) === undefined) return
    toast(t('tiles.saved'), tile === undefined ? {} : { undo: () => void restore(tile) })
    await onSaved()
    onBack()
  }
  const restore = async (old: AdminTile) => {
    const done = t('tiles.restored', { name: say(old.name) })
    if ((await act.run(() => saveTile(draftOf(old), 'any'), done)) !== undefined) await onSaved()
  }
  const remove = async (old: AdminTile) => {
    const name = say(old.name)
    if (
      !(await confirm({
        title: t('tiles.removeTitle', { name }),
        body: t('tiles.removeBody'),
        action: t('tiles.remove'),
        danger: true,
      }))
    )
      return
    if ((await act.run(() => removeTile(old.id))) === undefined) return
    toast(t('tiles.removed', { name }), { undo: () => void restore(old) })
    await onSaved()
    onBack()
  }
  return (
    <>
      <p className={css.actions}>
        <Button kind="quiet" icon="back" onPress={onBack}>
          {t('tiles.back')}
        </Button>
      </p>
      <form onSubmit={save}>
        <h2 className={css.title}>{tile === undefined ? t('tiles.newTitle') : say(tile.name)}</h2>
        <What draft={draft} set={set} isNew={tile === undefined} />
        <Where draft={draft} set={set} parties={parties} />
        <State draft={draft} set={set} />
        <Section id="who" title={t('tiles.who')} intro={t('tiles.whoMore')}>
          <TileRules draft={draft} onChange={(rules) => set({ rules })} />
        </Section>
        <p className={css.actions}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
            {t('tiles.save')}
          </Button>
          {tile === undefined ? null : (
            <Button kind="danger" icon="trash" isDisabled={act.isBusy} onPress={() => void remove(tile)}>
              {t('tiles.remove')}
            </Button>
          )}
        </p>
      </form>
      {tile === undefined ? null : <WhyForm tile={tile} />}
    </>
  )
}
