/** What became of a notice: who has read it, what was done to it, and what can still be done. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Words } from '#format/jmap/portal.ts'
import { confirm } from '../../shell/confirm.tsx'
import { kindName } from '../../shell/profile-name.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { inLanguage, SafeHtml } from './notice-view.tsx'
import css from './notices.module.css'
import { actOn, loadStatistics, type Tally, type WrittenNotice } from './requests.ts'
import { useStatus } from './use-status.ts'

const Bar = ({ name, tally, asked }: { name: string; tally: Tally; asked: boolean }) => {
  const { t } = useTranslation()
  const done = asked ? tally.acknowledged : tally.seen
  const words = asked
    ? t('notices.tallyBoth', { seen: tally.seen, acknowledged: tally.acknowledged, count: tally.recipients })
    : t('notices.tally', { seen: tally.seen, count: tally.recipients })
  return (
    <div className={css.bar}>
      <p>
        <strong>{name}</strong> {words}
      </p>
      <progress max={Math.max(1, tally.recipients)} value={done} aria-label={name} />
    </div>
  )
}

const Readers = ({ notice }: { notice: WrittenNotice }) => {
  const { t } = useTranslation()
  const loaded = useLoaded(`statistics ${notice.id} ${notice.status}`, () => loadStatistics(notice.id))
  return (
    <Section id="readers" title={t('notices.readers')}>
      <Loading of={loaded}>
        {({ total, byProfile, bySchool }) => (
          <div className={css.form}>
            <div className={css.bars}>
              <Bar name={t('notices.everybody')} tally={total} asked={notice.acknowledge} />
              {byProfile.map((one) => (
                <Bar
                  key={one.kind}
                  name={one.kind === 'none' ? t('notices.noProfile') : kindName(one.kind, t)}
                  tally={one}
                  asked={notice.acknowledge}
                />
              ))}
              {bySchool.length < 2
                ? null
                : bySchool.map((one) => (
                    <Bar key={one.uai} name={one.name || one.uai} tally={one} asked={notice.acknowledge} />
                  ))}
            </div>
            <div className={css.actions}>
              <Button icon="refresh" onPress={() => void loaded.reload()}>
                {t('notices.refresh')}
              </Button>
              <a href={`/admin/notices/${notice.id}/readers`} download>
                {t('notices.csv')}
              </a>
            </div>
          </div>
        )}
      </Loading>
    </Section>
  )
}

const Correct = ({ notice, onChanged }: { notice: WrittenNotice; onChanged: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [title, setTitle] = useState<Words>(notice.title)
  const [body, setBody] = useState<Words>(notice.body)
  const [note, setNote] = useState('')
  const [again, setAgain] = useState(false)
  const send = async () => {
    const given = { title, body, note: { fr: note, en: '' }, again }
    if (await act.run(() => actOn(notice.id, 'correct', given), t('notices.didCorrect'))) onChanged()
  }
  const withdraw = async () => {
    const question = { title: t('notices.confirmWithdraw'), body: note, action: t('notices.withdraw'), danger: true }
    if (!(await confirm(question))) return
    const given = { note: { fr: note, en: '' } }
    if (await act.run(() => actOn(notice.id, 'withdraw', given), t('notices.didWithdraw'))) onChanged()
  }
  return (
    <Section id="correct" title={t('notices.correctTitle')} intro={t('notices.correctIntro')}>
      <div className={css.form}>
        <Field
          label={t('notices.titleFr')}
          value={title.fr}
          onChange={(fr) => setTitle({ ...title, fr })}
          maxLength={150}
        />
        <TextArea
          label={t('notices.bodyFr')}
          value={body.fr}
          onChange={(fr) => setBody({ ...body, fr })}
          maxLength={20_000}
        />
        {notice.title.en === '' ? null : (
          <>
            <Field
              label={t('notices.titleEn')}
              value={title.en}
              onChange={(en) => setTitle({ ...title, en })}
              maxLength={150}
            />
            <TextArea
              label={t('notices.bodyEn')}
              value={body.en}
              onChange={(en) => setBody({ ...body, en })}
              maxLength={20_000}
            />
          </>
        )}
        <Field label={t('notices.note')} value={note} onChange={setNote} maxLength={500} />
        <Check label={t('notices.again')} checked={again} onChange={setAgain} />
        <div className={css.actions}>
          <Button onPress={() => void send()} isDisabled={act.isBusy || note.trim() === ''}>
            {t('notices.correct')}
          </Button>
          <Button kind="danger" onPress={() => void withdraw()} isDisabled={act.isBusy || note.trim() === ''}>
            {t('notices.withdraw')}
          </Button>
        </div>
      </div>
    </Section>
  )
}

const knownActs = [
  'create',
  'change',
  'schedule',
  'unschedule',
  'publish',
  'published',
  'refused',
  'correct',
  'remind',
  'withdraw',
  'expire',
] as const

const Acts = ({ notice }: { notice: WrittenNotice }) => {
  const { t } = useTranslation()
  const when = useWhen()
  return (
    <Section id="acts" title={t('notices.acts')}>
      <Items>
        {notice.acts.map((act) => {
          const name = knownActs.find((one) => one === act.action)
          return (
            <Item
              key={`${act.at} ${act.action}`}
              title={name === undefined ? act.action : t(`notices.act.${name}`)}
              more={[when(act.at), act.actor].filter(Boolean).join(' · ')}
            />
          )
        })}
      </Items>
    </Section>
  )
}

const BUSY_MS = 1500

export const NoticeReport = ({ notice, onChanged }: { notice: WrittenNotice; onChanged: () => void }) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const status = useStatus()
  const isBusy = notice.status.endsWith('ing')
  useEffect(() => {
    if (!isBusy) return
    const timer = setInterval(onChanged, BUSY_MS)
    return () => clearInterval(timer)
  }, [isBusy, onChanged])
  const remind = async () => {
    if (await act.run(() => actOn(notice.id, 'remind'), t('notices.didRemind'))) onChanged()
  }
  return (
    <>
      <Section id="notice">
        <div className={css.form}>
          <p className={css.head}>
            <strong role="status">{status(notice.status)}</strong>
            <span>{notice.sender}</span>
            <span>{t('notices.by', { login: notice.author })}</span>
          </p>
          <h2 className={css.title}>{inLanguage(notice.title, i18n.language)}</h2>
          <p className={css.soft}>{inLanguage(notice.audienceWords, i18n.language)}</p>
          {notice.note.fr === '' ? null : <p className={css.note}>{inLanguage(notice.note, i18n.language)}</p>}
          <SafeHtml html={notice.html.fr} lang="fr" />
          {notice.status === 'published' ? (
            <div className={css.actions}>
              <Button icon="clock" onPress={() => void remind()} isDisabled={act.isBusy}>
                {t('notices.remind')}
              </Button>
              {notice.reminders === 0 ? null : (
                <span className={css.soft}>{t('notices.reminders', { count: notice.reminders })}</span>
              )}
            </div>
          ) : null}
        </div>
      </Section>
      <Readers notice={notice} />
      {notice.status === 'published' ? <Correct key={notice.updatedAt} notice={notice} onChanged={onChanged} /> : null}
      <Acts notice={notice} />
    </>
  )
}
