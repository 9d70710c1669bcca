/** JMAP EmailSubmission rows (RFC 8621 §7): what became of each recipient, and calling a message back. */
import { type Params, statement } from '#store/engine.ts'
import type { Answer } from './courier.ts'
import type { Delivery } from './delivery.ts'

/** As stored in `submission.delivery_status`, by recipient; the shape of RFC 8621 §7. */
export interface DeliveryStatus {
  readonly smtpReply: string
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown'
  readonly displayed: 'unknown' | 'yes'
}

export type DeliveryStatuses = Record<string, DeliveryStatus>

const statusOf = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('submission')
    .select(['delivery_status', 'undo_status'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const setStatus = statement((q, p: Params<{ account: number; id: number; status: string }>) =>
  q
    .updateTable('submission')
    .set({ delivery_status: p.status, undo_status: 'final' })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

interface Outcome {
  readonly recipient: { readonly address: string }
  readonly answer: Answer
  readonly settled: { readonly status: 'delivered' | 'failed' | 'pending' }
}

/** Reply text as RFC 8621 asks for it: code, enhanced code, words. */
const smtpReply = ({ code, status, text }: Answer): string =>
  /^\d{3}[ -]/.test(text) ? text : `${code} ${status} ${text}`

/**
 * RFC 8621 §7: `yes` only when the message is known to be in the mailbox; a server that took it over says no more than
 * `unknown`.
 */
const delivered = ({ settled }: Outcome, here: boolean): DeliveryStatus['delivered'] => {
  if (settled.status === 'pending') return 'queued'
  if (settled.status === 'failed') return 'no'
  return here ? 'yes' : 'unknown'
}

/** Tells the submission of what became of its recipients. */
export const noteOutcomes = async (
  delivery: Delivery,
  message: { readonly accountId: number | null; readonly submissionId: number | null },
  outcomes: readonly Outcome[],
  here: boolean,
): Promise<void> => {
  const { accountId: account, submissionId: id } = message
  if (account === null || id === null) return
  await delivery.ctx.store.write(account, async (tx) => {
    const row = await tx.first(statusOf, { account, id })
    if (!row) return
    const statuses = JSON.parse(row.delivery_status) as DeliveryStatuses
    for (const outcome of outcomes)
      statuses[outcome.recipient.address] = {
        smtpReply: smtpReply(outcome.answer),
        delivered: delivered(outcome, here),
        displayed: statuses[outcome.recipient.address]?.displayed ?? 'unknown',
      }
    await tx.run(setStatus, { account, id, status: JSON.stringify(statuses) })
    tx.changed('EmailSubmission', id, 'updated')
  })
}
