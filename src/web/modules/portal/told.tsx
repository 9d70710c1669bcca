/** What one is officially told and asked, first in the home: notices not read or not acknowledged, documents to hand in. */
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { messageDate } from '../../i18n/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { inLanguage } from '../notices/notice-view.tsx'
import { inOrder, waits } from '../notices/notices-screen.tsx'
import css from './portal.module.css'
import type { PortalView } from './portal-data.ts'

const SHOWN = 4

export const NoticesPart = ({ view }: { view: PortalView }) => {
  const { t, i18n } = useTranslation()
  const waiting = inOrder(view.notices).filter((notice) => waits(notice) || !notice.isSeen)
  const told = view.notifications.filter((one) => !one.isSeen).length
  return (
    <section className={css.box} aria-labelledby="portal-notices">
      <h2 className={css.heading} id="portal-notices">
        {t('notices.home')}
      </h2>
      {waiting.length === 0 ? (
        <p className={css.faint}>{t('notices.homeNone')}</p>
      ) : (
        <ul className={css.cards}>
          {waiting.slice(0, SHOWN).map((notice) => (
            <li key={notice.id} className={css.card}>
              <span className={css.cardIcon}>
                <Icon name={notice.isUrgent ? 'warning' : 'shield'} size={20} />
              </span>
              <div className={css.cardText}>
                <p className={css.cardKind}>{notice.isUrgent ? t('notices.urgentMark') : t('notices.mark')}</p>
                <p className={css.cardTitle}>
                  <Link to="/notices" search={{ id: notice.id }}>
                    {inLanguage(notice.title, i18n.language)}
                  </Link>
                </p>
                <p className={css.faint}>
                  {notice.sender}, {messageDate(notice.publishedAt, i18n.language)}
                </p>
                {waits(notice) ? <p>{t('notices.toAcknowledge')}</p> : null}
              </div>
            </li>
          ))}
        </ul>
      )}
      <p className={css.more}>
        <Link to="/notices" search={{}}>
          {t('notices.homeAll', { count: view.notices.length })}
        </Link>
      </p>
      <p className={css.more}>
        <Link to="/notifications">
          {told === 0 ? t('notices.nav.notifications') : t('notices.homeTold', { count: told })}
        </Link>
      </p>
    </section>
  )
}

export const RequestsPart = ({ view }: { view: PortalView }) => {
  const { t, i18n } = useTranslation()
  const open = view.requests
    .filter((request) => request.handedAt === null && !request.isClosed)
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
  if (open.length === 0) return null
  return (
    <section className={css.box} aria-labelledby="portal-requests">
      <h2 className={css.heading} id="portal-requests">
        {t('notices.homeRequests')}
      </h2>
      <ul className={css.cards}>
        {open.slice(0, SHOWN).map((request) => (
          <li key={request.id} className={css.card}>
            <span className={css.cardIcon}>
              <Icon name="file" size={20} />
            </span>
            <div className={css.cardText}>
              <p className={css.cardKind}>{request.sender}</p>
              <p className={css.cardTitle}>
                <Link to="/requests">{request.title}</Link>
              </p>
              <p className={css.faint}>{t('notices.due', { when: messageDate(request.dueAt, i18n.language) })}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
