/** A draft: words, files, whom it is for, when. Nothing leaves before the number of people has been seen. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Words } from '#format/jmap/portal.ts'
import { useClient } from '../../shell/client.tsx'
import { confirm } from '../../shell/confirm.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLive } from '../../shell/value.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Check } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import { fromLocal, toLocal } from '../../ui/local-time.ts'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { AudiencePicker } from './audience-picker.tsx'
import { inLanguage, SafeHtml } from './notice-view.tsx'
import css from './notices.module.css'
import {
  actOn,
  countPeople,
  type Draft,
  emptyRule,
  previewOf,
  type Reach,
  saveDraft,
  uploadFile,
  type WrittenNotice,
} from './requests.ts'

const blank = (reach: Reach): Draft => {
  const uai = reach.everywhere ? '' : (reach.schools[0]?.uai ?? '')
  return {
    uai,
    title: { fr: '', en: '' },
    body: { fr: '', en: '' },
    audience: { include: [{ ...emptyRule, schools: uai === '' ? [] : [uai] }], exclude: [] },
    urgent: false,
    acknowledge: false,
    expiresAt: null,
  }
}

const Attachments = ({ notice, onChanged }: { notice: WrittenNotice; onChanged: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId ?? ''
  const act = useAct()
  const add = async (files: FileList | null) => {
    for (const file of files ?? []) {
      const uploaded = await act.run(() => uploadFile(accountId, file))
      if (!uploaded) return
      const body = { blobId: uploaded.value, name: file.name, type: file.type }
      if (!(await act.run(() => actOn(notice.id, 'files', body), t('notices.fileAdded', { name: file.name })))) return
    }
    onChanged()
  }
  const remove = async (n: number) => {
    if (await act.run(() => actOn(notice.id, `files/${n}/remove`))) onChanged()
  }
  return (
    <div className={css.area}>
      <label htmlFor="notice-files">{t('notices.addFiles')}</label>
      <input
        id="notice-files"
        type="file"
        multiple
        disabled={act.isBusy}
        onChange={(event) => void add(event.target.files)}
      />
      {notice.files.length === 0 ? null : (
        <ul className={css.files}>
          {notice.files.map((file) => (
            <li key={file.n}>
              <a href={file.url} download={file.name}>
                {file.name}
              </a>
              <IconButton
                icon="trash"
                size={16}
                label={t('notices.removeFile', { name: file.name })}
                onPress={() => void remove(file.n)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const Preview = ({ title, body }: { title: Words; body: Words }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [html, setHtml] = useState<Words | undefined>(undefined)
  const show = async () => setHtml((await act.run(() => previewOf(body)))?.value)
  return (
    <>
      <Button icon="eye" onPress={() => void show()} isDisabled={act.isBusy || body.fr.trim() === ''}>
        {t('notices.preview')}
      </Button>
      {html === undefined ? null : (
        <section className={css.preview} aria-label={t('notices.preview')}>
          <h3 className={css.title}>{title.fr}</h3>
          <SafeHtml html={html.fr} lang="fr" />
          {html.en === '' ? null : (
            <>
              <h3 className={css.title}>{title.en}</h3>
              <SafeHtml html={html.en} lang="en" />
            </>
          )}
        </section>
      )}
    </>
  )
}

const Texts = ({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) => {
  const { t } = useTranslation()
  const title = (more: Partial<Words>) => onChange({ ...draft, title: { ...draft.title, ...more } })
  const body = (more: Partial<Words>) => onChange({ ...draft, body: { ...draft.body, ...more } })
  return (
    <>
      <Field label={t('notices.titleFr')} value={draft.title.fr} onChange={(fr) => title({ fr })} maxLength={150} />
      <TextArea
        label={t('notices.bodyFr')}
        value={draft.body.fr}
        onChange={(fr) => body({ fr })}
        maxLength={20_000}
        note={t('notices.markdown')}
      />
      <Field label={t('notices.titleEn')} value={draft.title.en} onChange={(en) => title({ en })} maxLength={150} />
      <TextArea
        label={t('notices.bodyEn')}
        value={draft.body.en}
        onChange={(en) => body({ en })}
        maxLength={20_000}
        rows={4}
      />
    </>
  )
}

const Publish = ({
  notice,
  onSave,
  draft,
  onDone,
}: {
  notice: WrittenNotice | undefined
  draft: Draft
  onSave: () => Promise<number | undefined>
  onDone: (id: number) => void
}) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const [at, setAt] = useState('')
  const publish = async () => {
    const id = await onSave()
    if (id === undefined) return
    const counted = await act.run(() => countPeople(draft.audience))
    if (!counted) return
    const moment = fromLocal(at)
    const count = t('notices.people', { count: counted.value.count })
    const yes = await confirm({
      title: t('notices.confirmPublish'),
      body: `${count} ${inLanguage(counted.value.words, i18n.language)}`,
      action: moment === null ? t('notices.publishNow') : t('notices.schedule'),
    })
    if (!yes) return
    const said = moment === null ? t('notices.didPublish') : t('notices.didSchedule')
    if (await act.run(() => actOn(id, 'publish', moment === null ? {} : { at: moment }), said)) onDone(id)
  }
  const isReady = draft.title.fr.trim() !== '' && draft.body.fr.trim() !== ''
  return (
    <div className={css.form}>
      <div className={css.pair}>
        <Field
          label={t('notices.publishAt')}
          type="datetime-local"
          value={at}
          onChange={setAt}
          hint={t('notices.publishAtNote')}
        />
      </div>
      <div className={css.actions}>
        <Button kind="primary" onPress={() => void publish()} isDisabled={!isReady || act.isBusy}>
          {at === '' ? t('notices.publishNow') : t('notices.schedule')}
        </Button>
        {notice?.status === 'scheduled' ? (
          <Button
            onPress={() =>
              void act
                .run(() => actOn(notice.id, 'unschedule'), t('notices.didUnschedule'))
                .then((done) => {
                  if (done) onDone(notice.id)
                })
            }
          >
            {t('notices.unschedule')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

export const NoticeEditor = ({
  notice,
  reach,
  onChanged,
}: {
  notice: WrittenNotice | undefined
  reach: Reach
  onChanged: () => void
}) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const act = useAct()
  const [draft, setDraft] = useState<Draft>(() => notice ?? blank(reach))
  const [id, setId] = useState(notice?.id)
  const { uai, title, body, audience, urgent, acknowledge, expiresAt } = draft
  const save = async (said?: string): Promise<number | undefined> => {
    const saved = await act.run(
      () => saveDraft(id, { uai, title, body, audience, urgent, acknowledge, expiresAt }),
      said,
    )
    if (saved) setId(saved.value)
    return saved?.value
  }
  /** The address names it from then on. */
  const settle = (known: number) => void navigate({ to: '/notices/write', search: { n: String(known) }, replace: true })
  const drop = async () => {
    if (notice === undefined) return
    const question = { title: t('notices.confirmDelete'), body: title.fr, action: t('notices.delete'), danger: true }
    if (!(await confirm(question))) return
    if (await act.run(() => actOn(notice.id, 'delete'), t('notices.didDelete')))
      void navigate({ to: '/notices/write', search: {} })
  }
  return (
    <>
      <Section id="words" title={t('notices.words')}>
        <form
          className={css.form}
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            void save(t('notices.saved')).then((known) => {
              if (known !== undefined) settle(known)
            })
          }}
        >
          <Select
            label={t('notices.voice')}
            value={uai}
            options={[
              ...(reach.everywhere ? [{ id: '', name: t('notices.academy') }] : []),
              ...reach.schools.map((school) => ({ id: school.uai, name: school.name })),
            ]}
            onChange={(chosen) => setDraft({ ...draft, uai: chosen })}
          />
          <Texts draft={draft} onChange={setDraft} />
          <div className={css.options}>
            <Check
              label={t('notices.urgent')}
              checked={urgent}
              onChange={(checked) => setDraft({ ...draft, urgent: checked })}
            />
            <Check
              label={t('notices.askAcknowledge')}
              checked={acknowledge}
              onChange={(checked) => setDraft({ ...draft, acknowledge: checked })}
            />
          </div>
          <Field
            label={t('notices.expiresAt')}
            type="datetime-local"
            value={toLocal(expiresAt)}
            onChange={(value) => setDraft({ ...draft, expiresAt: fromLocal(value) })}
          />
          {notice === undefined ? (
            <p className={css.soft}>{t('notices.filesLater')}</p>
          ) : (
            <Attachments notice={notice} onChanged={onChanged} />
          )}
          <div className={css.actions}>
            <Button type="submit" isDisabled={act.isBusy || title.fr.trim() === '' || body.fr.trim() === ''}>
              {t('notices.saveDraft')}
            </Button>
            <Preview title={title} body={body} />
            {notice === undefined ? null : (
              <Button kind="danger" onPress={() => void drop()}>
                {t('notices.delete')}
              </Button>
            )}
          </div>
        </form>
      </Section>
      <Section id="audience" title={t('notices.audience')} intro={t('notices.audienceIntro')}>
        <AudiencePicker
          audience={audience}
          reach={reach}
          onChange={(changed) => setDraft({ ...draft, audience: changed })}
        />
      </Section>
      <Section id="publish" title={t('notices.publication')} intro={t('notices.publicationIntro')}>
        <Publish
          notice={notice}
          draft={draft}
          onSave={() => save()}
          onDone={(known) => {
            onChanged()
            settle(known)
          }}
        />
      </Section>
    </>
  )
}
