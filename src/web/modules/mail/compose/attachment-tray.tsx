import { useTranslation } from 'react-i18next'
import type { DraftAttachment } from '../../../data/index.ts'
import { formatSize } from '../../../i18n/format.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { fileIcon } from '../read/attachment-list.tsx'
import css from './attachment-tray.module.css'
import type { LinkedFile } from './compose-state.ts'
import { dayOf } from './day.ts'
import type { Upload, Uploads } from './use-uploads.ts'

const Uploading = ({ upload, uploads }: { upload: Upload; uploads: Uploads }) => {
  const { t } = useTranslation()
  const { id, file, way, progress, problem } = upload
  const percent = Math.round(progress * 100)
  const label =
    way === 'link'
      ? t('compose.linkUploading', { name: file.name, percent })
      : t('compose.progress', { name: file.name, percent })
  return (
    <li className={css.file} data-problem={problem === undefined || problem === 'offline' ? undefined : true}>
      <Icon
        name={
          problem === 'offline'
            ? 'offline'
            : problem !== undefined
              ? 'warning'
              : way === 'link'
                ? 'link'
                : fileIcon(file.type)
        }
        size={18}
      />
      <span className={css.name}>{file.name}</span>
      {problem === undefined ? (
        <progress className={css.progress} max={1} value={progress} aria-label={label} />
      ) : (
        <span className={css.size} role="alert">
          {problem === 'failed'
            ? t('compose.uploadFailed')
            : problem === 'lost'
              ? t('compose.uploadLost')
              : problem === 'offline'
                ? t('compose.uploadOffline')
                : problem}
        </span>
      )}
      {problem === 'failed' ? (
        <IconButton
          icon="refresh"
          size={15}
          className={css.remove}
          label={t('compose.retryAttachment', { name: file.name })}
          onPress={() => uploads.retry(id)}
        />
      ) : null}
      <IconButton
        icon="close"
        size={14}
        className={css.remove}
        label={t('compose.removeAttachment', { name: file.name })}
        onPress={() => uploads.remove(id)}
      />
    </li>
  )
}

/** The files of the message: there, on their way, sent as links, or failed. Pictures of the text are seen in it. */
export const AttachmentTray = ({
  attachments,
  links,
  uploads,
  onRemove,
  onUnlink,
}: {
  attachments: readonly DraftAttachment[]
  links: readonly LinkedFile[]
  uploads: Uploads
  onRemove: (attachment: DraftAttachment) => void
  onUnlink: (file: LinkedFile) => void
}) => {
  const { t, i18n } = useTranslation()
  const files = attachments.filter((item) => item.disposition !== 'inline')
  if (files.length + links.length + uploads.items.length === 0) return null
  return (
    <ul className={css.tray}>
      {files.map((item) => (
        <li key={item.blobId + item.name} className={css.file}>
          <Icon name={fileIcon(item.type)} size={18} />
          <span className={css.name}>{item.name}</span>
          <span className={css.size}>{formatSize(item.size, t, i18n.language)}</span>
          <IconButton
            icon="close"
            size={14}
            className={css.remove}
            label={t('compose.removeAttachment', { name: item.name })}
            onPress={() => onRemove(item)}
          />
        </li>
      ))}
      {links.map((file) => (
        <li key={file.id} className={css.file} title={t('compose.linkNote')}>
          <Icon name="link" size={18} />
          <span className={css.name}>{file.name}</span>
          <span className={css.size}>
            {formatSize(file.size, t, i18n.language)},{' '}
            {t('compose.linkUntil', { date: dayOf(file.expiresAt, i18n.language) })}
          </span>
          <IconButton
            icon="close"
            size={14}
            className={css.remove}
            label={t('compose.linkRemove', { name: file.name })}
            onPress={() => onUnlink(file)}
          />
        </li>
      ))}
      {uploads.items.map((upload) => (
        <Uploading key={upload.id} upload={upload} uploads={uploads} />
      ))}
    </ul>
  )
}
