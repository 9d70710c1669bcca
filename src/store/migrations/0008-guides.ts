/** Guides: how often each helped, and what was pasted into the error decoder that nothing matched. No person is named. */
import type { Migration } from './0001-foundation.ts'

export const guides: Migration = {
  id: 8,
  name: 'guides',
  statements: [
    `CREATE TABLE guide_vote (
      guide TEXT NOT NULL, language TEXT NOT NULL, version INTEGER NOT NULL, helped INTEGER NOT NULL,
      not_helped INTEGER NOT NULL, PRIMARY KEY (guide, language, version)) {rowless}`,
    // The id is the fingerprint of the text: the same error of many people is one row.
    `CREATE TABLE guide_unmatched (
      id TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, language TEXT NOT NULL, audience TEXT NOT NULL,
      times INTEGER NOT NULL, first_at {bigint} NOT NULL, last_at {bigint} NOT NULL)`,
    'CREATE INDEX guide_unmatched_by_time ON guide_unmatched (last_at)',
  ],
}
