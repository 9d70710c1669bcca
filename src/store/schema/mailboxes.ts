/** Mailboxes of functions and who opens them. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export type MailboxRole = 'reader' | 'member' | 'on-behalf' | 'send-as' | 'owner'

/** A person, or everybody in a group of the directory, may open the mailbox of a function. */
export interface MailboxGrantTable {
  id: Generated<number>
  /** The account of kind `function`. */
  account_id: number
  /** 0: the grant is to a group. */
  person_id: number
  /** Key of directory/group-keys.ts; empty: the grant is to a person. */
  group_key: string
  role: MailboxRole
  expires_at: number | null
  granted_at: number
  /** Login of who granted it, or `command line`. */
  granted_by: string
}

/** When a person last opened it. */
export interface MailboxUseTable {
  account_id: number
  person_id: number
  last_at: number
}

/** Who sent a message in the name of the function: of no interest to its recipients, so not in its header. */
export interface MailboxSentTable {
  account_id: number
  email_id: number
  person_id: number
  /** Kept beside the id: it outlives the person's account. */
  name: string
  at: number
  /** Message-ID that it answers; empty when it answers none. */
  answers: string
}

export interface MailboxesTables {
  mailbox_grant: MailboxGrantTable
  mailbox_use: MailboxUseTable
  mailbox_sent: MailboxSentTable
}
