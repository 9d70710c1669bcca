/** One request for help: what was said on both sides, and what the viewer may do. The same for its writer and the helpdesk. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { ask, nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { FileField } from './file-field.tsx'
import css from './help.module.css'
import { findGuides, loadTicket, sendFile, type Ticket } from './requests.ts'

const Entries = ({ ticket }: { ticket: Ticket }) => {
  const { t } = useTranslation()
  const when = useWhen()
  return (
    <ol className={css.entries} aria-label={t('support.tickets.conversation')}>
      {ticket.entries.map((one) => (
        <li key={one.id} className={css.entry} data-side={one.side} data-kind={one.kind}>
          <p className={css.who}>
            {[
              one.author,
              one.side === 'desk' ? t('support.tickets.desk') : '',
              one.kind === 'note' ? t('support.tickets.note') : '',
              when(one.at),
            ]
              .filter((part) => part !== '')
              .join(' · ')}
          </p>
          <p className={css.said}>{one.body}</p>
        </li>
      ))}
    </ol>
  )
}

const Files = ({ ticket }: { ticket: Ticket }) => {
  const { t } = useTranslation()
  if (ticket.files.length === 0) return null
  return (
    <>
      <h3>{t('support.tickets.files')}</h3>
      <ul>
        {ticket.files.map(({ id, name }) => (
          <li key={id}>
            <a href={`/tickets/one/${ticket.id}/files/${id}`} download={name}>
              {t('support.tickets.download', { name })}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Guides by their words: the answer is often written already. */
const GuidePicker = ({ onPick }: { onPick: (text: string) => void }) => {
  const { t, i18n } = useTranslation()
  const act = useAct()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<readonly { title: string; url: string }[]>([])
  const find = async () => {
    if (typed.trim() === '') return
    setFound((await act.run(() => findGuides(typed.trim(), i18n.language)))?.value ?? [])
  }
  return (
    <details>
      <summary>{t('support.queue.guide')}</summary>
      <div className={css.form}>
        <Field label={t('support.queue.guideFind')} value={typed} onChange={setTyped} maxLength={200} />
        <Button isDisabled={act.isBusy} onPress={() => void find()}>
          {t('support.diagnose.find')}
        </Button>
      </div>
      <div className={css.buttons}>
        {found.map(({ title, url }) => (
          <Button key={url} onPress={() => onPick(`${title}${colon()}${window.location.origin}${url}`)}>
            {t('support.queue.guideAdd', { title })}
          </Button>
        ))}
      </div>
    </details>
  )
}

const AnswerForm = ({ ticket, onDone }: { ticket: Ticket; onDone: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [body, setBody] = useState('')
  const [file, setFile] = useState<File>()
  const [round, setRound] = useState(0)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (body.trim() === '') return
    const said = await act.run(
      () => ask(`/tickets/one/${ticket.id}/answer`, { text: body }, nothing),
      t('support.tickets.replied'),
    )
    if (!said) return
    if (file) await act.run(() => sendFile(ticket.id, file))
    setBody('')
    setFile(undefined)
    setRound(round + 1)
    await onDone()
  }
  return (
    <form className={css.tall} onSubmit={send}>
      <TextArea label={t('support.tickets.answer')} value={body} onChange={setBody} />
      {ticket.isDesk ? (
        <GuidePicker onPick={(text) => setBody((now) => `${now}${now === '' ? '' : '\n\n'}${text}`)} />
      ) : null}
      <FileField key={round} label={t('support.tickets.file')} onChange={setFile} />
      <div className={css.buttons}>
        <Button kind="primary" type="submit" isDisabled={act.isBusy || body.trim() === ''}>
          {t('support.tickets.reply')}
        </Button>
      </div>
    </form>
  )
}

const NoteForm = ({ ticket, onDone }: { ticket: Ticket; onDone: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [body, setBody] = useState('')
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (body.trim() === '') return
    if (!(await act.run(() => ask(`/tickets/one/${ticket.id}/note`, { text: body }, nothing)))) return
    setBody('')
    await onDone()
  }
  return (
    <form className={css.tall} onSubmit={add}>
      <TextArea label={t('support.queue.noteText')} value={body} onChange={setBody} />
      <div className={css.buttons}>
        <Button type="submit" isDisabled={act.isBusy || body.trim() === ''}>
          {t('support.queue.addNote')}
        </Button>
      </div>
    </form>
  )
}

/** To which colleague a request goes; whoever has it is shown. */
const Assign = ({ ticket, onDone }: { ticket: Ticket; onDone: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  const present = ticket.helpers.find(({ id }) => id === ticket.assignee)
  const [to, setTo] = useState(String(present?.id ?? ''))
  const give = async (event: FormEvent) => {
    event.preventDefault()
    const send = () => ask(`/tickets/one/${ticket.id}/assign`, { to: Number(to) }, nothing)
    if (await act.run(send, t('support.queue.given'))) await onDone()
  }
  const nobody = present ? [] : [{ id: '', name: t('support.queue.nobody') }]
  return (
    <form className={css.form} onSubmit={give}>
      <Select
        label={t('support.queue.inHand')}
        value={to}
        options={[...nobody, ...ticket.helpers.map(({ id, name }) => ({ id: String(id), name }))]}
        onChange={setTo}
      />
      <Button type="submit" isDisabled={act.isBusy || to === '' || Number(to) === ticket.assignee}>
        {t('support.queue.give')}
      </Button>
    </form>
  )
}

const ratings = ['none', 'little', 'fair', 'well', 'best'] as const

const Rate = ({ ticket, onDone }: { ticket: Ticket; onDone: () => Promise<void> }) => {
  const { t } = useTranslation()
  const act = useAct()
  // Shown as chosen at once; taken back when the server refuses.
  const [chosen, setChosen] = useState(ticket.rating)
  const rate = async (rating: number) => {
    setChosen(rating)
    const send = () => ask(`/tickets/one/${ticket.id}/rate`, { rating }, nothing)
    if (await act.run(send, t('support.tickets.rated'))) await onDone()
    else setChosen(ticket.rating)
  }
  return (
    <fieldset className={css.pick}>
      <legend>{t('support.tickets.rate')}</legend>
      <div className={css.choices}>
        {ratings.map((word, n) => (
          <label key={word}>
            <input
              type="radio"
              name={`rate-${ticket.id}`}
              checked={chosen === n + 1}
              onChange={() => void rate(n + 1)}
            />
            {t(`support.tickets.rates.${word}`)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export const TicketView = ({
  id,
  desk,
  onChange,
}: {
  id: number
  desk: boolean
  onChange?: (ticket: Ticket) => void
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded(`ticket ${id}`, async () => {
    const answer = await loadTicket(id, desk)
    if (answer.kind === 'ok') onChange?.(answer.value)
    return answer
  })
  const move = async (what: string, said: string) => {
    if (await act.run(() => ask(`/tickets/one/${id}/move`, { what }, nothing), said)) await loaded.reload()
  }
  return (
    <Loading of={loaded}>
      {(ticket) => (
        <Section
          id="ticket"
          title={`#${ticket.id} ${ticket.subject}`}
          intro={t(`support.tickets.status.${ticket.status}`)}
        >
          {ticket.isDesk ? (
            <p>
              {ticket.name} · {ticket.mail}
            </p>
          ) : null}
          <Entries ticket={ticket} />
          {ticket.report === '' ? null : (
            <details>
              <summary>{t('support.tickets.diagnosis')}</summary>
              <pre className={css.report}>{ticket.report}</pre>
            </details>
          )}
          <Files ticket={ticket} />
          <div className={css.buttons}>
            {ticket.may.includes('assign') && !ticket.isTaken ? (
              <Button onPress={() => void move('assign', t('support.queue.done'))}>{t('support.queue.assign')}</Button>
            ) : null}
            {ticket.may.includes('escalate') && ticket.level === 1 ? (
              <Button onPress={() => void move('escalate', t('support.queue.done'))}>
                {t('support.queue.escalate')}
              </Button>
            ) : null}
            {ticket.may.includes('solve') ? (
              <Button onPress={() => void move('solve', t('support.tickets.solved'))}>
                {ticket.isDesk ? t('support.queue.solve') : t('support.tickets.solve')}
              </Button>
            ) : null}
          </div>
          {ticket.helpers.length > 0 ? (
            <div className={css.tall}>
              <Assign key={ticket.assignee} ticket={ticket} onDone={loaded.reload} />
            </div>
          ) : null}
          {ticket.may.includes('rate') ? <Rate ticket={ticket} onDone={loaded.reload} /> : null}
          {ticket.may.includes('answer') ? <AnswerForm ticket={ticket} onDone={loaded.reload} /> : null}
          {ticket.may.includes('note') ? <NoteForm ticket={ticket} onDone={loaded.reload} /> : null}
        </Section>
      )}
    </Loading>
  )
}
