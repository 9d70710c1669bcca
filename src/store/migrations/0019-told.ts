/** Notifications in the reader's language; for whom a notice is, fixed when it is published. */
import type { Migration } from './0001-foundation.ts'

export const told: Migration = {
  id: 19,
  name: 'told',
  statements: [
    // JSON {title, text} in English; empty: there is no translation.
    "ALTER TABLE notification ADD COLUMN en TEXT NOT NULL DEFAULT ''",
    // Account numbers, packed (domain/notices/snapshot.ts); one row while a notice is being published.
    'CREATE TABLE notice_audience (notice_id {bigint} NOT NULL PRIMARY KEY, members {blob} NOT NULL)',
  ],
}
