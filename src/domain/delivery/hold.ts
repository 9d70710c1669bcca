/**
 * Messages held for later (RFC 8621 §7, RFC 4865): between sending and leaving they rest in the mailbox Scheduled, and this
 * server files them, whoever is still connected: back to the drafts when they are called back, among the sent ones when
 * they leave.
 */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { entriesOfEmail } from '../mail/entries.ts'
import { draft, noFlags, seen } from '../mail/flags.ts'
import type { Role } from '../mail/mailbox-rules.ts'
import { createMailboxWithin, listMailboxes, type MailboxNode } from '../mail/mailboxes.ts'
import { Tally } from '../mail/tally.ts'
import { changeEmailsWithin, type EmailPatch } from '../mail/update.ts'
import type { Delivery } from './delivery.ts'
import type { Work } from './queue-claim.ts'
import { type DeliveryStatuses, getSubmission, settleSubmission } from './submission.ts'

const names: Readonly<Record<string, string>> = { fr: 'Programmés', en: 'Scheduled' }

const localeOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('locale').where('id', '=', p.account),
)

/** The mailbox Scheduled, made when it is needed first; a mailbox of that name takes the role. */
const scheduledMailbox = async (tx: AccountWriter, mailboxes: readonly MailboxNode[]): Promise<number> => {
  const known = mailboxes.find(({ role }) => role === 'scheduled')
  if (known) return known.id
  const row = await tx.first(localeOf, { account: tx.accountId })
  const wanted = names[row?.locale ?? 'fr'] ?? 'Programmés'
  const taken = new Set(mailboxes.filter(({ parentId }) => parentId === 0).map(({ name }) => name))
  const name = taken.has(wanted)
    ? [...Array(100).keys()].map((n) => `${wanted} ${n + 2}`).find((one) => !taken.has(one))
    : wanted
  return (await createMailboxWithin(tx, { name: name ?? wanted, role: 'scheduled', sortOrder: 2 })).id
}

/** Moves an email out of the mailboxes with some roles; does nothing when it is in none of them. */
const fileEmail = async (
  tx: AccountWriter,
  emailId: number,
  from: readonly Role[],
  to: (mailboxes: readonly MailboxNode[]) => Promise<number | undefined>,
  flags: Pick<EmailPatch, 'addKeywords' | 'removeKeywords'>,
): Promise<void> => {
  const mailboxes = await listMailboxes(tx, tx.accountId)
  const roleOf = new Map(mailboxes.map(({ id, role }) => [id, role]))
  const entries = await entriesOfEmail(tx, tx.accountId, emailId)
  const left = entries.map(({ mailboxId }) => mailboxId).filter((id) => from.some((role) => role === roleOf.get(id)))
  if (left.length === 0) return
  const target = await to(mailboxes)
  const patch: EmailPatch =
    target === undefined
      ? flags
      : { ...flags, addMailboxIds: [target], removeMailboxIds: left.filter((id) => id !== target) }
  const tally = new Tally(tx)
  await changeEmailsWithin(tx, tally, { update: new Map([[emailId, patch]]), destroy: [] })
  await tally.flush()
}

const withRole = (role: Role) => async (mailboxes: readonly MailboxNode[]) =>
  mailboxes.find((mailbox) => mailbox.role === role)?.id

/** In the transaction that submits it: a draft that is to leave later waits in Scheduled. */
export const fileHeld = (tx: AccountWriter, emailId: number): Promise<void> =>
  fileEmail(tx, emailId, ['drafts'], (mailboxes) => scheduledMailbox(tx, mailboxes), {
    addKeywords: { ...noFlags, flags: seen },
    removeKeywords: { ...noFlags, flags: draft },
  })

/** In the transaction that calls it back: a draft again. */
export const fileCalledBack = (tx: AccountWriter, emailId: number): Promise<void> =>
  fileEmail(tx, emailId, ['scheduled'], withRole('drafts'), { addKeywords: { ...noFlags, flags: draft | seen } })

const fileReleased = (tx: AccountWriter, emailId: number, from: readonly Role[]): Promise<void> =>
  fileEmail(tx, emailId, from, withRole('sent'), {
    addKeywords: { ...noFlags, flags: seen },
    removeKeywords: { ...noFlags, flags: draft },
  })

/** Thrown away while it waited: whoever puts a message into the trash does not expect it to leave. */
const isThrownAway = async (tx: AccountWriter, emailId: number): Promise<boolean> => {
  const entries = await entriesOfEmail(tx, tx.accountId, emailId)
  if (entries.length === 0) return false
  const trash = (await listMailboxes(tx, tx.accountId)).find(({ role }) => role === 'trash')
  return trash !== undefined && entries.every(({ mailboxId }) => mailboxId === trash.id)
}

const statusOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('status').where('id', '=', p.account),
)

/** Why a held message is not to be sent after all: its author threw it away, or the account was closed meanwhile. */
const isUnwanted = async (tx: AccountWriter, emailId: number): Promise<boolean> => {
  const row = await tx.first(statusOf, { account: tx.accountId })
  return row?.status !== 'active' || (await isThrownAway(tx, emailId))
}

const cancelClaimed = statement((q, p: Params<{ queue: number; at: number }>) =>
  q
    .updateTable('queue_recipient')
    .set({ status: 'canceled', finished_at: p.at, lease_until: 0, lease_by: '' })
    .where('queue_id', '=', p.queue)
    .where('finished_at', 'is', null),
)

/** What the statuses of a submission become when it is called back. */
export const calledBack = (statuses: DeliveryStatuses): DeliveryStatuses =>
  Object.fromEntries(
    Object.entries(statuses).map(([address, status]) => [
      address,
      { ...status, smtpReply: '250 2.0.0 Called back by its author', delivered: 'no' },
    ]),
  )

/**
 * The moment has come, and the queue has taken the message: from now on it cannot be called back. Its submission is final
 * and it is filed among the sent ones, in one commit before anything is sent. False: it is not to be sent.
 */
export const releaseHeld = async ({ ctx }: Delivery, work: Work): Promise<boolean> => {
  const { accountId: account, submissionId: id } = work
  if (work.options.held !== true || account === null || id === null) return true
  return ctx.store.write(account, async (tx) => {
    const submission = await getSubmission(tx, account, id)
    if (submission === undefined || submission.undoStatus === 'canceled') return submission === undefined
    const { emailId, deliveryStatus } = submission
    if (submission.undoStatus === 'final') {
      // Another domain of the same message, a later attempt, or one that failed before it was filed.
      await fileReleased(tx, emailId, ['scheduled'])
      return true
    }
    if (await isUnwanted(tx, emailId)) {
      await tx.run(cancelClaimed, { queue: work.queueId, at: tx.now })
      await settleSubmission(tx, id, 'canceled', calledBack(deliveryStatus))
      return false
    }
    await settleSubmission(tx, id, 'final', deliveryStatus)
    await fileReleased(tx, emailId, ['scheduled', 'drafts'])
    return true
  })
}
