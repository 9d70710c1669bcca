import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { startClock, whileBusy } from './clock.ts'

const never = 1_000_000

test('who wakes it during a round gets one more after it, and never two at a time', async () => {
  const gates: (() => void)[] = []
  let together = 0
  const seen: number[] = []
  const clock = startClock({
    interval: never,
    log: silentLog,
    event: 'test',
    round: async () => {
      seen.push(++together)
      await new Promise<void>((resolve) => gates.push(resolve))
      together--
    },
  })
  clock.wake()
  clock.wake()
  clock.wake()
  gates[0]?.()
  await expect.poll(() => gates.length).toBe(2)
  gates[1]?.()
  await clock.stop()
  expect(seen).toEqual([1, 1])
})

test('a round that fails is in the log, and the next one is tried', async () => {
  const errors: string[] = []
  let rounds = 0
  const clock = startClock({
    interval: never,
    log: { ...silentLog, error: (event: string) => void errors.push(event) },
    event: 'broken.clock',
    round: () => (++rounds === 1 ? Promise.reject(new Error('no')) : Promise.resolve()),
  })
  clock.wake()
  await expect.poll(() => errors).toEqual(['broken.clock'])
  clock.wake()
  await expect.poll(() => rounds).toBe(2)
  await clock.stop()
})

test('stopped, it waits for the round under way, which is told to end, and begins no other', async () => {
  let slices = 0
  const clock = startClock({
    interval: never,
    log: silentLog,
    event: 'test',
    round: (isStopped) => whileBusy(isStopped, async () => ++slices),
  })
  clock.wake()
  await expect.poll(() => slices).toBeGreaterThan(2)
  await clock.stop()
  const done = slices
  clock.wake()
  await new Promise((resolve) => setImmediate(resolve))
  expect(slices).toBe(done)
})
