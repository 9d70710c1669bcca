/** Practice campaigns: announced, written from a template, sent, ended; totals only. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Body, nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import css from '../admin/admin.module.css'
import { act as send } from '../admin/requests.ts'
import help from '../help/help.module.css'
import { AudiencePicker } from '../notices/audience-picker.tsx'
import { type Audience, emptyRule, loadReach } from '../notices/requests.ts'
import { PlanPart } from './plan-part.tsx'
import { type Campaign, type Language, languages, loadPractice, type Template } from './practice-requests.ts'

const Line = ({ one, fewest, onChange }: { one: Campaign; fewest: number; onChange: () => void }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [isAsked, setAsked] = useState(false)
  const { id, name, status } = one
  const figure = (count: number | undefined): string =>
    count === undefined ? t('fraud.practice.few', { count: fewest }) : String(count)
  const change = async (what: string, body: Body, done: string) => {
    setAsked(false)
    if ((await act.run(() => send(`practice/${id}/${what}`, body, nothing), done)) !== undefined) onChange()
  }
  const results = t('fraud.practice.results', {
    sent: figure(one.sent),
    clicked: figure(one.clicked),
    reported: figure(one.reported),
  })
  return (
    <Item
      title={name}
      tag={t(`fraud.practice.statuses.${status}`)}
      more={[
        one.audience,
        status === 'draft' ? t('fraud.practice.people', { count: one.people ?? 0 }) : results,
        one.endsAt === undefined ? '' : t('fraud.practice.until', { when: when(one.endsAt) }),
      ]
        .filter((part) => part !== '')
        .join(' · ')}
    >
      {status === 'draft' ? (
        <Button kind="primary" aria-label={t('fraud.practice.startOf', { name })} onPress={() => setAsked(true)}>
          {t('fraud.practice.start')}
        </Button>
      ) : null}
      {status === 'sending' || status === 'running' ? (
        <Button
          aria-label={t('fraud.practice.endOf', { name })}
          isDisabled={act.isBusy}
          onPress={() => void change('end', {}, t('fraud.practice.ended'))}
        >
          {t('fraud.practice.end')}
        </Button>
      ) : (
        <Button
          aria-label={t('fraud.practice.removeOf', { name })}
          isDisabled={act.isBusy}
          onPress={() => void change('delete', {}, t('fraud.practice.removed'))}
        >
          {t('fraud.practice.remove')}
        </Button>
      )}
      <Dialog
        title={t('fraud.practice.sure', { count: one.people ?? 0 })}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        closeLabel={t('fraud.take.cancel')}
        role="alertdialog"
        footer={
          <>
            <Button onPress={() => setAsked(false)}>{t('fraud.take.cancel')}</Button>
            <Button
              kind="primary"
              isDisabled={act.isBusy}
              onPress={() => void change('start', { announced: true }, t('fraud.practice.started'))}
            >
              {t('fraud.practice.yes')}
            </Button>
          </>
        }
      >
        <p>{t('fraud.practice.sureMore')}</p>
      </Dialog>
    </Item>
  )
}

const NewCampaign = ({ templates, onSaved }: { templates: readonly Template[]; onSaved: () => void }) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const reach = useLoaded('practice-reach', loadReach)
  const shown: Language = i18n.language === 'en' ? 'en' : 'fr'
  const [chosen, setChosen] = useState(templates[0]?.id ?? '')
  const [language, setLanguage] = useState<Language>('fr')
  const template = templates.find(({ id }) => id === chosen)
  const of = (one: Template | undefined, lang: Language) => ({
    senderName: one?.senderName[lang] ?? '',
    subject: one?.subject[lang] ?? '',
    body: one?.body[lang] ?? '',
  })
  const [name, setName] = useState('')
  const [days, setDays] = useState('14')
  const [words, setWords] = useState(of(template, 'fr'))
  const [audience, setAudience] = useState<Audience>({ include: [emptyRule], exclude: [] })
  const isReady = name.trim() !== '' && words.body.includes('{lien}') && /^\d{1,2}$/.test(days)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    const body = { name, template: chosen, language, days: Number(days), audience, ...words }
    if ((await act.run(() => send('practice', body, nothing), t('fraud.practice.saved'))) === undefined) return
    setName('')
    onSaved()
  }
  return (
    <Section id="new-practice" title={t('fraud.practice.write')} intro={t('fraud.practice.writeIntro')}>
      <form className={help.tall} onSubmit={save}>
        <div className={css.form}>
          <Select
            label={t('fraud.practice.template')}
            value={chosen}
            options={templates.map((one) => ({ id: one.id, name: one.name[shown] }))}
            onChange={(id) => {
              setChosen(id)
              setWords(
                of(
                  templates.find((one) => one.id === id),
                  language,
                ),
              )
            }}
          />
          <Select
            label={t('fraud.practice.language')}
            value={language}
            options={languages.map((id) => ({ id, name: t(`fraud.practice.languages.${id}`) }))}
            onChange={(lang) => {
              setLanguage(lang)
              setWords(of(template, lang))
            }}
          />
          <Field label={t('fraud.practice.name')} value={name} onChange={setName} maxLength={200} />
          <Field label={t('fraud.practice.days')} value={days} onChange={setDays} maxLength={2} inputMode="numeric" />
          <Field
            label={t('fraud.practice.senderName')}
            value={words.senderName}
            onChange={(senderName) => setWords({ ...words, senderName })}
            maxLength={100}
            hint={template?.sender}
          />
          <Field
            label={t('fraud.practice.subject')}
            value={words.subject}
            onChange={(subject) => setWords({ ...words, subject })}
            maxLength={200}
          />
        </div>
        <TextArea
          label={t('fraud.practice.body')}
          value={words.body}
          onChange={(body) => setWords({ ...words, body })}
          maxLength={5000}
        />
        <Loading of={reach}>
          {(value) => <AudiencePicker audience={audience} reach={value} onChange={setAudience} />}
        </Loading>
        <div className={help.buttons}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
            {t('fraud.practice.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

export const PracticePage = () => {
  const { t } = useTranslation()
  const loaded = useLoaded('practice', loadPractice)
  const reload = () => void loaded.reload()
  return (
    <Loading of={loaded}>
      {(practice) => (
        <>
          <PlanPart practice={practice} onChange={reload} />
          <Section
            id="campaigns"
            title={t('fraud.practice.campaigns')}
            intro={t('fraud.practice.intro', { count: practice.fewest })}
          >
            <Items empty={t('fraud.practice.none')}>
              {practice.campaigns.map((one) => (
                <Line key={one.id} one={one} fewest={practice.fewest} onChange={reload} />
              ))}
            </Items>
          </Section>
          <NewCampaign templates={practice.templates} onSaved={reload} />
        </>
      )}
    </Loading>
  )
}
