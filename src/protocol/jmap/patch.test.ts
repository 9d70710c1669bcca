import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SetFault } from './failure.ts'
import { applyPatch, sameJson } from './patch.ts'

const current = { name: 'x', set: { a: true, 'b/c': true }, list: [1, 2] }

test('a property, a member and a member with an escaped name', () => {
  const { value, touched } = applyPatch(current, { name: 'y', 'set/a': null, 'set/b~1c': null, 'set/d': true })
  expect(value).toEqual({ name: 'y', set: { d: true }, list: [1, 2] })
  expect([...touched].sort()).toEqual(['name', 'set'])
})

test('the object patched is left as it was', () => {
  applyPatch(current, { 'set/a': null })
  expect(current.set).toEqual({ a: true, 'b/c': true })
})

test('null restores a default where there is one', () => {
  expect(applyPatch(current, { name: null }, { name: 'default' }).value.name).toBe('default')
  expect(applyPatch(current, { name: null }).value.name).toBeNull()
})

test.each([
  ['into a list', { 'list/0': 5 }],
  ['through what is not there', { 'nothing/a': 5 }],
  ['through a text', { 'name/a': 5 }],
  ['within another path', { set: {}, 'set/a': true }],
  ['that is no pointer', { 'set/~': true }],
  ['into an inherited object', { '__proto__/polluted': true }],
  ['into a constructor', { 'constructor/prototype': true }],
])('a path %s is invalidPatch', (_what, patch) => {
  expect(() => applyPatch(current, patch)).toThrow(SetFault)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})

test('any patch either applies or is refused by name', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-c~/01_]{0,8}$/), fc.jsonValue()), (patch) => {
      try {
        applyPatch({ a: { b: { c: 1 } }, b: [1], c: null }, patch)
      } catch (error) {
        expect(error).toBeInstanceOf(SetFault)
      }
    }),
  ))

test('sameness does not see the order of members', () => {
  expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
  expect(sameJson({ a: 1 }, { a: 1, b: undefined })).toBe(false)
  expect(sameJson([1, 2], [2, 1])).toBe(false)
  expect(sameJson({}, [])).toBe(false)
})
