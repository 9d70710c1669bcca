/** The errors of others that the decoder knows, by where they come from. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Item, Items, Line, Note, Section } from '../../../ui/page.tsx'
import { Loading } from '../../account/loading.tsx'
import { useAdminPlace } from '../use-place.ts'
import { ErrorForm } from './error-form.tsx'
import { type Errors, emptyDraft, type KnownError, loadError, loadErrors } from './error-requests.ts'
import { useLanguage } from './use-language.ts'

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Some of what an error is known by: the whole of it is in its form. */
const knownBy = ({ codes, says }: KnownError, quoted: (text: string) => string): string => {
  const all = [...codes, ...says.map(quoted)]
  return all.length > 4 ? `${all.slice(0, 4).join(', ')}…` : all.join(', ')
}

const useTag = () => {
  const { t } = useTranslation()
  return ({ isOff, origin }: KnownError): string | undefined =>
    isOff ? t('errors.isOff') : origin === 'program' ? undefined : t(`guides.origins.${origin}`)
}

/** What an editor should look at: a guide that is no more, a code that means two things. */
const Warnings = ({ errors }: { errors: readonly KnownError[] }) => {
  const { t } = useTranslation()
  const lost = errors.filter(({ leads, isOff }) => !leads && !isOff)
  const shared = errors.filter(({ also }) => also.length > 0)
  if (lost.length + shared.length === 0) return null
  return (
    <Note tone="mark">
      {lost.map(({ id, guide }) => (
        <p key={id}>{t('errors.lost', { id, guide })}</p>
      ))}
      {shared.map(({ id, also }) => (
        <p key={id}>{t('errors.also', { id, others: also.map((one) => `${one.code} (${one.id})`).join(', ') })}</p>
      ))}
    </Note>
  )
}

const List = ({ errors, guides }: Errors) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const tag = useTag()
  const { to } = useAdminPlace()
  const [typed, setTyped] = useState('')
  const wanted = fold(typed.trim())
  const found = errors.filter(({ id, from, codes, says, meaning }) =>
    [id, from, ...codes, ...says, meaning[language]].some((part) => fold(part).includes(wanted)),
  )
  const sources = [...new Set(found.map(({ from }) => from))]
  const titleOf = (guide: string): string => guides.find(({ id }) => id === guide)?.title[language] ?? guide
  return (
    <>
      <Section id="errors" intro={t('errors.intro')}>
        <Line>
          <Field label={t('errors.find')} value={typed} onChange={setTyped} type="search" maxLength={60} />
          <Button kind="primary" icon="plus" onPress={() => void to({ page: 'errors', id: 'new' })}>
            {t('errors.new')}
          </Button>
        </Line>
      </Section>
      <Warnings errors={errors} />
      {found.length === 0 ? <Items empty={t('errors.noneFound')}>{[]}</Items> : null}
      {sources.map((from) => (
        <Section key={from} id={`errors-${from}`} title={from}>
          <Items>
            {found
              .filter((one) => one.from === from)
              .map((one) => (
                <Item
                  key={one.id}
                  title={one.meaning[language]}
                  tag={tag(one)}
                  more={`${knownBy(one, (text) => t('errors.quoted', { text }))} → ${titleOf(one.guide)}`}
                >
                  <Button
                    aria-label={t('errors.changeOf', { name: one.meaning[language] })}
                    onPress={() => void to({ page: 'errors', id: one.id })}
                  >
                    {t('errors.change')}
                  </Button>
                </Item>
              ))}
          </Items>
        </Section>
      ))}
    </>
  )
}

const Editor = ({ id, guides, onSaved }: { id: string; guides: Errors['guides']; onSaved: () => Promise<void> }) => {
  const { to } = useAdminPlace()
  const loaded = useLoaded(`error ${id}`, () => loadError(id))
  return (
    <Loading of={loaded}>
      {(error) => (
        <ErrorForm
          error={error}
          first={error.draft}
          guides={guides}
          onBack={() => void to({ page: 'errors' })}
          onSaved={onSaved}
        />
      )}
    </Loading>
  )
}

export const ErrorsPage = () => {
  const { search, to } = useAdminPlace()
  const loaded = useLoaded('errors', loadErrors)
  const at = search.id
  return (
    <Loading of={loaded}>
      {({ errors, guides }) => {
        if (at === undefined) return <List errors={errors} guides={guides} />
        if (at !== 'new') return <Editor key={at} id={at} guides={guides} onSaved={loaded.reload} />
        return (
          <ErrorForm
            error={undefined}
            // A message that nothing matched, when one came with it.
            first={{ ...emptyDraft, says: search.phrase ?? '', guide: guides[0]?.id ?? '' }}
            guides={guides}
            onBack={() => void to({ page: 'errors' })}
            onSaved={loaded.reload}
          />
        )
      }}
    </Loading>
  )
}
