/**
 * A message on paper: the whole of it, with who, when and what was attached, and nothing of the page around. The sealed
 * frame is measured at the width of the paper first, so that its last line is printed too.
 */
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import type { EmailAddress, EmailBody, EmailSummary } from '../../../data/index.ts'
import { colon } from '../../../i18n/colon.ts'
import { longDate } from '../../../i18n/format.ts'
import { listedAttachments, useAttachmentName } from './attachment-list.tsx'
import { htmlOf, PlainBody } from './message-body.tsx'
import { MessageFrame } from './message-frame.tsx'
import css from './print-sheet.module.css'
import { sanitise } from './sanitise.ts'
import { useImages } from './use-images.ts'

/** Pictures come after the words: printing waits until the height is still for so long. */
const STILL_MS = 600
const LONGEST_MS = 8000

const people = (list: readonly EmailAddress[] | null | undefined): string =>
  (list ?? [])
    .slice(0, 200)
    .map(({ name, email }) => (name ? `${name} <${email}>` : email))
    .join(', ')

export const PrintSheet = ({ email, body, onDone }: { email: EmailSummary; body: EmailBody; onDone: () => void }) => {
  const { t, i18n } = useTranslation()
  const nameOf = useAttachmentName()
  const html = htmlOf(body)
  const clean = useMemo(() => (html === undefined ? undefined : sanitise(html)), [html])
  const images = useImages(email.id, (email.from?.[0]?.email ?? '').toLowerCase(), body.reading)
  const timer = useRef<number>(undefined)
  const printed = useRef(false)
  const print = useCallback(() => {
    if (printed.current) return
    printed.current = true
    window.print()
  }, [])
  const soon = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(print, STILL_MS)
  }, [print])
  useEffect(() => {
    document.body.dataset.printing = ''
    const latest = window.setTimeout(print, LONGEST_MS)
    if (clean === undefined) soon()
    window.addEventListener('afterprint', onDone)
    return () => {
      delete document.body.dataset.printing
      window.clearTimeout(latest)
      window.clearTimeout(timer.current)
      window.removeEventListener('afterprint', onDone)
    }
  }, [clean, onDone, print, soon])
  const files = listedAttachments(body).map(nameOf)
  const facts = [
    [t('message.from'), people(email.from)],
    [t('message.to'), people(email.to)],
    [t('message.cc'), people(email.cc)],
    [t('message.date'), longDate(email.sentAt ?? email.receivedAt, i18n.language)],
  ] as const
  return createPortal(
    <section className={css.sheet} aria-label={t('reading.print')}>
      <h1 className={css.subject}>{email.subject?.trim() || t('list.noSubject')}</h1>
      <dl className={css.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .flatMap(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label} value`}>{value}</dd>])}
      </dl>
      {clean ? (
        <MessageFrame clean={clean} body={body} showImages={images.state === 'shown'} look="" onHeight={soon} />
      ) : (
        <PlainBody body={body} />
      )}
      {files.length > 0 ? (
        <p className={css.files}>
          {t('message.attachments', { count: files.length })}
          {colon()}
          {files.join(', ')}
        </p>
      ) : null}
    </section>,
    document.body,
  )
}
