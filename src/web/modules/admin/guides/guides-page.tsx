/** The guides in the administration: all of them with how they are judged, what the decoder did not know, pictures. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Item, Items, Line, Note, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { Loading } from '../../account/loading.tsx'
import { useWhen } from '../../account/use-when.ts'
import { useAdminPlace } from '../use-place.ts'
import { GuideForm } from './guide-form.tsx'
import {
  type Aside,
  type Draft,
  emptyDraft,
  forgetText,
  type Guides,
  type Language,
  type ListedGuide,
  loadGuide,
  loadGuides,
  removePicture,
  restoreGuide,
  themes,
  type Unmatched,
} from './guide-requests.ts'

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const useLanguage = (): Language => (useTranslation().i18n.language === 'en' ? 'en' : 'fr')

const useMore = () => {
  const { t } = useTranslation()
  return ({ version, updated, helped, notHelped }: ListedGuide): string =>
    [
      t('guides.version', { version }),
      updated.split('-').reverse().join('/'),
      helped + notHelped === 0 ? '' : t('guides.votes', { helped, notHelped }),
    ]
      .filter(Boolean)
      .join(' · ')
}

/** Guides that were written here and do not fit this program any more: the editors are told which, and why. */
const AsideNote = ({ aside, onReload }: { aside: readonly Aside[]; onReload: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  const { to } = useAdminPlace()
  if (aside.length === 0) return null
  const restore = async (id: string) => {
    if ((await act.run(() => restoreGuide(id), t('guides.restored'))) !== undefined) await onReload()
  }
  return (
    <Section id="guides-aside">
      <Note tone="mark">{t('guides.aside')}</Note>
      <Items>
        {aside.map(({ id, title, why }) => (
          <Item
            key={id}
            title={title}
            more={
              why.kind === 'code'
                ? t('guides.asideCode', { title, ...why })
                : t('guides.asideUnreadable', { title, ...why })
            }
          >
            {why.kind === 'code' ? (
              <Button
                aria-label={t('guides.changeOf', { name: title })}
                onPress={() => void to({ page: 'guides', id })}
              >
                {t('guides.change')}
              </Button>
            ) : null}
            <Button
              aria-label={`${t('guides.restore')} : ${title}`}
              isDisabled={act.isBusy}
              onPress={() => void restore(id)}
            >
              {t('guides.restore')}
            </Button>
          </Item>
        ))}
      </Items>
    </Section>
  )
}

const List = ({ guides }: { guides: readonly ListedGuide[] }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const more = useMore()
  const { to } = useAdminPlace()
  const [typed, setTyped] = useState('')
  const found = guides.filter(({ id, title }) => fold(`${title[language]} ${id}`).includes(fold(typed.trim())))
  return (
    <>
      <Section id="guides" intro={t('guides.intro')}>
        <Line>
          <Field label={t('guides.find')} value={typed} onChange={setTyped} type="search" maxLength={60} />
          <Button kind="primary" icon="plus" onPress={() => void to({ page: 'guides', id: 'new' })}>
            {t('guides.new')}
          </Button>
        </Line>
      </Section>
      {found.length === 0 ? <Items empty={t('guides.noneFound')}>{[]}</Items> : null}
      {themes
        .map((theme) => ({ theme, of: found.filter((one) => one.theme === theme) }))
        .filter(({ of }) => of.length > 0)
        .map(({ theme, of }) => (
          <Section key={theme} id={`guides-${theme}`} title={t(`guides.themes.${theme}`)}>
            <Items>
              {of.map((one) => (
                <Item
                  key={one.id}
                  title={
                    <a href={`${language === 'en' ? '/help' : '/aide'}/${one.id}`}>{one.title[language] || one.id}</a>
                  }
                  tag={one.origin === 'program' ? undefined : t(`guides.origins.${one.origin}`)}
                  more={more(one)}
                >
                  <Button
                    aria-label={t('guides.changeOf', { name: one.title[language] || one.id })}
                    onPress={() => void to({ page: 'guides', id: one.id })}
                  >
                    {t('guides.change')}
                  </Button>
                </Item>
              ))}
            </Items>
          </Section>
        ))}
    </>
  )
}

/** A text that nothing matched: forgotten, or made to lead to a guide. */
const UnknownText = ({
  one,
  guides,
  onReload,
}: {
  one: Unmatched
  guides: readonly ListedGuide[]
  onReload: () => Promise<void>
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const when = useWhen()
  const act = useAct()
  const { to } = useAdminPlace()
  const [guide, setGuide] = useState('new')
  const forget = async () => {
    if ((await act.run(() => forgetText(one.id), t('guides.forgotten'))) !== undefined) await onReload()
  }
  const options = [
    { id: 'new', name: t('guides.new') },
    ...guides.map(({ id, title }) => ({ id, name: title[language] || id })),
  ]
  return (
    <Item
      title={one.text}
      more={[t('guides.times', { count: one.times }), one.lastAt === undefined ? '' : when(one.lastAt)]
        .filter(Boolean)
        .join(' · ')}
    >
      <Select
        label={t('guides.leadTo', { text: one.text })}
        hideLabel
        value={guide}
        options={options}
        onChange={setGuide}
      />
      <Button
        aria-label={t('guides.leadOf', { text: one.text })}
        onPress={() => void to({ page: 'guides', id: guide, phrase: one.text })}
      >
        {t('guides.lead')}
      </Button>
      <Button
        aria-label={t('guides.describeOf', { text: one.text })}
        onPress={() => void to({ page: 'errors', id: 'new', phrase: one.text })}
      >
        {t('guides.describe')}
      </Button>
      <Button
        aria-label={t('guides.forgetOf', { text: one.text })}
        isDisabled={act.isBusy}
        onPress={() => void forget()}
      >
        {t('guides.forget')}
      </Button>
    </Item>
  )
}

const Pictures = ({ of, onReload }: { of: Guides['pictures']; onReload: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  const remove = async (name: string) => {
    if ((await act.run(() => removePicture(name), t('guides.pictureRemoved'))) !== undefined) await onReload()
  }
  return (
    <Section id="guide-pictures" title={t('guides.pictures')} intro={t('guides.picturesMore')}>
      <Items empty={t('guides.picturesNone')}>
        {of.map(({ name, path }) => (
          <Item key={name} title={<a href={path}>{name}</a>}>
            <Button
              aria-label={t('guides.pictureRemoveOf', { name })}
              isDisabled={act.isBusy}
              onPress={() => void remove(name)}
            >
              {t('guides.pictureRemove')}
            </Button>
          </Item>
        ))}
      </Items>
    </Section>
  )
}

/** The text that an editor came with stands among the sentences that lead here. */
const withPhrase = (draft: Draft, phrase: string | undefined): Draft => {
  if (phrase === undefined) return draft
  // What was taken out of the text may be anything.
  const sentence = phrase.replace(/(?:\s*<[a-z]+>\s*)+/g, ' * ').replace(/^[\s*]+|[\s*]+$/g, '')
  const { fr } = draft.words
  return { ...draft, words: { ...draft.words, fr: { ...fr, phrases: `${fr.phrases}\n${sentence}`.trim() } } }
}

const Editor = ({ id, onSaved }: { id: string; onSaved: () => Promise<void> }) => {
  const { search, to } = useAdminPlace()
  const loaded = useLoaded(`guide ${id}`, () => loadGuide(id))
  return (
    <Loading of={loaded}>
      {(guide) => (
        <GuideForm
          key={`${id} ${guide.version}`}
          guide={guide}
          first={withPhrase(guide.draft, search.phrase)}
          onBack={() => void to({ page: 'guides' })}
          onSaved={onSaved}
        />
      )}
    </Loading>
  )
}

export const GuidesPage = () => {
  const { t } = useTranslation()
  const { search, to } = useAdminPlace()
  const loaded = useLoaded('guides', loadGuides)
  const at = search.id
  if (at === 'new')
    return (
      <GuideForm
        guide={undefined}
        first={withPhrase(emptyDraft, search.phrase)}
        onBack={() => void to({ page: 'guides' })}
        onSaved={loaded.reload}
      />
    )
  if (at !== undefined) return <Editor key={at} id={at} onSaved={loaded.reload} />
  return (
    <Loading of={loaded}>
      {({ guides, unmatched, pictures, aside }) => (
        <>
          <AsideNote aside={aside} onReload={loaded.reload} />
          <List guides={guides} />
          <Section id="unmatched" title={t('guides.unmatched')} intro={t('guides.unmatchedMore')}>
            <Items empty={t('guides.unmatchedNone')}>
              {unmatched.map((one) => (
                <UnknownText key={one.id} one={one} guides={guides} onReload={loaded.reload} />
              ))}
            </Items>
          </Section>
          <Pictures of={pictures} onReload={loaded.reload} />
        </>
      )}
    </Loading>
  )
}
