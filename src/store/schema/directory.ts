/** Who people are, and where. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export interface SchoolTable {
  /** Seven digits and the control letter, upper case (format checked by domain/directory/uai.ts). */
  uai: string
  name: string
  /** ecole, college, lycee, lycee-pro, service, other. */
  kind: string
  /** Département code: 25, 39, 70, 90. */
  department: string
  city: string
  source: string
  status: 'open' | 'closed'
  created_at: number
}

/** The human behind an account of kind `person`. */
export interface PersonTable {
  account_id: number
  /** Random, never shown to services as it is: pairwise identifiers are derived from it. */
  subject: string
  given_name: string
  family_name: string
  /** Folded `family given`, without accents: the order of lists. Searches by prefix read `person_word`. */
  search_name: string
  /** YYYY-MM-DD; empty unknown. */
  birth_date: string
  /** ENTPersonJointure prefixed with the academy (`03|12345`). */
  join_key: string | null
  /** Identifier in `source` (SCIM externalId, LDAP entryUUID). */
  external_id: string | null
  source: string
  rescue_mail: string
  rescue_verified_at: number | null
  phone: string
  activated_at: number | null
  blocked_at: number | null
  block_reason: string
  /** No source knows the person any more (first of two steps: deleted after the delay). */
  suspended_at: Generated<number | null>
  /** When the source last confirmed that the person exists. */
  seen_at: Generated<number | null>
  /** End of a manual account. */
  ends_at: number | null
  updated_at: number
}

/** The words of a person's names, folded: what a search by prefix reads. */
export interface PersonWordTable {
  word: string
  account_id: number
}

export type ProfileKind =
  | 'teacher'
  | 'head'
  | 'school-life'
  | 'administrative'
  | 'technical'
  | 'pupil'
  | 'parent'
  | 'academy'

export interface ProfileTable {
  id: Generated<number>
  account_id: number
  kind: ProfileKind
  /** Empty for the académie and for parents of no school yet. */
  uai: string
  /** ENTPersonFonctions code: ENS, DIR, EDU... */
  function_code: string
  discipline: string
  title: string
  source: string
  starts_at: number | null
  ends_at: number | null
  created_at: number
}

export interface ClassMemberTable {
  uai: string
  class: string
  account_id: number
  kind: 'class' | 'group'
  role: 'pupil' | 'teacher' | 'main-teacher'
  /** Matter taught; empty for pupils. */
  subject: string
  source: string
}

/** Who answers for a pupil. */
export interface RelationTable {
  account_id: number
  child_id: number
  /** parent, guardian, other. */
  kind: string
  /** 1: holds parental authority. */
  authority: number
  source: string
}

/** What somebody may do for a school beside its head (FACTS: tasks of the local administrator). */
export interface DelegationTable {
  account_id: number
  uai: string
  task: string
  granted_by: string
  at: number
  ends_at: number | null
}

/** A group whose members are named one by one; every other group is computed. */
export interface ManualGroupTable {
  id: Generated<number>
  /** Empty: of the whole académie. */
  uai: string
  name: string
  external_id: string | null
  source: string
  created_by: string
  created_at: number
  updated_at: number
}

export interface ManualGroupMemberTable {
  group_id: number
  account_id: number
  added_at: number
}

/** Two persons who were one: what moved, so that it can be undone. */
export interface PersonMergeTable {
  id: Generated<number>
  kept_id: number
  merged_id: number
  /** JSON, see domain/directory/merge.ts. */
  data: string
  actor: string
  at: number
  undone_at: Generated<number | null>
}

/** A program that provisions people (SCIM). */
export interface ProvisioningClientTable {
  id: Generated<number>
  name: string
  /** Hex SHA-256 of its bearer token. */
  secret: string
  /** Written as the `source` of what it creates. */
  source: string
  /** Space separated UAIs it is confined to; empty: all. */
  uais: string
  /** read or write. */
  rights: 'read' | 'write'
  created_by: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}

/** One run of a directory feed; a run that was cut goes on. */
export interface DirectoryRunTable {
  id: Generated<number>
  source: string
  status: 'running' | 'done' | 'stopped' | 'failed'
  started_at: number
  updated_at: number
  ended_at: number | null
  /** JSON: counts, and why it stopped. */
  data: string
}

export interface DirectoryTables {
  school: SchoolTable
  person: PersonTable
  person_word: PersonWordTable
  profile: ProfileTable
  class_member: ClassMemberTable
  relation: RelationTable
  delegation: DelegationTable
  manual_group: ManualGroupTable
  manual_group_member: ManualGroupMemberTable
  person_merge: PersonMergeTable
  provisioning_client: ProvisioningClientTable
  directory_run: DirectoryRunTable
}
