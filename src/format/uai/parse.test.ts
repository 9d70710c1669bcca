import { expect, test } from 'vitest'
import { parseUai } from './parse.ts'

test.each(['0250001R', '0250002S', '0390001P', '0700001W', '0900001M', ' 0250001r '])('%s is a valid UAI', (uai) => {
  expect(parseUai(uai)).toBe(uai.trim().toUpperCase())
})

test.each(['0250001S', '250001R', '0250001', '0250001RX', ''])('%s is not a UAI', (uai) => {
  expect(parseUai(uai)).toBeUndefined()
})
