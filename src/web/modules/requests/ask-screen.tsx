/** Asking for documents, and following who has answered. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { kindName } from '../../shell/profile-name.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { AudiencePicker } from '../notices/audience-picker.tsx'
import { Check, Checks, fromLocal, TextArea, toLocal } from '../notices/inputs.tsx'
import { inLanguage } from '../notices/notice-view.tsx'
import css from '../notices/notices.module.css'
import { countPeople, emptyRule, loadReach, type Reach } from '../notices/requests.ts'
import { ToldPage, useMayWrite } from '../notices/told-nav.tsx'
import {
  type Asked,
  actOnRequest,
  loadAnswers,
  loadAsked,
  loadOne,
  type RequestDraft,
  saveRequest,
} from './requests.ts'

const statuses = ['draft', 'opening', 'open', 'reminding', 'closed', 'purging', 'purged'] as const

const useStatus = () => {
  const { t } = useTranslation()
  return (status: string): string => {
    const one = statuses.find((name) => name === status)
    return one === undefined ? status : t(`notices.requestStatus.${one}`)
  }
}

const List = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const when = useWhen()
  const status = useStatus()
  const loaded = useLoaded('asked', loadAsked)
  const go = (n: string) => void navigate({ to: '/requests/ask', search: { n } })
  return (
    <Section id="asked" intro={t('notices.askIntro')}>
      <p>
        <Button kind="primary" icon="plus" onPress={() => go('new')}>
          {t('notices.newRequest')}
        </Button>
      </p>
      <Loading of={loaded}>
        {(requests) => (
          <Items empty={t('notices.noneAsked')}>
            {requests.map((one) => (
              <Item
                key={one.id}
                title={one.title}
                tag={status(one.status)}
                more={[one.sender, t('notices.due', { when: when(one.dueAt) })].join(' · ')}
              >
                <Button aria-label={t('notices.openNamed', { title: one.title })} onPress={() => go(String(one.id))}>
                  {t('notices.open')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}

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
        chosen={draft.kinds}
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

const Editor = ({ request, reach, onOpened }: { request: Asked | undefined; reach: Reach; onOpened: () => void }) => {
  const { t } = useTranslation()
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
    const body = `${t('notices.people', { count: counted.value.count })} ${counted.value.words.fr}`
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

const Answers = ({ request }: { request: Asked }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const [handed, setHanded] = useState('')
  const [pages, setPages] = useState<readonly number[]>([0])
  const after = pages.at(-1) ?? 0
  const loaded = useLoaded(`answers ${request.id} ${handed} ${after} ${request.handed}`, () =>
    loadAnswers(request.id, handed, after),
  )
  return (
    <Section id="answers" title={t('notices.answers')}>
      <div className={css.form}>
        <div className={css.actions}>
          <Select
            label={t('notices.show')}
            value={handed}
            options={[
              { id: '', name: t('notices.showAll') },
              { id: 'true', name: t('notices.showHanded') },
              { id: 'false', name: t('notices.showMissing') },
            ]}
            onChange={(value) => {
              setPages([0])
              setHanded(value)
            }}
          />
        </div>
        <Loading of={loaded}>
          {({ answers, next }) => (
            <>
              <Items empty={t('notices.noAnswer')}>
                {answers.map((one) => (
                  <Item
                    key={one.account}
                    title={one.name}
                    tag={one.handedAt === undefined ? t('notices.missing') : ''}
                    more={[
                      [...new Set(one.kinds)].map((kind) => kindName(kind, t)).join(', '),
                      one.handedAt === undefined ? '' : t('notices.handedAt', { when: when(one.handedAt) }),
                      one.remark,
                    ]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  >
                    {one.files.map((file) => (
                      <a
                        key={file.n}
                        href={`/admin/requests/${request.id}/answers/${one.account}/${file.n}`}
                        download={file.name}
                      >
                        {file.name}
                      </a>
                    ))}
                  </Item>
                ))}
              </Items>
              <div className={css.actions}>
                {pages.length > 1 ? (
                  <Button onPress={() => setPages(pages.slice(0, -1))}>{t('notices.before')}</Button>
                ) : null}
                {next === undefined ? null : (
                  <Button onPress={() => setPages([...pages, next])}>{t('notices.after')}</Button>
                )}
              </div>
            </>
          )}
        </Loading>
      </div>
    </Section>
  )
}

const Follow = ({ request, onChanged }: { request: Asked; onChanged: () => void }) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const status = useStatus()
  const when = useWhen()
  const [due, setDue] = useState(toLocal(request.dueAt))
  const verb = async (name: string, said: string, body = {}) => {
    if (await act.run(() => actOnRequest(request.id, name, body), said)) onChanged()
  }
  const purge = async () => {
    const question = {
      title: t('notices.confirmPurge'),
      body: t('notices.confirmPurgeBody'),
      action: t('notices.purge'),
      danger: true,
    }
    if (await confirm(question)) await verb('purge', t('notices.didPurge'))
  }
  const counts = t('notices.answered', { handed: request.handed, count: request.asked })
  const moment = fromLocal(due)
  return (
    <>
      <Section id="request">
        <div className={css.form}>
          <p className={css.head}>
            <strong role="status">{status(request.status)}</strong>
            <span>{request.sender}</span>
            <span>{t('notices.due', { when: when(request.dueAt ?? undefined) })}</span>
          </p>
          <h2 className={css.title}>{request.title}</h2>
          <p className={css.soft}>{inLanguage(request.audienceWords, i18n.language)}</p>
          <div className={css.bar}>
            <p>
              <strong>{counts}</strong>
            </p>
            <progress max={Math.max(1, request.asked)} value={request.handed} aria-label={counts} />
          </div>
          <div className={css.actions}>
            <Button icon="refresh" onPress={onChanged}>
              {t('notices.refresh')}
            </Button>
            {request.status === 'open' ? (
              <>
                <Button icon="clock" onPress={() => void verb('remind', t('notices.didRemind'))}>
                  {t('notices.remindMissing')}
                </Button>
                <Button onPress={() => void verb('close', t('notices.didClose'))}>{t('notices.close')}</Button>
              </>
            ) : null}
            {request.handed > 0 && (request.status === 'open' || request.status === 'closed') ? (
              <a href={`/admin/requests/${request.id}/zip`} download>
                {t('notices.zip')}
              </a>
            ) : null}
          </div>
          {request.status === 'open' || request.status === 'closed' ? (
            <div className={css.pair}>
              <Field label={t('notices.newDue')} type="datetime-local" value={due} onChange={setDue} />
              <div className={css.actions}>
                <Button
                  isDisabled={moment === null || act.isBusy}
                  onPress={() => void verb('extend', t('notices.didExtend'), { dueAt: moment })}
                >
                  {t('notices.extend')}
                </Button>
                <Button kind="danger" onPress={() => void purge()}>
                  {t('notices.purge')}
                </Button>
              </div>
            </div>
          ) : null}
        </div>
      </Section>
      <Answers request={request} />
    </>
  )
}

const One = ({ id, reach }: { id: number; reach: Reach }) => {
  const loaded = useLoaded(`request ${id}`, () => loadOne(id))
  const reload = () => void loaded.reload()
  return (
    <Loading of={loaded}>
      {(request) =>
        request.status === 'draft' ? (
          <Editor request={request} reach={reach} onOpened={reload} />
        ) : (
          <Follow request={request} onChanged={reload} />
        )
      }
    </Loading>
  )
}

const Asking = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { n } = useSearch({ from: '/requests/ask' })
  const reach = useLoaded('reach', loadReach)
  return (
    <>
      {n === undefined ? null : (
        <p>
          <Button kind="quiet" icon="back" onPress={() => void navigate({ to: '/requests/ask', search: {} })}>
            {t('notices.backToList')}
          </Button>
        </p>
      )}
      <Loading of={reach}>
        {(where) =>
          !where.everywhere && where.schools.length === 0 ? (
            <p>{t('notices.notAuthor')}</p>
          ) : n === undefined ? (
            <List />
          ) : n === 'new' ? (
            <Editor request={undefined} reach={where} onOpened={() => undefined} />
          ) : (
            <One key={n} id={Number(n)} reach={where} />
          )
        }
      </Loading>
    </>
  )
}

export const AskScreen = () => {
  const { t } = useTranslation()
  return <ToldPage part="ask">{useMayWrite() ? <Asking /> : <p>{t('notices.notAuthor')}</p>}</ToldPage>
}
