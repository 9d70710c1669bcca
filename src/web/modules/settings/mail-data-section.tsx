/** One's mail taken along, and mail of elsewhere brought in. */
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMailboxes } from '../../shell/client.tsx'
import { refreshSession } from '../../shell/session.ts'
import { stepUp } from '../../shell/step-up.tsx'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { mailboxName } from '../mail/mailboxes/mailbox-names.ts'
import { type BringProgress, bring } from './bring/bring.ts'
import css from './settings-screen.module.css'

const MailboxSelect = ({
  label,
  value,
  all,
  onChange,
}: {
  label: string
  value: string
  /** The name of "all of them", where that can be chosen. */
  all?: string
  onChange: (id: string) => void
}) => {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  return (
    <label>
      <span className={css.label}>{label}</span>
      <select className={css.select} value={value} onChange={(event) => onChange(event.target.value)}>
        {all === undefined ? null : <option value="">{all}</option>}
        {mailboxes.map((mailbox) => (
          <option key={mailbox.id} value={mailbox.id}>
            {mailboxName(mailbox, t)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** A download: the browser takes the file once the person has proved again who they are. */
const ExportForm = () => {
  const { t } = useTranslation()
  const [mailbox, setMailbox] = useState('')
  const [isBusy, setBusy] = useState(false)
  const start = async () => {
    setBusy(true)
    const now = await refreshSession().catch(() => undefined)
    const isProved = (now?.steppedUpUntil ?? 0) > Date.now() + 10_000
    const query = mailbox === '' ? '' : `?mailbox=${encodeURIComponent(mailbox)}`
    if (isProved || (await stepUp())) window.location.assign(`/auth/mail/export${query}`)
    setBusy(false)
  }
  return (
    <div className={css.card}>
      <div className={css.stack}>
        <p className={css.cardTitle}>{t('device.export')}</p>
        <p className={css.intro}>{t('device.exportMore')}</p>
        <MailboxSelect
          label={t('device.exportWhat')}
          value={mailbox}
          all={t('device.exportAll')}
          onChange={setMailbox}
        />
        <p>
          <Button icon="download" isDisabled={isBusy} onPress={() => void start()}>
            {t('device.exportStart')}
          </Button>
        </p>
      </div>
    </div>
  )
}

const Progress = ({ now }: { now: BringProgress }) => {
  const { t } = useTranslation()
  return (
    <>
      <progress
        className={css.progress}
        max={Math.max(1, now.total)}
        value={now.read}
        aria-label={t('device.import')}
      />
      <p role="status">
        {t('device.importSoFar', { count: now.taken })}
        {now.known > 0 ? ` ${t('device.importKnown', { count: now.known })}` : ''}
        {now.refused > 0 ? ` ${t('device.importRefused', { count: now.refused })}` : ''}
      </p>
    </>
  )
}

const ImportForm = () => {
  const { t } = useTranslation()
  const client = useClient()
  const mailboxes = useMailboxes()
  const [mailbox, setMailbox] = useState('')
  const [progress, setProgress] = useState<BringProgress>()
  const running = useRef<AbortController>(undefined)
  const [isBusy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const to = mailbox || (mailboxes.find(({ role }) => role === 'archive')?.id ?? mailboxes[0]?.id ?? '')
  const start = async (files: readonly File[]) => {
    if (files.length === 0 || to === '') return
    running.current = new AbortController()
    setBusy(true)
    try {
      const done = await bring(client, files, to, setProgress, running.current.signal)
      toast(t('device.importDone', { count: done.taken }))
    } catch {
      toast(t('device.importFailed'), { tone: 'problem', ms: 9000 })
    }
    setBusy(false)
    if (input.current) input.current.value = ''
  }
  return (
    <div className={css.card}>
      <div className={css.stack}>
        <p className={css.cardTitle}>{t('device.import')}</p>
        <p className={css.intro}>{t('device.importMore')}</p>
        <MailboxSelect label={t('device.importTo')} value={to} onChange={setMailbox} />
        <label>
          <span className={css.label}>{t('device.importFiles')}</span>
          <input
            ref={input}
            type="file"
            accept=".eml,.mbox,.zip,message/rfc822,application/mbox,application/zip"
            multiple
            disabled={isBusy}
            onChange={(event) => void start([...(event.target.files ?? [])])}
          />
        </label>
        {progress === undefined ? null : <Progress now={progress} />}
        {isBusy ? (
          <p>
            <Button kind="quiet" onPress={() => running.current?.abort()}>
              {t('device.importStop')}
            </Button>
          </p>
        ) : null}
      </div>
    </div>
  )
}

export const MailDataSection = () => {
  const { t } = useTranslation()
  return (
    <section className={css.section} aria-labelledby="mail-data">
      <h2 className={css.heading} id="mail-data">
        {t('device.mailData')}
      </h2>
      <ImportForm />
      <ExportForm />
    </section>
  )
}
