import { expect, test } from 'vitest'
import { toLocal } from '../../../ui/local-time.ts'
import { MAX_HOLD_MS, readSchedule, scheduleChoices } from './schedule-times.ts'

const shown = (now: Date) => scheduleChoices(now.getTime()).map(({ id, at }) => `${id} ${toLocal(at)}`)

test('tomorrow and Monday are proposed at eight', () => {
  expect(shown(new Date(2026, 10, 18, 15, 30))).toEqual(['tomorrow 2026-11-19T08:00', 'monday 2026-11-23T08:00'])
})

test('on a Sunday Monday is tomorrow, on a Monday it is the next one', () => {
  expect(shown(new Date(2026, 10, 22, 23, 59))).toEqual(['tomorrow 2026-11-23T08:00'])
  expect(shown(new Date(2026, 10, 23, 0, 1))).toEqual(['tomorrow 2026-11-24T08:00', 'monday 2026-11-30T08:00'])
})

test('a date is in the future, and within what the server holds', () => {
  const now = new Date(2026, 10, 22, 12).getTime()
  expect(readSchedule(toLocal(now + 3_600_000), now)).toBe(now + 3_600_000)
  expect(readSchedule(toLocal(now - 60_000), now)).toBe('past')
  expect(readSchedule(toLocal(now + MAX_HOLD_MS + 120_000), now)).toBe('far')
  expect(readSchedule('', now)).toBe('none')
})
