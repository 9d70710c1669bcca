/** The outgoing queue's rows: how messages enter it, are looked at and are taken out again. */
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Delivery } from './delivery.ts'
import { type Recipient, type Ret, splitAddress } from './envelope.ts'

/** Column `queue_message.options`, as JSON. */
export interface QueueOptions {
  /** Name of the transaction it came by: the same in every attempt. */
  readonly id: string
  /** Octets at the beginning of the blob that only our own mailboxes show. */
  readonly skip: number
  readonly ret?: Ret
  readonly envid?: string
  readonly smtputf8?: boolean
  readonly eightBit?: boolean
  readonly requireTls?: boolean
  /** A message of the platform itself, and of what kind: our own mailboxes show a seal (`email.mark`). */
  readonly mark?: string
  /** Held for later by its submission: see hold.ts. */
  readonly held?: boolean
}

export interface QueueEntry {
  /** The sender's account; null for messages of the server itself. */
  readonly accountId: number | null
  readonly submissionId: number | null
  readonly blob: PendingBlob
  /** Empty for the null reverse-path. */
  readonly sender: string
  readonly options: QueueOptions
  readonly recipients: readonly Recipient[]
  /** Milliseconds: no attempt before. */
  readonly notBefore: number
}

const insertMessage = statement(
  (
    q,
    p: Params<{
      account: number | null
      submission: number | null
      blob: number
      sender: string
      options: string
      at: number
      expires: number
    }>,
  ) =>
    q
      .insertInto('queue_message')
      .values({
        account_id: p.account,
        submission_id: p.submission,
        blob_id: p.blob,
        sender: p.sender,
        options: p.options,
        created_at: p.at,
        expires_at: p.expires,
      })
      .returning('id'),
)

const insertRecipient = statement(
  (
    q,
    p: Params<{ id: number; n: number; address: string; domain: string; next: number; notify: string; orcpt: string }>,
  ) =>
    q.insertInto('queue_recipient').values({
      queue_id: p.id,
      n: p.n,
      address: p.address,
      domain: p.domain,
      status: 'pending',
      attempts: 0,
      next_at: p.next,
      lease_until: 0,
      lease_by: '',
      last_reply: '',
      notify: p.notify,
      orcpt: p.orcpt,
      warned: 0,
      finished_at: null,
    }),
)

/** Puts a message into the queue within a transaction; tell the runners after its commit (`announceQueue`). */
export const enqueueWithin = async (delivery: Delivery, tx: Writer, entry: QueueEntry): Promise<number> => {
  const { ctx, config } = delivery
  const at = ctx.clock.now()
  const row = await tx.first(insertMessage, {
    account: entry.accountId,
    submission: entry.submissionId,
    blob: await ctx.store.blobs.attach(tx, entry.blob),
    sender: entry.sender,
    options: JSON.stringify(entry.options),
    // Its patience and its warnings count from when it may leave, not from when it was held.
    at: Math.max(at, entry.notBefore),
    expires: Math.max(at, entry.notBefore) + config.queue.lifetime,
  })
  if (!row) throw new Error('the queue gave no id')
  for (const [n, { address, notify, orcpt }] of entry.recipients.entries())
    await tx.run(insertRecipient, {
      id: row.id,
      n,
      address,
      domain: splitAddress(address).domain,
      next: entry.notBefore,
      notify: notify.join(','),
      orcpt,
    })
  return row.id
}

export const announceQueue = (delivery: Delivery): void => delivery.ctx.store.bus.publishTopic('queue')

/** Puts a message into the queue, in one durable commit. Returns its number. */
export const enqueue = async (delivery: Delivery, entry: QueueEntry): Promise<number> => {
  const id = await delivery.ctx.store.writeGlobal((tx) => enqueueWithin(delivery, tx, entry))
  delivery.metrics.count('queue_recipients_total', {}, entry.recipients.length)
  announceQueue(delivery)
  return id
}

const countByStatus = statement((q, _p: Params<Record<never, never>>) =>
  q
    .selectFrom('queue_recipient')
    .select((e) => ['status', e.fn.countAll<number>().as('count')])
    .groupBy('status'),
)

/** Recipients by status, for operators and metrics. */
export const queueSize = async (delivery: Delivery): Promise<Readonly<Record<string, number>>> => {
  const rows = await delivery.ctx.store.read((tx) => tx.all(countByStatus, {}))
  return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]))
}
