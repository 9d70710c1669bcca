import { expect, test } from 'vitest'
import { type ThreadFacts, ThreadMemory } from './thread-facts.ts'

const facts = (id: string): ThreadFacts => ({
  sent: 1,
  baseSubject: 'X'.repeat(100),
  isReply: false,
  id,
  ancestors: ['a@b'],
})

test('what was read of messages is remembered within bounds, and the oldest goes first', () => {
  const memory = new ThreadMemory(1_000)
  for (let blob = 1; blob <= 10; blob++) memory.put(blob, facts(`${blob}`))
  expect(memory.get(10)).toEqual(facts('10'))
  expect(memory.get(1)).toBeUndefined()
  const kept = Array.from({ length: 10 }, (_none, i) => memory.get(i + 1)).filter((one) => one !== undefined)
  expect(kept.length).toBeGreaterThan(1)
  expect(kept.length).toBeLessThan(8)
})
