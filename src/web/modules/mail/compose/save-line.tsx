import { useTranslation } from 'react-i18next'
import { clockTime } from '../../../i18n/format.ts'
import css from './compose-window.module.css'
import type { SaveStatus } from './use-autosave.ts'

/** Whether what is written is safe, in a few words. */
export const SaveLine = ({ status }: { status: SaveStatus }) => {
  const { t, i18n } = useTranslation()
  const text =
    status.kind === 'saving'
      ? t('compose.saving')
      : status.kind === 'saved'
        ? t('compose.saved', { time: clockTime(status.at, i18n.language) })
        : status.kind === 'failed'
          ? `${t('compose.local')}. ${t('compose.unsaved')}`
          : ' '
  return <p className={css.saved}>{text}</p>
}
