import { expect, test } from 'vitest'
import { fillTemplate, placeholdersIn, splitName } from './template-text.ts'

const filling = { name: 'Claire Petit', me: 'Anne Martin', date: '22 novembre 2026' }

test('what is known is filled in, in French and English, with or without accents', () => {
  expect(fillTemplate('Bonjour {prénom} {NOM}, le {date}. {moi}', filling)).toBe(
    'Bonjour Claire Petit, le 22 novembre 2026. Anne Martin',
  )
  expect(fillTemplate('Dear {firstname} {lastname}, {prenom}', filling)).toBe('Dear Claire Petit, Claire')
})

test('what is not known stays and can be found', () => {
  const text = fillTemplate('Bonjour {prénom}, {autre}', { ...filling, name: null })
  expect(text).toBe('Bonjour {prénom}, {autre}')
  expect(placeholdersIn(text)).toEqual(['{prénom}'])
})

test('family names are told by their capitals or a comma', () => {
  expect(splitName('PETIT Claire')).toEqual({ first: 'Claire', last: 'PETIT' })
  expect(splitName('Petit, Claire')).toEqual({ first: 'Claire', last: 'Petit' })
  expect(splitName('Claire')).toEqual({ first: 'Claire', last: '' })
})
