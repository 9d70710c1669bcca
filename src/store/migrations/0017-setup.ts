/** The steps of a first day, and when each was done. */
import type { Migration } from './0001-foundation.ts'

export const setup: Migration = {
  id: 17,
  name: 'setup',
  statements: [
    `CREATE TABLE first_day (
      account_id {bigint} NOT NULL PRIMARY KEY, began_at {bigint} NOT NULL, sent_at {bigint}, device_at {bigint},
      finished_at {bigint}, hidden_at {bigint})`,
  ],
}
