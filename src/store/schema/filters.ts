/** Sieve scripts and vacation responses. See `../schema.ts` for what all tables have in common. */

/** A Sieve script of an account. */
export interface SieveScriptTable {
  account_id: number
  id: number
  name: string
  blob_id: number
  /** 1: it filters incoming mail; at most one of an account. */
  active: number
  created_at: number
  updated_at: number
}

/** A script of the platform, included by name. */
export interface GlobalScriptTable {
  name: string
  text: string
  /** SHA-256 of the text, hexadecimal. */
  hash: string
  updated_at: number
}

/** JMAP VacationResponse (RFC 8621 §8): one of each account. */
export interface VacationResponseTable {
  account_id: number
  enabled: number
  from_date: number | null
  to_date: number | null
  subject: string | null
  text_body: string | null
  html_body: string | null
  /** For people outside our domains; null: the same text. */
  outside_text: string | null
}

/** Who has been answered, until when not again; `id` is a hash of the script's handle and the address. */
export interface VacationAnswerTable {
  account_id: number
  id: string
  expires_at: number
}

/** Messages that the `duplicate` test remembers (RFC 7352). */
export interface SeenDuplicateTable {
  account_id: number
  id: string
  expires_at: number
}

export interface FiltersTables {
  sieve_script: SieveScriptTable
  global_script: GlobalScriptTable
  vacation_response: VacationResponseTable
  vacation_answer: VacationAnswerTable
  seen_duplicate: SeenDuplicateTable
}
