/** Says, in one sentence, what the data room could not do (it has already put things back). */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailErrorEvent } from '../data/index.ts'
import { useClient } from './client.tsx'
import { toast } from './toasts.tsx'

/** Shown where they happen, not as a notice. */
const quiet = new Set<MailErrorEvent['code']>(['uploadFailed', 'loadFailed'])

export const ErrorNotices = () => {
  const client = useClient()
  const { t } = useTranslation()
  useEffect(
    () =>
      client.errors.subscribe((event) => {
        if (quiet.has(event.code)) return
        if (event.code === 'sendFailed' && event.type !== undefined) {
          const plain = () => toast(t('problem.sendFailed'), { tone: 'problem' })
          import('../modules/mail/compose/send-refused.ts').then(({ tellRefused }) => tellRefused(event), plain)
          return
        }
        toast(event.type === 'mailboxHasChild' ? t('problem.hasChildren') : t(`problem.${event.code}`), {
          tone: 'problem',
        })
      }),
    [client, t],
  )
  return null
}
