/** Sessions ended before their time, so that a browser learns that it must forget; who is told of new mail, and when. */
import type { Migration } from './0001-foundation.ts'

export const everywhere: Migration = {
  id: 12,
  name: 'everywhere',
  statements: [
    // Nobody is named: a browser that comes with this token is told that its session was ended, not that it ran out.
    'CREATE TABLE ended_session (token_hash TEXT NOT NULL PRIMARY KEY, expires_at {bigint} NOT NULL) {rowless}',
    'CREATE INDEX ended_session_by_expiry ON ended_session (expires_at)',
    `CREATE TABLE push_rule (
      account_id {bigint} NOT NULL PRIMARY KEY, rules TEXT NOT NULL, updated_at {bigint} NOT NULL) {rowless}`,
    // The platform's own key for push services (RFC 8292): one row.
    `CREATE TABLE push_key (
      id INTEGER NOT NULL PRIMARY KEY, public_key TEXT NOT NULL, private_key TEXT NOT NULL,
      created_at {bigint} NOT NULL) {rowless}`,
  ],
}
