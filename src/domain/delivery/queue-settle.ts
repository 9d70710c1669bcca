/** What becomes of recipients after an attempt: delivered, to be tried again, or given up and told to the sender. */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { type Answer, isPermanent, isSuccess } from './courier.ts'
import type { Delivery } from './delivery.ts'
import type { ReportedRecipient } from './dsn.ts'
import { announceQueue, type QueueEntry } from './queue.ts'
import type { ClaimedRecipient, Work } from './queue-claim.ts'
import type { ReportAction } from './report.data.ts'
import { enqueueReport, maxReturned, prepareReport, wants } from './report.ts'
import { nextAttempt } from './retry.ts'
import { noteOutcomes } from './submission.ts'

type Settled =
  | { readonly status: 'delivered' | 'failed' }
  | { readonly status: 'pending'; readonly nextAt: number; readonly warn: boolean }

interface Settlement {
  readonly recipient: ClaimedRecipient
  readonly answer: Answer
  readonly settled: Settled
}

const update = statement(
  (
    q,
    p: Params<{
      id: number
      n: number
      by: string
      status: 'delivered' | 'failed' | 'pending'
      attempts: number
      next: number
      reply: string
      warned: number
      finished: number | null
    }>,
  ) =>
    q
      .updateTable('queue_recipient')
      .set({
        status: p.status,
        attempts: p.attempts,
        next_at: p.next,
        lease_until: 0,
        lease_by: '',
        last_reply: p.reply,
        warned: p.warned,
        finished_at: p.finished,
      })
      .where('queue_id', '=', p.id)
      .where('n', '=', p.n)
      .where('lease_by', '=', p.by),
)

const settleOne = (delivery: Delivery, work: Work, recipient: ClaimedRecipient, answer: Answer): Settlement => {
  const now = delivery.ctx.clock.now()
  if (isSuccess(answer)) return { recipient, answer, settled: { status: 'delivered' } }
  if (isPermanent(answer)) return { recipient, answer, settled: { status: 'failed' } }
  const nextAt = nextAttempt(now, recipient.attempts + 1)
  if (nextAt > work.expiresAt) {
    // RFC 3463 §3.5: X.4.7, delivery time expired; what the server said last is told as well.
    const { host, text } = answer
    return {
      recipient,
      answer: { code: 554, status: '5.4.7', text, ...(host === undefined ? {} : { host }) },
      settled: { status: 'failed' },
    }
  }
  const late = now - work.createdAt >= delivery.config.queue.warnAfter
  const warn = late && recipient.warned === 0 && wants('delayed', notifyOf(recipient))
  return { recipient, answer, settled: { status: 'pending', nextAt, warn } }
}

const notifyOf = ({ notify }: ClaimedRecipient): readonly string[] => (notify === '' ? [] : notify.split(','))

const reported = ({ recipient, answer }: Settlement): ReportedRecipient => ({
  address: recipient.address,
  orcpt: recipient.orcpt,
  status: answer.status,
  reply: answer.text,
  ...(answer.host === undefined ? {} : { host: answer.host }),
})

/** Which report a settlement calls for. */
const actionFor = ({ recipient, answer, settled }: Settlement, here: boolean): ReportAction | undefined => {
  const notify = notifyOf(recipient)
  if (settled.status === 'failed') return wants('failed', notify) ? 'failed' : undefined
  if (settled.status === 'pending') return settled.warn ? 'delayed' : undefined
  if (!wants('delivered', notify)) return undefined
  if (here) return 'delivered'
  // The next server reports by itself when it knows how (RFC 3461 §5.2.2).
  return answer.dsn ? undefined : 'relayed'
}

/** The beginning of the message that reports quote: all of it unless it is large. */
const original = async (
  delivery: Delivery,
  work: Work,
): Promise<{ readonly original: Uint8Array; readonly whole: boolean }> => {
  const { skip } = work.options
  const end = Math.min(work.size, skip + maxReturned)
  return {
    original: await delivery.ctx.store.blobs.bytes(work.blobId, { start: skip, end }),
    whole: end === work.size,
  }
}

const prepareReports = async (
  delivery: Delivery,
  work: Work,
  settlements: readonly Settlement[],
  here: boolean,
): Promise<QueueEntry[]> => {
  if (work.sender === '') return []
  const byAction = new Map<ReportAction, Settlement[]>()
  for (const settlement of settlements) {
    const action = actionFor(settlement, here)
    if (action) byAction.set(action, [...(byAction.get(action) ?? []), settlement])
  }
  if (byAction.size === 0) return []
  const quoted = await original(delivery, work)
  const { ret, envid, requireTls } = work.options
  const entries: QueueEntry[] = []
  for (const [action, group] of byAction) {
    const entry = await prepareReport(delivery, {
      ...quoted,
      action,
      sender: work.sender,
      arrival: work.createdAt,
      recipients: group.map(reported),
      ...(requireTls ? { requireTls } : {}),
      ...(ret ? { ret } : {}),
      ...(envid === undefined ? {} : { envid }),
      ...(action === 'delayed' ? { until: work.expiresAt } : {}),
    })
    if (entry) entries.push(entry)
  }
  return entries
}

const write = async (tx: Writer, work: Work, by: string, now: number, { recipient, answer, settled }: Settlement) => {
  const pending = settled.status === 'pending'
  const { changes } = await tx.run(update, {
    id: work.queueId,
    n: recipient.n,
    by,
    status: settled.status,
    attempts: recipient.attempts + 1,
    next: pending ? settled.nextAt : 0,
    reply: answer.text,
    warned: recipient.warned === 1 || (pending && settled.warn) ? 1 : 0,
    finished: pending ? null : now,
  })
  // Somebody else holds it now, and will settle and report it.
  if (changes === 0) throw new Failure('conflict', `lease lost on ${work.queueId}/${recipient.n}`)
}

/**
 * Records the outcome of an attempt: rows and reports in one durable commit, so that a failure is reported exactly once.
 * `here`: the recipients are our own mailboxes.
 */
export const settle = async (
  delivery: Delivery,
  work: Work,
  by: string,
  answers: readonly Answer[],
  here: boolean,
): Promise<void> => {
  const { ctx, metrics } = delivery
  const now = ctx.clock.now()
  const settlements = work.recipients.map((recipient, i) =>
    settleOne(delivery, work, recipient, answers[i] ?? { code: 451, status: '4.3.0', text: 'No answer' }),
  )
  // Successes first and alone: nothing may stand between the remote server's 250 and our knowing it.
  const done = settlements.filter(({ settled }) => settled.status === 'delivered')
  if (done.length > 0)
    await ctx.store.writeGlobal(async (tx) => {
      for (const settlement of done) await write(tx, work, by, now, settlement)
    })
  const reports = await prepareReports(delivery, work, settlements, here)
  const rest = settlements.filter(({ settled }) => settled.status !== 'delivered')
  if (rest.length > 0 || reports.length > 0)
    await ctx.store.writeGlobal(async (tx) => {
      for (const settlement of rest) await write(tx, work, by, now, settlement)
      for (const report of reports) await enqueueReport(delivery, tx, report)
    })
  if (reports.length > 0) announceQueue(delivery)
  for (const { settled } of settlements) metrics.count('queue_outcomes_total', { outcome: settled.status })
  await noteOutcomes(delivery, work, settlements, here)
}
