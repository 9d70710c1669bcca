import { expect, test } from 'vitest'
import { SequenceView } from './view.ts'

test('message numbers are the places of the UIDs', () => {
  const view = new SequenceView([3, 5, 9])
  expect(view.sequenceOf(5)).toBe(2)
  expect(view.sequenceOf(4)).toBe(0)
  expect(view.uidAt(3)).toBe(9)
  expect(view.uidAt(4)).toBeUndefined()
})

test('each expunged number is the one that counts after those before it are gone', () => {
  const view = new SequenceView([1, 2, 3, 4, 5, 6])
  expect(view.remove([2, 3, 6, 7])).toEqual([
    { uid: 2, sequence: 2 },
    { uid: 3, sequence: 2 },
    { uid: 6, sequence: 4 },
  ])
  expect([...view.uids]).toEqual([1, 4, 5])
})

test('new UIDs go to the end, however many', () => {
  const view = new SequenceView([])
  view.append([4])
  view.append([5, 7])
  for (let uid = 8; uid < 100; uid++) view.append([uid])
  expect(view.count).toBe(95)
  expect(view.sequenceOf(99)).toBe(95)
  expect(view.lastUid).toBe(99)
})
