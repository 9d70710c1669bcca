/**
 * JSCalendar events (RFC 8984, and draft-ietf-calext-jscalendarbis where it differs): the members that this server reads
 * from iCalendar and writes to it.
 */

export interface NDay {
  readonly '@type'?: 'NDay'
  readonly day: 'mo' | 'tu' | 'we' | 'th' | 'fr' | 'sa' | 'su'
  readonly nthOfPeriod?: number
}

export interface RecurrenceRule {
  readonly '@type'?: 'RecurrenceRule'
  readonly frequency: 'yearly' | 'monthly' | 'weekly' | 'daily' | 'hourly' | 'minutely' | 'secondly'
  readonly interval?: number
  readonly count?: number
  /** Local to the event, inclusive. */
  readonly until?: string
  readonly firstDayOfWeek?: NDay['day']
  readonly byDay?: readonly NDay[]
  readonly byMonthDay?: readonly number[]
  readonly byMonth?: readonly string[]
  readonly byYearDay?: readonly number[]
  readonly byWeekNo?: readonly number[]
  readonly byHour?: readonly number[]
  readonly byMinute?: readonly number[]
  readonly bySecond?: readonly number[]
  readonly bySetPosition?: readonly number[]
}

export interface Participant {
  readonly '@type': 'Participant'
  readonly name?: string
  readonly email?: string
  readonly roles: Readonly<Record<string, true>>
  readonly participationStatus?: string
}

export interface Alert {
  readonly '@type'?: 'Alert'
  readonly trigger: {
    readonly '@type'?: 'OffsetTrigger'
    readonly offset: string
    readonly relativeTo?: 'start' | 'end'
  }
  readonly action?: 'display' | 'email'
}

export interface JsEvent {
  readonly '@type': 'Event'
  readonly version: '2.0'
  readonly uid: string
  readonly title: string
  readonly description?: string
  /** Local date and time in `timeZone`. */
  readonly start: string
  readonly duration: string
  /** IANA name; null for a whole day and for a time of wherever one is. */
  readonly timeZone: string | null
  readonly showWithoutTime: boolean
  readonly locations?: Readonly<Record<string, { readonly '@type'?: 'Location'; readonly name: string }>>
  readonly status: 'confirmed' | 'tentative' | 'cancelled'
  readonly freeBusyStatus: 'free' | 'busy'
  readonly privacy: 'public' | 'private' | 'secret'
  readonly keywords?: Readonly<Record<string, true>>
  readonly sequence: number
  readonly created?: string
  readonly updated?: string
  readonly recurrenceRule?: RecurrenceRule
  readonly recurrenceRules?: readonly RecurrenceRule[]
  /** Instances that are not as the rules say, by LocalDateTime: a patch, or `excluded`. */
  readonly recurrenceOverrides?: Readonly<Record<string, object>>
  /** Only of an instance: which one, a LocalDateTime. */
  readonly recurrenceId?: string
  readonly alerts?: Readonly<Record<string, Alert>>
  readonly participants?: Readonly<Record<string, Participant>>
  readonly organizerCalendarAddress?: string
  readonly links?: Readonly<Record<string, { readonly '@type': 'Link'; readonly href: string }>>
}

/** `2026-09-01T08:00:00` of a wall. */
export const localText = (wall: number): string => new Date(wall).toISOString().slice(0, 19)

/** The wall of a LocalDateTime; undefined for anything else. */
export const localWall = (text: unknown): number | undefined => {
  if (typeof text !== 'string' || !/^(?:1[6-9]|2\d)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined
  const wall = Date.parse(`${text}Z`)
  return Number.isNaN(wall) || localText(wall) !== text ? undefined : wall
}
