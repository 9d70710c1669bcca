/** One guide in two languages: its head in fields, its text in Markdown, how the page will look, the versions before. */
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../../shell/confirm.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Line, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import { Versions } from '../versions.tsx'
import {
  addPicture,
  type Draft,
  devices,
  type GuideToEdit,
  type Language,
  languages,
  loadVersion,
  previewGuide,
  readers,
  restoreGuide,
  saveGuide,
  themes,
  type Words,
} from './guide-requests.ts'
import css from './guides.module.css'

const topics = ['account', 'mail'] as const

const Boxes = <T extends string>({
  legend,
  all,
  chosen,
  name,
  onChange,
}: {
  legend: string
  all: readonly T[]
  chosen: readonly string[]
  name: (one: T) => string
  onChange: (chosen: readonly string[]) => void
}) => (
  <fieldset className={css.boxes}>
    <legend>{legend}</legend>
    {all.map((one) => (
      <label key={one}>
        <input
          type="checkbox"
          checked={chosen.includes(one)}
          onChange={({ target }) =>
            onChange(target.checked ? [...chosen, one] : chosen.filter((other) => other !== one))
          }
        />
        {name(one)}
      </label>
    ))}
  </fieldset>
)

const WordsFields = ({
  language,
  words,
  onChange,
}: {
  language: Language
  words: Words
  onChange: (words: Words) => void
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const id = useId()
  const set = (name: keyof Words) => (value: string) => onChange({ ...words, [name]: value })
  const put = async (file: File | undefined) => {
    if (file === undefined) return
    const made = await act.run(() => addPicture(file), t('guides.pictureAdded'))
    if (made !== undefined) set('text')(`${words.text.trimEnd()}\n\n![${t('guides.pictureAlt')}](${made.value})\n`)
  }
  return (
    <Section id={`words-${language}`} title={t(`guides.languages.${language}`)}>
      <div className={css.fields} lang={language}>
        <Field label={t('guides.name')} value={words.title} onChange={set('title')} maxLength={120} />
        <Field label={t('guides.summary')} value={words.summary} onChange={set('summary')} maxLength={200} />
        <Field label={t('guides.next')} value={words.next} onChange={set('next')} maxLength={200} />
        <Field label={t('guides.keywords')} value={words.keywords} onChange={set('keywords')} maxLength={1000} />
        <TextArea label={t('guides.text')} value={words.text} onChange={set('text')} rows={16} isCode />
        <p className={css.file}>
          <label htmlFor={id}>{t('guides.picture')}</label>
          <input
            id={id}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            onChange={({ target }) => void put(target.files?.[0])}
          />
        </p>
        <TextArea label={t('guides.phrases')} value={words.phrases} onChange={set('phrases')} maxLength={6000} />
        <TextArea label={t('guides.meanings')} value={words.meanings} onChange={set('meanings')} maxLength={12_000} />
      </div>
    </Section>
  )
}

/** What the server made of the Markdown: it runs nothing, and is shut in all the same. */
const Preview = ({ html, language }: { html: string; language: Language }) => {
  const { t } = useTranslation()
  const page = `<!doctype html><html lang="${language}"><link rel="stylesheet" href="/aide/style.css"><body><main><article>${html}</article></main>`
  return (
    <iframe
      className={css.preview}
      sandbox=""
      title={`${t('guides.preview')} (${t(`guides.languages.${language}`)})`}
      srcDoc={page}
    />
  )
}

export const GuideForm = ({
  guide,
  first,
  onBack,
  onSaved,
}: {
  /** Undefined: a new one. */
  guide: GuideToEdit | undefined
  first: Draft
  onBack: () => void
  onSaved: () => Promise<void>
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const [draft, setDraft] = useState(first)
  const [shown, setShown] = useState<Readonly<Record<Language, string>>>()
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if ((await act.run(() => saveGuide(draft, guide?.version), t('guides.saved'))) === undefined) return
    await onSaved()
    onBack()
  }
  const preview = async () => {
    const made = await act.run(() => previewGuide(draft))
    if (made !== undefined) setShown(made.value)
  }
  const restore = async () => {
    if (guide === undefined) return
    const isOwn = guide.origin === 'own'
    const sure = await confirm({
      title: t(isOwn ? 'guides.remove' : 'guides.restore'),
      body: t(isOwn ? 'guides.removeMore' : 'guides.restoreMore'),
      action: t(isOwn ? 'guides.remove' : 'guides.restore'),
    })
    if (!sure || (await act.run(() => restoreGuide(draft.id), t('guides.restored'))) === undefined) return
    await onSaved()
    onBack()
  }
  return (
    <form onSubmit={save}>
      <Section id="guide-head">
        <p>
          <Button kind="quiet" icon="back" onPress={onBack}>
            {t('guides.back')}
          </Button>
        </p>
        <div className={css.fields}>
          {guide === undefined ? (
            <Field
              label={t('guides.id')}
              value={draft.id}
              onChange={(id) => set({ id })}
              maxLength={60}
              autoCapitalize="none"
              hint={t('guides.idNote')}
            />
          ) : null}
          <Select
            label={t('guides.theme')}
            value={draft.theme}
            options={themes.map((id) => ({ id, name: t(`guides.themes.${id}`) }))}
            onChange={(theme) => set({ theme })}
          />
          <Select
            label={t('guides.topic')}
            value={topics.find((one) => one === draft.topic) ?? 'account'}
            options={topics.map((id) => ({ id, name: t(`guides.topics.${id}`) }))}
            onChange={(topic) => set({ topic })}
          />
          <Boxes
            legend={t('guides.profiles')}
            all={readers}
            chosen={draft.profiles}
            name={(one) => t(`guides.readers.${one}`)}
            onChange={(profiles) => set({ profiles })}
          />
          <Boxes
            legend={t('guides.devices')}
            all={devices}
            chosen={draft.devices}
            name={(one) => t(`guides.deviceNames.${one}`)}
            onChange={(chosen) => set({ devices: chosen })}
          />
        </div>
      </Section>
      {languages.map((language) => (
        <WordsFields
          key={language}
          language={language}
          words={draft.words[language]}
          onChange={(words) => set({ words: { ...draft.words, [language]: words } })}
        />
      ))}
      {shown === undefined ? null : (
        <Section id="guide-preview" title={t('guides.preview')}>
          <div className={css.previews}>
            {languages.map((language) => (
              <Preview key={language} html={shown[language]} language={language} />
            ))}
          </div>
        </Section>
      )}
      <Section id="guide-acts">
        <Line>
          <Button kind="primary" type="submit" isDisabled={act.isBusy}>
            {t('guides.save')}
          </Button>
          <Button isDisabled={act.isBusy} onPress={() => void preview()}>
            {t('guides.preview')}
          </Button>
          {guide === undefined || guide.origin === 'program' ? null : (
            <Button isDisabled={act.isBusy} onPress={() => void restore()}>
              {t(guide.origin === 'own' ? 'guides.remove' : 'guides.restore')}
            </Button>
          )}
        </Line>
      </Section>
      {guide === undefined ? null : (
        <Versions
          id="guide-versions"
          versions={guide.versions}
          load={(version) => loadVersion(guide.draft.id, version)}
          told={(version) => t('guides.brought', { version })}
          onBring={setDraft}
        />
      )}
    </form>
  )
}
