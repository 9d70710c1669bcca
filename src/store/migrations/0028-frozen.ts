/** Whom a request for documents asks, fixed when it is opened; the language of those who report from outside. */
import type { Migration } from './0001-foundation.ts'

export const frozen: Migration = {
  id: 28,
  name: 'frozen',
  statements: [
    // Account numbers, packed (domain/directory/snapshot.ts); one row while a request is being opened.
    'CREATE TABLE document_request_audience (request_id {bigint} NOT NULL PRIMARY KEY, members {blob} NOT NULL)',
    "ALTER TABLE phishing_report ADD COLUMN language TEXT NOT NULL DEFAULT ''",
  ],
}
