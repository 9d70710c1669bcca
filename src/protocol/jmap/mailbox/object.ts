/** The Mailbox object (RFC 8621 §2). */
import { formatId } from '#base/ids.ts'
import { type MailboxRight, maySend } from '#domain/access/mailboxes/roles.data.ts'
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

/** What the person may do in the account holds for each of its mailboxes; the inbox stays what it is. */
export const rightsOf = (mailbox: Pick<MailboxNode, 'role'>, rights: ReadonlySet<MailboxRight>): MailboxRights => {
  const mayWrite = rights.has('write')
  return {
    mayReadItems: rights.has('read'),
    mayAddItems: mayWrite,
    mayRemoveItems: mayWrite,
    maySetSeen: mayWrite,
    maySetKeywords: mayWrite,
    mayCreateChild: mayWrite,
    mayRename: mayWrite && mailbox.role !== 'inbox',
    mayDelete: mayWrite && mailbox.role !== 'inbox',
    maySubmit: maySend(rights),
  }
}

/** The object as it is on the wire. */
export const mailboxObject = (node: MailboxNode, rights: ReadonlySet<MailboxRight>): Mailbox => {
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
    myRights: rightsOf(node, rights),
    isSubscribed: node.subscribed,
  }
}
