/** Accounts and their mail. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** The owner of mail: a person, or later a function (shared mailbox). */
export interface AccountTable {
  id: Generated<number>
  /** Identifier used to sign in, folded to lower case. */
  login: string
  name: string
  kind: 'person' | 'function' | 'system'
  status: 'active' | 'disabled'
  locale: string
  /** 1: may administer the platform. */
  admin: number
  created_at: number
  /** Highest modification sequence given out (law 2); JMAP state and IMAP MODSEQ of every object of the account. */
  modseq: number
  /** Changes at or below this modseq have been trimmed: /changes from before it cannot be calculated. */
  low_modseq: number
  /** The next object id of the account (mailbox, email, thread, identity, submission share one counter). */
  next_id: number
  /** Octets allowed; 0 is no limit. */
  quota_bytes: number
  used_bytes: number
}

/** Which account an address belongs to. */
export interface AddressTable {
  /** Folded: lower case, NFC. */
  address: string
  account_id: number
  kind: 'primary' | 'alias'
  created_at: number
}

export interface MailboxTable {
  account_id: number
  id: number
  /** 0 at the top. */
  parent_id: number
  name: string
  role: string | null
  subscribed: number
  sort_order: number
  uid_validity: number
  uid_next: number
  /** Highest modseq of any message change in it, expunges included: IMAP HIGHESTMODSEQ. */
  message_modseq: number
  total: number
  unseen: number
  deleted: number
  /** As JMAP counts (RFC 8621 §2): emails, those with neither $seen nor $draft, and the threads of each. */
  emails: number
  unread_emails: number
  threads: number
  unread_threads: number
  bytes: number
  created_at: number
}

/** Content of a message in an account: JMAP's Email. Everything here but the thread is immutable. */
export interface EmailTable {
  account_id: number
  id: number
  blob_id: number
  thread_id: number
  size: number
  received_at: number
  created_modseq: number
  /** What kind of message of the platform it is, given by internal delivery; empty for every other message. */
  mark: Generated<string>
}

/** One entry of a mailbox: IMAP's message. An email may have several (COPY); flags belong to the entry. */
export interface MessageTable {
  account_id: number
  mailbox_id: number
  uid: number
  email_id: number
  thread_id: number
  /** Bit mask of system flags, see domain/mail/flags.ts. */
  flags: number
  /** Other keywords, lower case, sorted, separated by one space; empty when none. */
  keywords: string
  size: number
  received_at: number
  /** When it was put in this mailbox (SAVEDATE, RFC 8514). */
  saved_at: number
  modseq: number
  created_modseq: number
  blob_id: number
}

/** What is known of a message's bytes, computed once per blob and shared by every account that holds it. */
export interface ContentTable {
  blob_id: number
  /** The header block of the message, with its blank line; null when it is longer than 32 kB (then read the blob). */
  headers: Uint8Array | null
  /** `encodeStructure` of format/mime. */
  structure: string
  /** IMAP ENVELOPE, rendered once (a parenthesized list, RFC 9051 §7.5.2), as octets in a byte array. */
  envelope: Uint8Array
  preview: string
  has_attachment: number
  subject: string
  /** Folded base subject (RFC 5256 §2.1), for sorting and threads. */
  base_subject: string
  from_sort: string
  to_sort: string
  sent_at: number | null
  message_id: string | null
}

/** Which thread a Message-ID belongs to. `ref` is 48 bits of the SHA-256 of the id and the base subject. */
export interface ThreadRefTable {
  account_id: number
  ref: number
  thread_id: number
}

/** One row per transaction: what it changed (law 2). `data` is JSON, see changes.ts. */
export interface ChangeTable {
  account_id: number
  modseq: number
  /** Bit mask of change types. */
  types: number
  data: string
  at: number
}

export interface IdentityTable {
  account_id: number
  id: number
  name: string
  email: string
  reply_to: string | null
  bcc: string | null
  text_signature: string
  html_signature: string
  may_delete: number
}

/** People written to, for recipient completion. */
export interface CorrespondentTable {
  account_id: number
  address: string
  name: string
  last_at: number
  uses: number
}

/** The name of a deleted mailbox that is still subscribed to. */
export interface SubscriptionLeftTable {
  account_id: number
  path: string
}

export interface MailTables {
  account: AccountTable
  address: AddressTable
  mailbox: MailboxTable
  subscription_left: SubscriptionLeftTable
  email: EmailTable
  message: MessageTable
  content: ContentTable
  thread_ref: ThreadRefTable
  change: ChangeTable
  identity: IdentityTable
  correspondent: CorrespondentTable
}
