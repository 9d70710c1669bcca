/**
 * Work is taken from the queue under a lease, committed before anything is sent: whatever happens to this process, no
 * other one sends the same message at the same time, and after the lease the work is found again.
 */
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Delivery } from './delivery.ts'
import type { QueueOptions } from './queue.ts'

export interface ClaimedRecipient {
  readonly n: number
  readonly address: string
  readonly attempts: number
  readonly notify: string
  readonly orcpt: string
  readonly warned: number
}

/** Recipients of one message at one domain, to be served together. */
export interface Work {
  readonly queueId: number
  readonly domain: string
  readonly recipients: readonly ClaimedRecipient[]
  readonly accountId: number | null
  readonly submissionId: number | null
  readonly blobId: number
  readonly size: number
  readonly sender: string
  readonly options: QueueOptions
  readonly createdAt: number
  readonly expiresAt: number
}

/** Rows looked at for each free place; those of one message and domain go together, what is left is found next time. */
const rowsPerPlace = 20

const messageOf = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('queue_message')
    .innerJoin('blob', 'blob.id', 'queue_message.blob_id')
    .select([
      'queue_message.account_id as account_id',
      'queue_message.submission_id as submission_id',
      'queue_message.blob_id as blob_id',
      'blob.size as size',
      'queue_message.sender as sender',
      'queue_message.options as options',
      'queue_message.created_at as created_at',
      'queue_message.expires_at as expires_at',
    ])
    .where('queue_message.id', '=', p.id),
)

const take = statement((q, p: Params<{ id: number; n: number; until: number; by: string }>) =>
  q
    .updateTable('queue_recipient')
    .set({ status: 'sending', lease_until: p.until, lease_by: p.by })
    .where('queue_id', '=', p.id)
    .where('n', '=', p.n),
)

const dueColumns = ['queue_id', 'n', 'address', 'domain', 'attempts', 'notify', 'orcpt', 'warned'] as const

/** Held by somebody who has died, or lost the store: the lease has run out. Few rows are ever in this state. */
const abandoned = statement((q, p: Params<{ now: number; limit: number }>, dialect) => {
  const rows = q
    .selectFrom('queue_recipient')
    .select(dueColumns)
    .where('status', '=', 'sending')
    .where('lease_until', '<', p.now)
    .limit(p.limit)
  return dialect === 'postgres' ? rows.forUpdate().skipLocked() : rows
})

/** Apart from the others, so that the index on status and time serves it: the longest waiting first. */
const waiting = (tx: Writer, now: number, busy: readonly string[], limit: number) =>
  tx.query((q) => {
    const rows = q
      .selectFrom('queue_recipient')
      .select(dueColumns)
      .where('status', '=', 'pending')
      .where('next_at', '<=', now)
      .$if(busy.length > 0, (query) => query.where('domain', 'not in', [...busy]))
      .orderBy('next_at')
      .limit(limit)
    return tx.dialect === 'postgres' ? rows.forUpdate().skipLocked() : rows
  })

const dueRows = async (tx: Writer, now: number, busy: readonly string[], limit: number) => [
  ...(await tx.all(abandoned, { now, limit })),
  ...(await waiting(tx, now, busy, limit)),
]

export interface ClaimOptions {
  readonly by: string
  /** Messages that may be taken now: in all, and for one domain beyond what `active` counts. */
  readonly room: number
  readonly perDomain: number
  readonly active: ReadonlyMap<string, number>
}

interface Group {
  readonly queueId: number
  readonly domain: string
  readonly recipients: ClaimedRecipient[]
}

/** What was taken, with the messages it belongs to. */
const worksOf = async (tx: Writer, groups: Iterable<Group>): Promise<Work[]> => {
  const works: Work[] = []
  for (const group of groups) {
    const message = await tx.first(messageOf, { id: group.queueId })
    if (!message) throw new Error(`queue message ${group.queueId} is missing`)
    works.push({
      ...group,
      accountId: message.account_id,
      submissionId: message.submission_id,
      blobId: message.blob_id,
      size: message.size,
      sender: message.sender,
      options: JSON.parse(message.options) as QueueOptions,
      createdAt: message.created_at,
      expiresAt: message.expires_at,
    })
  }
  return works
}

/** Takes work that is due. Durable when it resolves. */
export const claim = (delivery: Delivery, { by, room, perDomain, active }: ClaimOptions): Promise<Work[]> => {
  const { ctx, config } = delivery
  const now = ctx.clock.now()
  const busy = [...active].filter(([, count]) => count >= perDomain).map(([domain]) => domain)
  return ctx.store.writeGlobal(async (tx) => {
    const groups = new Map<string, Group>()
    const taken = new Map(active)
    for (const row of await dueRows(tx, now, busy, room * rowsPerPlace)) {
      const key = `${row.queue_id} ${row.domain}`
      let group = groups.get(key)
      if (!group) {
        const held = taken.get(row.domain) ?? 0
        if (groups.size >= room || held >= perDomain) continue
        taken.set(row.domain, held + 1)
        group = { queueId: Number(row.queue_id), domain: row.domain, recipients: [] }
        groups.set(key, group)
      }
      await tx.run(take, { id: row.queue_id, n: row.n, until: now + config.queue.lease, by })
      group.recipients.push(row)
    }
    return worksOf(tx, groups.values())
  })
}

const oneWaiting = statement((q, p: Params<{ id: number; n: number }>, dialect) => {
  const row = q
    .selectFrom('queue_recipient')
    .select(dueColumns)
    .where('queue_id', '=', p.id)
    .where('n', '=', p.n)
    .where('status', 'in', ['pending', 'held'])
  return dialect === 'postgres' ? row.forUpdate() : row
})

/**
 * Takes these recipients, due or not, those of them that still wait; `also` is written in the same commit, with how many
 * they are.
 */
export const takeChosen = (
  delivery: Delivery,
  rows: readonly { readonly queue_id: number; readonly n: number }[],
  by: string,
  also: (tx: Writer, taken: number) => Promise<void>,
): Promise<Work[]> => {
  const until = delivery.ctx.clock.now() + delivery.config.queue.lease
  return delivery.ctx.store.writeGlobal(async (tx) => {
    const groups = new Map<string, Group>()
    let taken = 0
    for (const { queue_id: id, n } of rows) {
      const row = await tx.first(oneWaiting, { id, n })
      if (!row) continue
      await tx.run(take, { id, n, until, by })
      taken++
      const key = `${id} ${row.domain}`
      const group = groups.get(key)
      if (group) group.recipients.push(row)
      else groups.set(key, { queueId: Number(id), domain: row.domain, recipients: [row] })
    }
    await also(tx, taken)
    return worksOf(tx, groups.values())
  })
}

const extend = statement((q, p: Params<{ id: number; domain: string; by: string; until: number }>) =>
  q
    .updateTable('queue_recipient')
    .set({ lease_until: p.until })
    .where('queue_id', '=', p.id)
    .where('domain', '=', p.domain)
    .where('status', '=', 'sending')
    .where('lease_by', '=', p.by),
)

/** Keeps the lease of work that takes long. */
export const renew = async (delivery: Delivery, work: Work, by: string): Promise<void> => {
  const until = delivery.ctx.clock.now() + delivery.config.queue.lease
  await delivery.ctx.store.writeGlobal((tx) => tx.run(extend, { id: work.queueId, domain: work.domain, by, until }))
}

const release = statement((q, p: Params<{ by: string; now: number }>) =>
  q
    .updateTable('queue_recipient')
    .set({ status: 'pending', lease_until: 0, lease_by: '', next_at: p.now })
    .where('status', '=', 'sending')
    .where('lease_by', '=', p.by),
)

/** At start: what this node held when it died is due at once, without waiting for its leases to run out. */
export const releaseOwn = async (delivery: Delivery, by: string): Promise<number> => {
  const now = delivery.ctx.clock.now()
  const { changes } = await delivery.ctx.store.writeGlobal((tx) => tx.run(release, { by, now }))
  return changes
}

const nextDue = statement((q, _p: Params<Record<never, never>>) =>
  q
    .selectFrom('queue_recipient')
    .select((e) => e.fn.min<number | null>('next_at').as('at'))
    .where('status', '=', 'pending'),
)

/** When the next recipient is due, or undefined when none waits. */
export const nextDueAt = async (delivery: Delivery): Promise<number | undefined> => {
  const row = await delivery.ctx.store.read((tx) => tx.first(nextDue, {}))
  return row?.at === null || row?.at === undefined ? undefined : Number(row.at)
}

const removeFinished = statement((q, p: Params<{ before: number }>) =>
  q
    .deleteFrom('queue_message')
    .where('created_at', '<', p.before)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('queue_recipient')
            .select('queue_recipient.n')
            .whereRef('queue_recipient.queue_id', '=', 'queue_message.id')
            .where((r) => r.or([r('finished_at', 'is', null), r('finished_at', '>=', p.before)])),
        ),
      ),
    ),
)

const removeOrphans = statement((q, _p: Params<Record<never, never>>) =>
  q
    .deleteFrom('queue_recipient')
    .where('finished_at', 'is not', null)
    .where('queue_id', 'not in', (e) => e.selectFrom('queue_message').select('id')),
)

/** Forgets messages all of whose recipients were settled before a time; until then they answer "what became of it?". */
export const forgetFinished = async (delivery: Delivery, before: number): Promise<void> => {
  await delivery.ctx.store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(removeFinished, { before })
    if (changes > 0) await tx.run(removeOrphans, {})
  })
}
