/** STATUS responses (RFC 9051 §7.3.4). */
import { formatId } from '#base/ids.ts'
import type { Mailbox } from '#domain/mail/mailboxes.ts'
import { deletedBytes, mailboxState } from '#domain/mail/view.ts'
import { lowerBound } from '../grammar/sequence-set.ts'
import type { StatusItem } from '../grammar/status.ts'
import type { Session } from '../session.ts'

/** What must be counted, and is only when it is asked for. */
interface Counted {
  readonly recent: number
  readonly deletedBytes: number
}

const value = (session: Session, mailbox: Mailbox, counted: Counted, item: StatusItem): string | number => {
  switch (item) {
    case 'MESSAGES':
      return mailbox.total
    case 'RECENT':
      return counted.recent
    case 'UIDNEXT':
      return mailbox.uidNext
    case 'UIDVALIDITY':
      return mailbox.uidValidity
    case 'UNSEEN':
      return mailbox.unseen
    case 'DELETED':
      return mailbox.deleted
    case 'DELETED-STORAGE':
      return counted.deletedBytes
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

/** Messages that no session has been told of. */
const countRecent = (session: Session, account: number, mailbox: number): Promise<number> =>
  session.ctx.store.read(async (tx) => {
    const { uids } = await session.lists.of(tx, account, await mailboxState(tx, account, mailbox))
    const first = await session.recents.first(tx, account, mailbox, uids)
    return uids.length - lowerBound(uids, first)
  })

/** Without `* ` and line end. */
export const statusLine = async (
  session: Session,
  mailbox: Mailbox & { readonly path: string },
  items: readonly StatusItem[],
  account = session.account,
  /** The client asked: HIGHESTMODSEQ turns CONDSTORE on. */
  asked = true,
): Promise<string> => {
  const recent = items.includes('RECENT') ? await countRecent(session, account, mailbox.id) : 0
  if (asked && items.includes('HIGHESTMODSEQ')) session.wantCondstore()
  const asksDeleted = items.includes('DELETED-STORAGE') && mailbox.deleted > 0
  const counted: Counted = {
    recent,
    deletedBytes: asksDeleted ? await session.ctx.store.read((tx) => deletedBytes(tx, account, mailbox.id)) : 0,
  }
  const values = items.map((item) => `${item} ${value(session, mailbox, counted, item)}`)
  return `STATUS ${session.name(mailbox.path)} (${values.join(' ')})`
}
