/**
 * Where an account is in the tables, as an auditor reads it: what is deleted with it, what only forgets it, what is kept
 * and why. A test compares this with the schema: a new column that names an account must be said here.
 */
import type { Database } from '#store/schema.ts'

type Table = keyof Database

/** Rows that are the account's own: deleted. The large ones go first, in slices by the column beside them. */
export const slicedTables = [
  ['change', 'modseq'],
  ['email', 'id'],
  ['thread_ref', 'ref'],
  ['search_document', 'email_id'],
  ['submission', 'id'],
  ['correspondent', 'address'],
] as const satisfies readonly (readonly [Table, string])[]

/** Columns that name the account in rows that are deleted with it, in one transaction. */
export const deletedRows = [
  ['mailbox', 'account_id'],
  ['identity', 'account_id'],
  ['upload', 'account_id'],
  ['credential', 'account_id'],
  ['session', 'account_id'],
  ['push_subscription', 'account_id'],
  ['push_rule', 'account_id'],
  ['sieve_script', 'account_id'],
  ['vacation_response', 'account_id'],
  ['vacation_answer', 'account_id'],
  ['seen_duplicate', 'account_id'],
  ['search_state', 'account_id'],
  ['portal_arrangement', 'account_id'],
  ['portal_use', 'account_id'],
  ['portal_card', 'account_id'],
  ['notice_recipient', 'account_id'],
  ['notification', 'account_id'],
  ['notification_preference', 'account_id'],
  ['document_request_file', 'account_id'],
  ['document_request_recipient', 'account_id'],
  ['address_book', 'account_id'],
  ['contact', 'account_id'],
  ['contact_source', 'account_id'],
  ['contact_blob', 'account_id'],
  ['contact_email', 'account_id'],
  ['contact_gone', 'account_id'],
  ['calendar', 'account_id'],
  ['calendar_event', 'account_id'],
  ['calendar_gone', 'account_id'],
  ['mail_label', 'account_id'],
  ['saved_search', 'account_id'],
  ['mail_preference', 'account_id'],
  ['snooze', 'account_id'],
  ['mail_job', 'account_id'],
  ['mail_job_slice', 'account_id'],
  ['shared_file', 'account_id'],
  ['person', 'account_id'],
  ['person_word', 'account_id'],
  ['profile', 'account_id'],
  ['class_member', 'account_id'],
  ['relation', 'account_id'],
  ['relation', 'child_id'],
  ['delegation', 'account_id'],
  ['manual_group_member', 'account_id'],
  ['person_merge', 'kept_id'],
  ['person_merge', 'merged_id'],
  ['device', 'account_id'],
  ['one_time', 'account_id'],
  ['recovery_case', 'account_id'],
  ['trusted_contact', 'account_id'],
  ['trusted_contact', 'contact_id'],
  ['participation', 'account_id'],
  ['oauth_record', 'account_id'],
  ['federated_identity', 'account_id'],
  ['image_trust', 'account_id'],
  ['mailbox_grant', 'account_id'],
  ['mailbox_grant', 'person_id'],
  ['mailbox_sent', 'account_id'],
  ['mailbox_use', 'account_id'],
  ['mailbox_use', 'person_id'],
  ['annotation', 'account_id'],
  ['annotation', 'person_id'],
  ['subscription_left', 'account_id'],
  ['phishing_report', 'account_id'],
  ['phishing_sweep_mail', 'account_id'],
  ['practice_recipient', 'account_id'],
  ['first_day', 'account_id'],
  ['erasure', 'account_id'],
  ['trace', 'account_id'],
  ['diagnosis_grant', 'account_id'],
  ['diagnosis_grant', 'helper_id'],
  ['address', 'account_id'],
  ['account', 'id'],
] as const satisfies readonly (readonly [Table, string])[]

/** Columns that name the account in rows of others: emptied. */
export const emptiedColumns = [
  ['recovery_case', 'asked_by'],
  ['recovery_case', 'approved_by'],
  ['queue_message', 'account_id'],
  ['ticket', 'account_id'],
  ['ticket', 'assignee_id'],
  ['ticket_entry', 'author_id'],
  ['notice', 'author_id'],
  ['practice_campaign', 'author_id'],
  ['practice_plan', 'author_id'],
  ['document_request', 'author_id'],
] as const satisfies readonly (readonly [Table, string])[]

/** Columns that stay, and why. */
export const keptColumns: readonly (readonly [table: Table, column: string, why: string])[] = [
  ['audit', 'account_id', 'the log of security is kept for its own time (retention.ts), and is trimmed then'],
  ['mailbox_sent', 'person_id', 'the function keeps who wrote in its name, as it keeps the message'],
  ['message', 'account_id', 'deleted mailbox by mailbox before all others'],
]
