/** What every other table rests on: blobs, settings, search, audit. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export interface BlobTable {
  id: Generated<number>
  /** SHA-256. */
  hash: Uint8Array
  size: number
  /** Empty: the bytes are in blob_data. Otherwise the driver's own name for the place. */
  location: string
  /** Last time somebody stored it; the sweeper leaves what was touched within the last hour alone. */
  touched_at: number
}

export interface BlobDataTable {
  blob_id: number
  data: Uint8Array
}

/** A blob that an account uploaded (JMAP): readable by it until it expires. */
export interface UploadTable {
  account_id: number
  blob_id: number
  type: string
  created_at: number
}

export interface AuditTable {
  id: Generated<number>
  at: number
  actor: string
  account_id: number | null
  action: string
  target: string
  detail: string
  ip: string
}

/** Where a device wants to be told of changes (RFC 8620 §7.2). */
export interface PushSubscriptionTable {
  account_id: number
  id: string
  /** What the request that made it was authenticated by: `c` and a credential, `s` and a session. */
  credential: string
  device_client_id: string
  url: string
  p256dh: string | null
  auth: string | null
  /** Sent to the URL; the device proves with it that it listens there. */
  code: string
  verified: number
  /** JSON list; null is every type. */
  types: string | null
  expires_at: number
  created_at: number
}

export interface SettingTable {
  name: string
  value: string
}

/** How far the full-text index of an account has come. */
export interface SearchStateTable {
  account_id: number
  modseq: number
  /** The last email whose attachments have been read. */
  attached: Generated<number>
}

/** Full text on the server engine only. */
export interface SearchDocumentTable {
  account_id: number
  email_id: number
  /** A tsvector of lexemes that begin with the account and the field, see search/tsvector.ts. */
  terms: string
}

export interface MigrationTable {
  id: number
  name: string
  applied_at: number
}

export interface PlatformTables {
  blob: BlobTable
  blob_data: BlobDataTable
  upload: UploadTable
  audit: AuditTable
  push_subscription: PushSubscriptionTable
  setting: SettingTable
  search_state: SearchStateTable
  search_document: SearchDocumentTable
  migration: MigrationTable
}
