/** The attachments of a message: seen here when that is safe, downloaded, all at once if wanted. */
import { lazy, Suspense, useState } from 'react'
import type { EmailBody, EmailBodyPart, EmailSummary } from '../../../data/index.ts'
import { formatSize } from '../../../i18n/format.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useClient } from '../../../shell/client.tsx'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import css from './attachment-list.module.css'
import { viewable } from './viewable.ts'

const Viewer = lazy(() => import('./viewer.tsx').then((module) => ({ default: module.Viewer })))

export const fileIcon = (type: string): IconName => {
  if (type.startsWith('image/')) return 'image'
  if (type === 'text/calendar' || type === 'application/ics') return 'calendar'
  if (/vcard/.test(type)) return 'person'
  if (type === 'message/rfc822') return 'mail'
  if (/spreadsheet|excel|csv/.test(type)) return 'table'
  return 'file'
}

const THUMBNAIL = /^image\/(png|jpeg|gif|webp|avif)$/
/** An image heavier than this is not fetched for a thumbnail. */
const MAX_THUMBNAIL = 3_000_000

const extension = (name: string): string => /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase() ?? ''

/** What programs attach without a name. */
const unnamed: Readonly<Record<string, string>> = {
  'message/rfc822': 'message.eml',
  'message/delivery-status': 'delivery-status.txt',
  'text/calendar': 'invitation.ics',
  'text/vcard': 'contact.vcf',
  'application/pdf': 'document.pdf',
  'image/jpeg': 'image.jpg',
  'image/png': 'image.png',
}

export const useAttachmentName = (): ((part: EmailBodyPart) => string) => {
  const { t } = useTexts()
  return (part) => part.name ?? unnamed[part.type] ?? t('message.unnamed')
}

/** One attachment: seen in the page when `onView` is given, else downloaded. */
export const Attachment = ({ part, onView }: { part: EmailBodyPart; onView: (() => void) | undefined }) => {
  const { t, i18n } = useTexts()
  const client = useClient()
  const name = useAttachmentName()(part)
  if (part.blobId === null) return null
  const url = client.downloadUrl(part.blobId, name, part.type)
  const about = [extension(name), formatSize(part.size, t, i18n.language)].filter(Boolean).join(' · ')
  // What is seen is in what is said (WCAG 2.5.3).
  const whole = `${name} ${about}`
  const hasThumbnail = THUMBNAIL.test(part.type) && part.size <= MAX_THUMBNAIL
  const face = (
    <>
      <span className={css.picture} data-image={hasThumbnail || undefined}>
        {hasThumbnail ? (
          <img src={url} alt="" loading="lazy" decoding="async" />
        ) : (
          <Icon name={fileIcon(part.type)} size={22} />
        )}
      </span>
      <span className={css.words}>
        <span className={css.name}>{name}</span> <span className={css.about}>{about}</span>
      </span>
    </>
  )
  return (
    <li className={css.file}>
      {onView ? (
        <button type="button" className={css.face} aria-label={t('reading.view', { name: whole })} onClick={onView}>
          {face}
        </button>
      ) : (
        <a className={css.face} href={url} download={name} aria-label={t('message.download', { name: whole })}>
          {face}
        </a>
      )}
      {onView ? (
        <a className={css.download} href={url} download={name} aria-label={t('message.download', { name })}>
          <Icon name="download" size={17} />
        </a>
      ) : (
        <span className={css.download}>
          <Icon name="download" size={17} />
        </span>
      )}
    </li>
  )
}

/** Images that the HTML shows itself are not listed again. */
const isShownInside = (part: EmailBodyPart, html: string): boolean =>
  part.disposition !== 'attachment' && Boolean(part.cid) && html.includes(`cid:${part.cid}`)

const isCalendar = ({ type }: EmailBodyPart): boolean => type === 'text/calendar' || type === 'application/ics'

export const listedAttachments = (body: EmailBody): readonly EmailBodyPart[] => {
  const html = body.htmlBody.map((part) => (part.partId === null ? '' : body.bodyValues[part.partId]?.value)).join('')
  const parts = body.attachments.filter((part) => !isShownInside(part, html))
  // An invitation comes twice: for programs, and as a file for those that know none.
  const hasFile = parts.some((part) => isCalendar(part) && part.name !== null)
  return parts.filter((part) => !(hasFile && isCalendar(part) && part.name === null))
}

const zipOf = (emailId: string, account: string | undefined): string =>
  `/mail/zip/${encodeURIComponent(emailId)}.zip${account === undefined ? '' : `?account=${account}`}`

export const AttachmentList = ({ email, body }: { email: EmailSummary; body: EmailBody }) => {
  const { account } = useClient()
  const { t } = useTexts()
  const [viewed, setViewed] = useState<number>()
  const parts = listedAttachments(body)
  if (parts.length === 0) return null
  const seen = parts.filter((part) => viewable(part) !== undefined)
  return (
    <section className={css.section}>
      <div className={css.head}>
        <h3 className={css.title}>{t('message.attachments', { count: parts.length })}</h3>
        {parts.length > 1 ? (
          <a className={css.all} href={zipOf(email.id, account)} download>
            <Icon name="download" size={15} />
            {t('reading.downloadAll')}
          </a>
        ) : null}
      </div>
      <ul className={css.list}>
        {parts.map((part, index) => (
          <Attachment
            key={part.partId ?? part.blobId ?? index}
            part={part}
            onView={seen.includes(part) ? () => setViewed(seen.indexOf(part)) : undefined}
          />
        ))}
      </ul>
      <Suspense>
        {viewed === undefined ? null : (
          <Viewer parts={seen} at={viewed} onMove={setViewed} onClose={() => setViewed(undefined)} />
        )}
      </Suspense>
    </section>
  )
}
