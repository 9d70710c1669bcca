/** A campaign that is planned: what is announced, when, to whom; whether practice follows, and whether every year. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import { fromLocal, toLocal } from '../../ui/local-time.ts'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import css from '../admin/admin.module.css'
import { act as send } from '../admin/requests.ts'
import help from '../help/help.module.css'
import { AudiencePicker } from '../notices/audience-picker.tsx'
import { emptyRule, loadReach } from '../notices/requests.ts'
import {
  type Language,
  languages,
  type Plan,
  type PlanDraft,
  type Practice,
  type Template,
} from './practice-requests.ts'

const day = 86_400_000

/** Nine in the morning, so many days from now. */
const morning = (days: number): number => new Date(Date.now() + days * day).setHours(9, 0, 0, 0)

const practiceWords = (template: Template | undefined, language: Language) => ({
  senderName: template?.senderName[language] ?? '',
  subject: template?.subject[language] ?? '',
  body: template?.body[language] ?? '',
})

/** The ready text of the announcement. */
const readyText = (template: string, { announcement, awareness }: Practice) => {
  const of = template === 'none' ? awareness : announcement
  return { title: { fr: of.fr.title, en: of.en.title }, text: { fr: of.fr.body, en: of.en.body } }
}

export const firstPlan = (practice: Practice): PlanDraft => {
  const template = practice.templates[0]
  return {
    ...{ name: '', template: template?.id ?? 'none', language: 'fr', days: 14, repeats: true },
    ...practiceWords(template, 'fr'),
    ...readyText(template?.id ?? 'none', practice),
    audience: { include: [emptyRule], exclude: [] },
    announceAt: morning(7),
    beginsAt: morning(14),
  }
}

const Announcement = ({ draft, set }: { draft: PlanDraft; set: (change: Partial<PlanDraft>) => void }) => {
  const { t } = useTranslation()
  const { title, text } = draft
  return (
    <>
      {languages.map((language) => (
        <div key={language} className={help.tall}>
          <Field
            label={t(`fraud.plan.title.${language}`)}
            value={title[language]}
            onChange={(value) => set({ title: { ...title, [language]: value } })}
            maxLength={150}
          />
          <TextArea
            label={t(`fraud.plan.text.${language}`)}
            value={text[language]}
            onChange={(value) => set({ text: { ...text, [language]: value } })}
            rows={6}
            maxLength={20_000}
          />
        </div>
      ))}
    </>
  )
}

const Message = ({
  draft,
  templates,
  set,
}: {
  draft: PlanDraft
  templates: readonly Template[]
  set: (change: Partial<PlanDraft>) => void
}) => {
  const { t } = useTranslation()
  const template = templates.find(({ id }) => id === draft.template)
  if (template === undefined) return null
  return (
    <>
      <div className={css.form}>
        <Select
          label={t('fraud.practice.language')}
          value={draft.language}
          options={languages.map((id) => ({ id, name: t(`fraud.practice.languages.${id}`) }))}
          onChange={(language) => set({ language, ...practiceWords(template, language) })}
        />
        <Field
          label={t('fraud.practice.days')}
          value={draft.days === 0 ? '' : String(draft.days)}
          onChange={(days) => set({ days: Number(days.replace(/\D/g, '')) })}
          maxLength={2}
          inputMode="numeric"
        />
        <Field
          label={t('fraud.practice.senderName')}
          value={draft.senderName}
          onChange={(senderName) => set({ senderName })}
          maxLength={100}
          hint={template.sender}
        />
        <Field
          label={t('fraud.practice.subject')}
          value={draft.subject}
          onChange={(subject) => set({ subject })}
          maxLength={200}
        />
      </div>
      <TextArea
        label={t('fraud.practice.body')}
        value={draft.body}
        onChange={(body) => set({ body })}
        maxLength={5000}
      />
    </>
  )
}

export const PlanForm = ({
  plan,
  first,
  practice,
  onBack,
  onSaved,
}: {
  /** Undefined: a new one. */
  plan: Plan | undefined
  first: PlanDraft
  practice: Practice
  onBack: () => void
  onSaved: () => void
}) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const reach = useLoaded('practice-reach', loadReach)
  const [draft, setDraft] = useState(first)
  const shown: Language = i18n.language === 'en' ? 'en' : 'fr'
  const set = (change: Partial<PlanDraft>) => setDraft((now) => ({ ...now, ...change }))
  const choose = (template: string) =>
    set({
      template,
      ...practiceWords(
        practice.templates.find(({ id }) => id === template),
        draft.language,
      ),
      ...readyText(template, practice),
    })
  const isReady = draft.name.trim() !== '' && draft.announceAt !== null && draft.beginsAt !== null
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    const path = plan === undefined ? 'practice/plans' : `practice/plans/${plan.id}`
    if ((await act.run(() => send(path, { ...draft }, nothing), t('fraud.plan.saved'))) !== undefined) onSaved()
  }
  return (
    <Section id="plan" title={t(plan === undefined ? 'fraud.plan.new' : 'fraud.plan.change')}>
      <form className={help.tall} onSubmit={save}>
        <p>
          <Button kind="quiet" icon="back" onPress={onBack}>
            {t('fraud.plan.back')}
          </Button>
        </p>
        <div className={css.form}>
          <Field
            label={t('fraud.practice.name')}
            value={draft.name}
            onChange={(name) => set({ name })}
            maxLength={200}
          />
          <Select
            label={t('fraud.plan.template')}
            value={draft.template}
            options={[
              ...practice.templates.map((one) => ({ id: one.id, name: one.name[shown] })),
              { id: 'none', name: t('fraud.plan.none') },
            ]}
            onChange={choose}
          />
          <Field
            label={t('fraud.plan.announceAt')}
            type="datetime-local"
            value={toLocal(draft.announceAt)}
            onChange={(value) => set({ announceAt: fromLocal(value) })}
          />
          <Field
            label={t(draft.template === 'none' ? 'fraud.plan.endsAt' : 'fraud.plan.beginsAt')}
            type="datetime-local"
            value={toLocal(draft.beginsAt)}
            onChange={(value) => set({ beginsAt: fromLocal(value) })}
            hint={t('fraud.plan.beginsNote')}
          />
        </div>
        <Check label={t('fraud.plan.repeats')} checked={draft.repeats} onChange={(repeats) => set({ repeats })} />
        <Announcement draft={draft} set={set} />
        <Message draft={draft} templates={practice.templates} set={set} />
        <Loading of={reach}>
          {(value) => (
            <AudiencePicker audience={draft.audience} reach={value} onChange={(audience) => set({ audience })} />
          )}
        </Loading>
        <div className={help.buttons}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
            {t('fraud.plan.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
