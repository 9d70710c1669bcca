/** Large files sent as links. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export interface SharedFileTable {
  id: Generated<number>
  account_id: number
  /** Hex SHA-256 of the link's secret. */
  token: string
  /** Null once it has ended: the bytes may go. */
  blob_id: number | null
  name: string
  type: string
  size: number
  created_at: number
  expires_at: number
  /** Taken back by its owner, or found expired. */
  ended_at: number | null
  downloads: number
  last_at: number | null
}

export interface ShareTables {
  shared_file: SharedFileTable
}
