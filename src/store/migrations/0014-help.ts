/** Help that knows: components that are watched, incidents with their story, the path of mail, requests for help. */
import type { Migration } from './0001-foundation.ts'

export const help: Migration = {
  id: 14,
  name: 'help',
  statements: [
    // What was announced before concerns one way of signing in, everybody, and is under way.
    `ALTER TABLE incident ADD COLUMN kind TEXT NOT NULL DEFAULT 'incident'`,
    `ALTER TABLE incident ADD COLUMN components TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE incident ADD COLUMN audience TEXT NOT NULL DEFAULT '*'`,
    `ALTER TABLE incident ADD COLUMN phase TEXT NOT NULL DEFAULT 'identified'`,
    'CREATE INDEX incident_by_start ON incident (starts_at)',
    `CREATE TABLE incident_update (
      id {id}, incident_id {bigint} NOT NULL, at {bigint} NOT NULL, phase TEXT NOT NULL, body TEXT NOT NULL,
      created_by TEXT NOT NULL, told_to {bigint} NOT NULL, told_at {bigint})`,
    'CREATE INDEX incident_update_by_incident ON incident_update (incident_id, id)',
    `CREATE TABLE status_component (
      key TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL, place TEXT NOT NULL,
      sort_order INTEGER NOT NULL, watched INTEGER NOT NULL, state TEXT NOT NULL, since {bigint} NOT NULL,
      failures INTEGER NOT NULL, slow INTEGER NOT NULL, good INTEGER NOT NULL, detail TEXT NOT NULL,
      recent TEXT NOT NULL, checked_at {bigint} NOT NULL)`,
    `CREATE TABLE status_day (
      component TEXT NOT NULL, day TEXT NOT NULL, operational INTEGER NOT NULL, degraded INTEGER NOT NULL,
      down INTEGER NOT NULL, maintenance INTEGER NOT NULL, PRIMARY KEY (component, day)) {rowless}`,
    `CREATE TABLE status_subscriber (
      id {id}, address TEXT NOT NULL UNIQUE, language TEXT NOT NULL, audience TEXT NOT NULL,
      confirmed_at {bigint}, created_at {bigint} NOT NULL)`,
    // What cannot be read from the mailboxes any more: what rules did, what was refused, sign-ins that failed. No content.
    `CREATE TABLE trace (
      id {id}, account_id {bigint} NOT NULL, at {bigint} NOT NULL, kind TEXT NOT NULL, result TEXT NOT NULL,
      counterpart TEXT NOT NULL, size {bigint} NOT NULL, detail TEXT NOT NULL, times INTEGER NOT NULL)`,
    'CREATE INDEX trace_by_account ON trace (account_id, at)',
    'CREATE INDEX trace_by_time ON trace (at)',
    // Who may look at somebody's diagnosis, because they were given a code, and until when.
    `CREATE TABLE diagnosis_grant (
      id {id}, account_id {bigint} NOT NULL, helper_id {bigint} NOT NULL, created_at {bigint} NOT NULL,
      expires_at {bigint} NOT NULL, ended_at {bigint})`,
    'CREATE INDEX diagnosis_grant_by_account ON diagnosis_grant (account_id, id)',
    'CREATE INDEX diagnosis_grant_by_helper ON diagnosis_grant (helper_id, expires_at)',
    `CREATE TABLE ticket (
      id {id}, account_id {bigint}, mail TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, uai TEXT NOT NULL,
      topic TEXT NOT NULL, level INTEGER NOT NULL, status TEXT NOT NULL, subject TEXT NOT NULL, assignee_id {bigint},
      report TEXT NOT NULL, rating INTEGER, created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL,
      closed_at {bigint})`,
    'CREATE INDEX ticket_by_account ON ticket (account_id, id)',
    'CREATE INDEX ticket_by_queue ON ticket (status, uai, updated_at)',
    `CREATE TABLE ticket_entry (
      id {id}, ticket_id {bigint} NOT NULL, at {bigint} NOT NULL, kind TEXT NOT NULL, side TEXT NOT NULL,
      author_id {bigint}, author TEXT NOT NULL, body TEXT NOT NULL, message_id TEXT NOT NULL)`,
    'CREATE INDEX ticket_entry_by_ticket ON ticket_entry (ticket_id, id)',
    `CREATE TABLE ticket_file (
      id {id}, ticket_id {bigint} NOT NULL, entry_id {bigint} NOT NULL, blob_id {bigint} NOT NULL, name TEXT NOT NULL,
      type TEXT NOT NULL, size {bigint} NOT NULL)`,
    'CREATE INDEX ticket_file_by_ticket ON ticket_file (ticket_id)',
    'CREATE INDEX ticket_file_by_blob ON ticket_file (blob_id)',
  ],
}
