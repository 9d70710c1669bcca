/** Setting up phones and computers: why a program was refused, and the steps of a first day. */
import type { Migration } from './0001-foundation.ts'

export const setup: Migration = {
  id: 17,
  name: 'setup',
  statements: [
    `CREATE TABLE refused_program (
      account_id {bigint} NOT NULL PRIMARY KEY, at {bigint} NOT NULL, service TEXT NOT NULL, reason TEXT NOT NULL,
      ip TEXT NOT NULL)`,
    `CREATE TABLE first_day (
      account_id {bigint} NOT NULL PRIMARY KEY, began_at {bigint} NOT NULL, sent_at {bigint}, device_at {bigint},
      finished_at {bigint}, hidden_at {bigint})`,
  ],
}
