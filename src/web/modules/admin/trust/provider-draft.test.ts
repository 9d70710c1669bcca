import { expect, test } from 'vitest'
import { meaningBody, meaningOf } from './provider-draft.ts'

test('what a provider means is the same after its form, and empty lines are left out', () => {
  const config = {
    claims: { subject: ['uid', 'NameID'], joinKey: ['ENTPersonJointure'] },
    affiliations: { National_ELV: 'pupil', 'with space': 'parent' },
    academy: '03',
    logout: 'attribute',
    strongClasses: ['urn:a', 'urn:b'],
  }
  const meaning = meaningOf(config)
  expect(meaningBody(meaning)).toEqual(config)
  const more = { ...meaning, affiliations: [...meaning.affiliations, { key: 'x', name: ' ', kind: 'pupil' }] }
  expect(meaningBody(more)).toEqual(config)
  expect(meaningBody(meaningOf({}))).toEqual({
    claims: {},
    affiliations: {},
    academy: '',
    logout: 'none',
    strongClasses: [],
  })
})
