/** The tab's title: the mailbox, with the number of unread messages of the inbox. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMailboxes } from './client.tsx'
import { createValue, useLive } from './value.ts'

/** Set by the screen shown: the mailbox's or conversation's name. */
export const screenTitle = createValue('')

export const useTitle = (): void => {
  const { t } = useTranslation()
  const unread = useMailboxes().find((mailbox) => mailbox.role === 'inbox')?.unreadEmails ?? 0
  const name = useLive(screenTitle)
  useEffect(() => {
    const title = name === '' ? t('app.name') : `${name} · ${t('app.name')}`
    document.title = unread > 0 ? t('app.unread', { count: unread, title }) : title
  }, [name, unread, t])
}
