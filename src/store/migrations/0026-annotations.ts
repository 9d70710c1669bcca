/** What programs note on mailboxes and on the server (IMAP METADATA). */
import type { Migration } from './0001-foundation.ts'

export const annotations: Migration = {
  id: 26,
  name: 'annotations',
  statements: [
    `CREATE TABLE annotation (
      account_id {bigint} NOT NULL, mailbox_id {bigint} NOT NULL, person_id {bigint} NOT NULL, entry TEXT NOT NULL,
      value {blob} NOT NULL, PRIMARY KEY (account_id, mailbox_id, person_id, entry))`,
    'CREATE INDEX annotation_by_person ON annotation (person_id)',
  ],
}
