/** STATUS responses (RFC 9051 §7.3.4). */
import { formatId } from '#base/ids.ts'
import type { Mailbox } from '#domain/mail/mailboxes.ts'
import type { StatusItem } from '../grammar/status.ts'
import type { Session } from '../session.ts'

const value = (session: Session, mailbox: Mailbox, item: StatusItem): string | number => {
  switch (item) {
    case 'MESSAGES':
      return mailbox.total
    case 'RECENT':
      return 0
    case 'UIDNEXT':
      return mailbox.uidNext
    case 'UIDVALIDITY':
      return mailbox.uidValidity
    case 'UNSEEN':
      return mailbox.unseen
    case 'DELETED':
      return mailbox.deleted
    case 'SIZE':
      return mailbox.bytes
    case 'HIGHESTMODSEQ':
      return mailbox.highestModseq
    case 'MAILBOXID':
      return `(${formatId('mailbox', mailbox.id)})`
    case 'APPENDLIMIT':
      return session.deps.config.maxMessageBytes
  }
}

/** Without `* ` and line end. */
export const statusLine = (
  session: Session,
  mailbox: Mailbox & { readonly path: string },
  items: readonly StatusItem[],
): string => {
  if (items.includes('HIGHESTMODSEQ')) session.enabled.add('CONDSTORE')
  const values = items.map((item) => `${item} ${value(session, mailbox, item)}`)
  return `STATUS ${session.name(mailbox.path)} (${values.join(' ')})`
}
