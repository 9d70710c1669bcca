/** What each role may do in the mailbox of a function: the whole policy, as an auditor reads it. */
import type { MailboxRole } from '#store/schema/mailboxes.ts'

export type { MailboxRole }

/**
 * `read`: see everything. `write`: mark, move, file, delete, write drafts (what is read is read for everybody: the
 * state is the function's). `onBehalf`: send as the function with one's own name in Sender. `sendAs`: send as the
 * function alone. `manage`: rules, absence, signatures, and who has access.
 */
export const mailboxRights = ['read', 'write', 'onBehalf', 'sendAs', 'manage'] as const
export type MailboxRight = (typeof mailboxRights)[number]

export const rightsOfRole: Readonly<Record<MailboxRole, readonly MailboxRight[]>> = {
  reader: ['read'],
  member: ['read', 'write'],
  'on-behalf': ['read', 'write', 'onBehalf'],
  'send-as': ['read', 'write', 'onBehalf', 'sendAs'],
  owner: ['read', 'write', 'onBehalf', 'sendAs', 'manage'],
}

export const mailboxRoles = Object.keys(rightsOfRole) as readonly MailboxRole[]

/** Rights of the person whose own mailbox it is. */
export const ownRights: ReadonlySet<MailboxRight> = new Set(mailboxRights)

/** May send in its name, one way or the other. */
export const maySend = (rights: ReadonlySet<MailboxRight>): boolean => rights.has('sendAs') || rights.has('onBehalf')
