/**
 * A list of 100,000 rows that has been scrolled through to the end (the worst case: every row is known): the time of one
 * event on the main thread. `bin/node bench/web/list.bench.ts`
 */
import { QueryList } from '#web/data/list.ts'
import { Model } from '#web/data/model.ts'
import type { Op } from '#web/data/ops.ts'

const TOTAL = 100_000
const idOf = (i: number) => `e${i.toString(36)}`

const model = new Model()
const query = {
  filter: { inMailbox: 'm1' },
  sort: [{ property: 'receivedAt' as const, isAscending: false }],
  collapseThreads: true,
}
const host = { model, maxWindow: () => 500, load: () => {}, requestSync: () => {}, wantRow: () => {} }
const list = new QueryList(query, host)
list.users = 1
model.lists.add(list)
model.notifier.batch(() => {
  for (let i = 0; i < TOTAL; i += 1) {
    const id = idOf(i)
    const receivedAt = new Date(Date.UTC(2026, 0, 1) - i * 60_000).toISOString()
    const people = { from: [{ name: null, email: `p${i % 500}@example.org` }], to: null, cc: null }
    const rest = { blobId: 'b', size: 1000, sentAt: null, subject: `Objet ${i}`, preview: '', hasAttachment: false }
    model.setEmail({ id, threadId: `t${id}`, mailboxIds: { m1: true }, keywords: {}, receivedAt, ...people, ...rest })
    model.setThread({ id: `t${id}`, emailIds: [id] })
  }
  list.rows.put(
    0,
    Array.from({ length: TOTAL }, (_, i) => idOf(i)),
  )
  Object.assign(list, { total: TOTAL, canChange: true, queryState: '0', stale: false })
})

let seq = 0
const archive = (from: number, count: number): Op => {
  seq += 1
  const emails = new Map(Array.from({ length: count }, (_, i) => [idOf(from + i * 7), { mailboxIds: { m2: true } }]))
  const state = { phase: 'queued' as const, uncertain: false, attempts: 0, mismatches: 0, notBefore: 0 }
  return { kind: 'update', seq, action: 'archive', ...state, emails, inverse: new Map() }
}
let state = 0
const change = (removed: readonly string[], added: readonly { id: string; index: number }[]): void => {
  state += 1
  const total = (list.total ?? 0) - removed.length + added.length
  const states = { oldQueryState: String(state - 1), newQueryState: String(state) }
  list.applyChanges({ accountId: 'u', ...states, total, removed, added })
}

/** Median and 99th percentile in milliseconds. */
const measure = (name: string, times: number, act: (i: number) => void): void => {
  const taken: number[] = []
  for (let i = 0; i < times; i += 1) {
    const start = performance.now()
    act(i)
    taken.push(performance.now() - start)
  }
  taken.sort((a, b) => a - b)
  const at = (share: number) => (taken[Math.floor(taken.length * share)] ?? 0).toFixed(3).padStart(9)
  console.log(`${name.padEnd(52)} median ${at(0.5)} ms   p99 ${at(0.99)} ms`)
}

measure('archive one row in the middle, then undo', 200, (i) => {
  model.notifier.batch(() => model.setOps([archive(40_000 + i, 1)]))
  model.notifier.batch(() => model.setOps([]))
})
measure('archive 500 rows at once, then undo', 50, (i) => {
  model.notifier.batch(() => model.setOps([archive(10_000 + i, 500)]))
  model.notifier.batch(() => model.setOps([]))
})
measure('a message arrives (queryChanges: one added on top)', 200, (i) => change([], [{ id: `new${i}`, index: 0 }]))
measure('a message leaves from the middle', 200, (i) => change([idOf(50_000 + i)], []))
measure('500 messages leave', 50, (i) =>
  change(
    Array.from({ length: 500 }, (_, k) => idOf(60_000 + i * 500 + k)),
    [],
  ),
)
measure('read 50 rows while scrolling', 500, (i) => {
  for (let row = i * 100; row < i * 100 + 50; row += 1) list.idAt(row)
})
