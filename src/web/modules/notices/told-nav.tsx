/** What one is told and asked: a page for each, and for those who may, writing and asking. */
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../../shell/session.ts'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Page } from '../../ui/page.tsx'
import { type SectionLink, SectionNav } from '../../ui/section-nav.tsx'

export type ToldPart = 'read' | 'requests' | 'notifications' | 'write' | 'ask'

/** Offered to those who have the task; the server decides each act again. */
export const useMayWrite = (): boolean => useLive(session)?.addresses === true

export const ToldPage = ({ part, children }: { part: ToldPart; children: ReactNode }) => {
  const { t } = useTranslation()
  const mayWrite = useMayWrite()
  const links: SectionLink[] = [
    { id: 'read', name: t('notices.nav.read'), icon: 'flag', to: '/notices' },
    { id: 'requests', name: t('notices.nav.requests'), icon: 'file', to: '/requests' },
    { id: 'notifications', name: t('notices.nav.notifications'), icon: 'clock', to: '/notifications' },
  ]
  if (mayWrite)
    links.push(
      { id: 'write', name: t('notices.nav.write'), icon: 'write', to: '/notices/write' },
      { id: 'ask', name: t('notices.nav.ask'), icon: 'people', to: '/requests/ask' },
    )
  const title = t(`notices.title.${part}`)
  useEffect(() => {
    screenTitle.set(title)
    return () => screenTitle.set('')
  }, [title])
  return (
    <Page title={title} aside={<SectionNav label={t('notices.nav.label')} links={links} current={part} />}>
      {children}
    </Page>
  )
}
