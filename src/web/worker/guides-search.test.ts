import { expect, test } from 'vitest'
import { searchKept } from './guides-search.ts'

const guide = (id: string, ...words: readonly string[]) => ({
  ...{ id, title: id, summary: '', codes: [], body: '' },
  words,
})
const guides = [
  guide('phone', 'Téléphone perdu', 'Ce qu’il faut faire', 'boîte'),
  guide('full', 'Ma boîte est pleine', 'Faire de la place', 'téléphone'),
]

test.each([
  ['telephones', ['phone', 'full']],
  ['Boîte pleine', ['full', 'phone']],
  ['ma', ['full']],
  ['xylophone', []],
  ['', []],
])('“%s” finds %j without a network', (typed, ids) => {
  expect(searchKept(guides, typed).map(({ id }) => id)).toEqual(ids)
})
