/**
 * The tables, as Kysely sees them: one schema for both engines (law 5). Every table's key begins with the account or
 * is global. Times are milliseconds since 1970 UTC, truth values 0 or 1, hashes raw bytes. The SQL that creates them
 * is in `migrations/`.
 */
import type { Generated } from 'kysely'

/** The owner of mail: a person, or later a function (shared mailbox). */
export interface AccountTable {
  id: Generated<number>
  /** Identifier used to sign in, folded to lower case. */
  login: string
  name: string
  kind: 'person' | 'function' | 'system'
  status: 'active' | 'disabled'
  locale: string
  /** 1: may administer the platform. */
  admin: number
  created_at: number
  /** Highest modification sequence given out (law 2); JMAP state and IMAP MODSEQ of every object of the account. */
  modseq: number
  /** Changes at or below this modseq have been trimmed: /changes from before it cannot be calculated. */
  low_modseq: number
  /** The next object id of the account (mailbox, email, thread, identity, submission share one counter). */
  next_id: number
  /** Octets allowed; 0 is no limit. */
  quota_bytes: number
  used_bytes: number
}

/** Which account an address belongs to. */
export interface AddressTable {
  /** Folded: lower case, NFC. */
  address: string
  account_id: number
  kind: 'primary' | 'alias'
  created_at: number
}

export interface MailboxTable {
  account_id: number
  id: number
  /** 0 at the top. */
  parent_id: number
  name: string
  role: string | null
  subscribed: number
  sort_order: number
  uid_validity: number
  uid_next: number
  /** Highest modseq of any message change in it, expunges included: IMAP HIGHESTMODSEQ. */
  message_modseq: number
  total: number
  unseen: number
  deleted: number
  /** As JMAP counts (RFC 8621 §2): emails, those with neither $seen nor $draft, and the threads of each. */
  emails: number
  unread_emails: number
  threads: number
  unread_threads: number
  bytes: number
  created_at: number
}

/** Content of a message in an account: JMAP's Email. Everything here but the thread is immutable. */
export interface EmailTable {
  account_id: number
  id: number
  blob_id: number
  thread_id: number
  size: number
  received_at: number
  created_modseq: number
}

/** One entry of a mailbox: IMAP's message. An email may have several (COPY); flags belong to the entry. */
export interface MessageTable {
  account_id: number
  mailbox_id: number
  uid: number
  email_id: number
  thread_id: number
  /** Bit mask of system flags, see domain/mail/flags.ts. */
  flags: number
  /** Other keywords, lower case, sorted, separated by one space; empty when none. */
  keywords: string
  size: number
  received_at: number
  /** When it was put in this mailbox (SAVEDATE, RFC 8514). */
  saved_at: number
  modseq: number
  created_modseq: number
  blob_id: number
}

/** What is known of a message's bytes, computed once per blob and shared by every account that holds it. */
export interface ContentTable {
  blob_id: number
  /** The header block of the message, with its blank line; null when it is longer than 32 kB (then read the blob). */
  headers: Uint8Array | null
  /** `encodeStructure` of format/mime. */
  structure: string
  /** IMAP ENVELOPE, rendered once (a parenthesized list, RFC 9051 §7.5.2), as octets in a byte array. */
  envelope: Uint8Array
  preview: string
  has_attachment: number
  subject: string
  /** Folded base subject (RFC 5256 §2.1), for sorting and threads. */
  base_subject: string
  from_sort: string
  to_sort: string
  sent_at: number | null
  message_id: string | null
}

/** Which thread a Message-ID belongs to. `ref` is 48 bits of the SHA-256 of the id and the base subject. */
export interface ThreadRefTable {
  account_id: number
  ref: number
  thread_id: number
}

/** One row per transaction: what it changed (law 2). `data` is JSON, see changes.ts. */
export interface ChangeTable {
  account_id: number
  modseq: number
  /** Bit mask of change types. */
  types: number
  data: string
  at: number
}

export interface IdentityTable {
  account_id: number
  id: number
  name: string
  email: string
  reply_to: string | null
  bcc: string | null
  text_signature: string
  html_signature: string
  may_delete: number
}

/** JMAP EmailSubmission. */
export interface SubmissionTable {
  account_id: number
  id: number
  identity_id: number
  email_id: number
  thread_id: number
  /** JSON {mailFrom, rcptTo} of RFC 8621 §7. */
  envelope: string
  send_at: number
  undo_status: 'pending' | 'final' | 'canceled'
  /** JSON: recipient -> DeliveryStatus. */
  delivery_status: string
  created_at: number
}

/** A message on its way out. */
export interface QueueMessageTable {
  id: Generated<number>
  /** Sender's account, null for messages of the server itself (bounces). */
  account_id: number | null
  submission_id: number | null
  blob_id: number
  /** Reverse-path; empty for the null sender. */
  sender: string
  /** JSON: {ret, envid, smtputf8, body, requireTls, priority}. */
  options: string
  created_at: number
  /** Give up after this. */
  expires_at: number
}

export interface QueueRecipientTable {
  queue_id: number
  n: number
  address: string
  /** Next hop's key: the recipient's domain, or the smarthost. */
  domain: string
  status: 'pending' | 'sending' | 'delivered' | 'failed' | 'canceled'
  attempts: number
  next_at: number
  /** Another process may take it over after this. */
  lease_until: number
  lease_by: string
  last_reply: string
  /** RFC 3461 NOTIFY, comma separated; empty when not given. */
  notify: string
  orcpt: string
  /** 1 once a delay warning was sent. */
  warned: number
  finished_at: number | null
}

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

export interface CredentialTable {
  id: Generated<number>
  account_id: number
  kind: CredentialKind
  /** PHC string for passwords; hex keyed hash for app passwords and recovery codes; sealed seed or grid; passkey's public key. */
  secret: string
  /** App passwords: first characters, to find the row; passkeys: the credential id (base64url); otherwise empty. */
  lookup: string
  label: string
  /** Space separated: web imap smtp jmap. */
  scopes: string
  created_at: number
  last_used_at: number | null
  last_used_ip: string | null
  last_failed_at: number | null
  last_failed_ip: Generated<string | null>
  /** Wrong tries since the last right one. */
  failures: Generated<number>
  /** JSON of the kind: TOTP's last step used, passkey's counter and transports, why a password must change. */
  data: Generated<string>
}

export type CredentialKind = 'password' | 'app' | 'totp' | 'passkey' | 'recovery' | 'grid'

export interface SessionTable {
  /** Names the session for its whole life, in what services were given too. */
  id: string
  /** SHA-256 of the token, hex: changes when the person signs in again in it. */
  token_hash: string
  account_id: number
  created_at: number
  last_seen_at: number
  expires_at: number
  ip: string
  user_agent: string
  /** The profile the person acts under; null until one is chosen. */
  profile_id: Generated<number | null>
  /** RFC 8176 methods, space separated: pwd, otp, hwk, swk, mfa, kba, fed. */
  amr: Generated<string>
  /** When the person last proved who they are with every factor asked (OpenID auth_time). */
  authenticated_at: Generated<number>
  /** When they last did so for a sensitive act; 0 never. */
  stepped_up_at: Generated<number>
  device_id: Generated<string>
  /** 1: on a shared computer, so a shorter idle time. */
  shared: Generated<number>
  /** Identity provider that vouched; empty: ours. */
  provider: Generated<string>
  /** JSON of the provider's session, for its logout rule. */
  provider_data: Generated<string>
  /** ISO 3166 alpha-2 of the address it was opened from; empty unknown. */
  country: Generated<string>
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

export interface DkimKeyTable {
  domain: string
  selector: string
  algorithm: 'rsa-sha256' | 'ed25519-sha256'
  private_key: string
  public_key: string
  created_at: number
}

/** People written to, for recipient completion. */
export interface CorrespondentTable {
  account_id: number
  address: string
  name: string
  last_at: number
  uses: number
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
}

/** Full text on the server engine only. */
export interface SearchDocumentTable {
  account_id: number
  email_id: number
  /** A tsvector of lexemes that begin with the account and the field, see search/tsvector.ts. */
  terms: string
}

// -- the directory ---------------------------------------------------------------------------------------------------

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

// -- proofs ----------------------------------------------------------------------------------------------------------

/** A browser an account has signed in from before; `id` is the SHA-256 of its cookie. */
export interface DeviceTable {
  account_id: number
  id: string
  label: string
  user_agent: string
  ip: string
  country: string
  created_at: number
  last_seen_at: number
  /** No second factor is asked in this browser until then; 0: it is asked. */
  trusted_until: number
}

/** Anything that may be used once and for a short while: sign-in under way, reset link, activation code, CAS ticket. */
export interface OneTimeTable {
  /** SHA-256 of the token, hex. */
  id: string
  kind: string
  account_id: number | null
  session_id: string
  data: string
  attempts: number
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface RecoveryCaseTable {
  id: Generated<number>
  account_id: number
  uai: string
  kind: string
  status: 'asked' | 'approved' | 'refused' | 'used' | 'expired'
  asked_by: number | null
  approved_by: number | null
  reason: string
  created_at: number
  decided_at: number | null
  expires_at: number
}

export interface TrustedContactTable {
  account_id: number
  contact_id: number
  status: 'asked' | 'accepted'
  created_at: number
}

// -- single sign-on --------------------------------------------------------------------------------------------------

/** A service that trusts us. `key` is its CAS service pattern, client_id or SAML entity id; `config` JSON by protocol. */
export interface RelyingPartyTable {
  id: Generated<number>
  protocol: 'cas' | 'oidc' | 'saml'
  name: string
  key: string
  config: string
  status: 'active' | 'disabled'
  created_by: string
  created_at: number
  updated_at: number
}

/** A service that a session has opened, to be told of the sign-out. `reference`: ticket, sid or SAML SessionIndex. */
export interface ParticipationTable {
  id: Generated<number>
  session_id: string
  account_id: number
  relying_party_id: number
  protocol: 'cas' | 'oidc' | 'saml'
  reference: string
  data: string
  at: number
}

/** A sign-out message still to be posted to a service. */
export interface LogoutNoticeTable {
  id: Generated<number>
  protocol: string
  url: string
  body: string
  attempts: number
  next_at: number
  created_at: number
}

/** What `oidc-provider` keeps; `id` of tokens and codes is the SHA-256 of their value. */
export interface OauthRecordTable {
  model: string
  id: string
  account_id: number | null
  session_id: string
  grant_id: string | null
  uid: string | null
  user_code: string | null
  /** Profile that the person had chosen when they agreed; kept with the grant, for when the session is over. */
  profile_id: number | null
  data: string
  created_at: number
  consumed_at: number | null
  expires_at: number | null
}

/** A provider that we trust to say who somebody is (EduConnect, an ENT). */
export interface IdentityProviderTable {
  id: string
  protocol: 'oidc' | 'saml'
  name: string
  /** Space separated sign-in audiences: staff pupil parent administrative. */
  audience: string
  config: string
  status: 'active' | 'disabled'
  sort_order: number
  created_at: number
  updated_at: number
}

export interface FederatedIdentityTable {
  provider_id: string
  subject: string
  account_id: number
  created_at: number
  last_used_at: number
}

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

/** Something that does not work at present. `component`: sign-in method, or `*`; `title` and `body` JSON {fr, en}. */
export interface IncidentTable {
  id: Generated<number>
  component: string
  severity: string
  title: string
  body: string
  starts_at: number
  ends_at: number | null
  created_by: string
  created_at: number
}

/** An account that is suspended, and deleted with everything it holds when its time has come. */
export interface ErasureTable {
  account_id: number
  asked_by: string
  reason: string
  asked_at: number
  due_at: number
}

// -- filters ---------------------------------------------------------------------------------------------------------

/** A Sieve script of an account. */
export interface SieveScriptTable {
  account_id: number
  id: number
  name: string
  blob_id: number
  /** 1: it filters incoming mail; at most one of an account. */
  active: number
  created_at: number
  updated_at: number
}

/** JMAP VacationResponse (RFC 8621 §8): one of each account. */
export interface VacationResponseTable {
  account_id: number
  enabled: number
  from_date: number | null
  to_date: number | null
  subject: string | null
  text_body: string | null
  html_body: string | null
  /** For people outside our domains; null: the same text. */
  outside_text: string | null
}

/** Who has been answered, until when not again; `id` is a hash of the script's handle and the address. */
export interface VacationAnswerTable {
  account_id: number
  id: string
  expires_at: number
}

/** Messages that the `duplicate` test remembers (RFC 7352). */
export interface SeenDuplicateTable {
  account_id: number
  id: string
  expires_at: number
}

// -- the portal ------------------------------------------------------------------------------------------------------

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

export interface MigrationTable {
  id: number
  name: string
  applied_at: number
}

export interface Database {
  account: AccountTable
  address: AddressTable
  mailbox: MailboxTable
  email: EmailTable
  message: MessageTable
  content: ContentTable
  thread_ref: ThreadRefTable
  change: ChangeTable
  identity: IdentityTable
  submission: SubmissionTable
  queue_message: QueueMessageTable
  queue_recipient: QueueRecipientTable
  blob: BlobTable
  blob_data: BlobDataTable
  upload: UploadTable
  credential: CredentialTable
  session: SessionTable
  audit: AuditTable
  dkim_key: DkimKeyTable
  correspondent: CorrespondentTable
  push_subscription: PushSubscriptionTable
  setting: SettingTable
  search_state: SearchStateTable
  search_document: SearchDocumentTable
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
  device: DeviceTable
  one_time: OneTimeTable
  recovery_case: RecoveryCaseTable
  trusted_contact: TrustedContactTable
  relying_party: RelyingPartyTable
  participation: ParticipationTable
  logout_notice: LogoutNoticeTable
  oauth_record: OauthRecordTable
  identity_provider: IdentityProviderTable
  federated_identity: FederatedIdentityTable
  support_contact: SupportContactTable
  incident: IncidentTable
  erasure: ErasureTable
  sieve_script: SieveScriptTable
  vacation_response: VacationResponseTable
  vacation_answer: VacationAnswerTable
  seen_duplicate: SeenDuplicateTable
  portal_tile: PortalTileTable
  portal_arrangement: PortalArrangementTable
  portal_use: PortalUseTable
  portal_card: PortalCardTable
  guide_vote: GuideVoteTable
  guide_unmatched: GuideUnmatchedTable
  migration: MigrationTable
}
