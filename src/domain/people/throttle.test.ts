import { expect, test } from 'vitest'
import { manualClock } from '#base/clock.ts'
import { createThrottle, networkOf, throttleRules } from './throttle.ts'

const fail = (throttle: ReturnType<typeof createThrottle>, account: string, ip: string, times: number): void => {
  for (let i = 0; i < times; i++) if (throttle.attempt(account, ip) === 0) throttle.failed(account, ip)
}

test.each([
  ['192.0.2.7', '192.0.2'],
  ['::ffff:192.0.2.7', '192.0.2'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', 'unknown'],
])('%s belongs to the network %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network)
})

test('the first mistakes cost nothing, the next ones a delay that doubles', () => {
  const clock = manualClock()
  const throttle = createThrottle(clock)
  fail(throttle, 'anne', '192.0.2.1', throttleRules.pair.free)
  expect(throttle.delay('anne', '192.0.2.1')).toBe(0)
  const delays: number[] = []
  for (let i = 0; i < 4; i++) {
    fail(throttle, 'anne', '192.0.2.1', 1)
    delays.push(throttle.delay('anne', '192.0.2.1'))
    clock.advance(delays.at(-1) ?? 0)
  }
  expect(delays).toEqual([15_000, 30_000, 60_000, 120_000])
})

test('no more than about ten tries fit in a quarter of an hour', () => {
  const clock = manualClock()
  const throttle = createThrottle(clock)
  let tries = 0
  const end = clock.now() + 15 * 60_000
  while (clock.now() < end) {
    if (throttle.attempt('anne', '192.0.2.1') === 0) {
      tries++
      throttle.failed('anne', '192.0.2.1')
    }
    clock.advance(1000)
  }
  expect(tries).toBeLessThanOrEqual(11)
})

test('a delay never exceeds its bound, and patience is rewarded', () => {
  const clock = manualClock()
  const throttle = createThrottle(clock)
  for (let i = 0; i < 60; i++) {
    fail(throttle, 'anne', '192.0.2.1', 1)
    clock.advance(throttle.delay('anne', '192.0.2.1'))
  }
  fail(throttle, 'anne', '192.0.2.1', 1)
  expect(throttle.delay('anne', '192.0.2.1')).toBeLessThanOrEqual(throttleRules.pair.longest)
  clock.advance(24 * 3_600_000)
  fail(throttle, 'anne', '192.0.2.1', 1)
  expect(throttle.delay('anne', '192.0.2.1')).toBe(0)
})

test('a thousand guesses made at the same moment are not all the first one', () => {
  const throttle = createThrottle(manualClock())
  let admitted = 0
  for (let i = 0; i < 1000; i++) if (throttle.attempt('anne', '192.0.2.1') === 0) admitted++
  expect(admitted).toBe(throttleRules.pair.free + 1)
})

test('an attacker who tries one account from everywhere cannot lock out who signed in well before', () => {
  const throttle = createThrottle(manualClock())
  throttle.succeeded('anne', '198.51.100.9')
  for (let i = 0; i < 200; i++) fail(throttle, 'anne', `10.0.${i}.1`, 1)
  expect(throttle.delay('anne', '203.0.113.1')).toBeGreaterThan(0)
  expect(throttle.delay('anne', '198.51.100.9')).toBe(0)
})

test('an attacker who tries everybody from one network slows that network, except for known-good people in it', () => {
  const throttle = createThrottle(manualClock())
  throttle.succeeded('anne', '192.0.2.50')
  for (let i = 0; i < 100; i++) fail(throttle, `person${i}`, '192.0.2.66', 1)
  expect(throttle.delay('nobody-yet', '192.0.2.77')).toBeGreaterThan(0)
  expect(throttle.delay('anne', '192.0.2.50')).toBe(0)
})

test('a right password clears the mistakes made before it', () => {
  const throttle = createThrottle(manualClock())
  fail(throttle, 'anne', '192.0.2.1', throttleRules.pair.free)
  expect(throttle.attempt('anne', '192.0.2.1')).toBe(0)
  throttle.succeeded('anne', '192.0.2.1')
  fail(throttle, 'anne', '192.0.2.1', throttleRules.pair.free)
  expect(throttle.delay('anne', '192.0.2.1')).toBe(0)
})

test('memory is bounded whatever strangers send', () => {
  const throttle = createThrottle(manualClock(), 1000)
  for (let i = 0; i < 20_000; i++) fail(throttle, `stranger${i}`, `10.${(i >> 8) & 255}.${i & 255}.1`, 1)
  expect(throttle.size).toBeLessThanOrEqual(2000)
})

test('a browser that the account knows is slowed down by its own mistakes alone, and adds to nobody else’s', () => {
  const clock = manualClock()
  const throttle = createThrottle(clock)
  for (let i = 0; i < 200; i++) fail(throttle, 'anne', `203.0.${i % 100}.1`, 1)
  expect(throttle.delay('anne', '192.0.2.1')).toBeGreaterThan(0)
  expect(throttle.delay('anne', '192.0.2.1', 'known')).toBe(0)
  for (let i = 0; i <= throttleRules.pair.free; i++) throttle.attempt('paul', '192.0.2.1', 'known')
  expect(throttle.delay('paul', '192.0.2.1', 'known')).toBeGreaterThan(0)
  expect(throttle.delay('paul', '192.0.2.1')).toBe(0)
  expect(throttle.delay('paul', '192.0.2.1', 'other')).toBe(0)
})
