/** Reading: the mark of the platform's own messages, whose pictures are trusted, what people reported. */
import type { Migration } from './0001-foundation.ts'

export const reading: Migration = {
  id: 18,
  name: 'reading',
  statements: [
    // Given by delivery to messages of the platform, never read from a message.
    "ALTER TABLE email ADD COLUMN mark TEXT NOT NULL DEFAULT ''",
    `CREATE TABLE image_trust (
      account_id {bigint} NOT NULL, sender TEXT NOT NULL, created_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, sender)) {rowless}`,
    `CREATE TABLE phishing_report (
      id {id}, account_id {bigint} NOT NULL, email_id {bigint} NOT NULL, blob_id {bigint} NOT NULL, sender TEXT NOT NULL,
      subject TEXT NOT NULL, findings TEXT NOT NULL, mailboxes TEXT NOT NULL, at {bigint} NOT NULL, undone_at {bigint})`,
    'CREATE INDEX phishing_report_by_account ON phishing_report (account_id, email_id)',
    'CREATE INDEX phishing_report_by_time ON phishing_report (at)',
    'CREATE INDEX phishing_report_by_blob ON phishing_report (blob_id)',
  ],
}
