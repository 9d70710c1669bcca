/** A request for documents being written. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Check, Checks } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import { fromLocal, toLocal } from '../../ui/local-time.ts'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { AudiencePicker } from '../notices/audience-picker.tsx'
import { inLanguage } from '../notices/notice-view.tsx'
import css from '../notices/notices.module.css'
import { countPeople, emptyRule, type Reach } from '../notices/requests.ts'
import { type Asked, actOnRequest, type RequestDraft, saveRequest } from './requests.ts'

const day = 86_400_000
const megabyte = 1024 * 1024

const blank = (reach: Reach): RequestDraft => {
  const uai = reach.everywhere ? '' : (reach.schools[0]?.uai ?? '')
  const dueAt = new Date(Date.now() + 14 * day).setHours(18, 0, 0, 0)
  return {
    uai,
    title: '',
    text: '',
    audience: { include: [{ ...emptyRule, schools: uai === '' ? [] : [uai] }], exclude: [] },
    dueAt,
    keepUntil: dueAt + 90 * day,
    kinds: ['pdf', 'image'],
    maxFiles: 1,
    maxBytes: 10 * megabyte,
    asksRemark: false,
  }
}

const kinds = ['pdf', 'image', 'office', 'text'] as const
const sizes = [2, 5, 10, 20, 50] as const

const Limits = ({ draft, onChange }: { draft: RequestDraft; onChange: (draft: RequestDraft) => void }) => {
  const { t } = useTranslation()
  return (
    <>
      <Checks
        label={t('notices.kinds')}
        options={kinds.map((id) => ({ id, name: t(`notices.kind.${id}`) }))}
        value={draft.kinds}
        onChange={(chosen) => onChange({ ...draft, kinds: chosen })}
      />
      <div className={css.pair}>
        <Select
          label={t('notices.maxFiles')}
          value={String(draft.maxFiles)}
          options={Array.from({ length: 10 }, (_, i) => ({ id: String(i + 1), name: String(i + 1) }))}
          onChange={(value) => onChange({ ...draft, maxFiles: Number(value) })}
        />
        <Select
          label={t('notices.maxSize')}
          value={String(draft.maxBytes / megabyte)}
          options={sizes.map((size) => ({ id: String(size), name: t('notices.megabytes', { size }) }))}
          onChange={(value) => onChange({ ...draft, maxBytes: Number(value) * megabyte })}
        />
        <Field
          label={t('notices.dueAt')}
          type="datetime-local"
          value={toLocal(draft.dueAt)}
          onChange={(value) => onChange({ ...draft, dueAt: fromLocal(value) })}
        />
        <Field
          label={t('notices.keepUntil')}
          type="datetime-local"
          value={toLocal(draft.keepUntil)}
          onChange={(value) => onChange({ ...draft, keepUntil: fromLocal(value) })}
        />
      </div>
      <div className={css.options}>
        <Check
          label={t('notices.asksRemark')}
          checked={draft.asksRemark}
          onChange={(asksRemark) => onChange({ ...draft, asksRemark })}
        />
      </div>
    </>
  )
}

/** Writes a request, or rewrites one that was not asked yet. */
export const Editor = ({
  request,
  reach,
  onOpened,
}: {
  request: Asked | undefined
  reach: Reach
  onOpened: () => void
}) => {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const act = useAct()
  const [draft, setDraft] = useState<RequestDraft>(() => request ?? blank(reach))
  const [known, setKnown] = useState(request?.id)
  const save = async (said?: string): Promise<number | undefined> => {
    const saved = await act.run(() => saveRequest(known, draft), said)
    if (saved) setKnown(saved.value)
    return saved?.value
  }
  /** The address names it from then on. */
  const settle = (id: number) => void navigate({ to: '/requests/ask', search: { n: String(id) }, replace: true })
  const open = async () => {
    const id = await save()
    if (id === undefined) return
    const counted = await act.run(() => countPeople(draft.audience))
    if (!counted) return
    const words = inLanguage(counted.value.words, i18n.language)
    const body = `${t('notices.people', { count: counted.value.count })} ${words}`
    if (!(await confirm({ title: t('notices.confirmAsk'), body, action: t('notices.askNow') }))) return
    if (!(await act.run(() => actOnRequest(id, 'open'), t('notices.didAsk')))) return
    onOpened()
    settle(id)
  }
  const isReady = draft.title.trim() !== '' && draft.dueAt !== null && draft.keepUntil !== null
  return (
    <>
      <Section id="request" title={t('notices.whatIsAsked')}>
        <form
          className={css.form}
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            void save(t('notices.saved')).then((id) => {
              if (id !== undefined) settle(id)
            })
          }}
        >
          <Select
            label={t('notices.voice')}
            value={draft.uai}
            options={[
              ...(reach.everywhere ? [{ id: '', name: t('notices.academy') }] : []),
              ...reach.schools.map((school) => ({ id: school.uai, name: school.name })),
            ]}
            onChange={(uai) => setDraft({ ...draft, uai })}
          />
          <Field
            label={t('notices.requestTitle')}
            value={draft.title}
            onChange={(title) => setDraft({ ...draft, title })}
            maxLength={150}
          />
          <TextArea
            label={t('notices.requestText')}
            value={draft.text}
            onChange={(text) => setDraft({ ...draft, text })}
            maxLength={5000}
            rows={4}
          />
          <Limits draft={draft} onChange={setDraft} />
          <div className={css.actions}>
            <Button type="submit" isDisabled={act.isBusy || !isReady}>
              {t('notices.saveDraft')}
            </Button>
          </div>
        </form>
      </Section>
      <Section id="audience" title={t('notices.audience')} intro={t('notices.audienceIntro')}>
        <AudiencePicker
          audience={draft.audience}
          reach={reach}
          onChange={(audience) => setDraft({ ...draft, audience })}
        />
        <div className={css.actions}>
          <Button kind="primary" onPress={() => void open()} isDisabled={act.isBusy || !isReady}>
            {t('notices.askNow')}
          </Button>
        </div>
      </Section>
    </>
  )
}
