import { expect, test } from 'vitest'
import { ScimError } from './failure.ts'
import { applyPatch, parsePatch, patchSchema } from './patch.ts'
import type { JsonObject } from './value.ts'

const person = 'urn:convergence:scim:2.0:Person'
const user: JsonObject = {
  id: 'u1',
  userName: 'anne',
  active: true,
  name: { familyName: 'Martin', givenName: 'Anne' },
  emails: [
    { value: 'anne@ecole.test', type: 'work' },
    { value: 'a@famille.example', type: 'other' },
  ],
  [person]: { joinKey: '03|1', profiles: [{ kind: 'teacher', uai: '0250001R' }] },
}

const patched = (...operations: JsonObject[]): JsonObject =>
  applyPatch(user, parsePatch({ schemas: [patchSchema], Operations: operations }, [person]), [person])

const refusal = (...operations: JsonObject[]): string | undefined => {
  try {
    patched(...operations)
  } catch (error) {
    return error instanceof ScimError ? error.scimType : String(error)
  }
  return 'accepted'
}

test('an attribute is replaced, its parts kept, whatever the case of the words', () => {
  expect(patched({ op: 'Replace', path: 'ACTIVE', value: false }).active).toBe(false)
  expect(patched({ op: 'replace', path: 'name', value: { familyName: 'Petit' } }).name).toEqual({
    familyName: 'Petit',
    givenName: 'Anne',
  })
  expect(patched({ op: 'replace', path: 'name.givenName', value: 'Annie' }).name).toMatchObject({ givenName: 'Annie' })
})

test('without a path the value says which attributes, its names may be paths', () => {
  const after = patched({
    op: 'replace',
    value: { active: false, 'name.familyName': 'Petit', [person]: { joinKey: '03|2' } },
  })
  expect(after).toMatchObject({ active: false, name: { familyName: 'Petit', givenName: 'Anne' } })
  expect(after[person]).toMatchObject({ joinKey: '03|2', profiles: [{ kind: 'teacher' }] })
})

test('values of a list are added once, chosen by a filter, and taken away', () => {
  const work = { value: 'anne@ecole.test', type: 'work' }
  expect(patched({ op: 'add', path: 'emails', value: [work] }).emails).toHaveLength(2)
  expect(patched({ op: 'add', path: 'emails', value: { value: 'x@y', type: 'home' } }).emails).toHaveLength(3)
  expect(patched({ op: 'replace', path: 'emails[type eq "other"].value', value: 'n@y' }).emails).toContainEqual({
    value: 'n@y',
    type: 'other',
  })
  expect(patched({ op: 'add', path: 'emails[type eq "home"].value', value: 'h@y' }).emails).toContainEqual({
    value: 'h@y',
    type: 'home',
  })
  expect(patched({ op: 'remove', path: 'emails[type eq "other"]' }).emails).toEqual([work])
  expect(patched({ op: 'remove', path: 'emails' }).emails).toBeUndefined()
  expect(
    patched({ op: 'remove', path: 'emails', value: [{ value: 'a@famille.example', type: 'other' }] }).emails,
  ).toEqual([work])
})

test('attributes of an extension are reached by their URN', () => {
  const add = { op: 'add', path: `${person}:profiles`, value: [{ kind: 'parent', uai: '0390001P' }] }
  expect(patched(add)[person]).toMatchObject({ profiles: [{ kind: 'teacher' }, { kind: 'parent' }] })
  const remove = { op: 'remove', path: `${person}:profiles[uai eq "0250001R"]` }
  expect(patched(remove)[person]).toMatchObject({ profiles: [] })
})

test('operations follow each other', () => {
  const after = patched(
    { op: 'add', path: 'emails', value: [{ value: 'x@y', type: 'home' }] },
    { op: 'replace', path: 'emails[type eq "home"].value', value: 'z@y' },
  )
  expect(after.emails).toContainEqual({ value: 'z@y', type: 'home' })
})

test.each([
  ['noTarget', { op: 'remove' }],
  ['noTarget', { op: 'remove', path: 'emails[type eq "home"]' }],
  ['noTarget', { op: 'replace', path: 'emails[value co "zzz"].value', value: 'x' }],
  ['mutability', { op: 'replace', path: 'id', value: 'u2' }],
  ['mutability', { op: 'add', path: 'meta.version', value: 'x' }],
  ['invalidSyntax', { op: 'move', path: 'active', value: true }],
  ['invalidPath', { op: 'add', path: 'a b', value: true }],
  ['invalidPath', { op: 'add', path: '__proto__.x', value: true }],
  ['invalidPath', { op: 'replace', value: { 'constructor.prototype': 1 } }],
  ['invalidFilter', { op: 'remove', path: 'emails[type zz "home"]' }],
  ['invalidValue', { op: 'replace', path: 'active' }],
  ['invalidValue', { op: 'add', value: 'x' }],
] as const)('%s: %j', (scimType, operation) => {
  expect(refusal(operation)).toBe(scimType)
})

test('nothing of the language is reached through a resource', () => {
  expect(refusal({ op: 'add', path: 'constructor', value: { x: 1 } })).toBe('invalidPath')
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})
