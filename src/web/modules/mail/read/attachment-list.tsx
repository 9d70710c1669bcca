import { useTranslation } from 'react-i18next'
import type { EmailBody, EmailBodyPart } from '../../../data/index.ts'
import { formatSize } from '../../../i18n/format.ts'
import { useClient } from '../../../shell/client.tsx'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import css from './attachment-list.module.css'

export const fileIcon = (type: string): IconName => {
  if (type.startsWith('image/')) return 'image'
  if (type === 'text/calendar') return 'calendar'
  if (/spreadsheet|excel|csv/.test(type)) return 'table'
  return 'file'
}

const THUMBNAIL = /^image\/(png|jpeg|gif|webp|avif)$/
/** An image heavier than this is not fetched for a thumbnail. */
const MAX_THUMBNAIL = 3_000_000

const extension = (name: string): string => /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase() ?? ''

const Attachment = ({ part }: { part: EmailBodyPart }) => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const name = part.name ?? (part.type === 'message/rfc822' ? 'message.eml' : t('message.unnamed'))
  if (part.blobId === null) return null
  const url = client.downloadUrl(part.blobId, name, part.type)
  const hasThumbnail = THUMBNAIL.test(part.type) && part.size <= MAX_THUMBNAIL
  return (
    <li>
      <a className={css.file} href={url} download={name} aria-label={t('message.download', { name })}>
        <span className={css.picture} data-image={hasThumbnail || undefined}>
          {hasThumbnail ? (
            <img src={url} alt="" loading="lazy" decoding="async" />
          ) : (
            <Icon name={fileIcon(part.type)} size={22} />
          )}
        </span>
        <span className={css.words}>
          <span className={css.name}>{name}</span>
          <span className={css.about}>
            {[extension(name), formatSize(part.size, t, i18n.language)].filter(Boolean).join(' · ')}
          </span>
        </span>
        <span className={css.download}>
          <Icon name="download" size={17} />
        </span>
      </a>
    </li>
  )
}

/** Images that the HTML shows itself are not listed again. */
const isShownInside = (part: EmailBodyPart, html: string): boolean =>
  part.disposition !== 'attachment' && Boolean(part.cid) && html.includes(`cid:${part.cid}`)

export const listedAttachments = (body: EmailBody): readonly EmailBodyPart[] => {
  const html = body.htmlBody.map((part) => (part.partId === null ? '' : body.bodyValues[part.partId]?.value)).join('')
  return body.attachments.filter((part) => !isShownInside(part, html))
}

export const AttachmentList = ({ body }: { body: EmailBody }) => {
  const { t } = useTranslation()
  const parts = listedAttachments(body)
  if (parts.length === 0) return null
  return (
    <section className={css.section}>
      <h3 className={css.title}>{t('message.attachments', { count: parts.length })}</h3>
      <ul className={css.list}>
        {parts.map((part, index) => (
          <Attachment key={part.partId ?? part.blobId ?? index} part={part} />
        ))}
      </ul>
    </section>
  )
}
