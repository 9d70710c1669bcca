import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ScimError } from './failure.ts'
import { parseFilter } from './filter.ts'
import { matches } from './match.ts'

const anne = {
  id: 'u1',
  userName: 'Anne.Martin',
  externalId: 'AbC',
  active: true,
  age: 12,
  name: { familyName: 'Martin', givenName: 'Anne' },
  emails: [
    { value: 'anne@ecole.test', type: 'work', primary: true },
    { value: 'a@famille.example', type: 'other' },
  ],
  tags: [],
  meta: { lastModified: '2026-11-22T05:00:00.000Z' },
  'urn:convergence:scim:2.0:Person': { joinKey: '03|1', profiles: [{ kind: 'teacher', uai: '0250001R' }] },
}

test.each([
  'userName eq "anne.martin"',
  'USERNAME Eq "ANNE.MARTIN"',
  'userName sw "anne" and userName ew "martin" and userName co "e.m"',
  'userName ne "paul"',
  'externalId eq "AbC"',
  'not (externalId eq "abc")',
  'name.familyName eq "Martin"',
  'emails eq "anne@ecole.test"',
  'emails.type eq "other"',
  'emails[type eq "work" and value co "@ecole"]',
  'emails[not (type eq "home")]',
  'name pr and not (tags pr) and not (nothing pr)',
  'nickName eq null and userName ne null',
  'active eq true',
  'active ne false',
  'age gt 11 and age ge 12 and age lt 13 and age le 12',
  'age gt -1.5e1',
  'meta.lastModified gt "2026-11-22T06:00:00+02:00"',
  'meta.lastModified le "2026-11-22T05:00:00Z"',
  'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "anne.martin"',
  'urn:convergence:scim:2.0:Person:joinKey eq "03|1"',
  'urn:convergence:scim:2.0:Person:profiles[kind eq "teacher" and uai eq "0250001R"]',
  'urn:convergence:scim:2.0:Person:profiles.kind eq "teacher"',
  'userName eq "x" or active eq true and age eq 12',
  '(userName eq "x" or active eq true) and age eq 12',
  'userName eq "a\\u0022b" or age eq 12',
])('%s is true of her', (filter) => {
  expect(matches(anne, parseFilter(filter))).toBe(true)
})

test.each([
  'userName eq "anne"',
  'externalId eq "abc"',
  'emails[type eq "work" and value co "famille"]',
  'emails ne "anne@ecole.test"',
  'active eq "true"',
  'age gt 12',
  'age eq "12"',
  'nickName sw ""',
  'userName eq null',
  'userName eq "x" or active eq true and age eq 13',
  'urn:other:schema:joinKey eq "03|1"',
  'meta.lastModified gt "2026-11-22T05:00:00Z"',
])('%s is not', (filter) => {
  expect(matches(anne, parseFilter(filter))).toBe(false)
})

test.each([
  '',
  'userName',
  'userName eq',
  'userName eq anne',
  'userName xx "a"',
  'userName eq "a',
  'userName eq "a" and',
  '(userName eq "a"',
  'userName eq "a")',
  'emails[type eq "work"',
  'emails[type eq "work"].value eq "x"',
  'a.b.c eq "x"',
  'active gt true',
  'age lt null',
  'userName eq "a" userName eq "b"',
  '1 eq 1',
  `${'('.repeat(50)}a pr${')'.repeat(50)}`,
  `a eq "${'x'.repeat(3000)}"`,
])('%s is refused as a filter', (filter) => {
  expect(() => parseFilter(filter)).toThrow(ScimError)
})

test('whatever is asked, the answer is a filter or a refusal', () => {
  const word = fc.constantFrom(
    'a',
    'eq',
    'pr',
    'and',
    'or',
    'not',
    '(',
    ')',
    '[',
    ']',
    '"x"',
    '1',
    'true',
    '.',
    ':',
    'urn:x:y',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      try {
        matches(anne, parseFilter(words.join(' ')))
      } catch (error) {
        expect(error).toBeInstanceOf(ScimError)
      }
    }),
  )
})
