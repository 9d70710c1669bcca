/**
 * The portal's JMAP types (`urn:convergence:portal`), shared by the server and the web app: services as tiles, how a
 * person has arranged them, and cards that services push. docs/portal.md describes each property.
 */
import type { Id, UTCDate } from './core.ts'

export const PORTAL = 'urn:convergence:portal'

export interface Words {
  readonly fr: string
  readonly en: string
}

/** In the order in which the portal shows them. */
export const tileCategories = ['teaching', 'school-life', 'management', 'career', 'exchange', 'pupils', 'help'] as const
export type TileCategory = (typeof tileCategories)[number]

export const tileStates = ['service', 'beta', 'maintenance'] as const
export type TileState = (typeof tileStates)[number]

/** A service that the caller's profile may see. */
export interface Tile {
  readonly id: Id
  /** Short stable name (`arena`). */
  readonly key: string
  readonly name: Words
  readonly description: Words
  readonly category: TileCategory
  /** A name of the icon set; unknown ones are shown as a plain square. */
  readonly icon: string
  /** Path of this server that leads into the service, signed in. */
  readonly url: string
  readonly state: TileState
  /** What is to be known of the state; null: nothing. */
  readonly message: Words | null
  /** When the state ends. */
  readonly until: UTCDate | null
  readonly sortOrder: number
  /** Why the caller sees it. */
  readonly why: Words
}

export interface TileGroup {
  readonly id: string
  readonly name: string
  readonly tileIds: readonly Id[]
}

export interface RecentTile {
  readonly tileId: Id
  readonly at: UTCDate
}

/** How the caller has arranged the portal of one profile: one for each profile, which always exists. */
export interface PortalArrangement {
  readonly id: Id
  /** Null: for sessions without a profile. */
  readonly profileId: number | null
  readonly favourites: readonly Id[]
  /** Tiles in the person's order; the others follow in that of the portal. */
  readonly order: readonly Id[]
  readonly groups: readonly TileGroup[]
  readonly hidden: readonly Id[]
  /** Set by the server, the latest first. */
  readonly recent: readonly RecentTile[]
}

export const cardKinds = ['grade', 'absence', 'document', 'appointment', 'message'] as const
export type CardKind = (typeof cardKinds)[number]

/** Something that a service tells the caller. */
export interface Card {
  readonly id: Id
  /** Name of the service. */
  readonly service: string
  readonly kind: CardKind
  /** The profile kind it concerns; null: whichever. */
  readonly profile: string | null
  readonly title: string
  readonly text: string
  /** Where it leads; empty: nowhere. */
  readonly url: string
  readonly startsAt: UTCDate
  readonly expiresAt: UTCDate
  readonly isDismissed: boolean
}
