/** Order in one's mail. See `../schema.ts` for what all tables have in common. */

/** A name and a colour for an IMAP keyword. */
export interface MailLabelTable {
  account_id: number
  id: number
  name: string
  /** Lower case, unique in the account; never changes. */
  keyword: string
  colour: string
  sort_order: number
}

export interface SavedSearchTable {
  account_id: number
  id: number
  name: string
  /** As typed in the search field. */
  query: string
  sort_order: number
}

/** One row for each account that has chosen anything. */
export interface MailPreferenceTable {
  account_id: number
  /** JSON, see domain/organise/preferences.ts. */
  data: string
}

/** An email that comes back to the inbox. */
export interface SnoozeTable {
  account_id: number
  email_id: number
  until_at: number
}

/** One act on many emails, done slice by slice. */
export interface MailJobTable {
  account_id: number
  id: number
  state: 'running' | 'done' | 'undoing' | 'undone'
  /** JSON, see domain/organise/jobs.ts. */
  act: string
  total: number
  done: number
  failed: number
  created_at: number
  updated_at: number
}

export interface MailJobSliceTable {
  account_id: number
  job_id: number
  n: number
  /** JSON: ids of emails. */
  emails: string
  /** JSON: how they were; null until the slice is done, and again once it is undone. */
  before_act: string | null
}

export interface OrganisingTables {
  mail_label: MailLabelTable
  saved_search: SavedSearchTable
  mail_preference: MailPreferenceTable
  snooze: SnoozeTable
  mail_job: MailJobTable
  mail_job_slice: MailJobSliceTable
}
