/** Calling a message back before it leaves (RFC 8621 §7). */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { Delivery } from './delivery.ts'
import { calledBack, fileCalledBack } from './hold.ts'
import { getSubmission, settleSubmission } from './submission.ts'

const queued = statement((q, p: Params<{ account: number; id: number }>, dialect) => {
  const rows = q
    .selectFrom('queue_recipient')
    .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
    .select(['queue_recipient.queue_id as queue_id', 'queue_recipient.status as status'])
    .where('queue_message.account_id', '=', p.account)
    .where('queue_message.submission_id', '=', p.id)
  return dialect === 'postgres' ? rows.forUpdate() : rows
})

const cancelQueued = statement((q, p: Params<{ queue: number; at: number }>) =>
  q
    .updateTable('queue_recipient')
    .set({ status: 'canceled', finished_at: p.at })
    .where('queue_id', '=', p.queue)
    .where('status', 'in', ['pending', 'held']),
)

/**
 * Calls a message back (RFC 8621 §7: undoStatus to `canceled`); from Scheduled it goes back to the drafts. Throws Failure
 * notFound, or conflict when any recipient has been tried: then it cannot be unsent.
 */
export const cancelSubmission = async (delivery: Delivery, account: number, id: number): Promise<void> => {
  await delivery.ctx.store.write(account, async (tx) => {
    const submission = await getSubmission(tx, account, id)
    if (!submission) throw new Failure('notFound', `no submission ${id}`)
    const { undoStatus, deliveryStatus, emailId } = submission
    if (undoStatus === 'canceled') return
    const recipients = await tx.all(queued, { account, id })
    if (undoStatus !== 'pending' || !recipients.every(({ status }) => status === 'pending' || status === 'held'))
      throw new Failure('conflict', 'the message is on its way')
    for (const queue of new Set(recipients.map(({ queue_id }) => queue_id)))
      await tx.run(cancelQueued, { queue, at: tx.now })
    await settleSubmission(tx, id, 'canceled', calledBack(deliveryStatus))
    await fileCalledBack(tx, emailId)
  })
}
