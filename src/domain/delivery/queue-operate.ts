/** What operators do to mail that waits to leave: try it now, keep it back, let it go on, delete it. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type AuditAction, appendAudit } from '../people/audit.ts'
import type { Delivery } from './delivery.ts'
import { announceQueue } from './queue.ts'
import { takeChosen, type Work } from './queue-claim.ts'
import { settle } from './queue-settle.ts'

/** Which mail: messages by number, recipients of one domain, or all that waits. */
export type QueueChoice =
  | { readonly messages: readonly number[] }
  | { readonly domain: string }
  | { readonly everything: true }

export interface QueueActed {
  /** Recipients. */
  readonly done: number
  /** Recipients that are being sent to at this moment: left alone. */
  readonly sending: number
}

/** Messages changed by one transaction. */
const perTransaction = 200
/** Mail that was kept back has at least this long before it is given up. */
const patience = 24 * 3_600_000

interface Row {
  readonly queue_id: number
  readonly n: number
  readonly status: string
  /** It may not leave before: its author still may call it back, or chose the time (hold.ts). */
  readonly notBefore: number
}

const chosenRows = (tx: Reader, choice: QueueChoice): Promise<Row[]> =>
  tx.query((q) => {
    const rows = q
      .selectFrom('queue_recipient')
      .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
      .select(['queue_id', 'n', 'status', 'queue_message.created_at as notBefore'])
      .where('status', 'in', ['pending', 'held', 'sending'])
    if ('messages' in choice) return rows.where('queue_id', 'in', [...choice.messages])
    return 'domain' in choice ? rows.where('domain', '=', choice.domain) : rows
  })

const setStatus = statement(
  (q, p: Params<{ id: number; n: number; from: 'pending' | 'held'; to: 'pending' | 'held'; next: number }>) =>
    q
      .updateTable('queue_recipient')
      .set({ status: p.to, next_at: p.next })
      .where('queue_id', '=', p.id)
      .where('n', '=', p.n)
      .where('status', '=', p.from),
)

const giveTime = statement((q, p: Params<{ id: number; until: number }>) =>
  q.updateTable('queue_message').set({ expires_at: p.until }).where('id', '=', p.id).where('expires_at', '<', p.until),
)

const inParts = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(list.length / perTransaction) }, (_none, i) =>
    list.slice(i * perTransaction, (i + 1) * perTransaction),
  )

const targetOf = (choice: QueueChoice): string => {
  if ('messages' in choice) return choice.messages.slice(0, 20).join(' ')
  return 'domain' in choice ? choice.domain : 'everything'
}

interface Act {
  readonly actor: string
  readonly action: Extract<AuditAction, `queue.${string}`>
  readonly from: 'pending' | 'held'
  readonly to: 'pending' | 'held'
}

/** Puts rows of one status into the other, and tells the runners. */
const change = async (delivery: Delivery, choice: QueueChoice, act: Act): Promise<QueueActed> => {
  const { store, clock } = delivery.ctx
  const rows = await store.read((tx) => chosenRows(tx, choice))
  const now = clock.now()
  let done = 0
  // What its author holds is not tried sooner, whatever the operator wishes.
  const mayAct = ({ status, notBefore }: Row) =>
    status === act.from && (act.action !== 'queue.retry' || notBefore <= now)
  for (const part of inParts(rows.filter(mayAct)))
    done += await store.writeGlobal(async (tx) => {
      let changed = 0
      for (const { queue_id: id, n, notBefore } of part) {
        const next = Math.max(now, notBefore)
        const { changes } = await tx.run(setStatus, { id, n, from: act.from, to: act.to, next })
        if (changes > 0 && act.from === 'held') await tx.run(giveTime, { id, until: now + patience })
        changed += changes
      }
      const detail = `${changed} recipients`
      if (changed > 0)
        await appendAudit(tx, now, { actor: act.actor, action: act.action, target: targetOf(choice), detail })
      return changed
    })
  if (done > 0 && act.to === 'pending') announceQueue(delivery)
  return { done, sending: rows.filter(({ status }) => status === 'sending').length }
}

/** Mail that waits for its next try is tried at once. What is kept back stays so, and what its author sends later waits. */
export const retryQueued = (delivery: Delivery, choice: QueueChoice, actor: string): Promise<QueueActed> =>
  change(delivery, choice, { actor, action: 'queue.retry', from: 'pending', to: 'pending' })

/** Keeps mail back until it is let go: it is neither tried nor given up. */
export const holdQueued = (delivery: Delivery, choice: QueueChoice, actor: string): Promise<QueueActed> =>
  change(delivery, choice, { actor, action: 'queue.hold', from: 'pending', to: 'held' })

/** Lets mail go on that was kept back; it has a day at least, however old it has become. */
export const releaseQueued = (delivery: Delivery, choice: QueueChoice, actor: string): Promise<QueueActed> =>
  change(delivery, choice, { actor, action: 'queue.release', from: 'held', to: 'pending' })

const quiet = (work: Work): Work => ({
  ...work,
  recipients: work.recipients.map((recipient) => ({ ...recipient, notify: 'NEVER' })),
})

/**
 * Takes mail out of the queue for good. With `tell` its senders get a report (RFC 3464), as for any other failure; their
 * list of sent mail says in both cases that it was not delivered.
 */
export const deleteQueued = async (
  delivery: Delivery,
  choice: QueueChoice,
  options: { readonly actor: string; readonly tell: boolean },
): Promise<QueueActed> => {
  const { store, clock } = delivery.ctx
  const rows = await store.read((tx) => chosenRows(tx, choice))
  const { actor, tell } = options
  const by = `operator ${actor}`
  let done = 0
  for (const part of inParts(rows.filter(({ status }) => status !== 'sending'))) {
    const works = await takeChosen(delivery, part, by, async (tx, taken) => {
      const detail = `${taken} recipients${tell ? ', senders told' : ''}`
      if (taken > 0)
        await appendAudit(tx, clock.now(), { actor, action: 'queue.delete', target: targetOf(choice), detail })
    })
    for (const work of works) {
      const answer = { code: 554, status: '5.7.0', text: 'Deleted from the queue by an administrator of this server' }
      const answers = work.recipients.map(() => answer)
      await settle(delivery, tell ? work : quiet(work), by, answers, false)
      done += work.recipients.length
    }
  }
  return { done, sending: rows.filter(({ status }) => status === 'sending').length }
}
