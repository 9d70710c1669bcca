/** Tells, once a day, that the mailbox is nearly full: on a phone nobody sees the bar at the foot of the pane. */
import i18next from 'i18next'
import type { MailClient } from '../../../data/index.ts'
import { loadTexts } from '../../../i18n/parts.ts'
import { session } from '../../../shell/session.ts'
import { toast } from '../../../shell/toasts.tsx'
import type { Navigate } from '../act/open.ts'
import { fullness, roomOf } from './quota-room.ts'

const KEY = 'convergence.quota'

/** Whether this was told today already; notes that it is. */
const wasTold = (what: string): boolean => {
  // On a shared computer nothing is kept: it is told at each visit.
  if (session.get()?.shared === true) return false
  const now = `${new Date().toDateString()} ${what}`
  try {
    if (localStorage.getItem(KEY) === now) return true
    localStorage.setItem(KEY, now)
  } catch {
    // No storage: told at each visit.
  }
  return false
}

export const warnOfQuota = async (client: MailClient, navigate: Navigate): Promise<void> => {
  const room = await roomOf(client)
  const full = room && fullness(room)
  if (full === undefined || wasTold(`${client.session.get()?.accountId} ${full}`)) return
  await loadTexts('organise')
  const { t } = i18next
  const run = () => void navigate({ to: '/usage' })
  toast(full === 'now' ? t('organise.quotaNow') : t('organise.quotaSoon'), {
    tone: full === 'now' ? 'problem' : 'plain',
    action: { label: t('organise.quotaWhat'), run },
    ms: 15_000,
  })
}
