/** Order in one's mail: labels, saved searches, preferences, what is put off, and acts on thousands of messages. */
import type { Migration } from './0001-foundation.ts'

export const organising: Migration = {
  id: 11,
  name: 'organising',
  statements: [
    // How far the text of attachments has been read, by id of email (PostgreSQL; beside SQLite it is in the index file).
    'ALTER TABLE search_state ADD COLUMN attached {bigint} NOT NULL DEFAULT 0',
    `CREATE TABLE mail_label (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, name TEXT NOT NULL, keyword TEXT NOT NULL,
      colour TEXT NOT NULL, sort_order INTEGER NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE UNIQUE INDEX mail_label_by_keyword ON mail_label (account_id, keyword)',
    `CREATE TABLE saved_search (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
      sort_order INTEGER NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE TABLE mail_preference (account_id {bigint} NOT NULL PRIMARY KEY, data TEXT NOT NULL)',
    `CREATE TABLE snooze (
      account_id {bigint} NOT NULL, email_id {bigint} NOT NULL, until_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, email_id)) {rowless}`,
    // What is due, over all accounts: read by the clockwork.
    'CREATE INDEX snooze_due ON snooze (until_at)',
    `CREATE TABLE mail_job (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, state TEXT NOT NULL, act TEXT NOT NULL,
      total INTEGER NOT NULL, done INTEGER NOT NULL, failed INTEGER NOT NULL, created_at {bigint} NOT NULL,
      updated_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE INDEX mail_job_by_state ON mail_job (state, updated_at)',
    `CREATE TABLE mail_job_slice (
      account_id {bigint} NOT NULL, job_id {bigint} NOT NULL, n INTEGER NOT NULL, emails TEXT NOT NULL, before_act TEXT,
      PRIMARY KEY (account_id, job_id, n)) {rowless}`,
  ],
}
