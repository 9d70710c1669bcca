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
  /** The last person who was told in the portal; null: nobody is to be told, or everybody was. */
  ring_from: Generated<number | null>
  /** 1: passes quiet hours. */
  urgent: Generated<number>
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

/** What became of mail or of a sign-in, when no mailbox can tell it; without content. */
export interface TraceTable {
  id: Generated<number>
  account_id: number
  at: number
  /** `mail` or `sign-in`. */
  kind: string
  result: string
  /** The sender's domain; the protocol of a sign-in. */
  counterpart: string
  size: number
  /** JSON: the rule, the mailbox, the network address. */
  detail: string
  /** How often, when the same came again at once. */
  times: number
}

/** A person let a helper look at their diagnosis. */
export interface DiagnosisGrantTable {
  id: Generated<number>
  account_id: number
  helper_id: number
  created_at: number
  expires_at: number
  ended_at: number | null
}

/** A request for help. */
export interface TicketTable {
  id: Generated<number>
  /** Null: somebody who has no account here, known by the address alone. */
  account_id: number | null
  mail: string
  name: string
  language: string
  /** The school that answers first; empty: the platform. */
  uai: string
  topic: string
  /** 1 the school, 2 the platform. */
  level: number
  status: string
  subject: string
  assignee_id: number | null
  /** The diagnosis that its writer attached, as JSON; empty: none. */
  report: string
  /** 1 to 5; null until its writer says. */
  rating: number | null
  created_at: number
  updated_at: number
  closed_at: number | null
}

export interface TicketEntryTable {
  id: Generated<number>
  ticket_id: number
  at: number
  /** `message`, `note` (of the helpdesk, for itself), `event`. */
  kind: string
  /** `person`, `desk` or `clock`. */
  side: string
  author_id: number | null
  author: string
  body: string
  /** Of the mail it came by or went as, without brackets; empty: none. */
  message_id: string
}

export interface TicketFileTable {
  id: Generated<number>
  ticket_id: number
  entry_id: number
  blob_id: number
  name: string
  type: string
  size: number
}

export interface HelpTables {
  diagnosis_grant: DiagnosisGrantTable
  ticket: TicketTable
  ticket_entry: TicketEntryTable
  ticket_file: TicketFileTable
  trace: TraceTable
  incident_update: IncidentUpdateTable
  status_component: StatusComponentTable
  status_day: StatusDayTable
  status_subscriber: StatusSubscriberTable
}
