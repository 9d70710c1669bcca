/** JMAP EmailSubmission objects (RFC 8621 §7): what was sent, and what became of it. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Answer } from './courier.ts'
import type { Delivery } from './delivery.ts'

/** As stored in `submission.delivery_status`, by recipient; the shape of RFC 8621 §7. */
export interface DeliveryStatus {
  readonly smtpReply: string
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown'
  readonly displayed: 'unknown' | 'yes'
}

export type DeliveryStatuses = Record<string, DeliveryStatus>

export interface SubmissionAddress {
  readonly email: string
  readonly parameters: Readonly<Record<string, string | null>> | null
}

export interface SubmissionEnvelope {
  readonly mailFrom: SubmissionAddress
  readonly rcptTo: readonly SubmissionAddress[]
}

export interface Submission {
  readonly id: number
  readonly identityId: number
  readonly emailId: number
  readonly threadId: number
  readonly envelope: SubmissionEnvelope
  /** Milliseconds. */
  readonly sendAt: number
  readonly undoStatus: 'pending' | 'final' | 'canceled'
  readonly deliveryStatus: DeliveryStatuses
  readonly createdAt: number
}

const columns = [
  'id',
  'identity_id',
  'email_id',
  'thread_id',
  'envelope',
  'send_at',
  'undo_status',
  'delivery_status',
  'created_at',
] as const

interface SubmissionRow {
  readonly id: number
  readonly identity_id: number
  readonly email_id: number
  readonly thread_id: number
  readonly envelope: string
  readonly send_at: number
  readonly undo_status: 'pending' | 'final' | 'canceled'
  readonly delivery_status: string
  readonly created_at: number
}

const toSubmission = (row: SubmissionRow): Submission => ({
  id: row.id,
  identityId: row.identity_id,
  emailId: row.email_id,
  threadId: row.thread_id,
  envelope: JSON.parse(row.envelope) as SubmissionEnvelope,
  sendAt: row.send_at,
  undoStatus: row.undo_status,
  deliveryStatus: JSON.parse(row.delivery_status) as DeliveryStatuses,
  createdAt: row.created_at,
})

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('submission').select(columns).where('account_id', '=', p.account).orderBy('id'),
)

const byId = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('submission').select(columns).where('account_id', '=', p.account).where('id', '=', p.id),
)

const ofEmail = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('submission')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email)
    .orderBy('id'),
)

/** Those of some emails, found without reading all of the account's. */
export const submissionsOfEmails = async (
  tx: Reader,
  account: number,
  emails: readonly number[],
): Promise<Submission[]> => {
  const found: Submission[] = []
  for (const email of new Set(emails)) found.push(...(await tx.all(ofEmail, { account, email })).map(toSubmission))
  return found
}

/** Every submission of the account that is still remembered, oldest first. */
export const listSubmissions = async (tx: Reader, account: number): Promise<Submission[]> =>
  (await tx.all(ofAccount, { account })).map(toSubmission)

export const getSubmission = async (tx: Reader, account: number, id: number): Promise<Submission | undefined> => {
  const row = await tx.first(byId, { account, id })
  return row && toSubmission(row)
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      identity: number
      email: number
      thread: number
      envelope: string
      sendAt: number
      undo: 'pending' | 'final' | 'canceled'
      status: string
      at: number
    }>,
  ) =>
    q.insertInto('submission').values({
      account_id: p.account,
      id: p.id,
      identity_id: p.identity,
      email_id: p.email,
      thread_id: p.thread,
      envelope: p.envelope,
      send_at: p.sendAt,
      undo_status: p.undo,
      delivery_status: p.status,
      created_at: p.at,
    }),
)

/** Within the transaction that puts the message into the queue. */
export const insertSubmission = async (tx: AccountWriter, submission: Submission): Promise<void> => {
  await tx.run(insert, {
    account: tx.accountId,
    id: submission.id,
    identity: submission.identityId,
    email: submission.emailId,
    thread: submission.threadId,
    envelope: JSON.stringify(submission.envelope),
    sendAt: submission.sendAt,
    undo: submission.undoStatus,
    status: JSON.stringify(submission.deliveryStatus),
    at: submission.createdAt,
  })
  tx.changed('EmailSubmission', submission.id, 'created')
}

const setStatus = statement(
  (q, p: Params<{ account: number; id: number; status: string; undo: 'final' | 'canceled' }>) =>
    q
      .updateTable('submission')
      .set({ delivery_status: p.status, undo_status: p.undo })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

/** Records what became of a submission, within a transaction of its account. */
export const settleSubmission = async (
  tx: AccountWriter,
  id: number,
  undo: 'final' | 'canceled',
  statuses: DeliveryStatuses,
): Promise<void> => {
  await tx.run(setStatus, { account: tx.accountId, id, status: JSON.stringify(statuses), undo })
  tx.changed('EmailSubmission', id, 'updated')
}

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('submission').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Forgets a submission; the message, if it waits, is still sent (RFC 8621 §7.5). Throws Failure notFound. */
export const destroySubmission = (delivery: Delivery, account: number, id: number): Promise<void> =>
  delivery.ctx.store.write(account, async (tx) => {
    const { changes } = await tx.run(remove, { account, id })
    if (changes === 0) throw new Failure('notFound', `no submission ${id}`)
    tx.changed('EmailSubmission', id, 'destroyed')
  })

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
    const row = await tx.first(byId, { account, id })
    if (!row) return
    const statuses = JSON.parse(row.delivery_status) as DeliveryStatuses
    for (const outcome of outcomes)
      statuses[outcome.recipient.address] = {
        smtpReply: smtpReply(outcome.answer),
        delivered: delivered(outcome, here),
        displayed: statuses[outcome.recipient.address]?.displayed ?? 'unknown',
      }
    await settleSubmission(tx, id, 'final', statuses)
  })
}
