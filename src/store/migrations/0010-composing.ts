/** Large files sent as links; and the submissions of an email found without reading them all. */
import type { Migration } from './0001-foundation.ts'

export const composing: Migration = {
  id: 10,
  name: 'composing',
  statements: [
    // The link is a secret: its SHA-256 only. A file that has ended has no blob any more.
    `CREATE TABLE shared_file (
      id {id}, account_id {bigint} NOT NULL, token TEXT NOT NULL UNIQUE, blob_id {bigint}, name TEXT NOT NULL,
      type TEXT NOT NULL, size {bigint} NOT NULL, created_at {bigint} NOT NULL, expires_at {bigint} NOT NULL,
      ended_at {bigint}, downloads {bigint} NOT NULL, last_at {bigint})`,
    'CREATE INDEX shared_file_by_account ON shared_file (account_id, id)',
    'CREATE INDEX shared_file_by_blob ON shared_file (blob_id)',
    'CREATE INDEX shared_file_by_end ON shared_file (expires_at)',
    'CREATE INDEX submission_by_email ON submission (account_id, email_id)',
  ],
}
