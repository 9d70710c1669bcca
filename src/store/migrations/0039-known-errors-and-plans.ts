/** Errors of others as editors have them, each version kept; practice campaigns that are planned, every year or once. */
import type { Migration } from './0001-foundation.ts'

export const knownErrors: Migration = {
  id: 39,
  name: 'known-errors-and-plans',
  statements: [
    // What an editor wrote, as JSON; empty: from then on it is the program's own again, or is no more.
    `CREATE TABLE known_error (
      id TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL, author TEXT NOT NULL, at {bigint} NOT NULL,
      PRIMARY KEY (id, version))`,
    // The announcement goes out at announce_at; the practice begins at begins_at; then the next year's is planned.
    `CREATE TABLE practice_plan (
      id {id}, name TEXT NOT NULL, status TEXT NOT NULL, repeats INTEGER NOT NULL, announce_at {bigint} NOT NULL,
      begins_at {bigint} NOT NULL, days INTEGER NOT NULL, data TEXT NOT NULL, author_id {bigint},
      author TEXT NOT NULL, notice_id {bigint}, campaign_id {bigint}, why TEXT NOT NULL, rounds INTEGER NOT NULL,
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    'CREATE INDEX practice_plan_by_status ON practice_plan (status)',
  ],
}
