/** Reports to senders: when they are due (RFC 3461 §4.1, §5), and how they leave. */
import { randomBytes } from 'node:crypto'
import { firstHeader, parseMessageIds } from '#format/mime/headers.ts'
import type { Writer } from '#store/engine.ts'
import type { Delivery } from './delivery.ts'
import { buildReport, type ReportedRecipient } from './dsn.ts'
import type { Notify, Recipient, Ret, Sender } from './envelope.ts'
import { bodyStart, Header } from './header.ts'
import type { Mail } from './mail.ts'
import { announceQueue, enqueue, enqueueWithin, type QueueEntry } from './queue.ts'
import type { ReportAction } from './report.data.ts'
import { signMessage } from './sign.ts'
import { originalSender } from './srs.ts'
import { returnPath, transactionId } from './trace.ts'

export interface ReportRequest {
  readonly action: ReportAction
  readonly sender: string
  readonly ret?: Ret
  readonly envid?: string
  readonly arrival: number
  readonly recipients: readonly ReportedRecipient[]
  readonly until?: number
  /** The original message, or as much of it as is at hand; at least its header. */
  readonly original: Uint8Array
  /** False when `original` is only the beginning of the message. */
  readonly whole: boolean
  /** The original asked for it (RFC 8689 §5): its content is not returned, and the report asks for the same. */
  readonly requireTls?: boolean
}

/** A larger original is returned as its header alone, whatever was asked. */
export const maxReturned = 1024 * 1024

const conditions: Record<ReportAction, Notify> = {
  failed: 'FAILURE',
  delayed: 'DELAY',
  delivered: 'SUCCESS',
  relayed: 'SUCCESS',
}

/** Does the sender want to hear this about the recipient? Without NOTIFY: failures and delays. */
export const wants = (action: ReportAction, notify: readonly string[]): boolean =>
  notify.length === 0 ? action === 'failed' || action === 'delayed' : notify.includes(conditions[action])

const postmasterOf = (delivery: Delivery): string =>
  `postmaster@${delivery.people.options.domains[0] ?? delivery.config.hostname}`

/**
 * Composes a report, ready for the queue. Its sender is null, so that nothing ever answers it (RFC 3464 §2); undefined
 * when the original has a null sender itself: a bounce is not bounced.
 */
export const prepareReport = async (delivery: Delivery, request: ReportRequest): Promise<QueueEntry | undefined> => {
  const { sender, original, action } = request
  if (sender === '' || request.recipients.length === 0) return undefined
  const { ctx, config } = delivery
  const now = ctx.clock.now()
  // What was passed on under a sender of ours (srs.ts) is told to whoever wrote it.
  const to = originalSender(delivery.people, sender, now) ?? sender
  const header = original.subarray(0, bodyStart(original))
  const asks = request.requireTls === true
  const full = action === 'failed' && !asks && request.ret !== 'HDRS' && request.whole && original.length <= maxReturned
  const id = transactionId(now)
  const bytes = buildReport({
    ...request,
    hostname: config.hostname,
    from: postmasterOf(delivery),
    name: delivery.people.options.organization,
    to,
    messageId: `<${id.toLowerCase()}.report@${config.hostname}>`,
    boundary: `=_${randomBytes(12).toString('hex')}`,
    now,
    original: full ? original : header,
    returned: full ? 'full' : 'headers',
    originalMessageId: parseMessageIds(firstHeader(header, 'message-id') ?? '').map((found) => `<${found}>`)[0],
  })
  const ownHeader = new Header(bytes.subarray(0, bodyStart(bytes)))
  const signature = await signMessage(delivery, ownHeader, async function* () {
    yield bytes
  })
  const recipient: Recipient = { address: to, notify: [], orcpt: '' }
  // Our own mailboxes show the null sender (RFC 5321 section 4.4): what answers by itself looks for it.
  const ours = Buffer.from(returnPath(''))
  return {
    accountId: null,
    submissionId: null,
    blob: await ctx.store.blobs.prepare(Buffer.concat([ours, Buffer.from(signature), bytes])),
    sender: '',
    options: {
      id,
      skip: ours.length,
      smtputf8: !/^[\0-\x7f]*$/.test(to),
      eightBit: true,
      ...(asks ? { requireTls: true } : {}),
    },
    recipients: [recipient],
    notBefore: now,
  }
}

/** Within the transaction that settles the recipients: the report leaves if and only if they are settled. */
export const enqueueReport = async (delivery: Delivery, tx: Writer, entry: QueueEntry | undefined): Promise<void> => {
  if (!entry) return
  await enqueueWithin(delivery, tx, entry)
  delivery.metrics.count('mail_reports_total')
}

/** Tells the sender of recipients that asked for it (NOTIFY=SUCCESS) that the message is in their mailboxes. */
export const reportDelivered = async (mail: Mail, delivered: readonly Recipient[]): Promise<void> => {
  const asked = delivered.filter(({ notify }) => notify.includes('SUCCESS'))
  if (asked.length === 0) return
  const { delivery, header, sender, now } = mail
  const entry = await prepareReport(delivery, {
    action: 'delivered',
    ...envelopeOf(sender),
    arrival: now,
    recipients: asked.map(({ address, orcpt }) => ({ address, orcpt, status: '2.1.5', reply: '' })),
    original: header.bytes,
    whole: false,
  })
  if (!entry) return
  await enqueue(delivery, entry)
  announceQueue(delivery)
}

const envelopeOf = ({ address, ret, envid, requireTls }: Sender) => ({
  sender: address,
  ...(requireTls ? { requireTls } : {}),
  ...(ret ? { ret } : {}),
  ...(envid === undefined ? {} : { envid }),
})
