import { expect, test } from 'vitest'
import { inkOf, safeColour } from './colours.ts'

test('a pasted colour is kept as it is, nothing else gets into a style', () => {
  expect(safeColour('#C00')).toBe('#c00')
  expect(safeColour('rgb(255, 242, 0)')).toBe('rgb(255, 242, 0)')
  expect(safeColour('yellow')).toBe('yellow')
  for (const none of [
    '',
    null,
    undefined,
    'transparent',
    'rgba(0, 0, 0, 0)',
    'red;position:fixed',
    'url(x)',
    'var(--x)',
  ])
    expect(safeColour(none)).toBeNull()
})

test('black letters, and white paper, are those of the page', () => {
  for (const own of ['black', '#000', 'rgb(0, 0, 0)', '#1f1f1f', 'windowtext', 'white']) expect(inkOf(own)).toBeNull()
  for (const paper of ['white', '#fff', 'rgb(255, 255, 255)']) expect(safeColour(paper)).toBeNull()
  expect(inkOf('rgb(192, 0, 0)')).toBe('rgb(192, 0, 0)')
  expect(inkOf('#1f497d')).toBe('#1f497d')
})
