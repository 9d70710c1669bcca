/** What writing has to say above an open message: that it waits to leave, or that its sender asks for a receipt. */
import { Suspense } from 'react'
import type { EmailBody, EmailSummary } from '../../../data/index.ts'
import { lazyScreen } from '../../../i18n/parts.ts'
import { useMailboxes } from '../../../shell/client.tsx'
import { useMyAddresses } from '../list/use-my-addresses.ts'

const HeldBar = lazyScreen<{ emailId: string }>(['compose'], () =>
  import('./held-bar.tsx').then((module) => module.HeldBar),
)
const ReceiptBar = lazyScreen<{ email: EmailSummary }>(['compose'], () =>
  import('./receipt-bar.tsx').then((module) => module.ReceiptBar),
)

/** A receipt is never spoken of for what is junk, one's own, or answered already. */
const silent: ReadonlySet<string> = new Set(['junk', 'trash', 'drafts', 'sent', 'scheduled'])

export const ReaderBars = ({ email, body }: { email: EmailSummary; body: EmailBody }) => {
  const mailboxes = useMailboxes()
  const me = useMyAddresses()
  const roles = mailboxes.filter(({ id }) => email.mailboxIds[id]).map(({ role }) => role)
  const isHeld = roles.includes('scheduled')
  const isMine = email.from?.some((from) => me.has(from.email.toLowerCase())) ?? false
  const isAsked =
    Boolean(body.receiptTo) && !email.keywords.$mdnsent && !isMine && !roles.some((role) => silent.has(role ?? ''))
  if (!isHeld && !isAsked) return null
  return (
    <Suspense>
      {isHeld ? <HeldBar emailId={email.id} /> : null}
      {isAsked ? <ReceiptBar email={email} /> : null}
    </Suspense>
  )
}
