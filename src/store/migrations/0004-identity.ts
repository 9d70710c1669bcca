/**
 * Who people are and how they prove it: persons, profiles and schools; second factors; devices; one-time grants;
 * relying parties (CAS, OpenID Connect, SAML) and identity providers, as rows.
 */
import type { Migration } from './0001-foundation.ts'

export const identity: Migration = {
  id: 4,
  name: 'identity',
  statements: [
    // -- the directory
    `CREATE TABLE school (
      uai TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, department TEXT NOT NULL, city TEXT NOT NULL,
      source TEXT NOT NULL, status TEXT NOT NULL, created_at {bigint} NOT NULL)`,
    `CREATE TABLE person (
      account_id {bigint} NOT NULL PRIMARY KEY, subject TEXT NOT NULL UNIQUE, given_name TEXT NOT NULL,
      family_name TEXT NOT NULL, search_name TEXT NOT NULL, birth_date TEXT NOT NULL, join_key TEXT UNIQUE, external_id TEXT,
      source TEXT NOT NULL, rescue_mail TEXT NOT NULL, rescue_verified_at {bigint}, phone TEXT NOT NULL,
      activated_at {bigint}, blocked_at {bigint}, block_reason TEXT NOT NULL, suspended_at {bigint}, seen_at {bigint},
      ends_at {bigint}, updated_at {bigint} NOT NULL)`,
    'CREATE INDEX person_by_name ON person (search_name)',
    'CREATE INDEX person_blocked ON person (blocked_at) WHERE blocked_at IS NOT NULL',
    'CREATE INDEX person_suspended ON person (suspended_at) WHERE suspended_at IS NOT NULL',
    'CREATE INDEX person_by_rescue ON person (rescue_mail)',
    'CREATE UNIQUE INDEX person_by_external ON person (source, external_id)',
    `CREATE TABLE person_word (
      word TEXT NOT NULL, account_id {bigint} NOT NULL, PRIMARY KEY (word, account_id)) {rowless}`,
    'CREATE INDEX person_word_by_account ON person_word (account_id)',
    `CREATE TABLE profile (
      id {id}, account_id {bigint} NOT NULL, kind TEXT NOT NULL, uai TEXT NOT NULL, function_code TEXT NOT NULL,
      discipline TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL, starts_at {bigint}, ends_at {bigint},
      created_at {bigint} NOT NULL)`,
    'CREATE INDEX profile_by_account ON profile (account_id)',
    'CREATE INDEX profile_by_school ON profile (uai, kind)',
    `CREATE TABLE class_member (
      uai TEXT NOT NULL, class TEXT NOT NULL, account_id {bigint} NOT NULL, kind TEXT NOT NULL, role TEXT NOT NULL,
      subject TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (uai, class, account_id, role, subject)) {rowless}`,
    'CREATE INDEX class_member_by_account ON class_member (account_id)',
    `CREATE TABLE relation (
      account_id {bigint} NOT NULL, child_id {bigint} NOT NULL, kind TEXT NOT NULL, authority INTEGER NOT NULL,
      source TEXT NOT NULL, PRIMARY KEY (account_id, child_id)) {rowless}`,
    'CREATE INDEX relation_by_child ON relation (child_id)',
    `CREATE TABLE delegation (
      account_id {bigint} NOT NULL, uai TEXT NOT NULL, task TEXT NOT NULL, granted_by TEXT NOT NULL, at {bigint} NOT NULL,
      ends_at {bigint}, PRIMARY KEY (account_id, uai, task)) {rowless}`,
    'CREATE INDEX delegation_by_school ON delegation (uai)',
    `CREATE TABLE manual_group (
      id {id}, uai TEXT NOT NULL, name TEXT NOT NULL, external_id TEXT, source TEXT NOT NULL, created_by TEXT NOT NULL,
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    'CREATE UNIQUE INDEX manual_group_by_external ON manual_group (source, external_id)',
    'CREATE INDEX manual_group_by_school ON manual_group (uai, name)',
    `CREATE TABLE manual_group_member (
      group_id {bigint} NOT NULL, account_id {bigint} NOT NULL, added_at {bigint} NOT NULL,
      PRIMARY KEY (group_id, account_id)) {rowless}`,
    'CREATE INDEX manual_group_member_by_account ON manual_group_member (account_id)',
    `CREATE TABLE person_merge (
      id {id}, kept_id {bigint} NOT NULL, merged_id {bigint} NOT NULL, data TEXT NOT NULL, actor TEXT NOT NULL,
      at {bigint} NOT NULL, undone_at {bigint})`,
    'CREATE INDEX person_merge_by_kept ON person_merge (kept_id)',
    `CREATE TABLE provisioning_client (
      id {id}, name TEXT NOT NULL, secret TEXT NOT NULL UNIQUE, source TEXT NOT NULL, uais TEXT NOT NULL,
      rights TEXT NOT NULL, created_by TEXT NOT NULL, created_at {bigint} NOT NULL, expires_at {bigint},
      last_used_at {bigint}, revoked_at {bigint})`,
    `CREATE TABLE directory_run (
      id {id}, source TEXT NOT NULL, status TEXT NOT NULL, started_at {bigint} NOT NULL, updated_at {bigint} NOT NULL,
      ended_at {bigint}, data TEXT NOT NULL)`,
    'CREATE INDEX directory_run_by_source ON directory_run (source, started_at)',
    // -- proofs
    "ALTER TABLE credential ADD COLUMN data TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE credential ADD COLUMN failures INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE credential ADD COLUMN last_failed_ip TEXT',
    'ALTER TABLE session ADD COLUMN profile_id {bigint}',
    "ALTER TABLE session ADD COLUMN amr TEXT NOT NULL DEFAULT 'pwd'",
    'ALTER TABLE session ADD COLUMN authenticated_at {bigint} NOT NULL DEFAULT 0',
    'ALTER TABLE session ADD COLUMN stepped_up_at {bigint} NOT NULL DEFAULT 0',
    "ALTER TABLE session ADD COLUMN device_id TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE session ADD COLUMN shared INTEGER NOT NULL DEFAULT 0',
    "ALTER TABLE session ADD COLUMN provider TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE session ADD COLUMN provider_data TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE session ADD COLUMN country TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE session ADD COLUMN token_hash TEXT NOT NULL DEFAULT ''",
    'UPDATE session SET token_hash = id',
    'CREATE UNIQUE INDEX session_by_token ON session (token_hash)',
    `CREATE TABLE device (
      account_id {bigint} NOT NULL, id TEXT NOT NULL, label TEXT NOT NULL, user_agent TEXT NOT NULL, ip TEXT NOT NULL,
      country TEXT NOT NULL, created_at {bigint} NOT NULL, last_seen_at {bigint} NOT NULL, trusted_until {bigint} NOT NULL,
      PRIMARY KEY (account_id, id)) {rowless}`,
    `CREATE TABLE one_time (
      id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, account_id {bigint}, session_id TEXT NOT NULL, data TEXT NOT NULL,
      attempts INTEGER NOT NULL, created_at {bigint} NOT NULL, expires_at {bigint} NOT NULL, used_at {bigint})`,
    'CREATE INDEX one_time_by_expiry ON one_time (expires_at)',
    'CREATE INDEX one_time_by_account ON one_time (account_id, kind)',
    `CREATE TABLE recovery_case (
      id {id}, account_id {bigint} NOT NULL, uai TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
      asked_by {bigint}, approved_by {bigint}, reason TEXT NOT NULL, created_at {bigint} NOT NULL,
      decided_at {bigint}, expires_at {bigint} NOT NULL)`,
    'CREATE INDEX recovery_case_by_account ON recovery_case (account_id)',
    'CREATE INDEX recovery_case_by_school ON recovery_case (uai, status)',
    `CREATE TABLE trusted_contact (
      account_id {bigint} NOT NULL, contact_id {bigint} NOT NULL, status TEXT NOT NULL, created_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, contact_id)) {rowless}`,
    // -- services that trust us
    `CREATE TABLE relying_party (
      id {id}, protocol TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, config TEXT NOT NULL, status TEXT NOT NULL,
      created_by TEXT NOT NULL, created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    'CREATE UNIQUE INDEX relying_party_by_key ON relying_party (protocol, key)',
    `CREATE TABLE participation (
      id {id}, session_id TEXT NOT NULL, account_id {bigint} NOT NULL, relying_party_id {bigint} NOT NULL,
      protocol TEXT NOT NULL, reference TEXT NOT NULL, data TEXT NOT NULL, at {bigint} NOT NULL)`,
    'CREATE INDEX participation_by_session ON participation (session_id)',
    'CREATE INDEX participation_by_account ON participation (account_id)',
    'CREATE INDEX participation_by_reference ON participation (relying_party_id, reference)',
    `CREATE TABLE logout_notice (
      id {id}, protocol TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL,
      next_at {bigint} NOT NULL, created_at {bigint} NOT NULL)`,
    'CREATE INDEX logout_notice_by_time ON logout_notice (next_at)',
    `CREATE TABLE oauth_record (
      model TEXT NOT NULL, id TEXT NOT NULL, account_id {bigint}, session_id TEXT NOT NULL, grant_id TEXT, uid TEXT,
      user_code TEXT, profile_id {bigint}, data TEXT NOT NULL, created_at {bigint} NOT NULL, consumed_at {bigint},
      expires_at {bigint}, PRIMARY KEY (model, id)) {rowless}`,
    'CREATE INDEX oauth_record_by_grant ON oauth_record (grant_id)',
    'CREATE INDEX oauth_record_by_uid ON oauth_record (uid)',
    'CREATE INDEX oauth_record_by_code ON oauth_record (user_code)',
    'CREATE INDEX oauth_record_by_account ON oauth_record (account_id)',
    'CREATE INDEX oauth_record_by_session ON oauth_record (session_id)',
    'CREATE INDEX oauth_record_by_expiry ON oauth_record (expires_at)',
    // -- providers that we trust
    `CREATE TABLE identity_provider (
      id TEXT NOT NULL PRIMARY KEY, protocol TEXT NOT NULL, name TEXT NOT NULL, audience TEXT NOT NULL, config TEXT NOT NULL,
      status TEXT NOT NULL, sort_order INTEGER NOT NULL, created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    `CREATE TABLE federated_identity (
      provider_id TEXT NOT NULL, subject TEXT NOT NULL, account_id {bigint} NOT NULL, created_at {bigint} NOT NULL,
      last_used_at {bigint} NOT NULL, PRIMARY KEY (provider_id, subject)) {rowless}`,
    'CREATE INDEX federated_identity_by_account ON federated_identity (account_id)',
    // -- help on the sign-in page
    `CREATE TABLE support_contact (
      id {id}, profile TEXT NOT NULL, department TEXT NOT NULL, topic TEXT NOT NULL, level INTEGER NOT NULL,
      name TEXT NOT NULL, phone TEXT NOT NULL, mail TEXT NOT NULL, url TEXT NOT NULL, hours TEXT NOT NULL,
      created_at {bigint} NOT NULL)`,
    `CREATE TABLE incident (
      id {id}, component TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
      starts_at {bigint} NOT NULL, ends_at {bigint}, created_by TEXT NOT NULL, created_at {bigint} NOT NULL)`,
    'CREATE INDEX audit_by_time ON audit (at)',
    // -- accounts to be deleted
    `CREATE TABLE erasure (
      account_id {bigint} NOT NULL PRIMARY KEY, asked_by TEXT NOT NULL, reason TEXT NOT NULL, asked_at {bigint} NOT NULL,
      due_at {bigint} NOT NULL)`,
    'CREATE INDEX erasure_by_time ON erasure (due_at)',
  ],
  // Prefixes are compared by code point, whatever the language of the database: an index in that order.
  postgres: [
    'CREATE INDEX person_word_by_prefix ON person_word (word COLLATE "C", account_id)',
    'CREATE INDEX account_by_prefix ON account (login COLLATE "C")',
    'CREATE INDEX address_by_prefix ON address (address COLLATE "C")',
  ],
}
