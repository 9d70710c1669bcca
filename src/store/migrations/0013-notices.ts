/**
 * Official notices and who has received, seen and acknowledged them; the outbox of notifications and what each person wants
 * of it; documents asked for and handed in.
 */
import type { Migration } from './0001-foundation.ts'

export const notices: Migration = {
  id: 13,
  name: 'notices',
  statements: [
    `CREATE TABLE notice (
      id {id}, status TEXT NOT NULL, author_id {bigint}, author TEXT NOT NULL, uai TEXT NOT NULL, urgent INTEGER NOT NULL,
      acknowledge INTEGER NOT NULL, publish_at {bigint}, published_at {bigint}, corrected_at {bigint},
      expires_at {bigint}, reached {bigint} NOT NULL, recipients INTEGER NOT NULL, mail_blob_id {bigint}, data TEXT NOT NULL,
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    // What the runner has to do next.
    'CREATE INDEX notice_by_status ON notice (status, publish_at)',
    'CREATE INDEX notice_by_school ON notice (uai, updated_at)',
    `CREATE TABLE notice_act (
      notice_id {bigint} NOT NULL, n INTEGER NOT NULL, at {bigint} NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      data TEXT NOT NULL, PRIMARY KEY (notice_id, n)) {rowless}`,
    `CREATE TABLE notice_file (
      notice_id {bigint} NOT NULL, n INTEGER NOT NULL, blob_id {bigint} NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
      size {bigint} NOT NULL, PRIMARY KEY (notice_id, n)) {rowless}`,
    'CREATE INDEX notice_file_by_blob ON notice_file (blob_id)',
    `CREATE TABLE notice_recipient (
      account_id {bigint} NOT NULL, notice_id {bigint} NOT NULL, seen_at {bigint}, acknowledged_at {bigint},
      PRIMARY KEY (account_id, notice_id)) {rowless}`,
    'CREATE INDEX notice_recipient_by_notice ON notice_recipient (notice_id, account_id)',
    `CREATE TABLE notification (
      id {id}, account_id {bigint} NOT NULL, category TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
      url TEXT NOT NULL, urgent INTEGER NOT NULL, once TEXT, stage TEXT NOT NULL, not_before {bigint}, shown INTEGER NOT NULL,
      blob_id {bigint}, created_at {bigint} NOT NULL, seen_at {bigint})`,
    'CREATE UNIQUE INDEX notification_once ON notification (account_id, once)',
    'CREATE INDEX notification_by_account ON notification (account_id, id)',
    'CREATE INDEX notification_due ON notification (not_before) WHERE not_before IS NOT NULL',
    'CREATE INDEX notification_by_blob ON notification (blob_id) WHERE blob_id IS NOT NULL',
    `CREATE TABLE notification_preference (
      account_id {bigint} NOT NULL PRIMARY KEY, data TEXT NOT NULL, updated_at {bigint} NOT NULL) {rowless}`,
    `CREATE TABLE document_request (
      id {id}, status TEXT NOT NULL, author_id {bigint}, author TEXT NOT NULL, uai TEXT NOT NULL, due_at {bigint} NOT NULL,
      keep_until {bigint} NOT NULL, opened_at {bigint}, reached {bigint} NOT NULL, recipients INTEGER NOT NULL,
      data TEXT NOT NULL, created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL)`,
    'CREATE INDEX document_request_by_status ON document_request (status, keep_until)',
    'CREATE INDEX document_request_by_school ON document_request (uai, updated_at)',
    `CREATE TABLE document_request_recipient (
      account_id {bigint} NOT NULL, request_id {bigint} NOT NULL, seen_at {bigint}, handed_at {bigint},
      receipt TEXT NOT NULL, remark TEXT NOT NULL, PRIMARY KEY (account_id, request_id)) {rowless}`,
    'CREATE INDEX document_request_recipient_by_request ON document_request_recipient (request_id, account_id)',
    `CREATE TABLE document_request_file (
      request_id {bigint} NOT NULL, account_id {bigint} NOT NULL, n INTEGER NOT NULL, blob_id {bigint} NOT NULL,
      name TEXT NOT NULL, type TEXT NOT NULL, size {bigint} NOT NULL, at {bigint} NOT NULL,
      PRIMARY KEY (request_id, account_id, n)) {rowless}`,
    'CREATE INDEX document_request_file_by_blob ON document_request_file (blob_id)',
  ],
}
