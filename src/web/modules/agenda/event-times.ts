/** When events are, in the reader's own time and days. Pure but for the zone of the device. */

import type { Calendar, CalendarEvent } from '#format/jmap/calendars.ts'
import { localeOf } from '../../i18n/format.ts'
import { type AgendaView, addDays, dayAt, dayText } from './agenda-data.ts'

export const startOf = (event: CalendarEvent): Date =>
  event.showWithoutTime ? dayAt(event.start.slice(0, 10)) : new Date(event.utcStart)

/** Exclusive. A whole day ends where the next begins, whatever zone it was reckoned in. */
export const endOf = (event: CalendarEvent): Date => {
  if (!event.showWithoutTime) return new Date(event.utcEnd)
  const days = Number(/^P(?:(\d+)W)?(?:(\d+)D)?/.exec(event.duration)?.[2] ?? 0)
  const weeks = Number(/^P(\d+)W/.exec(event.duration)?.[1] ?? 0)
  return addDays(startOf(event), Math.max(1, days + weeks * 7))
}

/** The local days that an event touches, at most so many. */
export const daysOf = (event: CalendarEvent, most = 400): string[] => {
  const end = endOf(event)
  const days: string[] = []
  for (let day = dayAt(dayText(startOf(event))); days.length < most; day = addDays(day, 1)) {
    if (days.length > 0 && day >= end) break
    days.push(dayText(day))
  }
  return days
}

/** Events by local day, whole days first. */
export const byDay = (events: readonly CalendarEvent[]): ReadonlyMap<string, readonly CalendarEvent[]> => {
  const found = new Map<string, CalendarEvent[]>()
  for (const event of events)
    for (const day of daysOf(event)) {
      const list = found.get(day)
      if (list) list.push(event)
      else found.set(day, [event])
    }
  for (const list of found.values())
    list.sort((a, b) => Number(b.showWithoutTime) - Number(a.showWithoutTime) || +startOf(a) - +startOf(b))
  return found
}

export const calendarOf = (event: CalendarEvent, calendars: readonly Calendar[]): Calendar | undefined =>
  calendars.find(({ id }) => event.calendarIds[id] === true)

/** Those of calendars that are shown. */
export const shownOf = (view: AgendaView | undefined): readonly CalendarEvent[] => {
  const hidden = new Set(view?.calendars.filter(({ isVisible }) => !isVisible).map(({ id }) => id))
  return (view?.events ?? []).filter(({ calendarIds }) => !Object.keys(calendarIds).every((id) => hidden.has(id)))
}

/** `08:00 – 09:00`, or what is said of whole days; of what began before the day, when it ends. */
export const timeText = (event: CalendarEvent, day: string, locale: string, wholeDay: string): string => {
  if (event.showWithoutTime) return wholeDay
  const format = new Intl.DateTimeFormat(localeOf(locale), { timeStyle: 'short' })
  const [start, end] = [startOf(event), endOf(event)]
  const begins = dayText(start) === day
  const ends = dayText(end) === day || +end === +addDays(dayAt(day), 1)
  if (!begins && !ends) return wholeDay
  if (!begins) return `→ ${format.format(end)}`
  if (!ends || +start === +end) return format.format(start)
  return `${format.format(start)} – ${format.format(end)}`
}
