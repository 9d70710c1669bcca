/** Mail that leaves. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** JMAP EmailSubmission. */
export interface SubmissionTable {
  account_id: number
  id: number
  identity_id: number
  email_id: number
  thread_id: number
  /** JSON {mailFrom, rcptTo} of RFC 8621 §7. */
  envelope: string
  send_at: number
  undo_status: 'pending' | 'final' | 'canceled'
  /** JSON: recipient -> DeliveryStatus. */
  delivery_status: string
  created_at: number
}

/** A message on its way out. */
export interface QueueMessageTable {
  id: Generated<number>
  /** Sender's account, null for messages of the server itself (bounces). */
  account_id: number | null
  submission_id: number | null
  blob_id: number
  /** Reverse-path; empty for the null sender. */
  sender: string
  /** JSON: {ret, envid, smtputf8, body, requireTls, priority}. */
  options: string
  created_at: number
  /** Give up after this. */
  expires_at: number
}

export interface QueueRecipientTable {
  queue_id: number
  n: number
  address: string
  /** Next hop's key: the recipient's domain, or the smarthost. */
  domain: string
  /** `held`: kept back by an operator until let go. */
  status: 'pending' | 'held' | 'sending' | 'delivered' | 'failed' | 'canceled'
  attempts: number
  next_at: number
  /** Another process may take it over after this. */
  lease_until: number
  lease_by: string
  last_reply: string
  /** RFC 3461 NOTIFY, comma separated; empty when not given. */
  notify: string
  orcpt: string
  /** 1 once a delay warning was sent. */
  warned: number
  finished_at: number | null
}

export interface DkimKeyTable {
  domain: string
  selector: string
  algorithm: 'rsa-sha256' | 'ed25519-sha256'
  private_key: string
  public_key: string
  created_at: number
}

/** What a domain asks of those who send to it (RFC 8461), as last fetched. */
export interface StsPolicyTable {
  domain: string
  /** The `id` of the TXT record under which it was fetched. */
  policy_id: string
  mode: 'enforce' | 'testing' | 'none'
  /** Patterns of mail servers, with spaces between. */
  mx: string
  fetched_at: number
  /** Last time somebody asked whether it is still the same. */
  checked_at: number
  /** Last day on which mail was sent there, to the day. */
  used_at: number
  /** Counts no more after this. */
  expires_at: number
}

export interface DeliveryTables {
  submission: SubmissionTable
  queue_message: QueueMessageTable
  queue_recipient: QueueRecipientTable
  dkim_key: DkimKeyTable
  sts_policy: StsPolicyTable
}
