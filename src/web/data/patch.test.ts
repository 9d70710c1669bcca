import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyPatch, composePatches, inversePatch, type Placed } from './patch.ts'

const key = fc.constantFrom('a', 'b', 'c/d', 'e~1')
const set = fc.uniqueArray(key).map((keys) => Object.fromEntries(keys.map((one) => [one, true as const])))
const record: fc.Arbitrary<Placed> = fc.record({ mailboxIds: set, keywords: set })
const path = (property: string, one: string) => `${property}/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`
const byKey = fc
  .array(fc.tuple(fc.constantFrom('mailboxIds', 'keywords'), key, fc.constantFrom(true, null)))
  .map((entries) => Object.fromEntries(entries.map(([property, one, value]) => [path(property, one), value])))
const patch = fc.oneof(byKey, fc.record({ mailboxIds: set }), fc.record({ keywords: set }))

test('a composed patch does what the two do one after the other', () => {
  fc.assert(
    fc.property(record, patch, patch, (before, first, second) => {
      const after = applyPatch(applyPatch(before, first), second)
      expect(applyPatch(before, composePatches(first, second))).toEqual(after)
    }),
  )
})

test('the inverse of a patch takes back what it did', () => {
  fc.assert(
    fc.property(record, patch, (before, change) => {
      const after = applyPatch(before, change)
      expect(applyPatch(after, inversePatch(before, after))).toEqual(before)
    }),
  )
})

test('a patch that changes nothing gives the same object', () => {
  fc.assert(
    fc.property(record, patch, (before, change) => {
      const after = applyPatch(before, change)
      expect(applyPatch(after, change)).toBe(after)
    }),
  )
})

test('a composed patch never names a property both whole and by key', () => {
  fc.assert(
    fc.property(patch, patch, patch, (a, b, c) => {
      const paths = Object.keys(composePatches(composePatches(a, b), c))
      for (const whole of ['mailboxIds', 'keywords'])
        if (paths.includes(whole)) expect(paths.some((one) => one.startsWith(`${whole}/`))).toBe(false)
    }),
  )
})
