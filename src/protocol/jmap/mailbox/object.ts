/** The Mailbox object (RFC 8621 §2). */
import { formatId } from '#base/ids.ts'
import type { MailboxNode } from '#domain/mail/mailboxes.ts'
import type { Mailbox, MailboxRights, MailboxRole } from '#format/jmap/mail.ts'

export const countProperties = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'] as const

export const mailboxProperties = [
  'id',
  'name',
  'parentId',
  'role',
  'sortOrder',
  ...countProperties,
  'myRights',
  'isSubscribed',
] as const satisfies readonly (keyof Mailbox)[]

export type MailboxProperty = (typeof mailboxProperties)[number]

/** The owner may do everything; the inbox stays what it is. */
export const rightsOf = (mailbox: Pick<MailboxNode, 'role'>): MailboxRights => ({
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: mailbox.role !== 'inbox',
  mayDelete: mailbox.role !== 'inbox',
  maySubmit: true,
})

/** The object as it is on the wire. */
export const mailboxObject = (node: MailboxNode): Mailbox => {
  return {
    id: formatId('mailbox', node.id),
    name: node.name,
    parentId: node.parentId === 0 ? null : formatId('mailbox', node.parentId),
    role: node.role as MailboxRole | null,
    sortOrder: node.sortOrder,
    totalEmails: node.emails,
    unreadEmails: node.unreadEmails,
    totalThreads: node.threads,
    unreadThreads: node.unreadThreads,
    myRights: rightsOf(node),
    isSubscribed: node.subscribed,
  }
}
