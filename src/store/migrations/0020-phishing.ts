/** Frauds: reports put together and judged, taken back from mailboxes; practice campaigns. */
import type { Migration } from './0001-foundation.ts'

export const phishing: Migration = {
  id: 20,
  name: 'phishing',
  statements: [
    // 0: not looked at yet.
    'ALTER TABLE phishing_report ADD COLUMN cluster_id {bigint} NOT NULL DEFAULT 0',
    // Who forwarded it, when that is nobody of ours; empty: the account.
    `ALTER TABLE phishing_report ADD COLUMN mail TEXT NOT NULL DEFAULT ''`,
    // The verdict that its reporter was told of.
    `ALTER TABLE phishing_report ADD COLUMN told TEXT NOT NULL DEFAULT ''`,
    'CREATE INDEX phishing_report_by_cluster ON phishing_report (cluster_id, id)',
    // The last person who was told in the portal; null: nobody is to be told, or everybody was.
    'ALTER TABLE incident_update ADD COLUMN ring_from {bigint}',
    'ALTER TABLE incident_update ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0',
    `CREATE TABLE phishing_cluster (
      id {id}, subject TEXT NOT NULL, sender TEXT NOT NULL, first_at {bigint} NOT NULL, last_at {bigint} NOT NULL,
      verdict TEXT NOT NULL, judged_by TEXT NOT NULL, judged_at {bigint}, answer TEXT NOT NULL)`,
    'CREATE INDEX phishing_cluster_by_verdict ON phishing_cluster (verdict, last_at)',
    `CREATE TABLE phishing_sign (
      sign TEXT NOT NULL, cluster_id {bigint} NOT NULL, PRIMARY KEY (sign, cluster_id)) {rowless}`,
    'CREATE INDEX phishing_sign_by_cluster ON phishing_sign (cluster_id)',
    `CREATE TABLE phishing_sweep (
      id {id}, cluster_id {bigint} NOT NULL, state TEXT NOT NULL, reached {bigint} NOT NULL, upto {bigint} NOT NULL,
      since {bigint} NOT NULL, found {bigint} NOT NULL, mailboxes {bigint} NOT NULL, moved {bigint} NOT NULL,
      actor TEXT NOT NULL, at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    'CREATE INDEX phishing_sweep_by_state ON phishing_sweep (state, id)',
    `CREATE TABLE phishing_sweep_mail (
      sweep_id {bigint} NOT NULL, account_id {bigint} NOT NULL, email_id {bigint} NOT NULL, before TEXT NOT NULL,
      PRIMARY KEY (sweep_id, account_id, email_id)) {rowless}`,
    `CREATE TABLE practice_campaign (
      id {id}, name TEXT NOT NULL, status TEXT NOT NULL, template TEXT NOT NULL, language TEXT NOT NULL,
      sender_name TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, audience TEXT NOT NULL,
      author_id {bigint}, author TEXT NOT NULL, starts_at {bigint}, ends_at {bigint} NOT NULL, reached {bigint} NOT NULL,
      sent {bigint} NOT NULL, clicked {bigint} NOT NULL, reported {bigint} NOT NULL, both_acts {bigint} NOT NULL,
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    // Who has one, and what was done with one, are never in the same row: results say how many, not who.
    `CREATE TABLE practice_recipient (
      campaign_id {bigint} NOT NULL, account_id {bigint} NOT NULL, PRIMARY KEY (campaign_id, account_id)) {rowless}`,
    `CREATE TABLE practice_token (
      token TEXT NOT NULL PRIMARY KEY, campaign_id {bigint} NOT NULL, clicked INTEGER NOT NULL,
      reported INTEGER NOT NULL) {rowless}`,
    'CREATE INDEX practice_token_by_campaign ON practice_token (campaign_id)',
  ],
}
