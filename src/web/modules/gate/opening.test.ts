import { expect, test } from 'vitest'
import { hourText, openingOf } from './opening.ts'

/** A Friday, 17:00 in Paris (summer time). */
const friday = Date.parse('2026-06-05T15:00:00Z')
const closed = (opensAt: string) => ({ open: false, until: undefined, opensAt: Date.parse(opensAt) })

test('a contact that is open says until when', () => {
  expect(
    openingOf({ open: true, until: Date.parse('2026-06-05T16:00:00Z'), opensAt: undefined }, friday, 'fr'),
  ).toEqual({
    key: 'openUntil',
    hour: '18 h',
  })
  expect(openingOf({ open: true, until: undefined, opensAt: undefined }, friday, 'fr')).toEqual({ key: 'openNow' })
})

test('a contact that is closed says when it opens: today, tomorrow, a day of the week, a date', () => {
  expect(openingOf(closed('2026-06-05T16:30:00Z'), friday, 'fr')).toEqual({ key: 'opensToday', hour: '18 h 30' })
  expect(openingOf(closed('2026-06-06T06:00:00Z'), friday, 'fr')).toEqual({ key: 'opensTomorrow', hour: '8 h' })
  expect(openingOf(closed('2026-06-08T06:00:00Z'), friday, 'fr')).toEqual({
    key: 'opensDay',
    day: 'lundi',
    hour: '8 h',
  })
  expect(openingOf(closed('2026-08-31T06:30:00Z'), friday, 'en')).toEqual({
    key: 'opensDay',
    day: 'Monday 31 August',
    hour: '08:30',
  })
  expect(openingOf({ open: false, until: undefined, opensAt: undefined }, friday, 'fr')).toEqual({ key: 'closed' })
})

test('hours are those of Paris, in winter too', () => {
  expect(hourText(Date.parse('2026-01-12T07:00:00Z'), 'fr')).toBe('8 h')
})
