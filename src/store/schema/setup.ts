/** Setting up phones and computers, and the first day. See `../schema.ts` for what all tables have in common. */

/** The last program that was refused the mailbox of an account, and why: one line each, for its owner. */
export interface RefusedProgramTable {
  account_id: number
  at: number
  /** `imap`, `smtp`, `jmap`. */
  service: string
  reason: string
  ip: string
}

/** The three steps of a first day: when each was seen to be done. */
export interface FirstDayTable {
  account_id: number
  began_at: number
  sent_at: number | null
  device_at: number | null
  finished_at: number | null
  /** The person has put it away. */
  hidden_at: number | null
}

export interface SetupTables {
  refused_program: RefusedProgramTable
  first_day: FirstDayTable
}
