import { expect, test } from 'vitest'
import type { SideAnswer, SideCall, SideDoor } from '../../../data/index.ts'
import { memoryStorage } from '../../../data/storage-memory.ts'
import { OrganiseQueue, temporaryId, type Waiting } from './organise-queue.ts'

/** The network: answers with what is planned, or loses the request or its answer. */
class Wire {
  readonly sent: string[] = []
  labels: { id: string; name: string; colour: string; keyword: string }[] = []
  mode: 'good' | 'lost before' | 'lost after' | 'refuses' = 'good'
  readonly side: SideDoor
  constructor(storage = memoryStorage()) {
    this.side = {
      send: async (calls: readonly SideCall[]) => calls.map((call) => this.answer(call)),
      subscribe: () => () => undefined,
      storage,
    }
  }
  private answer({ name, args }: SideCall): SideAnswer {
    if (name.endsWith('/get')) return { ok: true, args: { list: this.labels } }
    if (this.mode === 'lost before') throw new TypeError('lost')
    if (this.mode === 'refuses') return { ok: true, args: { notCreated: { m: { type: 'invalidProperties' } } } }
    this.sent.push(JSON.stringify({ ...args, accountId: undefined }))
    const created: Record<string, unknown> = {}
    for (const [creation, object] of Object.entries(
      (args.create ?? {}) as Record<string, { name: string; colour: string }>,
    )) {
      const made = { ...object, id: `l${this.labels.length}`, keyword: object.name.toLowerCase() }
      this.labels.push(made)
      created[creation] = made
    }
    if (this.mode === 'lost after') throw new TypeError('lost')
    return { ok: true, args: { created } }
  }
}

const queueOn = (wire: Wire) => {
  const told: string[] = []
  const queue = new OrganiseQueue(wire.side, 'u1', {
    changed: () => undefined,
    done: ({ type }: Waiting) => told.push(`done ${type}`),
    refused: (_, { type }) => told.push(`refused ${type}`),
  })
  return { queue, told }
}

const label = { create: { m: { name: 'Sortie', colour: 'blue' } } }

test('a change that was not sent is kept, found by the next page, and sent once', async () => {
  const storage = memoryStorage()
  const before = new Wire(storage)
  before.mode = 'lost before'
  const first = queueOn(before)
  await first.queue.restore()
  const { key } = await first.queue.add('MailLabel', label)
  await first.queue.add('MailLabel', { update: { [temporaryId(key, 'm')]: { colour: 'red' } } })
  await first.queue.flush()
  expect(first.queue.entries).toHaveLength(2)
  first.queue.close()

  const after = new Wire(storage)
  const next = queueOn(after)
  await next.queue.restore()
  expect(next.queue.entries).toHaveLength(2)
  await next.queue.flush()
  expect(next.queue.entries).toEqual([])
  // The second names what the server has made of the first.
  expect(after.sent).toEqual([
    JSON.stringify({ create: label.create }),
    JSON.stringify({ update: { l0: { colour: 'red' } } }),
  ])
  expect(await storage.read('u1/organise-queue/')).toEqual(new Map())
})

test('a change whose answer was lost is not made a second time', async () => {
  const wire = new Wire()
  const { queue, told } = queueOn(wire)
  await queue.restore()
  await queue.add('MailLabel', label)
  wire.mode = 'lost after'
  await queue.flush()
  expect(queue.entries).toHaveLength(1)
  wire.mode = 'good'
  await queue.flush()
  expect(wire.labels).toHaveLength(1)
  expect(told).toEqual(['done MailLabel'])
})

test('what the server refuses is told and does not hold up the rest', async () => {
  const wire = new Wire()
  const { queue, told } = queueOn(wire)
  await queue.restore()
  await queue.add('MailLabel', label)
  wire.mode = 'refuses'
  await queue.flush()
  wire.mode = 'good'
  await queue.add('SavedSearch', { create: { m: { name: 'x', text: 'x' } } })
  await queue.flush()
  expect(told).toEqual(['refused invalidProperties', 'done SavedSearch'])
})
