import fc from 'fast-check'
import { expect, test } from 'vitest'
import { computeGroups, type Group, groupKey, parseGroupKey } from './group-keys.ts'
import type { Profile } from './profiles.ts'

const profile = (given: Partial<Profile>): Profile => ({
  id: 1,
  kind: 'teacher',
  uai: '0250001R',
  schoolName: '',
  functionCode: '',
  discipline: '',
  title: '',
  classes: [],
  source: 'test',
  endsAt: null,
  ...given,
})

test('a key is read back as the group it names, whatever a class is called', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), (name) => {
      const group: Group = { type: 'class', uai: '0250001R', name, side: 'parents' }
      expect(parseGroupKey(groupKey(group))).toEqual(group)
    }),
  )
})

test.each([
  '0250001R:class:3e B:pupils',
  '0250001R:class:3e%20B',
  '0250001R:class::pupils',
  '0250001R:class:%:pupils',
  '0250001R:class:3e%20b%3A:pupils:x',
  '0250001R:profile:king',
  '*:staff',
  '*:class:3:pupils',
  'manual:0',
  'manual:-1',
  '',
])('"%s" names no group', (key) => {
  expect(parseGroupKey(key)).toBeUndefined()
})

test('a matter written as a dash means nothing, and a function is not a discipline', () => {
  const keys = (given: Partial<Profile>) => computeGroups([profile(given)], [], []).map(groupKey)
  expect(keys({ discipline: '-' })).toEqual(['*:profile:teacher', '0250001R:profile:teacher', '0250001R:staff'])
  expect(keys({ kind: 'school-life', functionCode: 'EDU', discipline: 'x' })).toContain('0250001R:function:EDU')
  expect(keys({ kind: 'school-life', functionCode: '-' })).not.toContain('0250001R:function:-')
})

test('a class says nothing about a profile in another school, and a pupil never enters the teachers’ side', () => {
  const memberships = [
    { uai: '0390001P', class: '2de 4', kind: 'class', role: 'teacher', subject: '' },
    { uai: '0250001R', class: '3e B', kind: 'class', role: 'pupil', subject: '' },
  ] as const
  const keys = computeGroups([profile({})], memberships, []).map(groupKey)
  expect(keys.filter((key) => key.includes(':class:'))).toEqual([])
})
