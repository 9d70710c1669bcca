import { expect, test } from 'vitest'
import { easter, publicHoliday, publicHolidays, readSchoolCalendar, schoolHoliday } from './holidays.ts'
import { type Closures, decodeHours, encodeHours, openingAt, parseHours } from './hours.ts'
import { addDays, parisMoment, parisTime, weekday } from './paris.ts'
import { schoolHolidays } from './school-holidays.data.ts'

const paris = (text: string): number => {
  const [day = '', time = '00:00'] = text.split(' ')
  const [hour, minute] = time.split(':').map(Number)
  return parisMoment(day, (hour ?? 0) * 60 + (minute ?? 0))
}

test('Paris is two hours ahead in summer, one in winter, whatever zone this machine is in', () => {
  expect(new Date(paris('2026-07-14 10:00')).toISOString()).toBe('2026-07-14T08:00:00.000Z')
  expect(new Date(paris('2026-12-01 10:00')).toISOString()).toBe('2026-12-01T09:00:00.000Z')
  expect(parisTime(Date.UTC(2026, 11, 31, 23, 30))).toEqual({ day: '2027-01-01', minutes: 30 })
})

test('the hour that comes twice is the first one, the hour that is skipped becomes the next', () => {
  expect(new Date(paris('2026-10-25 02:30')).toISOString()).toBe('2026-10-25T00:30:00.000Z')
  expect(parisTime(paris('2026-03-29 02:30')).minutes).toBe(3 * 60 + 30)
})

test.each([
  [2024, '2024-03-31'],
  [2025, '2025-04-20'],
  [2026, '2026-04-05'],
  [2027, '2027-03-28'],
  [2038, '2038-04-25'],
])('Easter of %i is on %s', (year, day) => {
  expect(easter(year)).toBe(day)
  expect(weekday(day)).toBe(7)
})

test('France has eleven public holidays', () => {
  expect([...publicHolidays(2026).keys()].sort()).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ])
  // Good Friday is one in Strasbourg, not in Belfort.
  expect(publicHoliday('2026-04-03')).toBeUndefined()
})

test('the day on which classes resume is no holiday any more', () => {
  expect(schoolHoliday('2026-01-04')).toBe('Vacances de Noël')
  expect(schoolHoliday('2026-01-05')).toBeUndefined()
})

test('an export of the open data is read with its traps: evenings in UTC, other zones, days of teachers', () => {
  const row = { description: 'Vacances d’hiver', population: '-', zones: 'Zone A', location: 'Besançon' }
  const dates = { start_date: '2026-02-06T23:00:00+00:00', end_date: '2026-02-22T23:00:00+00:00' }
  const periods = readSchoolCalendar([
    { ...row, ...dates },
    { ...row, ...dates, location: 'Lyon' },
    { ...row, ...dates, zones: 'Zone B' },
    { ...row, ...dates, population: 'Enseignants', description: 'Prérentrée' },
    { ...row, start_date: 'x', end_date: 'y' },
    null,
  ])
  expect(periods).toEqual([{ name: 'Vacances d’hiver', from: '2026-02-07', to: '2026-02-23' }])
  expect(readSchoolCalendar('x')).toEqual([])
})

const none: Closures = { schoolHolidays, exceptional: [] }
const desk = parseHours('lun-ven 9:00-12:00 14h-17h')

test.each([
  ['2026-11-24 10:00', true, '2026-11-24 12:00'],
  ['2026-11-24 12:00', false, '2026-11-24 14:00'],
  ['2026-11-24 16:59', true, '2026-11-24 17:00'],
  ['2026-11-24 07:30', false, '2026-11-24 09:00'],
  ['2026-11-27 18:00', false, '2026-11-30 09:00'],
  // The eleventh of November is a Wednesday.
  ['2026-11-10 17:30', false, '2026-11-12 09:00'],
  ['2026-10-23 17:30', false, '2026-10-26 09:00'],
])('at %s the desk is open: %s, then %s', (at, open, then) => {
  const opening = openingAt(desk, none, paris(at))
  expect(opening.open).toBe(open)
  expect(opening.open ? opening.until : opening.opensAt).toBe(paris(then))
})

test('on a public holiday the reason is told', () => {
  expect(openingAt(desk, none, paris('2026-11-11 10:00'))).toMatchObject({ open: false, because: 'Armistice de 1918' })
})

test('an exceptional closure closes, and school holidays do for those who follow them', () => {
  const closed = { ...none, exceptional: [{ name: 'Pont', from: '2026-11-24', to: '2026-11-26' }] }
  expect(openingAt(desk, closed, paris('2026-11-24 10:00'))).toEqual({
    open: false,
    opensAt: paris('2026-11-26 09:00'),
    because: 'Pont',
  })
  const school = parseHours('lun-ven 8:00-18:00 hors vacances')
  expect(openingAt(school, none, paris('2026-12-22 10:00'))).toMatchObject({ opensAt: paris('2027-01-04 08:00') })
  expect(openingAt(desk, none, paris('2026-12-22 10:00')).open).toBe(true)
})

test('a desk that never opens says so', () => {
  expect(openingAt(decodeHours('damaged'), none, paris('2026-11-24 10:00'))).toMatchObject({ open: false })
})

test('hours go into the store and come back; nonsense is refused', () => {
  expect(decodeHours(encodeHours(desk))).toEqual(desk)
  for (const text of [
    'lun 12:00-9:00',
    'foo 9:00-12:00',
    'lun 9:00-10:00 11:00-12:00 13:00-14:00',
    'ven-lun 9:00-10:00',
    'lun 9:00-12:00 11:00-13:00',
    'lun 25:00-26:00',
  ])
    expect(() => parseHours(text)).toThrow()
})

test('days follow each other over months and years', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
})
