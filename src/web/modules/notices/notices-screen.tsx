/** Official notices that one has received: what waits for an answer first. */
import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Notice } from '#format/jmap/notices.ts'
import { announce } from '../../shell/announce.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/page.tsx'
import { type Portal, usePortal } from '../portal/use-portal.ts'
import { NoticeView } from './notice-view.tsx'
import css from './notices.module.css'
import { ToldPage } from './told-nav.tsx'

/** What somebody is still asked to do. */
export const waits = (notice: Notice): boolean =>
  !notice.isWithdrawn && notice.asksAcknowledgement && !notice.isAcknowledged

const rank = (notice: Notice): number => (waits(notice) ? 0 : notice.isSeen ? 2 : 1)

/** Those that wait, those not read, the others; the latest first. */
export const inOrder = (notices: readonly Notice[]): Notice[] =>
  notices.toSorted((a, b) => rank(a) - rank(b) || (a.publishedAt < b.publishedAt ? 1 : -1))

const List = ({ portal, notices }: { portal: Portal; notices: readonly Notice[] }) => {
  const { t } = useTranslation()
  const { id } = useSearch({ from: '/notices' })
  // The order of when one came: a notice must not jump away while it is read.
  const shown = inOrder(notices)
  if (shown.length === 0) return <Note>{t('notices.none')}</Note>
  return (
    <>
      {shown.map((notice) => (
        <NoticeView
          key={notice.id}
          notice={notice}
          isOpen={notice.id === id}
          onSee={() => portal.see(notice.id)}
          onAcknowledge={() => {
            portal.acknowledge(notice.id)
            announce(t('notices.acknowledgedNow'))
          }}
        />
      ))}
    </>
  )
}

export const NoticesScreen = () => {
  const { t } = useTranslation()
  const portal = usePortal()
  const { view, isOld } = portal
  return (
    <ToldPage part="read">
      {isOld ? (
        <Note tone="mark">
          <p>{view === undefined ? t('notices.failed') : t('notices.old')}</p>
          <Button onPress={portal.retry}>{t('notices.retry')}</Button>
        </Note>
      ) : null}
      {view === undefined ? (
        isOld ? null : (
          <p className={css.soft} aria-busy="true" role="status">
            {t('app.loading')}
          </p>
        )
      ) : (
        <List portal={portal} notices={view.notices} />
      )}
    </ToldPage>
  )
}
