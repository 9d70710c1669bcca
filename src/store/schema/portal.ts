/** Tiles and cards. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** A service as the portal shows it. */
export interface PortalTileTable {
  id: Generated<number>
  /** Names it in files and in the administration; never changes. */
  key: string
  category: string
  sort_order: number
  state: string
  /** The service that it opens, when that is one of our relying parties. */
  relying_party_id: number | null
  /** JSON: words, icon, address, message of its state, rules; see domain/portal/tiles.ts. */
  data: string
  created_at: number
  updated_at: number
}

/** How a person has arranged the portal of one profile; `profile_id` 0: without one. */
export interface PortalArrangementTable {
  account_id: number
  profile_id: number
  /** JSON, see domain/portal/arrangement.ts. */
  data: string
  updated_at: number
}

/** Which services a person opened last, by profile. */
export interface PortalUseTable {
  account_id: number
  profile_id: number
  tile_id: number
  last_at: number
  uses: number
}

/** Something that a service tells one person. `key` is the service's own name for it. */
export interface PortalCardTable {
  account_id: number
  id: number
  relying_party_id: number
  key: string
  kind: string
  /** The profile kind it concerns; empty: all. */
  profile: string
  title: string
  text: string
  url: string
  starts_at: number
  expires_at: number
  /** 1 once it has started and the account's log says so. */
  shown: number
  dismissed_at: number | null
  created_at: number
  updated_at: number
}

export interface PortalTables {
  portal_tile: PortalTileTable
  portal_arrangement: PortalArrangementTable
  portal_use: PortalUseTable
  portal_card: PortalCardTable
}
