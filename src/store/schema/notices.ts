/** Official notices, notifications, documents asked for. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export interface NoticeTable {
  id: Generated<number>
  /** draft, scheduled, publishing, published, expired or withdrawn. */
  status: string
  author_id: number | null
  /** Login of the author. */
  author: string
  /** School in whose name it speaks; empty: the académie. */
  uai: string
  urgent: number
  /** 1: readers are asked to say that they have read it. */
  acknowledge: number
  publish_at: number | null
  published_at: number | null
  corrected_at: number | null
  expires_at: number | null
  /** The runner has served every account up to this number. */
  reached: number
  recipients: number
  /** The one stored copy of its mail. */
  mail_blob_id: number | null
  /** JSON: words, audience, note of a correction or withdrawal; see domain/notices/notice.ts. */
  data: string
  created_at: number
  updated_at: number
}

/** What happened to a notice, with the words as they were. */
export interface NoticeActTable {
  notice_id: number
  n: number
  at: number
  actor: string
  action: string
  data: string
}

export interface NoticeFileTable {
  notice_id: number
  n: number
  blob_id: number
  name: string
  type: string
  size: number
}

/** For whom a notice is that is being published: account numbers, packed. */
export interface NoticeAudienceTable {
  notice_id: number
  members: Uint8Array
}

/** Somebody who has received a notice: written in the transaction that delivers it. */
export interface NoticeRecipientTable {
  account_id: number
  notice_id: number
  seen_at: number | null
  acknowledged_at: number | null
}

/** The outbox: a row waits until `not_before` for its next stage; null when nothing is left to do. */
export interface NotificationTable {
  id: Generated<number>
  account_id: number
  category: string
  title: string
  text: string
  /** JSON {title, text} in English; empty: there is no translation. */
  en: Generated<string>
  url: string
  urgent: number
  /** A name under which an account is told only once. */
  once: string | null
  /** new, send, digest or done; see domain/notify/outbox.ts. */
  stage: string
  not_before: number | null
  /** 1: it stands in the portal. */
  shown: number
  /** The mail to be delivered, when it is one that many share. */
  blob_id: number | null
  created_at: number
  seen_at: number | null
}

export interface NotificationPreferenceTable {
  account_id: number
  /** JSON, see domain/notify/preferences.ts. */
  data: string
  updated_at: number
}

export interface DocumentRequestTable {
  id: Generated<number>
  /** draft, opening, open, closed or purged. */
  status: string
  author_id: number | null
  author: string
  uai: string
  due_at: number
  /** What was handed in is deleted then. */
  keep_until: number
  opened_at: number | null
  reached: number
  recipients: number
  /** JSON, see domain/requests/request.ts. */
  data: string
  created_at: number
  updated_at: number
}

/** Whom a request asks that is being opened: account numbers, packed. */
export interface DocumentRequestAudienceTable {
  request_id: number
  members: Uint8Array
}

export interface DocumentRequestRecipientTable {
  account_id: number
  request_id: number
  seen_at: number | null
  handed_at: number | null
  /** Number of the receipt; empty before. */
  receipt: string
  remark: string
}

export interface DocumentRequestFileTable {
  request_id: number
  account_id: number
  n: number
  blob_id: number
  name: string
  type: string
  size: number
  at: number
}

export interface NoticesTables {
  notice: NoticeTable
  notice_act: NoticeActTable
  notice_audience: NoticeAudienceTable
  notice_file: NoticeFileTable
  notice_recipient: NoticeRecipientTable
  notification: NotificationTable
  notification_preference: NotificationPreferenceTable
  document_request: DocumentRequestTable
  document_request_audience: DocumentRequestAudienceTable
  document_request_recipient: DocumentRequestRecipientTable
  document_request_file: DocumentRequestFileTable
}
