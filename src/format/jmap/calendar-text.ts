/**
 * Calendar objects as their iCalendar text (`urn:convergence:calendar-text`), shared by the server and the web app: what
 * JSCalendar cannot carry both ways (participants, changed instances, whatever a program has put there) survives.
 */
import type { Id } from './core.ts'

export const CALENDAR_TEXT = 'urn:convergence:calendar-text'

/** Objects of one CalendarText/get: each may be large. */
export const maxTextsInGet = 20

export interface CalendarText {
  /** That of the event as a whole. */
  readonly id: Id
  readonly calendarId: Id
  /** The iCalendar object (RFC 5545), byte for byte as it is kept. */
  readonly data: string
}
