/** JMAP for Calendars (draft-ietf-jmap-calendars), the part that is here: the types that the server and the web app share. */
import type { JsEvent } from '../jscalendar/event.ts'
import type { Id } from './core.ts'

export const CALENDARS = 'urn:ietf:params:jmap:calendars'

export interface Calendar {
  readonly id: Id
  readonly name: string
  readonly description: string | null
  /** `#rrggbb`. */
  readonly color: string
  readonly sortOrder: number
  readonly isDefault: boolean
  readonly isSubscribed: boolean
  readonly isVisible: boolean
  readonly timeZone: null
  readonly shareWith: null
  readonly myRights: Readonly<Record<string, boolean>>
}

/** An event, or one instance of it when the id says so. */
export interface CalendarEvent extends JsEvent {
  readonly id: Id
  /** Of an instance: the event that it is of. */
  readonly baseEventId: Id | null
  readonly calendarIds: Readonly<Record<Id, boolean>>
  readonly isDraft: false
  /** UTC dates, computed. */
  readonly utcStart: string
  readonly utcEnd: string
}
