/** One's own requests for help. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, numberOr } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Page, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { FileField } from './file-field.tsx'
import css from './help.module.css'
import { loadTickets, sendFile } from './requests.ts'
import { TicketView } from './ticket-view.tsx'

const topics = ['account', 'mail', 'service', 'other'] as const
type Topic = (typeof topics)[number]

const NewTicket = ({ address, onSent }: { address: string; onSent: (id: number) => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [subject, setSubject] = useState('')
  const [body, setBody] = useState('')
  const [topic, setTopic] = useState<Topic>('account')
  const [isReporting, setReporting] = useState(true)
  const [file, setFile] = useState<File>()
  const isReady = subject.trim() !== '' && body.trim() !== ''
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    const done = await act.run(
      () =>
        ask('/tickets/new', { subject, text: body, topic, report: isReporting }, (answer) => numberOr(answer.id, 0)),
      t('support.tickets.sent'),
    )
    if (!done) return
    if (file) await act.run(() => sendFile(done.value, file))
    onSent(done.value)
  }
  return (
    <Section id="new" title={t('support.tickets.new')} intro={t('support.tickets.newIntro')}>
      <form className={css.tall} onSubmit={send}>
        <div className={css.form}>
          <Field label={t('support.tickets.subject')} value={subject} onChange={setSubject} maxLength={200} />
          <Select
            label={t('support.tickets.topic')}
            value={topic}
            options={topics.map((id) => ({ id, name: t(`support.tickets.topics.${id}`) }))}
            onChange={setTopic}
          />
        </div>
        <TextArea label={t('support.tickets.text')} value={body} onChange={setBody} />
        <FileField label={t('support.tickets.file')} onChange={setFile} />
        <label className={css.check}>
          <input type="checkbox" checked={isReporting} onChange={(event) => setReporting(event.target.checked)} />
          {t('support.tickets.report')}
        </label>
        <div className={css.buttons}>
          <Button kind="primary" type="submit" isDisabled={act.isBusy || !isReady}>
            {t('support.tickets.send')}
          </Button>
        </div>
      </form>
      {address === '' ? null : <p>{t('support.tickets.byMail', { address })}</p>}
    </Section>
  )
}

export const TicketsScreen = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const navigate = useNavigate()
  const search: Readonly<Record<string, string>> = useSearch({ from: '/tickets' })
  const loaded = useLoaded('tickets', loadTickets)
  const id = Number(search.id)
  useEffect(() => {
    screenTitle.set(t('support.tickets.title'))
    return () => screenTitle.set('')
  }, [t])
  const open = (one: number) => navigate({ to: '/tickets', search: { id: String(one) } })
  if (Number.isSafeInteger(id) && id > 0)
    return (
      <Page title={t('support.tickets.title')}>
        <p>
          <Link to="/tickets" search={{}} onClick={() => void loaded.reload()}>
            {t('support.tickets.back')}
          </Link>
        </p>
        <TicketView key={id} id={id} desk={false} />
      </Page>
    )
  return (
    <Page title={t('support.tickets.title')}>
      <Section id="tickets">
        <Loading of={loaded}>
          {({ tickets }) => (
            <Items empty={t('support.tickets.none')}>
              {tickets.map((one) => (
                <Item
                  key={one.id}
                  title={
                    <Link to="/tickets" search={{ id: String(one.id) }}>
                      {one.subject}
                    </Link>
                  }
                  tag={t(`support.tickets.status.${one.status}`)}
                  more={`#${one.id} · ${when(one.updatedAt)}`}
                />
              ))}
            </Items>
          )}
        </Loading>
      </Section>
      <NewTicket
        address={loaded.value?.address ?? ''}
        onSent={(one) => {
          void loaded.reload()
          void open(one)
        }}
      />
    </Page>
  )
}
