/** The one warning of a message: what is wrong, what to do, a way to report it. The other findings are its details. */
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Finding, Warning } from '#format/warning/choose.ts'
import type { EmailSummary } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { ask, numberOr, record } from '../../../shell/request.ts'
import { toast } from '../../../shell/toasts.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { fullness, percentOf, type Room, roomOf } from '../organise/quota-room.ts'
import css from './warning-banner.module.css'

const sentence = (finding: Finding, t: TFunction): string => {
  switch (finding.kind) {
    case 'look-alike':
      return t('reading.warning.about.look-alike', { like: finding.like })
    case 'imitates':
      return t(`reading.warning.about.imitates-${finding.who}`, { name: finding.name })
    case 'failed':
      return t(finding.own ? 'reading.warning.about.failed-own' : 'reading.warning.about.failed')
    case 'attachment':
      return t(`reading.warning.about.attachment-${finding.danger}`, { name: finding.name })
    case 'link':
      return t('reading.warning.about.link', { shown: finding.shown, target: finding.target })
    case 'pressure':
      return t(`reading.warning.about.pressure-${finding.about}`)
    case 'judged':
      return t('reading.warning.about.judged')
    case 'mixed':
      return t('reading.warning.about.mixed')
    case 'unproved-own':
      return t('reading.warning.about.unproved-own')
    case 'first-time':
      return t('reading.warning.about.first-time')
  }
}

/** Reports a message: it is put with the junk, and comes back when that is undone. */
export const useReport = (): ((email: EmailSummary, findings: readonly string[]) => Promise<void>) => {
  const { t } = useTranslation()
  const { run } = useAct()
  const { account } = useClient()
  return async ({ id }, findings) => {
    const answer = await run(() =>
      ask('/mail/report', { emailId: id, findings, account }, (body) => numberOr(record(body).reportId, 0)),
    )
    if (!answer) return
    const undo = () => {
      void run(
        () => ask('/mail/report/undo', { reportId: answer.value, account }, () => true),
        t('reading.warning.reportUndone'),
      )
    }
    toast(t('reading.warning.reported'), { undo })
  }
}

/** To the page that puts an intruder out: in sight where the message is surely a fraud, else among the details. */
const GaveLink = () => {
  const { t } = useTranslation()
  return (
    <Link to="/account/$part" params={{ part: 'compromise' }}>
      {t('reading.warning.gave')}
    </Link>
  )
}

const isAboutRoom = (finding: Finding): boolean => finding.kind === 'pressure' && finding.about === 'quota'

/** What a false alarm about a full mailbox is answered with: how full it is. */
const RoomTruth = () => {
  const { t } = useTranslation()
  const client = useClient()
  const [room, setRoom] = useState<Room>()
  useEffect(() => {
    let current = true
    roomOf(client).then(
      (found) => current && setRoom(found),
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [client])
  // Its line is kept while the server is asked.
  return (
    <p className={css.next} role="status">
      {room === undefined
        ? '\u00a0'
        : t(fullness(room) === undefined ? 'reading.warning.roomFree' : 'reading.warning.roomFull', {
            percent: percentOf(room),
          })}
    </p>
  )
}

export const WarningBanner = ({ email, warning }: { email: EmailSummary; warning: Warning }) => {
  const { t, i18n } = useTranslation()
  const report = useReport()
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const detailsId = useId()
  const { tone, findings } = warning
  const [first, ...others] = findings
  if (!first) return null
  const next = first.kind === 'attachment' ? 'attachment' : tone
  return (
    <section className={css.banner} data-tone={tone} aria-label={t('reading.warning.label')}>
      <span className={css.mark}>
        <Icon name={tone === 'notice' ? 'person' : 'warning'} size={20} />
      </span>
      <div>
        <p className={css.what}>{sentence(first, t)}</p>
        {isAboutRoom(first) ? <RoomTruth /> : null}
        <p className={css.next}>{t(`reading.warning.next.${next}`)}</p>
        <div className={css.acts}>
          <Button
            kind={tone === 'danger' ? 'plain' : 'quiet'}
            icon="junk"
            aria-label={t('reading.warning.reportName')}
            isDisabled={isBusy}
            onPress={() => {
              setBusy(true)
              void report(
                email,
                findings.map(({ kind }) => kind),
              ).finally(() => setBusy(false))
            }}
          >
            {t('reading.warning.report')}
          </Button>
          {tone === 'notice' && others.length === 0 ? null : (
            <Button kind="quiet" aria-expanded={isOpen} aria-controls={detailsId} onPress={() => setOpen(!isOpen)}>
              {isOpen ? t('reading.warning.hide') : t('reading.warning.why')}
            </Button>
          )}
          {tone === 'danger' ? <GaveLink /> : null}
        </div>
        <div id={detailsId} hidden={!isOpen}>
          <ul className={css.more}>
            {others.map((finding) => (
              <li key={sentence(finding, t)}>{sentence(finding, t)}</li>
            ))}
            <li>
              <a href={i18n.language === 'en' ? '/help/phishing' : '/aide/phishing'} target="_blank" rel="noopener">
                {t('reading.warning.guide')}
              </a>
            </li>
            {tone === 'danger' ? null : (
              <li>
                <GaveLink />
              </li>
            )}
          </ul>
        </div>
      </div>
    </section>
  )
}

/** What only the platform's own messages bear: the server decides, no message can. */
export const Seal = () => {
  const { t } = useTranslation()
  return (
    <>
      <p className={css.seal}>
        <Icon name="shield" size={18} />
        {t('reading.seal')}
      </p>
      <p className={css.sealMore}>{t('reading.sealMore')}</p>
    </>
  )
}
