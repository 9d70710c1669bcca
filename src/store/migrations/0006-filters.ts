/** Filters: Sieve scripts of accounts, the vacation response, and what filters remember. */
import type { Migration } from './0001-foundation.ts'

export const filters: Migration = {
  id: 6,
  name: 'filters',
  statements: [
    `CREATE TABLE sieve_script (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, name TEXT NOT NULL, blob_id {bigint} NOT NULL,
      active INTEGER NOT NULL, created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE UNIQUE INDEX sieve_script_by_name ON sieve_script (account_id, name)',
    'CREATE INDEX sieve_script_by_blob ON sieve_script (blob_id)',
    `CREATE TABLE vacation_response (
      account_id {bigint} NOT NULL PRIMARY KEY, enabled INTEGER NOT NULL, from_date {bigint}, to_date {bigint},
      subject TEXT, text_body TEXT, html_body TEXT, outside_text TEXT)`,
    `CREATE TABLE vacation_answer (
      account_id {bigint} NOT NULL, id TEXT NOT NULL, expires_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    `CREATE TABLE seen_duplicate (
      account_id {bigint} NOT NULL, id TEXT NOT NULL, expires_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
  ],
}
