/** Calendars, the objects in them as programs send them, and what synchronisation over DAV needs of those that are gone. */
import type { Migration } from './0001-foundation.ts'

export const calendars: Migration = {
  id: 25,
  name: 'calendars',
  statements: [
    `CREATE TABLE calendar (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, uri TEXT NOT NULL, name TEXT NOT NULL,
      description TEXT NOT NULL, colour TEXT NOT NULL, sort_order {bigint} NOT NULL, is_default {bigint} NOT NULL,
      is_visible {bigint} NOT NULL, modseq {bigint} NOT NULL, events {bigint} NOT NULL, bytes {bigint} NOT NULL,
      created_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE UNIQUE INDEX calendar_by_uri ON calendar (account_id, uri)',
    // With a row number: objects are large, and are read by other orders than their ids.
    `CREATE TABLE calendar_event (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, calendar_id {bigint} NOT NULL, uri TEXT NOT NULL,
      uid TEXT NOT NULL, kind TEXT NOT NULL, summary TEXT NOT NULL, starts {bigint} NOT NULL, ends {bigint} NOT NULL,
      is_recurring {bigint} NOT NULL, ics TEXT NOT NULL, size {bigint} NOT NULL, modseq {bigint} NOT NULL,
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL, PRIMARY KEY (account_id, id))`,
    'CREATE UNIQUE INDEX calendar_event_by_uri ON calendar_event (account_id, calendar_id, uri)',
    'CREATE UNIQUE INDEX calendar_event_by_uid ON calendar_event (account_id, uid, calendar_id)',
    'CREATE INDEX calendar_event_by_modseq ON calendar_event (account_id, calendar_id, modseq, id)',
    'CREATE INDEX calendar_event_by_end ON calendar_event (account_id, ends, starts)',
    `CREATE TABLE calendar_gone (
      account_id {bigint} NOT NULL, calendar_id {bigint} NOT NULL, uri TEXT NOT NULL, event_id {bigint} NOT NULL,
      modseq {bigint} NOT NULL, PRIMARY KEY (account_id, calendar_id, uri)) {rowless}`,
  ],
}
