/** The mailboxes a connection can name, and which of them a source means (RFC 7377 §2.2, RFC 5465 §6). */
import { separator } from '#domain/mail/mailbox-rules.ts'
import { listMailboxes, type MailboxNode, normalizePath } from '#domain/mail/mailboxes.ts'
import type { Source } from './grammar/source.ts'
import { listOthers } from './others.ts'
import type { Session } from './session.ts'

/** A mailbox that can be opened, as this connection names it. */
export interface Place {
  readonly account: number
  readonly own: boolean
  readonly mailbox: MailboxNode
}

/** All mailboxes that can be opened: one's own, then those of functions. */
export const placesOf = async (session: Session): Promise<Place[]> => {
  const { account } = session
  const own = await session.ctx.store.read((tx) => listMailboxes(tx, account))
  const others = (await listOthers(session)).filter(({ noSelect }) => !noSelect)
  return [
    ...own.map((mailbox) => ({ account, own: true, mailbox })),
    ...others.map((mailbox) => ({ account: mailbox.account, own: false, mailbox })),
  ]
}

export const isSelected = (session: Session, { account, mailbox }: Place): boolean =>
  session.selected?.account === account && session.selected.mailboxId === mailbox.id

const isBelow = (path: string, root: string): boolean => path.startsWith(root + separator)

/** Whether a mailbox is one of a source. Names that lead nowhere are passed over (RFC 7377 §2.2). */
export const isIn = (session: Session, source: Source): ((place: Place) => boolean) => {
  switch (source.kind) {
    case 'selected':
      return (place) => isSelected(session, place)
    case 'inboxes':
      return ({ own, mailbox }) => own && mailbox.role === 'inbox'
    case 'personal':
      return ({ own }) => own
    case 'subscribed':
      return ({ mailbox }) => mailbox.subscribed
    default: {
      const roots = source.names.map((name) => normalizePath(session.path(name)))
      const depthOf = (path: string): number => path.split(separator).length
      return ({ mailbox: { path } }) =>
        roots.some((root) => {
          if (path === root) return true
          if (source.kind === 'mailboxes' || !isBelow(path, root)) return false
          return source.kind === 'subtree' || depthOf(path) === depthOf(root) + 1
        })
    }
  }
}
