/** What people decide while they read. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** Senders whose remote pictures are shown without asking; `*` is everybody. */
export interface ImageTrustTable {
  account_id: number
  /** Folded address, or `*`. */
  sender: string
  created_at: number
}

/** A message that somebody reported as a fraud; its bytes are kept as long as the report. */
export interface PhishingReportTable {
  id: Generated<number>
  account_id: number
  email_id: number
  blob_id: number
  sender: string
  subject: string
  /** What the reader was warned of: kinds of findings, separated by spaces. */
  findings: string
  /** Where it was: ids of mailboxes as JSON, to put it back. */
  mailboxes: string
  at: number
  undone_at: number | null
  /** 0: not looked at yet. */
  cluster_id: Generated<number>
  /** Who forwarded it, when that is nobody of ours. */
  mail: Generated<string>
  /** To answer in when that is nobody of ours; empty: French. */
  language: Generated<string>
  /** The verdict that its reporter was told of. */
  told: Generated<string>
}

export interface ReadingTables {
  image_trust: ImageTrustTable
  phishing_report: PhishingReportTable
}
