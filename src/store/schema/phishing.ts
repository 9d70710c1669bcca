/** Frauds and practice. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** Reports that are of the same fraud. */
export interface PhishingClusterTable {
  id: Generated<number>
  /** Of its first message. */
  subject: string
  sender: string
  first_at: number
  last_at: number
  /** Empty: nobody has said yet; fraud, legitimate, practice, unsure. */
  verdict: string
  judged_by: string
  judged_at: number | null
  /** What reporters are told besides the verdict. */
  answer: string
}

/** What a cluster is recognised by; see domain/phishing/signs.ts. */
export interface PhishingSignTable {
  sign: string
  cluster_id: number
}

/** A fraud being taken back from mailboxes. */
export interface PhishingSweepTable {
  id: Generated<number>
  cluster_id: number
  state: 'counting' | 'counted' | 'running' | 'done' | 'undoing' | 'undone'
  /** Blob looked at last while counting. */
  reached: number
  /** Last blob that there was when it began. */
  upto: number
  /** Messages older than this are not looked for. */
  since: number
  found: number
  mailboxes: number
  moved: number
  actor: string
  at: number
  updated_at: number
}

/** `before`: empty, not done; else the mailboxes where it was, as JSON; `-`: left where it is. */
export interface PhishingSweepMailTable {
  sweep_id: number
  account_id: number
  email_id: number
  before: string
}

export interface PracticeCampaignTable {
  id: Generated<number>
  name: string
  status: 'draft' | 'sending' | 'running' | 'ended'
  template: string
  language: string
  sender_name: string
  subject: string
  body: string
  audience: string
  author_id: number | null
  author: string
  starts_at: number | null
  ends_at: number
  reached: number
  sent: number
  clicked: number
  reported: number
  both_acts: number
  created_at: number
  updated_at: number
}

/** A campaign that is planned, once or every year (domain/phishing/practice/plans.ts). */
export interface PracticePlanTable {
  id: Generated<number>
  name: string
  status: string
  repeats: number
  announce_at: number
  begins_at: number
  days: number
  /** Template, words, audience, announcement, as JSON. */
  data: string
  author_id: number | null
  author: string
  /** Of the latest round. */
  notice_id: number | null
  campaign_id: number | null
  /** Why it did not go on; empty: nothing is in its way. */
  why: string
  rounds: number
  created_at: number
  updated_at: number
}

export interface PracticeRecipientTable {
  campaign_id: number
  account_id: number
}

export interface PracticeTokenTable {
  /** SHA-256 of it, hexadecimal. */
  token: string
  campaign_id: number
  clicked: number
  reported: number
}

export interface PhishingTables {
  phishing_cluster: PhishingClusterTable
  phishing_sign: PhishingSignTable
  phishing_sweep: PhishingSweepTable
  phishing_sweep_mail: PhishingSweepMailTable
  practice_campaign: PracticeCampaignTable
  practice_plan: PracticePlanTable
  practice_recipient: PracticeRecipientTable
  practice_token: PracticeTokenTable
}
