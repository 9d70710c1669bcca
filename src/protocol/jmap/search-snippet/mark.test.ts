import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { termsOf } from '#format/search/spans.ts'
import { markPreview, markSubject } from './mark.ts'

const unmark = (text: string): string =>
  text
    .replace(/<\/?mark>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

test('whatever the text and the words, what comes out is the text, escaped, within 255 octets', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), fc.string({ maxLength: 20 }), (text, typed) => {
      const marked = markPreview(text, termsOf(typed))
      if (marked === null) return
      expect(Buffer.byteLength(marked)).toBeLessThanOrEqual(255)
      expect(marked.replace(/<\/?mark>/g, '')).not.toMatch(/[<>"']/)
      expect(text).toContain(unmark(marked).replace(/^…/, ''))
    }),
    { numRuns: 500 },
  ))

test('words match from their beginning, without case and accents, phrases as a whole', () => {
  expect(markSubject('Les Élèves élus', termsOf('eleve'))).toBe('Les <mark>Élèves</mark> élus')
  expect(markSubject('un relèvement', termsOf('eleve'))).toBeNull()
  expect(markSubject('salle des professeurs et salle', termsOf('"salle des"'))).toBe(
    '<mark>salle des</mark> professeurs et salle',
  )
})

test('nothing looked for marks nothing', () => {
  expect(markSubject('x', termsOf(''))).toBeNull()
  expect(markSubject('x', termsOf('" - "'))).toBeNull()
})
