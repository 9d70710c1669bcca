import { expect, test } from 'vitest'
import { type AnyProfile, shareOf } from './audience-profile.ts'
import { type AudienceRule, audience } from './audience-rules.ts'

const college = '0250001R'
const teacher: AnyProfile = { kind: 'teacher', uai: college, department: '25' }
const parent: AnyProfile = { kind: 'parent', uai: college, department: '25' }

test('an audience speaks to all, some or none of those who have a profile', () => {
  const cases: readonly (readonly [Partial<AudienceRule>, Partial<AudienceRule> | undefined, AnyProfile, string])[] = [
    [{}, undefined, teacher, 'all'],
    [{ profiles: ['teacher'] }, undefined, teacher, 'all'],
    [{ profiles: ['teacher'] }, undefined, parent, 'none'],
    [{ schools: ['0390001P'] }, undefined, teacher, 'none'],
    [{ departments: ['25'], schools: [college] }, undefined, teacher, 'all'],
    [{ classes: [`${college}:3e B`] }, undefined, parent, 'some'],
    [{ classes: ['0390001P:2de 4'] }, undefined, parent, 'none'],
    [{ disciplines: ['Anglais'] }, undefined, parent, 'none'],
    [{ disciplines: ['Anglais'] }, undefined, teacher, 'some'],
    [{ groups: [`${college}:staff`] }, undefined, teacher, 'all'],
    [{ groups: [`${college}:staff`] }, undefined, parent, 'none'],
    [{ groups: [`${college}:class:3e%20B:parents`] }, undefined, parent, 'some'],
    [{ groups: [`${college}:class:3e%20B:parents`] }, undefined, teacher, 'none'],
    [{ groups: ['manual:3'], profiles: ['parent'] }, undefined, teacher, 'none'],
    [{ persons: [12] }, undefined, teacher, 'some'],
    [{}, { profiles: ['teacher'] }, teacher, 'none'],
    [{}, { persons: [12] }, teacher, 'some'],
    [{ profiles: ['parent'] }, { classes: [`${college}:3e B`] }, parent, 'some'],
  ]
  for (const [include, exclude, profile, expected] of cases)
    expect([include, exclude, profile.kind, shareOf(audience(include, exclude), profile)]).toEqual([
      include,
      exclude,
      profile.kind,
      expected,
    ])
})
