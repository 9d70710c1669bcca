/** The form of an event as texts, from and to the members of JSCalendar. Pure. */
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import type { NDay, RecurrenceRule } from '#format/jscalendar/event.ts'
import { addDays, dayAt, dayText, zoneHere } from './agenda-data.ts'
import { endOf, startOf } from './event-times.ts'

export type Repeat = 'never' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'other'

export interface EventDraft {
  readonly title: string
  readonly isDay: boolean
  /** `2026-11-22` and `08:00`. */
  readonly startDay: string
  readonly startTime: string
  /** Inclusive, of whole days too. */
  readonly endDay: string
  readonly endTime: string
  readonly place: string
  readonly note: string
  readonly calendarId: string
  readonly repeat: Repeat
  readonly until: string
  /** Minutes before; empty: none. */
  readonly remind: string
}

const two = (value: number): string => String(value).padStart(2, '0')
const clock = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`

/** When nobody said: the next whole hour of today, eight in the morning of another day. */
const likelyHour = (day: string, now: Date): number =>
  day === dayText(now) && now.getHours() < 22 ? now.getHours() + 1 : 8

/** A new event on a day, an hour long. */
export const draftOn = (day: string, calendarId: string, hour: number | undefined, now = new Date()): EventDraft => {
  const from = hour ?? likelyHour(day, now)
  return {
    title: '',
    isDay: false,
    startDay: day,
    startTime: `${two(from)}:00`,
    endDay: day,
    endTime: from === 23 ? '23:59' : `${two(from + 1)}:00`,
    place: '',
    note: '',
    calendarId,
    repeat: 'never',
    until: '',
    remind: '',
  }
}

const minutesIn = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** It begins at another hour and lasts as long as before, within its day. */
export const beginAt = (draft: EventDraft, startTime: string): EventDraft => {
  const lasts = minutesIn(draft.endTime) - minutesIn(draft.startTime)
  if (draft.startDay !== draft.endDay || !(lasts > 0) || startTime === '') return { ...draft, startTime }
  const end = Math.min(minutesIn(startTime) + lasts, 24 * 60 - 1)
  return { ...draft, startTime, endTime: `${two(Math.floor(end / 60))}:${two(end % 60)}` }
}

const simple = (rule: RecurrenceRule): boolean =>
  Object.keys(rule).every((name) => ['@type', 'frequency', 'until', 'byDay'].includes(name)) &&
  (rule.byDay === undefined || (rule.frequency === 'weekly' && rule.byDay.length === 1))

const repeatOf = ({ recurrenceRules = [] }: CalendarEvent): Repeat => {
  const [rule, ...more] = recurrenceRules
  if (!rule) return 'never'
  const known = ['daily', 'weekly', 'monthly', 'yearly'].includes(rule.frequency)
  return known && more.length === 0 && simple(rule) ? (rule.frequency as Repeat) : 'other'
}

const remindOf = ({ alerts }: CalendarEvent): string => {
  const offset = Object.values(alerts ?? {})[0]?.trigger.offset ?? ''
  const match = /^-?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/.exec(offset)
  return match ? String(Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) : ''
}

export const draftOf = (event: CalendarEvent): EventDraft => {
  const [start, end] = [startOf(event), endOf(event)]
  return {
    title: event.title,
    isDay: event.showWithoutTime,
    startDay: dayText(start),
    startTime: event.showWithoutTime ? '08:00' : clock(start),
    endDay: dayText(event.showWithoutTime ? addDays(end, -1) : end),
    endTime: event.showWithoutTime ? '09:00' : clock(end),
    place: Object.values(event.locations ?? {})[0]?.name ?? '',
    note: event.description ?? '',
    calendarId: Object.keys(event.calendarIds)[0] ?? '',
    repeat: repeatOf(event),
    until: event.recurrenceRules?.[0]?.until?.slice(0, 10) ?? '',
    remind: remindOf(event),
  }
}

const minutesOf = (day: string, time: string): number => Date.parse(`${day}T${time}:00Z`) / 60_000

/** What keeps a draft from being saved; undefined when nothing does. */
export const faultOf = (draft: EventDraft): 'title' | 'times' | 'until' | undefined => {
  if (draft.title.trim() === '') return 'title'
  const days = /^\d{4}-\d\d-\d\d$/
  if (!days.test(draft.startDay) || !days.test(draft.endDay) || draft.endDay < draft.startDay) return 'times'
  if (!draft.isDay && !(minutesOf(draft.endDay, draft.endTime) >= minutesOf(draft.startDay, draft.startTime)))
    return 'times'
  if (draft.until !== '' && draft.until < draft.startDay) return 'until'
  return undefined
}

const dayNames: readonly NDay['day'][] = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa']

const durationOf = (draft: EventDraft): string => {
  if (draft.isDay) {
    const days = Math.round((Date.parse(draft.endDay) - Date.parse(draft.startDay)) / 86_400_000) + 1
    return `P${days}D`
  }
  const minutes = minutesOf(draft.endDay, draft.endTime) - minutesOf(draft.startDay, draft.startTime)
  return `PT${Math.floor(minutes / 60)}H${minutes % 60}M`
}

const ruleOf = (draft: EventDraft): readonly RecurrenceRule[] | null => {
  if (draft.repeat === 'never' || draft.repeat === 'other') return null
  const until = draft.until === '' ? {} : { until: `${draft.until}T23:59:59` }
  const days = draft.repeat === 'weekly' ? { byDay: [{ day: dayNames[dayAt(draft.startDay).getDay()]! }] } : {}
  return [{ frequency: draft.repeat, ...until, ...days }]
}

/** The members that the form says; of one that it cannot show whole (another rule), only what it can. */
export const membersOf = (draft: EventDraft, before: CalendarEvent | undefined): Readonly<Record<string, unknown>> => {
  const old = before && draftOf(before)
  const isMoved =
    !old || (['isDay', 'startDay', 'startTime', 'endDay', 'endTime'] as const).some((name) => old[name] !== draft[name])
  const minutes = Number(draft.remind)
  const said = {
    title: draft.title.trim(),
    locations: draft.place.trim() === '' ? null : { '1': { '@type': 'Location', name: draft.place.trim() } },
    description: draft.note.trim() === '' ? null : draft.note,
    calendarIds: { [draft.calendarId]: true },
  }
  const times = {
    start: `${draft.startDay}T${draft.isDay ? '00:00' : draft.startTime}:00`,
    duration: durationOf(draft),
    timeZone: draft.isDay ? null : zoneHere(),
    showWithoutTime: draft.isDay,
  }
  return {
    ...said,
    ...(isMoved ? times : {}),
    ...(!before?.recurrenceId &&
    draft.repeat !== 'other' &&
    (isMoved || old?.repeat !== draft.repeat || old.until !== draft.until)
      ? { recurrenceRules: ruleOf(draft) }
      : {}),
    ...(old?.remind === draft.remind
      ? {}
      : {
          alerts:
            draft.remind === ''
              ? null
              : { '1': { '@type': 'Alert', trigger: { '@type': 'OffsetTrigger', offset: `-PT${minutes}M` } } },
        }),
  }
}
