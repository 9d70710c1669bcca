/**
 * A mail transaction: sender, recipients, content, commit (maddy's two phases). Whoever speaks a protocol drives it; a
 * reply may be given when `commit` has resolved, because then everything is durable (law 3).
 */
import type { Delivery } from './delivery.ts'
import { deposit } from './deposit.ts'
import type { Client, Door, Recipient, Sender } from './envelope.ts'
import { Header } from './header.ts'
import type { Accepted, Mail } from './mail.ts'
import { policies } from './policy.ts'
import { enqueue, type QueueOptions } from './queue.ts'
import { isRefusal, Refusal } from './refusal.ts'
import { reportDelivered } from './report.ts'
import { route } from './route.ts'
import { signMessage } from './sign.ts'
import { type Composed, Spool } from './spool.ts'
import { deliveredTo, lines, received, receivedFromAuthor, returnPath, transactionId } from './trace.ts'

/** What became of a recipient: undefined when its message is durable here, else why not. */
export type Outcome = unknown

export interface Transaction {
  /** Our name for it, in Received and in replies. */
  readonly id: string
  /** Recipients accepted so far. */
  readonly recipients: number
  /** Throws Refusal; the recipient is then not part of the transaction. */
  addRecipient(recipient: Recipient): Promise<void>
  /** The next octets of the message; a promise asks to wait. Throws Refusal tooLarge. */
  write(chunk: Uint8Array): void | Promise<void>
  /** Line ends are to be repaired; call before `commit`. */
  repairNewlines(): void
  /**
   * Makes the message durable for every recipient. Resolves to one outcome per accepted recipient, in order; except on
   * the LMTP door all are undefined, because what failed is tried again from the queue or reported to the sender.
   * Throws Refusal, or what kept the whole message from being taken.
   */
  commit(): Promise<readonly Outcome[]>
  abort(): Promise<void>
}

/** Starts a transaction. Throws Refusal. */
export const beginMail = async (
  delivery: Delivery,
  door: Door,
  client: Client,
  sender: Sender,
): Promise<Transaction> => {
  for (const check of policies[door].sender) {
    const wait = check(delivery, client, sender)
    if (wait) await wait
  }
  return new MailTransaction(delivery, door, client, sender)
}

class MailTransaction implements Transaction {
  readonly id: string
  readonly #delivery: Delivery
  readonly #door: Door
  readonly #client: Client
  readonly #sender: Sender
  readonly #now: number
  readonly #accepted: Accepted[] = []
  readonly #spool: Spool

  constructor(delivery: Delivery, door: Door, client: Client, sender: Sender) {
    this.#delivery = delivery
    this.#door = door
    this.#client = client
    this.#sender = sender
    this.#now = delivery.ctx.clock.now()
    this.id = transactionId(this.#now)
    this.#spool = new Spool(delivery.ctx, delivery.config.maxSize)
  }

  get recipients(): number {
    return this.#accepted.length
  }

  async addRecipient(recipient: Recipient): Promise<void> {
    const { ctx, people, metrics } = this.#delivery
    const found = await ctx.store.read((tx) => route(tx, people, recipient.address))
    const facts = {
      delivery: this.#delivery,
      client: this.#client,
      sender: this.#sender,
      recipient,
      route: found,
      already: this.#accepted.length,
    }
    try {
      for (const check of policies[this.#door].recipient) check(facts)
    } catch (error) {
      if (isRefusal(error)) metrics.count('mail_recipients_refused_total', { door: this.#door, reason: error.reason })
      throw error
    }
    if (found.kind === 'unknown') throw new Refusal('unknownRecipient', 'nobody has this address')
    this.#accepted.push({ ...recipient, route: found })
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return this.#spool.write(chunk)
  }

  repairNewlines(): void {
    this.#spool.repairNewlines()
  }

  async commit(): Promise<readonly Outcome[]> {
    const { ctx, metrics } = this.#delivery
    const door = this.#door
    try {
      const mail = await this.#check()
      const outcomes = await (door === 'submission' ? acceptSubmitted(mail) : acceptIncoming(mail))
      metrics.count('mail_messages_total', { door })
      metrics.observe('mail_message_bytes', this.#spool.size, { door })
      ctx.log.info('mail.taken', { id: this.id, door, size: this.#spool.size, recipients: this.#accepted.length })
      return outcomes
    } catch (error) {
      const reason = isRefusal(error) ? error.reason : 'failure'
      metrics.count('mail_messages_refused_total', { door, reason })
      ctx.log.info('mail.refused', { id: this.id, door, reason })
      throw error
    }
  }

  /** Runs the door's checks of the message. */
  async #check(): Promise<Mail> {
    const spool = this.#spool
    await spool.finish()
    const mail: Mail = {
      delivery: this.#delivery,
      door: this.#door,
      client: this.#client,
      sender: this.#sender,
      id: this.id,
      now: this.#now,
      accepted: this.#accepted,
      spool,
      header: new Header(spool.head.subarray(0, spool.bodyAt)),
      results: '',
      dmarc: { failed: false, policy: 'none' },
      junk: false,
    }
    for (const check of policies[this.#door].message) {
      const wait = check(mail)
      if (wait) await wait
    }
    return mail
  }

  abort(): Promise<void> {
    return this.#spool.abort()
  }
}

/** What the queue must remember of the envelope. */
const queueOptions = ({ id, sender }: Mail, skip: number): QueueOptions => ({
  id,
  skip,
  ...(sender.ret ? { ret: sender.ret } : {}),
  ...(sender.envid === undefined ? {} : { envid: sender.envid }),
  ...(sender.smtputf8 ? { smtputf8: true } : {}),
  ...(sender.eightBit ? { eightBit: true } : {}),
  ...(sender.requireTls ? { requireTls: true } : {}),
})

const accountsOf = (accepted: readonly Accepted[]): number[] => [
  ...new Set(accepted.flatMap(({ route }) => (route.kind === 'local' ? [route.accountId] : []))),
]

const putIntoQueue = (
  mail: Mail,
  composed: Composed,
  recipients: readonly Accepted[],
  skip: number,
  notBefore: number,
) =>
  enqueue(mail.delivery, {
    accountId: mail.client.account?.id ?? null,
    submissionId: null,
    blob: composed.blob,
    sender: mail.sender.address,
    options: queueOptions(mail, skip),
    recipients,
    notBefore,
  })

/**
 * Delivers to the accounts here. Each address that is the same person counts once. Returns the outcome of each given
 * recipient.
 */
const deliverHere = async (mail: Mail, composed: Composed, recipients: readonly Accepted[]): Promise<Outcome[]> => {
  const { delivery, junk, now } = mail
  const failures = await deposit(delivery.ctx, accountsOf(recipients), { ...composed, junk, receivedAt: now })
  return recipients.map(({ route }) => (route.kind === 'local' ? failures.get(route.accountId) : undefined))
}

/**
 * One reply stands for all recipients: when some could not be served, the message has been taken for the others and must
 * not come again. What failed is queued: it is tried again, or reported to the sender.
 */
const settle = async (
  mail: Mail,
  composed: Composed,
  recipients: readonly Accepted[],
  outcomes: readonly Outcome[],
  skip: number,
) => {
  const failed = recipients.filter((_, i) => outcomes[i] !== undefined)
  if (failed.length > 0) await putIntoQueue(mail, composed, failed, skip, mail.now)
  await reportDelivered(
    mail,
    recipients.filter((_, i) => outcomes[i] === undefined),
  )
}

const acceptIncoming = async (mail: Mail): Promise<readonly Outcome[]> => {
  const { accepted, client, delivery, id, now, sender } = mail
  const only = accepted.length === 1 ? accepted[0]?.address : undefined
  // Received comes last: should the message begin with a continuation line, it continues nothing that matters.
  const trace = lines(
    returnPath(sender.address),
    only === undefined ? '' : deliveredTo(only),
    mail.results,
    received({
      client,
      hostname: delivery.config.hostname,
      id,
      now,
      ...(only === undefined ? {} : { recipient: only }),
    }),
  )
  const composed = await mail.spool.compose(mail.header.before(trace).bytes)
  const outcomes = await deliverHere(mail, composed, accepted)
  if (mail.door === 'lmtp') {
    await reportDelivered(
      mail,
      accepted.filter((_, i) => outcomes[i] === undefined),
    )
    return outcomes
  }
  const firstFailure = outcomes.find((outcome) => outcome !== undefined)
  if (firstFailure !== undefined && !outcomes.includes(undefined)) throw firstFailure
  await settle(mail, composed, accepted, outcomes, 0)
  return accepted.map(() => undefined)
}

const acceptSubmitted = async (mail: Mail): Promise<readonly Outcome[]> => {
  const { accepted, client, delivery, id, now, sender, spool } = mail
  const trace = lines(receivedFromAuthor(client.protocol, delivery.config.hostname, id, now))
  const header = mail.header.before(trace)
  const signature = await signMessage(delivery, header, () => spool.message(header.bytes))
  // What only our own mailboxes show is skipped when the same blob is sent to others.
  const ours = lines(returnPath(sender.address))
  const composed = await spool.compose(header.before(lines(signature)).before(ours).bytes)
  if (sender.holdUntil !== undefined && sender.holdUntil > now) {
    await putIntoQueue(mail, composed, accepted, ours.length, sender.holdUntil)
    return accepted.map(() => undefined)
  }
  const remote = accepted.filter(({ route }) => route.kind === 'remote')
  const local = accepted.filter(({ route }) => route.kind === 'local')
  // The queue first: if it fails, nothing has happened yet and the client may simply try again.
  if (remote.length > 0) await putIntoQueue(mail, composed, remote, ours.length, now)
  const outcomes = await deliverHere(mail, composed, local)
  const firstFailure = outcomes.find((outcome) => outcome !== undefined)
  if (firstFailure !== undefined && remote.length === 0 && !outcomes.includes(undefined)) throw firstFailure
  await settle(mail, composed, local, outcomes, ours.length)
  return accepted.map(() => undefined)
}
