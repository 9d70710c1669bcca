import { expect, test } from 'vitest'
import { avatarHue, initials } from './initials.ts'

test('initials are those of the first two words', () => {
  expect(initials('Claire Dupont-Morel')).toBe('CD')
  expect(initials('élodie')).toBe('É')
  expect(initials('ce.0250007x@ac-besancon.fr')).toBe('C')
  expect(initials('Collège des Tilleuls (secrétariat)')).toBe('CT')
  expect(initials('Service de l’information')).toBe('SI')
  expect(initials('La Gazette')).toBe('LG')
  expect(initials('')).toBe('?')
})

test('an address has the same colour whatever its case', () => {
  expect(avatarHue('Claire@X.fr')).toBe(avatarHue(' claire@x.fr'))
})
