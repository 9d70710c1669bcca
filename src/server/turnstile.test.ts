import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurnstile } from './turnstile.ts'

test('a few are begun in each turn, in order, and whoever has hung up is passed over', async () => {
  const begun: Socket[] = []
  const pass = createTurnstile(3, (socket) => begun.push(socket))
  const sockets = Array.from({ length: 11 }, () => new Socket())
  for (const socket of sockets) pass(socket)
  expect(begun).toEqual(sockets.slice(0, 3))
  sockets[3]?.destroy()
  const seen: number[] = []
  while (begun.length < 10) {
    const before = begun.length
    await nextTurn()
    seen.push(begun.length - before)
  }
  expect(Math.max(...seen)).toBeLessThanOrEqual(3)
  expect(begun).toEqual(sockets.filter((_socket, i) => i !== 3))
  await nextTurn()
  await nextTurn()
  const late = new Socket()
  pass(late)
  expect(begun.at(-1)).toBe(late)
})
