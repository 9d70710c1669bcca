import { expect, test } from 'vitest'
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import { hoursAround, isWhole, placeEvents } from './hour-grid.ts'

const day = '2026-11-23'
/** Local times of the device. */
const event = (id: string, start: string, end: string) =>
  ({
    id,
    showWithoutTime: false,
    utcStart: new Date(start).toISOString(),
    utcEnd: new Date(end).toISOString(),
  }) as CalendarEvent
const on = (id: string, from: string, to: string) => event(id, `${day}T${from}`, `${day}T${to}`)
const shape = (...events: CalendarEvent[]) =>
  placeEvents(events, day).map(({ event: { id }, from, to, column, columns }) => [id, from, to, column, columns])

test('what follows has the whole width, what overlaps shares it', () => {
  expect(shape(on('b', '10:00', '11:00'), on('a', '08:00', '10:00'))).toEqual([
    ['a', 480, 600, 0, 1],
    ['b', 600, 660, 0, 1],
  ])
  // A chain: the third fits where the first has ended, and has the width of the group.
  expect(shape(on('a', '08:00', '09:00'), on('b', '08:30', '10:00'), on('c', '09:00', '09:45'))).toEqual([
    ['a', 480, 540, 0, 2],
    ['b', 510, 600, 1, 2],
    ['c', 540, 585, 0, 2],
  ])
})

test('what is short has room for its words, also at the end of the day', () => {
  expect(shape(on('a', '08:00', '08:05'))).toEqual([['a', 480, 510, 0, 1]])
  expect(shape(on('a', '23:50', '23:55'))).toEqual([['a', 1410, 1440, 0, 1]])
})

test('a night is in both of its days, a whole day above the hours', () => {
  const night = event('n', '2026-11-22T22:00', '2026-11-23T06:00')
  expect(shape(night)).toEqual([['n', 0, 360, 0, 1]])
  const trip = event('t', '2026-11-22T08:00', '2026-11-24T18:00')
  expect(isWhole(trip, day)).toBe(true)
  expect(isWhole(trip, '2026-11-24')).toBe(false)
  expect(isWhole({ ...trip, showWithoutTime: true }, '2026-11-24')).toBe(true)
  expect(shape(trip)).toEqual([])
})

test('the hours of a school, and what is outside of them', () => {
  expect(hoursAround([])).toEqual({ first: 7, last: 19 })
  const early = placeEvents([on('a', '05:40', '06:00'), on('b', '20:00', '21:15')], day)
  expect(hoursAround(early)).toEqual({ first: 5, last: 22 })
})
