/** Status of the components and who is told of it. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** Something that people use and that is watched, with the latest it showed. */
export interface StatusComponentTable {
  key: string
  /** How it is probed: see domain/status/components.data.ts. */
  kind: string
  /** JSON {fr, en}. */
  name: string
  /** What is probed, when the kind alone does not say it: an address. */
  target: string
  /** The group it is shown in. */
  place: string
  sort_order: number
  watched: number
  state: string
  since: number
  /** Checks in a row that failed, were slow, went well. */
  failures: number
  slow: number
  good: number
  /** Why the latest check failed, in the words of an operator. */
  detail: string
  /** JSON: the latest checks, [seconds, letter, milliseconds] each. */
  recent: string
  checked_at: number
}

/** How many checks of a day (in Paris) found what. */
export interface StatusDayTable {
  component: string
  day: string
  operational: number
  degraded: number
  down: number
  maintenance: number
}

/** A step of an incident or maintenance. */
export interface IncidentUpdateTable {
  id: Generated<number>
  incident_id: number
  at: number
  phase: string
  /** JSON {fr, en}. */
  body: string
  created_by: string
  /** The last subscriber who was told. */
  told_to: number
  /** Null while there are subscribers to tell. */
  told_at: number | null
}

/** An address that is told of incidents; it may not be one of ours. */
export interface StatusSubscriberTable {
  id: Generated<number>
  address: string
  language: string
  /** An audience, or `*`. */
  audience: string
  confirmed_at: number | null
  created_at: number
}

export interface HelpTables {
  incident_update: IncidentUpdateTable
  status_component: StatusComponentTable
  status_day: StatusDayTable
  status_subscriber: StatusSubscriberTable
}
