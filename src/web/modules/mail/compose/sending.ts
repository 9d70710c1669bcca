/** From the composer to the server, which keeps the message for as long as it can be taken back. */
import type { TFunction } from 'i18next'
import type { Hold, Identity, MailClient, Sending } from '../../../data/index.ts'
import { longDate } from '../../../i18n/format.ts'
import { preferences } from '../../../shell/preferences.ts'
import { toast } from '../../../shell/toasts.tsx'
import { type ComposeState, toDraft } from './compose-state.ts'
import { compose } from './composers.ts'
import { linkWords } from './link-words.ts'
import { callBack } from './scheduled.ts'

/** How long "undo" is offered for what leaves much later. */
const SCHEDULED_UNDO_MS = 10_000

/** A page that is closed before the server has the message would send it only when it is opened again: the browser asks. */
const guardPage = (sending: Sending): void => {
  const keep = (event: BeforeUnloadEvent) => event.preventDefault()
  window.addEventListener('beforeunload', keep)
  const release = () => window.removeEventListener('beforeunload', keep)
  sending.done.then(release, release)
}

const takeBack = async (client: MailClient, sending: Sending): Promise<boolean> => {
  if (sending.drop()) return true
  try {
    await sending.done
  } catch {
    // It was refused: the draft is there, and the refusal has been told.
    return true
  }
  const id = sending.submissionId()
  return id !== undefined && callBack(client, id)
}

export interface SendContext {
  readonly client: MailClient
  readonly t: TFunction
  readonly locale: string
  readonly identities: readonly Identity[]
}

/**
 * Sends what was written, at once or at `until` (milliseconds since 1970), and offers to take it back: then the composer
 * opens again as it was.
 */
export const sendState = (
  { client, t, locale, identities }: SendContext,
  state: ComposeState,
  until?: number,
): void => {
  const seconds = preferences.get().undoSeconds
  const hold: Hold | undefined = until === undefined ? (seconds === 0 ? undefined : { seconds }) : { until }
  const draft = toDraft(state, identities, linkWords(t, locale))
  const sending = client.drafts.send(until === undefined ? draft : { ...draft, dated: until }, hold)
  // A failure is told by the data room's error events; the message is then in the drafts.
  sending.done.catch(() => undefined)
  guardPage(sending)
  const undo = () => {
    toast(t('compose.takingBack'), { ms: 2000 })
    takeBack(client, sending).then(
      (isBack) => {
        if (isBack) compose({ kind: 'state', state: { ...state, savedId: sending.emailId() ?? state.savedId } })
        toast(isBack ? t('done.unsent') : t('compose.tooLate'), isBack ? { ms: 3000 } : { tone: 'problem' })
      },
      () => toast(t('compose.tooLate'), { tone: 'problem' }),
    )
  }
  if (until !== undefined)
    toast(t('compose.scheduledFor', { date: longDate(new Date(until).toISOString(), locale) }), {
      ms: SCHEDULED_UNDO_MS,
      undo,
    })
  else
    toast(
      client.status.get() === 'offline' ? t('compose.waiting') : t('done.sending'),
      seconds === 0 ? {} : { ms: seconds * 1000, undo },
    )
}
