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
  ],
}
