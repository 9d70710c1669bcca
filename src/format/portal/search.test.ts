import { expect, test } from 'vitest'
import { tileScore } from './search.ts'

const library = {
  key: 'mediatheque',
  name: { fr: 'Médiathèque', en: 'Media library' },
  description: { fr: 'Manuels des élèves, œuvres', en: 'Textbooks' },
}

test('accents and case do not count, in either language', () => {
  for (const typed of ['médiathèque', 'MEDIATHEQUE', 'libr', 'textb', 'ELEVES'])
    expect(tileScore(library, typed)).not.toBe(0)
})

test('every word must begin a word of the service', () => {
  expect(tileScore(library, 'media eleves')).toBeGreaterThan(0)
  expect(tileScore(library, 'media paie')).toBe(0)
  expect(tileScore(library, 'theque')).toBe(0)
})

test('a name counts more than a description, and nothing typed answers all', () => {
  expect(tileScore(library, 'media')).toBeGreaterThan(tileScore(library, 'manuels'))
  expect(tileScore(library, '  -- ')).toBe(1)
})
