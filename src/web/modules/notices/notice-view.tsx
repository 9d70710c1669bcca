/** One official notice as its readers have it. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Notice } from '#format/jmap/notices.ts'
import type { Words } from '#format/jmap/portal.ts'
import { formatSize, longDate } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import css from './notices.module.css'

/** The person's language where there is a translation. */
export const inLanguage = (words: Words, language: string): string =>
  language.startsWith('en') && words.en !== '' ? words.en : words.fr

/** HTML that our own server has made of Markdown, in which HTML is text and links go nowhere dangerous. */
export const SafeHtml = ({ html, lang }: { html: string; lang: string }) => (
  // biome-ignore lint/security/noDangerouslySetInnerHtml: rendered by format/markdown, which lets no HTML through
  <div className={css.body} lang={lang} dangerouslySetInnerHTML={{ __html: html }} />
)

const Files = ({ notice }: { notice: Notice }) => {
  const { t, i18n } = useTranslation()
  if (notice.files.length === 0) return null
  return (
    <ul className={css.files} aria-label={t('notices.files')}>
      {notice.files.map((file) => (
        <li key={file.url}>
          <a href={file.url} download={file.name}>
            <Icon name="attach" size={16} />
            {file.name} ({formatSize(file.size, t, i18n.language)})
          </a>
        </li>
      ))}
    </ul>
  )
}

export const NoticeView = ({
  notice,
  isOpen,
  onSee,
  onAcknowledge,
}: {
  notice: Notice
  /** Asked for by its address: shown whole, and the keyboard goes there. */
  isOpen: boolean
  onSee: () => void
  onAcknowledge: () => void
}) => {
  const { t, i18n } = useTranslation()
  const [isShown, setShown] = useState(isOpen)
  const title = useRef<HTMLHeadingElement>(null)
  const language = i18n.language
  const html = inLanguage(notice.html, language)
  const see = () => {
    setShown(true)
    if (!notice.isSeen) onSee()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it is asked for
  useEffect(() => {
    if (!isOpen) return
    see()
    title.current?.scrollIntoView({ block: 'start' })
    title.current?.focus({ preventScroll: true })
  }, [isOpen])
  const isFrench = html === notice.html.fr
  const when = t('notices.published', { when: longDate(notice.publishedAt, language) })
  return (
    <article className={css.notice} data-urgent={notice.isUrgent || undefined} aria-labelledby={`notice-${notice.id}`}>
      <p className={css.head}>
        <span className={css.mark}>
          <Icon name={notice.isUrgent ? 'warning' : 'shield'} size={16} />
          {notice.isUrgent ? t('notices.urgentMark') : t('notices.mark')}
        </span>
        <span>{notice.sender}</span>
        <span>{when}</span>
        {notice.isSeen ? null : <strong>{t('notices.unread')}</strong>}
      </p>
      <h2 className={css.title} id={`notice-${notice.id}`} ref={title} tabIndex={-1}>
        {inLanguage(notice.title, language)}
      </h2>
      {notice.isWithdrawn ? (
        <p className={css.note}>{t('notices.withdrawn', { why: inLanguage(notice.note, language) })}</p>
      ) : notice.correctedAt !== null ? (
        <p className={css.note}>{t('notices.corrected', { what: inLanguage(notice.note, language) })}</p>
      ) : null}
      {notice.isWithdrawn ? null : isShown ? (
        <>
          <SafeHtml html={html} lang={isFrench ? 'fr' : 'en'} />
          <Files notice={notice} />
        </>
      ) : null}
      <div className={css.actions}>
        {isShown || notice.isWithdrawn ? null : (
          <Button onPress={see} aria-label={t('notices.openNamed', { title: inLanguage(notice.title, language) })}>
            {t('notices.open')}
          </Button>
        )}
        {notice.asksAcknowledgement && !notice.isWithdrawn ? (
          notice.isAcknowledged ? (
            <span className={css.done}>
              <Icon name="check" size={18} />
              {notice.acknowledgedAt === null
                ? t('notices.acknowledgedNow')
                : t('notices.acknowledged', { when: longDate(notice.acknowledgedAt, language) })}
            </span>
          ) : isShown ? (
            <Button kind="primary" onPress={onAcknowledge}>
              {t('notices.acknowledge')}
            </Button>
          ) : (
            <strong>{t('notices.toAcknowledge')}</strong>
          )
        ) : null}
      </div>
    </article>
  )
}
