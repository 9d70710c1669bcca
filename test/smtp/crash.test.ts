import { expect, test } from 'vitest'
import { crash, crashHeld } from './crash.ts'

test('a server killed while it sends loses nothing that it acknowledged and sends hardly anything twice', async () => {
  const rounds = 4
  const result = await crash(rounds)
  expect(result.acknowledged).toBeGreaterThan(0)
  expect(result.lost).toEqual([])
  expect(result.different).toBe(0)
  // At most what was between a 250 and its commit at the kills: no more than the connections to the domain.
  expect(result.twice).toBeLessThanOrEqual(rounds * 8)
}, 300_000)

test('a held message survives a kill, leaves once and not before its time; one called back never does', async () => {
  expect(await crashHeld()).toEqual({ arrived: ['kept@ailleurs.test'], early: false })
}, 300_000)
