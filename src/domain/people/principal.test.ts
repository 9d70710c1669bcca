import { expect, test } from 'vitest'
import { acrOf, strengthAsked, strengthOf } from './principal.ts'

test.each([
  [[], 1],
  [['pwd'], 1],
  [['fed'], 1],
  [['pwd', 'otp', 'mfa'], 2],
  [['fed', 'mfa'], 2],
  [['pwd', 'hwk', 'mfa'], 2],
  [['hwk'], 1],
  [['user'], 1],
  [['swk', 'user', 'mfa'], 3],
  [['pwd', 'hwk', 'user', 'mfa'], 3],
] as const)('%j is of strength %i', (amr, strength) => {
  expect(strengthOf(amr)).toBe(strength)
  expect(strengthAsked(acrOf(amr))).toBe(strength)
})

test('the names that services use are understood, others are not', () => {
  expect(strengthAsked('eidas1')).toBe(1)
  expect(strengthAsked('https://refeds.org/profile/mfa')).toBe(2)
  expect(strengthAsked('urn:convergence:acr:4')).toBeUndefined()
  expect(strengthAsked('')).toBeUndefined()
})
