/** Calendars and the objects in them. See `../schema.ts` for what all tables have in common. */

export interface CalendarTable {
  account_id: number
  id: number
  /** The last segment of its path over DAV; unique in the account. */
  uri: string
  name: string
  description: string
  /** `#rrggbb`. */
  colour: string
  sort_order: number
  is_default: number
  is_visible: number
  /** Of the last change to the calendar or to an object in it. */
  modseq: number
  /** Objects in it, and the octets that they take. */
  events: number
  bytes: number
  created_at: number
}

export interface CalendarEventTable {
  account_id: number
  id: number
  calendar_id: number
  /** The last segment of its path over DAV; unique in the calendar. */
  uri: string
  uid: string
  /** `VEVENT`, `VTODO`, `VJOURNAL`. */
  kind: string
  summary: string
  /** When it is at most, whatever the zone: derived from `ics`, for windows of time. */
  starts: number
  ends: number
  is_recurring: number
  /** The iCalendar object, as it came. */
  ics: string
  /** Octets of `ics`. */
  size: number
  modseq: number
  created_at: number
  updated_at: number
}

/** What left a calendar, for those who synchronise; goes with the change log. */
export interface CalendarGoneTable {
  account_id: number
  calendar_id: number
  uri: string
  event_id: number
  modseq: number
}

export interface CalendarsTables {
  calendar: CalendarTable
  calendar_event: CalendarEventTable
  calendar_gone: CalendarGoneTable
}
