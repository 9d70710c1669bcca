import { expect, test } from 'vitest'
import { schoolMailbox } from './uai.ts'

test('a school box is named by its UAI, and only by a valid one', () => {
  expect(schoolMailbox('0250001R')).toBe('ce.0250001r')
  expect(() => schoolMailbox('0250001X')).toThrow('not a UAI')
})
