import { useTranslation } from 'react-i18next'
import { useLive } from '../../../shell/value.ts'
import type { ListPlace } from '../place.ts'
import css from './empty-list.module.css'
import { focusOn } from './focus.ts'

/** What is said instead of an empty list. */
export const EmptyList = ({ place, failed }: { place: ListPlace; failed: boolean }) => {
  const { t } = useTranslation()
  const isFocused = useLive(focusOn)
  const [title, more] = failed
    ? [t('list.failed'), '']
    : place.kind === 'search'
      ? [t('list.emptySearch'), t('list.emptySearchMore')]
      : isFocused && place.mailbox?.role === 'inbox'
        ? [t('list.emptyFocus'), t('list.emptyFocusMore')]
        : place.mailbox?.role === 'inbox'
          ? [t('list.emptyInbox'), t('list.emptyInboxMore')]
          : [t('list.empty'), t('list.emptyMore')]
  return (
    <div className={css.empty} id="list" tabIndex={-1}>
      <svg className={css.art} viewBox="0 0 120 80" aria-hidden="true">
        <path d="M6 14c34 0 46 13 66 26" />
        <path d="M6 66c34 0 46-13 66-26" />
        <path d="M6 40h66" data-gold="" />
        <circle cx="88" cy="40" r="9" />
      </svg>
      <p className={css.title}>{title}</p>
      <p className={css.more}>{more}</p>
    </div>
  )
}
