import { expect, test } from 'vitest'
import { stepFor } from './outbox.ts'
import { usualPreferences } from './preferences.ts'
import { nextDigest, type Quiet, quietUntil } from './quiet.ts'

const at = (text: string): number => Date.parse(text)
const staff: Quiet = { from: 19 * 60, to: 7 * 60, days: [6, 7], publicHolidays: true, schoolHolidays: false }
const until = (quiet: Quiet, text: string): string | undefined => {
  const end = quietUntil(quiet, at(text))
  return end === undefined ? undefined : new Date(end).toISOString()
}

test('a night ends in the morning, a weekend on Monday', () => {
  expect(until(staff, '2026-11-24T10:00:00+01:00')).toBeUndefined()
  expect(until(staff, '2026-11-24T22:00:00+01:00')).toBe('2026-11-25T06:00:00.000Z')
  expect(until(staff, '2026-11-25T06:59:00+01:00')).toBe('2026-11-25T06:00:00.000Z')
  expect(until(staff, '2026-11-27T20:00:00+01:00')).toBe('2026-11-30T06:00:00.000Z')
})

test('public holidays count where they are chosen, Alsace-Moselle’s Good Friday never', () => {
  // Armistice on a Wednesday.
  expect(until(staff, '2026-11-11T10:00:00+01:00')).toBe('2026-11-12T06:00:00.000Z')
  expect(until({ ...staff, publicHolidays: false }, '2026-11-11T10:00:00+01:00')).toBeUndefined()
  expect(until(staff, '2026-04-03T10:00:00+02:00')).toBeUndefined()
})

test('zone A holidays are quiet from end to end, and end', () => {
  const family = { ...staff, days: [], publicHolidays: false, schoolHolidays: true }
  const end = until(family, '2026-12-25T12:00:00+01:00')
  expect(end?.slice(0, 7)).toBe('2027-01')
})

test('when the clocks change, seven is seven on the wall', () => {
  expect(until(staff, '2027-03-27T23:00:00+01:00')).toBe('2027-03-30T05:00:00.000Z') // after Easter Monday
  expect(until({ ...staff, days: [] }, '2026-10-24T23:00:00+02:00')).toBe('2026-10-25T06:00:00.000Z')
})

test('hours within one day, and none at all', () => {
  const noon = { ...staff, from: 12 * 60, to: 14 * 60, days: [] }
  expect(until(noon, '2026-11-24T12:30:00+01:00')).toBe('2026-11-24T13:00:00.000Z')
  expect(until({ ...noon, to: 12 * 60 }, '2026-11-24T12:30:00+01:00')).toBeUndefined()
})

test('a digest comes at its hour, each day or on its day of the week', () => {
  const next = (every: 'day' | 'week', text: string) =>
    new Date(nextDigest({ every, weekday: 1, at: 7 * 60 }, at(text))).toISOString()
  expect(next('day', '2026-11-24T06:00:00+01:00')).toBe('2026-11-24T06:00:00.000Z')
  expect(next('day', '2026-11-24T07:00:00+01:00')).toBe('2026-11-25T06:00:00.000Z')
  expect(next('week', '2026-11-24T07:00:00+01:00')).toBe('2026-11-30T06:00:00.000Z')
})

test('each step of a notification follows what the person wants', () => {
  const wanted = usualPreferences(['teacher'])
  const day = at('2026-11-24T10:00:00+01:00')
  const night = at('2026-11-24T22:00:00+01:00')
  const fresh = { category: 'ticket', stage: 'new', urgent: 0 }
  expect(stepFor(fresh, wanted, day)).toMatchObject({ show: true, ring: true, mail: true, stage: 'done' })
  expect(stepFor(fresh, wanted, night)).toMatchObject({ show: true, ring: false, mail: false, stage: 'send' })
  expect(stepFor({ ...fresh, urgent: 1 }, wanted, night)).toMatchObject({ ring: true, mail: true, stage: 'done' })
  expect(stepFor({ ...fresh, category: 'service' }, wanted, day)).toMatchObject({
    ring: true,
    mail: false,
    stage: 'digest',
  })
  expect(stepFor({ ...fresh, category: 'service', stage: 'digest' }, wanted, day)).toMatchObject({
    digest: true,
    stage: 'done',
  })
  const nothing = {
    ...wanted,
    channels: { ...wanted.channels, ticket: { portal: false, push: false, mail: 'no' } },
  } as const
  expect(stepFor(fresh, nothing, day)).toMatchObject({ show: false, ring: false, mail: false, stage: 'done' })
})
