import { useTranslation } from 'react-i18next'
import type { DraftAttachment } from '../../../data/index.ts'
import { formatSize } from '../../../i18n/format.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { fileIcon } from '../read/attachment-list.tsx'
import css from './attachment-tray.module.css'
import type { Uploads } from './use-uploads.ts'

/** The files of the message: there, on their way, or failed. */
export const AttachmentTray = ({
  attachments,
  uploads,
  onRemove,
}: {
  attachments: readonly DraftAttachment[]
  uploads: Uploads
  onRemove: (attachment: DraftAttachment) => void
}) => {
  const { t, i18n } = useTranslation()
  if (attachments.length + uploads.items.length === 0) return null
  return (
    <ul className={css.tray}>
      {attachments.map((item) => (
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
      {uploads.items.map(({ id, file, progress, problem }) => (
        <li key={id} className={css.file} data-problem={problem}>
          <Icon name={problem === undefined ? fileIcon(file.type) : 'warning'} size={18} />
          <span className={css.name}>{file.name}</span>
          {problem === undefined ? (
            <progress
              className={css.progress}
              max={1}
              value={progress}
              aria-label={t('compose.progress', { name: file.name, percent: Math.round(progress * 100) })}
            />
          ) : (
            <span className={css.size} role="alert">
              {problem === 'tooLarge' ? t('compose.tooLarge') : t('compose.uploadFailed')}
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
      ))}
    </ul>
  )
}
