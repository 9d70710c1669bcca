import { expect, test } from 'vitest'
import { isFreeConnection } from './offline-ahead.ts'

test('mail is fetched ahead of need where nothing is known against it, never on a counted or slow connection', () => {
  expect(isFreeConnection(undefined)).toBe(true)
  expect(isFreeConnection({})).toBe(true)
  expect(isFreeConnection({ saveData: false, type: 'wifi', effectiveType: '4g' })).toBe(true)
  for (const counted of [{ saveData: true }, { type: 'cellular', effectiveType: '4g' }, { effectiveType: '3g' }])
    expect(isFreeConnection(counted)).toBe(false)
})
