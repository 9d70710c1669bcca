/**
 * A mail transaction: sender, recipients, content, commit (maddy's two phases). Whoever speaks a protocol drives it; a
 * reply may be given when `commit` has resolved, because then everything is durable (law 3).
 */
import { domainOf } from '../diagnose/mail-trace.ts'
import { noteTrace } from '../diagnose/trace.ts'
import { acceptIncoming, acceptSubmitted } from './accept.ts'
import type { Delivery } from './delivery.ts'
import type { Client, Door, Recipient, Sender } from './envelope.ts'
import { Header } from './header.ts'
import type { Accepted, Mail, Outcome } from './mail.ts'
import { policies } from './policy.ts'
import { isRefusal, Refusal } from './refusal.ts'
import { type Route, route } from './route.ts'
import { Spool } from './spool.ts'
import { transactionId } from './trace.ts'

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
): Promise<MailTransaction> => {
  for (const check of policies[door].sender) {
    const wait = check(delivery, client, sender)
    if (wait) await wait
  }
  return new MailTransaction(delivery, door, client, sender)
}

export class MailTransaction implements Transaction {
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
    const { metrics } = this.#delivery
    const found = await this.#route(recipient.address)
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
      this.#trace([found], error)
      throw error
    }
    if (found.kind === 'unknown') throw new Refusal('unknownRecipient', 'nobody has this address')
    this.#accepted.push({ ...recipient, route: found })
  }

  async #route(address: string): Promise<Route> {
    const { ctx, people, routes } = this.#delivery
    const known = routes.find(address, this.#sender.size ?? 0)
    if (known) return known
    const { epoch } = routes
    const found = await ctx.store.read((tx) => route(tx, people, address, ctx.clock.now()))
    routes.keep(address, found, epoch)
    return found
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
      const mail = await this.check()
      const outcomes = await (door === 'submission' ? acceptSubmitted(mail) : acceptIncoming(mail))
      metrics.count('mail_messages_total', { door })
      metrics.observe('mail_message_bytes', this.#spool.size, { door })
      ctx.log.info('mail.taken', { id: this.id, door, size: this.#spool.size, recipients: this.#accepted.length })
      return outcomes
    } catch (error) {
      const reason = isRefusal(error) ? error.reason : 'failure'
      metrics.count('mail_messages_refused_total', { door, reason })
      ctx.log.info('mail.refused', { id: this.id, door, reason })
      // What the mailboxes did not take has been noted where it was put into them.
      if (!isRefusal(error, 'mailboxFull') && !isRefusal(error, 'filtered'))
        this.#trace(
          this.#accepted.map((one) => one.route),
          error,
        )
      throw error
    }
  }

  /** Those for whom it was can ask why they do not have it. */
  #trace(routes: readonly Route[], why: unknown): void {
    if (!isRefusal(why)) return
    const counterpart = domainOf(this.#sender.address)
    for (const found of routes.slice(0, 50))
      if (found.kind === 'local')
        noteTrace(this.#delivery.ctx, {
          account: found.accountId,
          kind: 'mail',
          result: `refused:${why.reason}`,
          counterpart,
          size: this.#spool.size || (this.#sender.size ?? 0),
          detail: {},
        })
  }

  /** Ends the content and runs the door's checks of the message. Throws Refusal. */
  async check(): Promise<Mail> {
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
      header: new Header(spool.header),
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
