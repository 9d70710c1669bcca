/** One error of the decoder: what it is known by, the guide, what it means in two languages; tried before it is saved. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../../shell/confirm.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Check } from '../../../ui/checks.tsx'
import { Field } from '../../../ui/field.tsx'
import { Line, Note, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import css from '../guides/guides.module.css'
import { Versions } from '../versions.tsx'
import {
  type Draft,
  type ErrorToEdit,
  type GuideName,
  languages,
  loadErrorVersion,
  restoreError,
  type Said,
  saveError,
  tryError,
} from './error-requests.ts'
import { useLanguage } from './use-language.ts'

/** A message pasted here is answered as the decoder would with what stands in the form. */
const Trial = ({ draft }: { draft: Draft }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [typed, setTyped] = useState('')
  const [said, setSaid] = useState<Readonly<Record<'fr' | 'en', readonly Said[]>>>()
  const ask = async () => {
    const answer = await act.run(() => tryError(draft, typed))
    if (answer !== undefined) setSaid(answer.value)
  }
  return (
    <Section id="error-trial" title={t('errors.try')} intro={t('errors.tryMore')}>
      <div className={css.fields}>
        <TextArea label={t('errors.tryText')} value={typed} onChange={setTyped} rows={3} maxLength={8000} />
        <Line>
          <Button isDisabled={act.isBusy || typed.trim() === ''} onPress={() => void ask()}>
            {t('errors.tryGo')}
          </Button>
        </Line>
        <div role="status" className={css.fields}>
          {said === undefined
            ? null
            : languages.map((language) => (
                <Note key={language} tone={said[language].length === 0 ? 'mark' : 'plain'}>
                  <p>
                    <strong>{t(`guides.languages.${language}`)}</strong>
                  </p>
                  {said[language].length === 0 ? <p>{t('errors.tryNone')}</p> : null}
                  {said[language].map(({ found, from, meaning, guide }) => (
                    <p key={guide} lang={language}>
                      {[from, found].filter(Boolean).join(' · ')} : {meaning} → {guide}
                    </p>
                  ))}
                </Note>
              ))}
        </div>
      </div>
    </Section>
  )
}

export const ErrorForm = ({
  error,
  first,
  guides,
  onBack,
  onSaved,
}: {
  /** Undefined: a new one. */
  error: ErrorToEdit | undefined
  first: Draft
  guides: readonly GuideName[]
  onBack: () => void
  onSaved: () => Promise<void>
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const act = useAct()
  const [draft, setDraft] = useState(first)
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const leave = async () => {
    await onSaved()
    onBack()
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if ((await act.run(() => saveError(draft, error?.version), t('errors.saved'))) !== undefined) await leave()
  }
  const restore = async () => {
    const isOwn = error?.origin === 'own'
    const action = t(isOwn ? 'errors.remove' : 'errors.restore')
    const body = t(isOwn ? 'errors.removeMore' : 'errors.restoreMore')
    if (!(await confirm({ title: action, body, action }))) return
    if ((await act.run(() => restoreError(draft.id), t('errors.restored'))) !== undefined) await leave()
  }
  return (
    <form onSubmit={save}>
      <Section id="error-head">
        <p>
          <Button kind="quiet" icon="back" onPress={onBack}>
            {t('errors.back')}
          </Button>
        </p>
        <div className={css.fields}>
          {error === undefined ? (
            <Field
              label={t('errors.id')}
              value={draft.id}
              onChange={(id) => set({ id })}
              maxLength={60}
              autoCapitalize="none"
              hint={t('errors.idNote')}
            />
          ) : null}
          <Field
            label={t('errors.from')}
            value={draft.from}
            onChange={(from) => set({ from })}
            maxLength={40}
            hint={t('errors.fromNote')}
          />
          <TextArea
            label={t('errors.codes')}
            value={draft.codes}
            onChange={(codes) => set({ codes })}
            rows={3}
            maxLength={5000}
            isCode
          />
          <TextArea
            label={t('errors.says')}
            value={draft.says}
            onChange={(says) => set({ says })}
            rows={4}
            maxLength={12_000}
          />
          <Select
            label={t('errors.guide')}
            value={draft.guide}
            options={guides.map(({ id, title }) => ({ id, name: title[language] || id }))}
            onChange={(guide) => set({ guide })}
          />
          <Field label={t('errors.fr')} value={draft.fr} onChange={(fr) => set({ fr })} maxLength={300} />
          <Field label={t('errors.en')} value={draft.en} onChange={(en) => set({ en })} maxLength={300} />
          <Check label={t('errors.off')} checked={draft.isOff} onChange={(isOff) => set({ isOff })} />
        </div>
      </Section>
      <Trial draft={draft} />
      <Section id="error-acts">
        <Line>
          <Button kind="primary" type="submit" isDisabled={act.isBusy}>
            {t('errors.save')}
          </Button>
          {error === undefined || error.origin === 'program' ? null : (
            <Button isDisabled={act.isBusy} onPress={() => void restore()}>
              {t(error.origin === 'own' ? 'errors.remove' : 'errors.restore')}
            </Button>
          )}
        </Line>
      </Section>
      {error === undefined ? null : (
        <Versions
          id="error-versions"
          versions={error.versions}
          load={(version) => loadErrorVersion(error.draft.id, version)}
          told={(version) => t('errors.brought', { version })}
          onBring={setDraft}
        />
      )}
    </form>
  )
}
