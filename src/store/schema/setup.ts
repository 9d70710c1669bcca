/** The first day. See `../schema.ts` for what all tables have in common. */

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
  first_day: FirstDayTable
}
