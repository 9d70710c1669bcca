/** The portal: service tiles, how each person has arranged theirs, what they used last, and cards that services push. */
import type { Migration } from './0001-foundation.ts'

export const portal: Migration = {
  id: 7,
  name: 'portal',
  statements: [
    `CREATE TABLE portal_tile (
      id {id}, key TEXT NOT NULL UNIQUE, category TEXT NOT NULL, sort_order INTEGER NOT NULL, state TEXT NOT NULL,
      relying_party_id {bigint}, data TEXT NOT NULL, created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    `CREATE TABLE portal_arrangement (
      account_id {bigint} NOT NULL, profile_id {bigint} NOT NULL, data TEXT NOT NULL, updated_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, profile_id)) {rowless}`,
    `CREATE TABLE portal_use (
      account_id {bigint} NOT NULL, profile_id {bigint} NOT NULL, tile_id {bigint} NOT NULL, last_at {bigint} NOT NULL,
      uses INTEGER NOT NULL, PRIMARY KEY (account_id, profile_id, tile_id)) {rowless}`,
    `CREATE TABLE portal_card (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, relying_party_id {bigint} NOT NULL, key TEXT NOT NULL,
      kind TEXT NOT NULL, profile TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL,
      starts_at {bigint} NOT NULL, expires_at {bigint} NOT NULL, shown INTEGER NOT NULL, dismissed_at {bigint},
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE UNIQUE INDEX portal_card_by_key ON portal_card (account_id, relying_party_id, key)',
    // What comes into sight, and what ends: read by the clockwork every minute.
    'CREATE INDEX portal_card_waiting ON portal_card (shown, starts_at)',
    'CREATE INDEX portal_card_by_end ON portal_card (expires_at)',
  ],
}
