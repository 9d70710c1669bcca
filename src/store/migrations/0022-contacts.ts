/** Address books, contact cards, and what synchronisation over DAV needs of those that are gone. */
import type { Migration } from './0001-foundation.ts'

export const contacts: Migration = {
  id: 22,
  name: 'contacts',
  statements: [
    `CREATE TABLE address_book (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, uri TEXT NOT NULL, name TEXT NOT NULL,
      description TEXT NOT NULL, sort_order {bigint} NOT NULL, is_default {bigint} NOT NULL,
      is_subscribed {bigint} NOT NULL, modseq {bigint} NOT NULL, cards {bigint} NOT NULL, bytes {bigint} NOT NULL,
      created_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE UNIQUE INDEX address_book_by_uri ON address_book (account_id, uri)',
    // With a row number: cards are large, and are read by other orders than their ids.
    `CREATE TABLE contact (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, book_id {bigint} NOT NULL, uri TEXT NOT NULL, uid TEXT NOT NULL,
      kind TEXT NOT NULL, sort_name TEXT NOT NULL, card TEXT NOT NULL, size {bigint} NOT NULL, modseq {bigint} NOT NULL,
      created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL, PRIMARY KEY (account_id, id))`,
    'CREATE UNIQUE INDEX contact_by_uri ON contact (account_id, book_id, uri)',
    'CREATE UNIQUE INDEX contact_by_uid ON contact (account_id, uid, book_id)',
    'CREATE INDEX contact_by_modseq ON contact (account_id, book_id, modseq, id)',
    `CREATE TABLE contact_source (
      account_id {bigint} NOT NULL, card_id {bigint} NOT NULL, vcard TEXT NOT NULL,
      PRIMARY KEY (account_id, card_id))`,
    `CREATE TABLE contact_blob (
      account_id {bigint} NOT NULL, card_id {bigint} NOT NULL, blob_id {bigint} NOT NULL, type TEXT NOT NULL,
      PRIMARY KEY (account_id, card_id, blob_id)) {rowless}`,
    'CREATE INDEX contact_blob_by_blob ON contact_blob (blob_id)',
    `CREATE TABLE contact_email (
      account_id {bigint} NOT NULL, card_id {bigint} NOT NULL, n {bigint} NOT NULL, address TEXT NOT NULL,
      name TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (account_id, card_id, n)) {rowless}`,
    'CREATE INDEX contact_email_by_address ON contact_email (account_id, address)',
    `CREATE TABLE contact_gone (
      account_id {bigint} NOT NULL, book_id {bigint} NOT NULL, uri TEXT NOT NULL, card_id {bigint} NOT NULL,
      modseq {bigint} NOT NULL, PRIMARY KEY (account_id, book_id, uri)) {rowless}`,
  ],
}
