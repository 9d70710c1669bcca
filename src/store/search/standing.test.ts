import { expect, test } from 'vitest'
import { inHandBuffer, leftInHand, openInHand } from './in-hand.ts'
import { Standing } from './standing.ts'

test('an index that fails is tried again ever more rarely, and forgotten once it goes on', () => {
  const standing = new Standing()
  const waits = Array.from({ length: 9 }, () => standing.failed(7, 'text', new Error('no room'), 1000))
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000])
  standing.failed(7, 'attachments', new Error('no memory'), 500)
  standing.failed(3, 'text', 'gone', 700)
  expect(standing.list()).toEqual([
    { account: 7, since: 500, message: 'no memory' },
    { account: 3, since: 700, message: 'gone' },
  ])
  standing.recovered(7, 'attachments')
  expect(standing.list()[1]).toEqual({ account: 7, since: 1000, message: 'no room' })
  standing.recovered(7, 'text')
  standing.recovered(3, 'text')
  expect(standing.list()).toEqual([])
})

test('what a thread was reading when it ended is known afterwards, and refused by the next one', async () => {
  const buffer = inHandBuffer()
  const first = openInHand(buffer, [])
  await first.hold(5, async () => {
    void first.hold(9, () => new Promise(() => {}))
  })
  expect(leftInHand(buffer)).toEqual([9])
  const second = openInHand(buffer, [9])
  expect(leftInHand(buffer)).toEqual([])
  expect([second.refuses(9), second.refuses(5)]).toEqual([true, false])
  await expect(second.hold(5, () => Promise.reject(new Error('unreadable')))).rejects.toThrow('unreadable')
  expect(leftInHand(buffer)).toEqual([])
})
