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
  readonly includeInAvailability: 'all'
  readonly defaultAlertsWithTime: null
  readonly defaultAlertsWithoutTime: null
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
  /** Whether others are told of changes from here: nobody else's invitation. */
  readonly isOrigin: boolean
  /** UTC dates, computed; only told when they are asked for. */
  readonly utcStart: string
  readonly utcEnd: string
}

/** What the web app asks for of an event: everything but what is said of other instances, and the computed dates. */
export const shownEventProperties = [
  'uid',
  'baseEventId',
  'calendarIds',
  'title',
  'description',
  'start',
  'duration',
  'timeZone',
  'showWithoutTime',
  'locations',
  'status',
  'freeBusyStatus',
  'privacy',
  'keywords',
  'recurrenceRules',
  'recurrenceId',
  'alerts',
  'participants',
  'links',
  'utcStart',
  'utcEnd',
] as const satisfies readonly (keyof CalendarEvent)[]
