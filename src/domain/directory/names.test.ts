import { expect, test } from 'vitest'
import { loginFor } from './logins.ts'
import { foldName, splitName, wordsOf } from './names.ts'

test.each([
  ['Lefèvre-Œuvrard', 'lefevre oeuvrard'],
  ['  D’ALMEIDA  ', 'd almeida'],
  ['Łukasz Straße', 'lukasz strasse'],
  ['Ñuñez', 'nunez'],
  ['李 小龍', '李 小龍'],
  ['***', ''],
])('%s is compared as "%s"', (name, folded) => {
  expect(foldName(name)).toBe(folded)
})

test('a person is found by each word of their names, each once', () => {
  expect(wordsOf('Martin', 'Anne-Marie', 'MARTIN')).toEqual(['martin', 'anne', 'marie'])
})

test.each([
  ['Anne Martin', 'Anne', 'Martin'],
  ['Jean-Pierre de La Tour', 'Jean-Pierre', 'de La Tour'],
  ['Madonna', '', 'Madonna'],
])('%s is given name "%s" and family name "%s"', (name, givenName, familyName) => {
  expect(splitName(name)).toEqual({ givenName, familyName })
})

test.each([
  ['Jean-Pierre', 'O’Brien', 'jean-pierre.o-brien'],
  ['', 'Madonna', 'madonna'],
  ['***', '…', 'personne'],
])('%s %s signs in as %s', (given, family, login) => {
  expect(loginFor(given, family)).toBe(login)
})
