/**
 * Sending a message that is in the account (JMAP EmailSubmission, RFC 8621 §7). It passes the checks of the submission
 * door; its submission and its place in the queue are one transaction.
 */
import { Failure } from '#base/failure.ts'
import { parseAddresses } from '#format/address/parse.ts'
import { parseMessageIds } from '#format/mime/headers.ts'
import { type Params, statement } from '#store/engine.ts'
import { noteSender } from '../access/mailboxes/use.ts'
import { composeSubmitted, queueOptions } from './accept.ts'
import { rememberCorrespondents } from './correspondents.ts'
import type { Delivery } from './delivery.ts'
import { foldAddress, type Notify, type Recipient, type Sender } from './envelope.ts'
import { bodyStart, Header } from './header.ts'
import { fileHeld } from './hold.ts'
import type { Mail } from './mail.ts'
import { announceQueue, enqueueWithin } from './queue.ts'
import { beginMail } from './receive.ts'
import { Refusal } from './refusal.ts'
import { type DeliveryStatuses, insertSubmission, type Submission, type SubmissionEnvelope } from './submission.ts'
import { encodeXtext } from './xtext.ts'

export interface SubmitRequest {
  readonly identityId: number
  readonly emailId: number
  /** Undefined: from the identity, To, Cc and Bcc (RFC 8621 §7.5). */
  readonly envelope?: SubmissionEnvelope | undefined
  /** Milliseconds: not before; from the envelope's HOLDFOR or HOLDUNTIL, or time for the author to change their mind. */
  readonly sendAt?: number | undefined
}

export interface Submitter {
  readonly accountId: number
  readonly login: string
  readonly ip: string
  /** Who sends, when the account is a function's: it is their right that counts, and they are remembered. */
  readonly person?: { readonly id: number; readonly name: string }
}

/** RFC 4865: how long a message may be held, in milliseconds. */
export const maxHold = 30 * 24 * 3_600_000

const identityOf = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('identity').select(['email', 'name']).where('account_id', '=', p.account).where('id', '=', p.id),
)

const emailOf = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('email')
    .select(['blob_id', 'thread_id', 'size'])
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

/** Everyone whom To, Cc and Bcc name, once. */
const recipientsOf = (header: Header): SubmissionEnvelope['rcptTo'] => {
  const seen = new Map<string, string>()
  for (const name of ['to', 'cc', 'bcc'])
    for (const value of header.all(name))
      for (const { email } of parseAddresses(value)) {
        const folded = foldAddress(email)
        if (!seen.has(folded)) seen.set(folded, email)
      }
  return [...seen.values()].map((email) => ({ email, parameters: null }))
}

const invalid = (message: string): Failure => new Failure('invalid', message, { property: 'envelope' })

/** RFC 8621 §7: parameters as SMTP has them, their values not encoded. Names are compared without case. */
const parameter = (parameters: Readonly<Record<string, string | null>> | null, name: string): string | undefined => {
  const found = Object.entries(parameters ?? {}).find(([key]) => key.toUpperCase() === name)
  return found?.[1] ?? undefined
}

const holdUntil = (now: number, { mailFrom }: SubmissionEnvelope): number | undefined => {
  const seconds = parameter(mailFrom.parameters, 'HOLDFOR')
  const date = parameter(mailFrom.parameters, 'HOLDUNTIL')
  if (seconds === undefined && date === undefined) return undefined
  const until = seconds === undefined ? Date.parse(date as string) : now + Number(seconds) * 1000
  if (!Number.isFinite(until) || (seconds !== undefined && !/^\d{1,9}$/.test(seconds)))
    throw invalid('HOLDFOR or HOLDUNTIL is not a time')
  return until
}

const senderOf = ({ mailFrom }: SubmissionEnvelope): Sender => {
  const ret = parameter(mailFrom.parameters, 'RET')?.toUpperCase()
  const envid = parameter(mailFrom.parameters, 'ENVID')
  if (ret !== undefined && ret !== 'FULL' && ret !== 'HDRS') throw invalid('RET is FULL or HDRS')
  if (envid !== undefined && envid.length > 100) throw invalid('ENVID is too long')
  return {
    address: mailFrom.email,
    smtputf8: true,
    ...(ret === undefined ? {} : { ret }),
    ...(envid === undefined ? {} : { envid: encodeXtext(envid) }),
  }
}

const conditions: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'DELAY'])

const recipientOf = ({ email, parameters }: SubmissionEnvelope['rcptTo'][number]): Recipient => {
  const notify = parameter(parameters, 'NOTIFY')?.toUpperCase().split(',') ?? []
  const never = notify.length === 1 && notify[0] === 'NEVER'
  if (!never && !notify.every((word) => conditions.has(word))) throw invalid('NOTIFY is not understood')
  const orcpt = parameter(parameters, 'ORCPT') ?? ''
  const semicolon = orcpt.indexOf(';')
  // The type goes into a command as it stands.
  if (orcpt !== '' && (orcpt.length > 400 || !/^[A-Za-z0-9-]{1,40};/.test(orcpt)))
    throw invalid('ORCPT is not understood')
  return {
    address: email,
    notify: notify as Notify[],
    orcpt: orcpt === '' ? '' : `${orcpt.slice(0, semicolon)};${encodeXtext(orcpt.slice(semicolon + 1))}`,
  }
}

/** Addresses come from a client: nothing that SMTP would not allow in a path. */
const isPath = (address: string): boolean => address.length <= 320 && /^[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+$/u.test(address)

interface Prepared {
  readonly mail: Mail
  readonly envelope: SubmissionEnvelope
  readonly threadId: number
  /** Message-ID that it answers; empty when none. */
  readonly answers: string
}

/** Reads the email and takes it through the submission door, up to its commit. */
const prepare = async (delivery: Delivery, by: Submitter, request: SubmitRequest): Promise<Prepared> => {
  const { ctx } = delivery
  const account = by.accountId
  const [identity, email] = await ctx.store.read(async (tx) => [
    await tx.first(identityOf, { account, id: request.identityId }),
    await tx.first(emailOf, { account, id: request.emailId }),
  ])
  if (!identity) throw new Failure('notFound', 'no such identity', { property: 'identityId' })
  if (!email) throw new Failure('notFound', 'no such email', { property: 'emailId' })
  if (email.size > delivery.config.maxSize) throw new Refusal('tooLarge', `${email.size} octets`)
  const beginning = await ctx.store.blobs.bytes(email.blob_id, { start: 0, end: Math.min(email.size, 1 << 20) })
  const header = new Header(beginning.subarray(0, bodyStart(beginning)))
  const envelope = request.envelope ?? {
    mailFrom: { email: identity.email, parameters: null },
    rcptTo: recipientsOf(header),
  }
  if (envelope.rcptTo.length === 0) throw new Refusal('noRecipients', 'nobody to send to')
  if (envelope.mailFrom.email !== '' && !isPath(envelope.mailFrom.email)) throw invalid('mailFrom is no address')
  const client = {
    ip: by.ip,
    helo: '',
    protocol: 'JMAP',
    account: { id: account, login: by.login, ...(by.person && { person: by.person.id }) },
  }
  const transaction = await beginMail(delivery, 'submission', client, senderOf(envelope))
  try {
    const wrong: string[] = []
    for (const wanted of envelope.rcptTo) {
      const recipient = recipientOf(wanted)
      const problem = isPath(recipient.address) ? await refusalOf(transaction.addRecipient(recipient)) : 'invalid'
      if (problem !== undefined) wrong.push(recipient.address)
    }
    if (wrong.length > 0)
      throw new Refusal('invalidRecipients', 'some recipients cannot be sent to', { addresses: wrong })
    // It may have been appended with bare line ends; what is signed must be what is sent.
    transaction.repairNewlines()
    for await (const chunk of ctx.store.blobs.open(email.blob_id)) await transaction.write(chunk)
    const answers = header.all('in-reply-to').flatMap(parseMessageIds)[0] ?? ''
    return { mail: await transaction.check(), envelope, threadId: email.thread_id, answers }
  } catch (error) {
    await transaction.abort()
    throw error
  }
}

/** Why a recipient was not accepted; whatever concerns all of them is thrown. */
const refusalOf = async (adding: Promise<void>): Promise<unknown> => {
  try {
    await adding
    return undefined
  } catch (error) {
    if (error instanceof Refusal && error.reason !== 'tooManyRecipients') return error
    throw error
  }
}

/**
 * Sends an email of the account. When it resolves, the submission is recorded and the message is in the queue, durably;
 * delivery begins at once, or at `sendAt`, and until then it rests in Scheduled and `cancelSubmission` can call it back.
 * Throws Refusal
 * (senderNotAllowed, authorNotAllowed, noRecipients, invalidRecipients, tooManyRecipients, rateLimited, tooLarge...) and
 * Failure notFound, invalid.
 */
export const submitMessage = async (delivery: Delivery, by: Submitter, request: SubmitRequest): Promise<Submission> => {
  const { ctx } = delivery
  const { mail, envelope, threadId, answers } = await prepare(delivery, by, request)
  const { now } = mail
  const sendAt = Math.max(now, request.sendAt ?? holdUntil(now, envelope) ?? now)
  if (sendAt > now + maxHold) throw new Refusal('heldTooLong', 'held for more than thirty days')
  const outgoing = await composeSubmitted(mail)
  const statuses: DeliveryStatuses = {}
  for (const { address } of mail.accepted)
    statuses[address] = { smtpReply: '250 2.1.5 Queued', delivered: 'queued', displayed: 'unknown' }
  const submission = await ctx.store.write(by.accountId, async (tx) => {
    const created: Submission = {
      id: tx.nextId(),
      identityId: request.identityId,
      emailId: request.emailId,
      threadId,
      envelope,
      sendAt,
      undoStatus: sendAt > now ? 'pending' : 'final',
      deliveryStatus: statuses,
      createdAt: now,
    }
    await insertSubmission(tx, created)
    if (sendAt > now) await fileHeld(tx, request.emailId)
    await enqueueWithin(delivery, tx, {
      accountId: by.accountId,
      submissionId: created.id,
      blob: outgoing.blob,
      sender: mail.sender.address,
      options: { ...queueOptions(mail, outgoing.skip), ...(sendAt > now ? { held: true } : {}) },
      recipients: mail.accepted,
      notBefore: sendAt,
    })
    await rememberCorrespondents(tx, by.accountId, mail)
    if (by.person) await noteSender(tx, { email: request.emailId, person: by.person.id, name: by.person.name, answers })
    return created
  })
  delivery.metrics.count('mail_messages_total', { door: 'jmap' })
  announceQueue(delivery)
  return submission
}
