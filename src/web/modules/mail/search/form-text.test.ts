import { expect, test } from 'vitest'
import { parseSearch } from '../../../data/search.ts'
import { type FormFields, fieldsOf, noFields, textOf } from './form-text.ts'

const filled: FormFields = {
  from: 'Nadia Benali',
  to: 'paul',
  subject: 'conseil de classe',
  words: 'bulletin "premier trimestre"',
  not: 'brouillon',
  after: '2026-09-01',
  before: '2026-12-31',
  larger: '2.5',
  smaller: '10',
  state: 'unread',
  attachment: true,
  filename: 'notes',
  in: 'Projet Europe',
  label: 'Conseil',
}

test('what the form writes it reads again, in both languages', () => {
  for (const language of ['fr', 'en'] as const) expect(fieldsOf(textOf(filled, language))).toEqual(filled)
  expect(textOf(noFields, 'fr')).toBe('')
  expect(fieldsOf('')).toEqual(noFields)
})

test('both languages mean the same search', () => {
  const meant = (text: string) => parseSearch(text, { mailboxes: [], now: 0 }).filter
  const simple = { ...filled, in: '', label: '' }
  expect(meant(textOf(simple, 'fr'))).toEqual(meant(textOf(simple, 'en')))
})

test('what has no field stays among the words, as typed', () => {
  expect(fieldsOf('est:repondu depuis:7j -de:paul le:2026-09-01 de:léa de:zoé')).toEqual({
    ...noFields,
    from: 'léa',
    words: 'est:repondu depuis:7j -de:paul le:2026-09-01 de:zoé',
  })
  expect(fieldsOf('de:léa OU de:zoé a:pj')).toEqual({ ...noFields, words: 'de:léa OU de:zoé a:pj' })
  expect(fieldsOf('depuis:01/09/2026')).toEqual({ ...noFields, after: '2026-09-01' })
})
