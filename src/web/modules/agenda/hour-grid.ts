/** Where events stand in the hours of a day. Pure but for the zone of the device. */
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import { addDays, dayAt } from './agenda-data.ts'
import { endOf, startOf } from './event-times.ts'

/** Whole hours; `last` is exclusive. */
export interface Hours {
  readonly first: number
  readonly last: number
}

/** Hours that are always shown: those of a school. */
const USUAL: Hours = { first: 7, last: 19 }
/** Minutes that what is shorter takes all the same: its words need room. */
const SHORTEST = 30
const DAY = 24 * 60

/** An event in a day: minutes since midnight, and which of how many columns beside each other. */
export interface Placed {
  readonly event: CalendarEvent
  readonly from: number
  readonly to: number
  readonly column: number
  readonly columns: number
}

/** Minutes since midnight on the clock of the wall: on the two days that are longer or shorter too. */
const minutesOf = (at: Date, day: Date): number => {
  if (at <= day) return 0
  if (at >= addDays(day, 1)) return DAY
  return at.getHours() * 60 + at.getMinutes()
}

/** Whether it takes the whole of a day: it stands above the hours. */
export const isWhole = (event: CalendarEvent, day: string): boolean => {
  if (event.showWithoutTime) return true
  const start = dayAt(day)
  return startOf(event) <= start && endOf(event) >= addDays(start, 1)
}

type Span = Pick<Placed, 'event' | 'from' | 'to'>

const spanOf = (event: CalendarEvent, day: string): Span => {
  const at = dayAt(day)
  const from = Math.min(minutesOf(startOf(event), at), DAY - SHORTEST)
  return { event, from, to: Math.max(minutesOf(endOf(event), at), from + SHORTEST) }
}

/** Each in the first column that is free; those that touch each other, directly or through others, share the width. */
const columnsOf = (spans: readonly Span[]): Placed[] => {
  const placed: Placed[] = []
  let group: (Span & { column: number })[] = []
  let ends: number[] = []
  const close = () => {
    placed.push(...group.map((span) => ({ ...span, columns: ends.length })))
    group = []
    ends = []
  }
  for (const span of spans) {
    if (ends.every((end) => end <= span.from)) close()
    const free = ends.findIndex((end) => end <= span.from)
    const column = free < 0 ? ends.length : free
    ends[column] = span.to
    group.push({ ...span, column })
  }
  close()
  return placed
}

/** Events of a day that have their hours, by their beginning. */
export const placeEvents = (events: readonly CalendarEvent[], day: string): Placed[] =>
  columnsOf(
    events
      .filter((event) => !isWhole(event, day))
      .map((event) => spanOf(event, day))
      .sort((a, b) => a.from - b.from || b.to - a.to),
  )

/** The usual hours, and those of what is earlier or later. */
export const hoursAround = (placed: readonly Placed[]): Hours => ({
  first: placed.reduce((first, { from }) => Math.min(first, Math.floor(from / 60)), USUAL.first),
  last: placed.reduce((last, { to }) => Math.max(last, Math.ceil(to / 60)), USUAL.last),
})
