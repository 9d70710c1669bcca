/** Function mailboxes: who may open which, when they last did, and who answered in its name. */
import type { Migration } from './0001-foundation.ts'

export const mailboxes: Migration = {
  id: 23,
  name: 'mailboxes',
  statements: [
    // `person_id` is 0 for a grant to a group, `group_key` empty for one to a person.
    `CREATE TABLE mailbox_grant (
      id {id}, account_id {bigint} NOT NULL, person_id {bigint} NOT NULL, group_key TEXT NOT NULL, role TEXT NOT NULL,
      expires_at {bigint}, granted_at {bigint} NOT NULL, granted_by TEXT NOT NULL)`,
    'CREATE UNIQUE INDEX mailbox_grant_by_account ON mailbox_grant (account_id, person_id, group_key)',
    'CREATE INDEX mailbox_grant_by_person ON mailbox_grant (person_id, group_key)',
    `CREATE TABLE mailbox_use (
      account_id {bigint} NOT NULL, person_id {bigint} NOT NULL, last_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, person_id)) {rowless}`,
    `CREATE TABLE mailbox_sent (
      account_id {bigint} NOT NULL, email_id {bigint} NOT NULL, person_id {bigint} NOT NULL, name TEXT NOT NULL,
      at {bigint} NOT NULL, answers TEXT NOT NULL, PRIMARY KEY (account_id, email_id)) {rowless}`,
    'CREATE INDEX mailbox_sent_by_answers ON mailbox_sent (account_id, answers)',
  ],
}
