import { expect, test } from 'vitest'
import { fieldFilter, filterHeader } from './header.ts'

const block =
  'From: a@x\r\nSubject: one\r\n two\r\nX-From: no\r\nsubject : again\r\nDate: now\r\nThis line is no field\r\n\r\n'

test('fields are chosen by name in any case, with their continuations, in their order', () => {
  expect(filterHeader(block, fieldFilter(['SUBJECT', 'from'], false))).toBe(
    'From: a@x\r\nSubject: one\r\n two\r\nsubject : again\r\n\r\n',
  )
})

test('a field that is not there leaves the blank line alone', () => {
  expect(filterHeader(block, fieldFilter(['Fro', 'Subjects', 'X'], false))).toBe('\r\n')
})

test('NOT gives everything else', () => {
  expect(filterHeader(block, fieldFilter(['subject', 'date'], true))).toBe(
    'From: a@x\r\nX-From: no\r\nThis line is no field\r\n\r\n',
  )
})

test('a block without a blank line, or cut within a field, still ends well', () => {
  expect(filterHeader('From: a@x', fieldFilter(['from'], false))).toBe('From: a@x\r\n\r\n')
  expect(filterHeader('', fieldFilter(['from'], false))).toBe('\r\n')
  expect(filterHeader('From: a\nTo: b\n\nbody', fieldFilter(['to'], false))).toBe('To: b\n\r\n')
})
