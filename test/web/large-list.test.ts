/** A list of 100,000 rows: only windows are fetched, and an act is not proportional to the list. */
import { expect, test } from 'vitest'
import type { ListQuery } from '#web/data/contract.ts'
import { QueryList } from '#web/data/list.ts'
import { Model } from '#web/data/model.ts'
import { Rig } from './bench-client.ts'

const query: ListQuery = {
  filter: { inMailbox: 'm1' },
  sort: [{ property: 'receivedAt', isAscending: false }],
  collapseThreads: false,
}

const summary = (i: number, total: number) => ({
  id: `e${i.toString(36)}`,
  blobId: 'b1',
  threadId: `t${i.toString(36)}`,
  mailboxIds: { m1: true as const },
  keywords: {},
  size: 1000,
  receivedAt: new Date(Date.UTC(2026, 0, 1) - i * 60_000).toISOString(),
  sentAt: null,
  from: null,
  to: null,
  cc: null,
  subject: `${total - i}`,
  preview: '',
  hasAttachment: false,
})

/** A list all of whose rows have been scrolled through. */
const scrolled = (total: number) => {
  const model = new Model()
  const list = new QueryList(query, {
    model,
    maxWindow: () => 500,
    load: () => {},
    requestSync: () => {},
    wantRow: () => {},
  })
  list.users = 1
  model.lists.add(list)
  for (let i = 0; i < total; i += 50) model.setEmail(summary(i, total))
  const rest = { accountId: 'u1', queryState: '1', canCalculateChanges: true, total }
  for (let position = 0; position < total; position += 500) {
    const ids = Array.from({ length: 500 }, (_, i) => `e${(position + i).toString(36)}`)
    list.rows.put(position, ids)
  }
  Object.assign(list, { total: rest.total, canChange: true, queryState: '1', stale: false })
  return { model, list }
}

test('an act on a list of 100,000 fetched rows looks at a small part of them', () => {
  const total = 100_000
  const { model, list } = scrolled(total)
  let reads = 0
  const { email } = model
  model.email = (id) => {
    reads += 1
    return email.call(model, id)
  }
  const id = `e${(50_000).toString(36)}`
  const op = {
    kind: 'update' as const,
    seq: 1,
    action: 'archive',
    phase: 'queued' as const,
    uncertain: false,
    attempts: 0,
    mismatches: 0,
    notBefore: 0,
    emails: new Map([[id, { mailboxIds: { m2: true } }]]),
    inverse: new Map(),
  }
  model.notifier.batch(() => model.setOps([op]))
  expect(list.viewTotal).toBe(total - 1)
  expect(list.idAt(50_000)).toBe(`e${(50_001).toString(36)}`)
  list.applyChanges({
    accountId: 'u1',
    oldQueryState: '1',
    newQueryState: '2',
    total,
    removed: [id],
    added: [{ id: 'fresh', index: 0 }],
  })
  model.notifier.batch(() => model.setOps([]))
  expect(list.idAt(0)).toBe('fresh')
  expect(list.idAt(50_001)).toBe(`e${(50_001).toString(36)}`)
  expect(reads).toBeLessThan(100)
})

test('scrolling to the middle of a long list fetches that window and no other', async () => {
  const rig = new Rig()
  for (let i = 0; i < 3000; i += 1) rig.server.deliver()
  const list = rig.client.list(rig.client.mailboxQuery(rig.server.mailboxWithRole('inbox')))
  list.request(0, 40)
  await rig.quiet(100)
  rig.wire.requests.length = 0
  list.request(1500, 1540)
  await rig.quiet(100)
  expect(list.total).toBe(3000)
  expect(list.idAt(1500)).toBeDefined()
  expect(list.idAt(700)).toBeUndefined()
  const queries = rig.wire.requests.flatMap((one) => one.methodCalls).filter(([name]) => name === 'Email/query')
  expect(queries.map(([, args]) => [args.position, args.limit])).toEqual([[1500, 50]])
})
