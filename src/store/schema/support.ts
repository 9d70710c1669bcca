/** Help: contacts, incidents, guides. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export interface SupportContactTable {
  id: Generated<number>
  /** Profile kind, `staff`, or `*`. */
  profile: string
  /** Département code or `*`. */
  department: string
  topic: string
  level: number
  name: string
  phone: string
  mail: string
  url: string
  /** JSON: two ranges a day by weekday, see domain/support/hours.ts. */
  hours: string
  created_at: number
}

/** Something that does not work, or will not. `component`: the first one concerned, or `*`; `title`, `body` JSON {fr, en}. */
export interface IncidentTable {
  id: Generated<number>
  component: string
  /** `incident` or `maintenance`. */
  kind: Generated<string>
  /** Keys of every component concerned, space separated; empty: only `component`. */
  components: Generated<string>
  /** Audience concerned, or `*`. */
  audience: Generated<string>
  phase: Generated<string>
  severity: string
  title: string
  body: string
  starts_at: number
  ends_at: number | null
  created_by: string
  created_at: number
}

/** How often a guide helped, in each language and version; of nobody. */
export interface GuideVoteTable {
  guide: string
  language: string
  version: number
  helped: number
  not_helped: number
}

/** A text that the error decoder did not know, without what could name somebody. */
export interface GuideUnmatchedTable {
  /** SHA-256 of the text, in hexadecimal. */
  id: string
  text: string
  language: string
  /** The door its writer named, or empty. */
  audience: string
  times: number
  first_at: number
  last_at: number
}

/** A version of a guide that an editor wrote. */
export interface GuideTextTable {
  id: string
  language: string
  version: number
  /** The whole file; empty: the program's own again, or no more. */
  text: string
  author: string
  at: number
}

/** A picture that an editor put into guides. */
export interface GuidePictureTable {
  name: string
  type: string
  bytes: Uint8Array
  author: string
  at: number
}

/** A version of an error of others as an editor has it. */
export interface KnownErrorTable {
  id: string
  version: number
  /** JSON; empty: the program's own again, or no more. */
  data: string
  author: string
  at: number
}

export interface SupportTables {
  support_contact: SupportContactTable
  incident: IncidentTable
  guide_vote: GuideVoteTable
  guide_unmatched: GuideUnmatchedTable
  guide_text: GuideTextTable
  guide_picture: GuidePictureTable
  known_error: KnownErrorTable
}
