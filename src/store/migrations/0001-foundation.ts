/**
 * The first schema. An index costs a page of the log at every delivery, so there are few: entries are found by mailbox and
 * UID, by thread and email, and by mailbox and date; everything else follows the change log. `{id}`, `{blob}` and `{bigint}` are the only differences between the engines; the runner fills them
 * in (`migrate.ts`).
 */
export interface Migration {
  readonly id: number
  readonly name: string
  /** Plain statements, run in order in one transaction; `{id}` is the engine's self-numbering integer key. */
  readonly statements: readonly string[]
  /** Statements for one engine only, run after the others. */
  readonly sqlite?: readonly string[]
  readonly postgres?: readonly string[]
}

export const foundation: Migration = {
  id: 1,
  name: 'foundation',
  statements: [
    `CREATE TABLE account (
      id {id}, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
      locale TEXT NOT NULL, admin INTEGER NOT NULL, created_at {bigint} NOT NULL, modseq {bigint} NOT NULL,
      low_modseq {bigint} NOT NULL, next_id {bigint} NOT NULL, quota_bytes {bigint} NOT NULL, used_bytes {bigint} NOT NULL)`,
    `CREATE TABLE address (
      address TEXT NOT NULL PRIMARY KEY, account_id {bigint} NOT NULL, kind TEXT NOT NULL, created_at {bigint} NOT NULL)`,
    'CREATE INDEX address_by_account ON address (account_id)',
    `CREATE TABLE mailbox (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, parent_id {bigint} NOT NULL, name TEXT NOT NULL, role TEXT,
      subscribed INTEGER NOT NULL, sort_order {bigint} NOT NULL, uid_validity {bigint} NOT NULL, uid_next {bigint} NOT NULL,
      message_modseq {bigint} NOT NULL, total {bigint} NOT NULL, unseen {bigint} NOT NULL,
      deleted {bigint} NOT NULL, emails {bigint} NOT NULL, unread_emails {bigint} NOT NULL,
      threads {bigint} NOT NULL, unread_threads {bigint} NOT NULL,
      bytes {bigint} NOT NULL, created_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE UNIQUE INDEX mailbox_by_name ON mailbox (account_id, parent_id, name)',
    `CREATE TABLE email (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, blob_id {bigint} NOT NULL, thread_id {bigint} NOT NULL,
      size {bigint} NOT NULL, received_at {bigint} NOT NULL, created_modseq {bigint} NOT NULL,
      PRIMARY KEY (account_id, id)) {rowless}`,
    'CREATE INDEX email_by_blob ON email (blob_id)',
    `CREATE TABLE message (
      account_id {bigint} NOT NULL, mailbox_id {bigint} NOT NULL, uid {bigint} NOT NULL, email_id {bigint} NOT NULL,
      thread_id {bigint} NOT NULL, flags INTEGER NOT NULL, keywords TEXT NOT NULL, size {bigint} NOT NULL,
      received_at {bigint} NOT NULL, saved_at {bigint} NOT NULL, modseq {bigint} NOT NULL, created_modseq {bigint} NOT NULL,
      blob_id {bigint} NOT NULL,
      PRIMARY KEY (account_id, mailbox_id, uid)) {rowless}`,
    'CREATE INDEX message_by_date ON message (account_id, mailbox_id, received_at)',
    'CREATE INDEX message_by_thread ON message (account_id, thread_id, email_id)',
    `CREATE TABLE content (
      blob_id {bigint} NOT NULL PRIMARY KEY, headers {blob}, structure TEXT NOT NULL, envelope {blob} NOT NULL,
      preview TEXT NOT NULL, has_attachment INTEGER NOT NULL, subject TEXT NOT NULL, base_subject TEXT NOT NULL,
      from_sort TEXT NOT NULL, to_sort TEXT NOT NULL, sent_at {bigint}, message_id TEXT)`,
    `CREATE TABLE thread_ref (
      account_id {bigint} NOT NULL, ref {bigint} NOT NULL, thread_id {bigint} NOT NULL,
      PRIMARY KEY (account_id, ref)) {rowless}`,
    `CREATE TABLE change (
      account_id {bigint} NOT NULL, modseq {bigint} NOT NULL, types {bigint} NOT NULL, data TEXT NOT NULL,
      at {bigint} NOT NULL, PRIMARY KEY (account_id, modseq)) {rowless}`,
    `CREATE TABLE identity (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, reply_to TEXT, bcc TEXT,
      text_signature TEXT NOT NULL, html_signature TEXT NOT NULL, may_delete INTEGER NOT NULL,
      PRIMARY KEY (account_id, id)) {rowless}`,
    `CREATE TABLE submission (
      account_id {bigint} NOT NULL, id {bigint} NOT NULL, identity_id {bigint} NOT NULL, email_id {bigint} NOT NULL,
      thread_id {bigint} NOT NULL, envelope TEXT NOT NULL, send_at {bigint} NOT NULL, undo_status TEXT NOT NULL,
      delivery_status TEXT NOT NULL, created_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
    `CREATE TABLE queue_message (
      id {id}, account_id {bigint}, submission_id {bigint}, blob_id {bigint} NOT NULL, sender TEXT NOT NULL,
      options TEXT NOT NULL, created_at {bigint} NOT NULL, expires_at {bigint} NOT NULL)`,
    'CREATE INDEX queue_message_by_blob ON queue_message (blob_id)',
    'CREATE INDEX queue_message_by_submission ON queue_message (account_id, submission_id)',
    `CREATE TABLE queue_recipient (
      queue_id {bigint} NOT NULL, n INTEGER NOT NULL, address TEXT NOT NULL, domain TEXT NOT NULL, status TEXT NOT NULL,
      attempts INTEGER NOT NULL, next_at {bigint} NOT NULL, lease_until {bigint} NOT NULL, lease_by TEXT NOT NULL,
      last_reply TEXT NOT NULL, notify TEXT NOT NULL, orcpt TEXT NOT NULL, warned INTEGER NOT NULL, finished_at {bigint},
      PRIMARY KEY (queue_id, n)) {rowless}`,
    'CREATE INDEX queue_recipient_due ON queue_recipient (status, next_at)',
    `CREATE TABLE blob (
      id {id}, hash {blob} NOT NULL UNIQUE, size {bigint} NOT NULL, location TEXT NOT NULL, touched_at {bigint} NOT NULL)`,
    'CREATE TABLE blob_data (blob_id {bigint} NOT NULL PRIMARY KEY, data {blob} NOT NULL)',
    `CREATE TABLE upload (
      account_id {bigint} NOT NULL, blob_id {bigint} NOT NULL, type TEXT NOT NULL, created_at {bigint} NOT NULL,
      PRIMARY KEY (account_id, blob_id)) {rowless}`,
    'CREATE INDEX upload_by_blob ON upload (blob_id)',
    `CREATE TABLE credential (
      id {id}, account_id {bigint} NOT NULL, kind TEXT NOT NULL, secret TEXT NOT NULL, lookup TEXT NOT NULL,
      label TEXT NOT NULL, scopes TEXT NOT NULL, created_at {bigint} NOT NULL, last_used_at {bigint}, last_used_ip TEXT,
      last_failed_at {bigint})`,
    'CREATE INDEX credential_by_account ON credential (account_id, kind, lookup)',
    `CREATE TABLE session (
      id TEXT NOT NULL PRIMARY KEY, account_id {bigint} NOT NULL, created_at {bigint} NOT NULL, last_seen_at {bigint} NOT NULL,
      expires_at {bigint} NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL)`,
    'CREATE INDEX session_by_account ON session (account_id)',
    'CREATE INDEX session_by_expiry ON session (expires_at)',
    `CREATE TABLE audit (
      id {id}, at {bigint} NOT NULL, actor TEXT NOT NULL, account_id {bigint}, action TEXT NOT NULL, target TEXT NOT NULL,
      detail TEXT NOT NULL, ip TEXT NOT NULL)`,
    'CREATE INDEX audit_by_account ON audit (account_id, at)',
    `CREATE TABLE dkim_key (
      domain TEXT NOT NULL, selector TEXT NOT NULL, algorithm TEXT NOT NULL, private_key TEXT NOT NULL,
      public_key TEXT NOT NULL, created_at {bigint} NOT NULL, PRIMARY KEY (domain, selector))`,
    `CREATE TABLE correspondent (
      account_id {bigint} NOT NULL, address TEXT NOT NULL, name TEXT NOT NULL, last_at {bigint} NOT NULL,
      uses INTEGER NOT NULL, PRIMARY KEY (account_id, address)) {rowless}`,
    'CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)',
    'CREATE TABLE search_state (account_id {bigint} NOT NULL PRIMARY KEY, modseq {bigint} NOT NULL)',
  ],
  postgres: [
    `CREATE TABLE search_document (
      account_id BIGINT NOT NULL, email_id BIGINT NOT NULL, terms TSVECTOR NOT NULL,
      PRIMARY KEY (account_id, email_id))`,
    // a short list of pending entries, since every query reads through it
    `CREATE INDEX search_document_terms ON search_document USING GIN (terms) WITH (gin_pending_list_limit = 512)`,
  ],
}
