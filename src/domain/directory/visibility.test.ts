import { expect, test } from 'vitest'
import { usual } from './communication.ts'
import { maySee, type Standing, schoolsOfGroups } from './visibility.ts'

const teacher: Standing = { kind: 'teacher', uai: '0250001R' }
const elsewhere: Standing = { kind: 'teacher', uai: '0390002B' }
const academy: Standing = { kind: 'academy', uai: '' }
const pupil: Standing = { kind: 'pupil', uai: '0250001R' }
const parent: Standing = { kind: 'parent', uai: '0250001R' }

test('staff find all staff, and the pupils and parents of their schools only', () => {
  expect(maySee([teacher], [elsewhere])).toBe(true)
  expect(maySee([teacher], [academy])).toBe(true)
  expect(maySee([teacher], [pupil])).toBe(true)
  expect(maySee([teacher], [parent])).toBe(true)
  expect(maySee([elsewhere], [pupil])).toBe(false)
  expect(maySee([academy], [parent])).toBe(false)
})

test('a pupil finds the staff of the school and classmates, never parents', () => {
  expect(maySee([pupil], [teacher])).toBe(true)
  expect(maySee([pupil], [elsewhere])).toBe(false)
  expect(maySee([pupil], [parent])).toBe(false)
  expect(maySee([pupil], [pupil])).toBe(false)
  expect(maySee([pupil], [pupil], () => true)).toBe(true)
})

test('a parent finds the staff of the school, no pupil and no other parent', () => {
  expect(maySee([parent], [teacher])).toBe(true)
  expect(maySee([parent], [pupil], () => true)).toBe(false)
  expect(maySee([parent], [parent])).toBe(false)
  expect(maySee([parent], [academy])).toBe(false)
})

test('who is both is shown what either is', () => {
  expect(maySee([elsewhere, parent], [teacher])).toBe(true)
  expect(maySee([elsewhere, parent], [pupil])).toBe(false)
  expect(schoolsOfGroups([teacher, academy, parent])).toEqual(['0250001R'])
})

test('accounts without a profile are found by everybody and find each other only', () => {
  expect(maySee([], [])).toBe(true)
  expect(maySee([pupil], [])).toBe(true)
  expect(maySee([], [teacher])).toBe(false)
})

test('a school says who finds whom there, and nothing about others', () => {
  const rules = { pupilsToPupils: 'school', pupilsToStaff: false, parentsToStaff: false } as const
  const strict = (uai: string) => (uai === pupil.uai ? rules : usual)
  const no = () => false
  expect(maySee([pupil], [pupil], no, strict)).toBe(true)
  expect(maySee([pupil], [teacher], no, strict)).toBe(false)
  expect(maySee([parent], [teacher], no, strict)).toBe(false)
  expect(maySee([teacher], [pupil], no, strict)).toBe(true)
  const closed = () => ({ ...usual, pupilsToPupils: 'nobody' as const })
  expect(maySee([pupil], [pupil], () => true, closed)).toBe(false)
  expect(maySee([pupil], [teacher], no, closed)).toBe(true)
})
