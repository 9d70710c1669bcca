import { expect, test } from 'vitest'
import { toLocal } from '../../../ui/local-time.ts'
import { momentsFrom } from './moments.ts'

const names = (now: Date) => momentsFrom(now).map(({ name }) => name)
const local = (now: Date, name: string) => {
  const found = momentsFrom(now).find((one) => one.name === name)
  return found && toLocal(found.when.getTime())
}

test('in the morning of a Wednesday every moment makes sense', () => {
  const now = new Date(2026, 8, 16, 9, 10)
  expect(names(now)).toEqual(['laterToday', 'tonight', 'tomorrow', 'nextWeek', 'nextMonth'])
  expect(local(now, 'laterToday')).toBe('2026-09-16T12:30')
  expect(local(now, 'tonight')).toBe('2026-09-16T18:00')
  expect(local(now, 'tomorrow')).toBe('2026-09-17T08:00')
  expect(local(now, 'nextWeek')).toBe('2026-09-21T08:00')
  expect(local(now, 'nextMonth')).toBe('2026-10-16T08:00')
})

test('late on a Sunday only tomorrow and later are left, and tomorrow is Monday already', () => {
  expect(names(new Date(2026, 8, 20, 22))).toEqual(['tomorrow', 'nextMonth'])
})

test('a month after the thirty-first of January is the last day of February', () => {
  expect(local(new Date(2027, 0, 31, 9), 'nextMonth')).toBe('2027-02-28T08:00')
})
