import { expect, test } from 'vitest'
import { places } from './travel.data.ts'
import { isImpossible, unusual } from './travel.ts'

const hour = 3_600_000

test.each([
  ['FR', 'JP', 1, true],
  ['FR', 'JP', 14, false],
  ['FR', 'DE', 0, false],
  ['FR', 'CH', 0, false],
  ['FR', 'RE', 2, true],
  ['FR', 'RE', 12, false],
  ['FR', 'MA', 0, true],
  ['FR', 'FR', 0, false],
  ['FR', 'ZZ', 0, false],
  ['', 'US', 0, false],
])('from %s to %s in %i hours: impossible is %s', (from, to, hours, impossible) => {
  expect(isImpossible(from, to, hours * hour)).toBe(impossible)
})

test('every place is on the globe', () => {
  expect(places.size).toBeGreaterThan(230)
  for (const [code, { latitude, longitude, radius }] of places) {
    expect(code).toMatch(/^[A-Z]{2}$/)
    expect(Math.abs(latitude)).toBeLessThanOrEqual(90)
    expect(Math.abs(longitude)).toBeLessThanOrEqual(180)
    expect(radius).toBeGreaterThan(0)
  }
})

const now = 1_000 * hour
const seen = (country: string, hoursAgo: number) => ({ country, seen: now - hoursAgo * hour })

test('the first sign-in of all is not unusual', () => {
  expect(unusual([], 'FR', now, false)).toBeUndefined()
})

test('the usual browser in the usual country is not unusual', () => {
  expect(unusual([seen('FR', 5)], 'FR', now, true)).toBeUndefined()
})

test('another browser is a new device, in a country seen before', () => {
  expect(unusual([seen('FR', 5), seen('CH', 50)], 'CH', now, false)).toEqual({ kind: 'new-device', from: '' })
})

test('a country never seen is one, after the time that a journey takes', () => {
  expect(unusual([seen('FR', 50)], 'CA', now, true)).toEqual({ kind: 'new-country', from: 'FR' })
})

test('two places too far apart are impossible, even when both were seen before', () => {
  expect(unusual([seen('FR', 1), seen('CA', 90)], 'CA', now, true)).toEqual({ kind: 'impossible-travel', from: 'FR' })
})

test('an unknown country says nothing of travel', () => {
  expect(unusual([seen('FR', 1)], '', now, true)).toBeUndefined()
  expect(unusual([seen('', 1)], 'FR', now, true)).toBeUndefined()
})
