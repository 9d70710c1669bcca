import { expect, test } from 'vitest'
import { readPreferences } from './preferences.ts'

test('without anything kept, the language is the browser’s when it is one of ours, and French otherwise', () => {
  expect(readPreferences(null, ['de-DE', 'en-GB', 'fr-FR']).language).toBe('en')
  expect(readPreferences(null, ['de-DE']).language).toBe('fr')
})

test('what is kept is taken back, and what is not ours is ignored', () => {
  expect(readPreferences('{"theme":"dark","density":"huge","undoSeconds":999,"language":"xx"}', ['fr'])).toEqual({
    language: 'fr',
    theme: 'dark',
    contrast: 'auto',
    layout: 'beside',
    density: 'normal',
    previewLines: 1,
    listOrder: 'newest',
    threadOrder: 'oldest',
    flat: false,
    swipeRight: 'archive',
    swipeLeft: 'trash',
    letterKeys: true,
    undoSeconds: 30,
    restHint: true,
    easy: false,
    audience: 'staff',
  })
  expect(readPreferences('{"density":"compact"}', ['fr']).previewLines).toBe(0)
  expect(readPreferences('{"density":"compact","previewLines":2}', ['fr']).previewLines).toBe(2)
  expect(readPreferences('not JSON', ['fr']).theme).toBe('auto')
})
