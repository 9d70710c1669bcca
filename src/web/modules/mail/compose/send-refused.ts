/** A message that the server refused to send: why, whose address it was, and the way back to it. */
import i18next from 'i18next'
import type { MailErrorEvent } from '../../../data/index.ts'
import { loadTexts } from '../../../i18n/parts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { compose } from './composers.ts'

/** Error types of RFC 8621 §7.5 that a person can do something about. */
const known = ['invalidRecipients', 'forbiddenToSend', 'forbiddenFrom', 'tooManyRecipients', 'tooLarge'] as const
const MAX_NAMED = 3

export const tellRefused = async ({ type, ids, addresses = [] }: MailErrorEvent): Promise<void> => {
  await loadTexts('compose')
  const { t } = i18next
  const why = known.find((one) => one === type)
  const named = addresses.slice(0, MAX_NAMED).join(', ')
  const emails = addresses.length > MAX_NAMED ? `${named}…` : named
  const text =
    why === undefined || (why === 'invalidRecipients' && emails === '')
      ? t('problem.sendFailed')
      : `${t(`compose.refused.${why}`, { emails })} ${t('compose.refused.kept')}`
  const [emailId] = ids
  toast(text, {
    tone: 'problem',
    ms: 15_000,
    ...(emailId === undefined
      ? {}
      : { action: { label: t('compose.refused.open'), run: () => compose({ kind: 'draft', emailId }) } }),
  })
}
