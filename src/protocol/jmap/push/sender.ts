/**
 * Tells devices that something has changed, by POST to their push service (RFC 8620 §7.2). Changes that come together are
 * told together; a service that is slow or asks for patience is told less often, and nothing is lost by it: what is sent
 * is only the newest state.
 */
import { utf8 } from '#base/bytes.ts'
import { formatId } from '#base/ids.ts'
import { watchGrants } from '#domain/access/mailboxes/open.ts'
import type { Context } from '#domain/context.ts'
import { type ChangeType, typeBit, typesOf } from '#domain/mail/history.ts'
import { type Delivered, functionListeners, worthTelling, worthTellingOf } from '#domain/push/rules.ts'
import {
  activeSubscriptions,
  forgetSubscription,
  type PushSubscription,
  subscribedAccounts,
} from '#domain/push/subscriptions.ts'
import { formatState } from '../state.ts'
import { encryptPush } from './encrypt.ts'
import type { Post, PostResult } from './post.ts'

export interface PushSender {
  /** Sends the verification code of a new subscription (§7.2.2); failing is not an error, the device will ask again. */
  verify(subscription: PushSubscription): Promise<void>
  close(): void
}

export interface PushParts {
  readonly ctx: Context
  readonly post: Post
  /** Milliseconds that changes are gathered for. */
  readonly gatherMs?: number
  /** The Authorization header for a URL (RFC 8292). */
  readonly vapid?: ((url: string) => string) | undefined
}

/** Changes that one subscription has not been told of. */
interface Pending {
  readonly key: string
  /** The account that has changed: the subscriber's own, or the mailbox of a function. */
  readonly account: number
  mask: number
  modseq: number
  /** New mail that the person's rules let through. */
  delivered: Delivered | undefined
  busy: boolean
  failures: number
  timer: NodeJS.Timeout | undefined
}

const firstDelay = 5_000
const longestDelay = 3_600_000
const giveUpAfter = 10
const refreshEvery = 300_000
/** Seconds that a push service keeps a message for a device that is off. */
const timeToLive = 86_400

const delivery = typeBit('EmailDelivery')
/** What wakes a person; everything else only keeps a cache fresh (RFC 8030 §5.3). */
const ringing = delivery | typeBit('NotificationDelivery')
const urgencyOf = (mask: number): string => ((mask & ringing) === 0 ? 'low' : 'high')

/** The property of a StateChange that names the mail which has come. */
const newMail = 'urn:convergence:delivered'
const maxNamed = 20

const describe = ({ emails, preview, name }: Delivered) => ({
  emails: emails.slice(-maxNamed).map((id) => formatId('email', id)),
  count: emails.length,
  preview,
  // Of the mailbox of a function.
  ...(name === undefined ? {} : { mailbox: name }),
})

const joined = (first: Delivered | undefined, then: Delivered | undefined): Delivered | undefined =>
  first === undefined || then === undefined
    ? (then ?? first)
    : {
        emails: [...new Set([...first.emails, ...then.emails])],
        preview: first.preview && then.preview,
        ...(then.name === undefined ? {} : { name: then.name }),
      }

class Sender implements PushSender {
  readonly #ctx: Context
  readonly #post: Post
  readonly #vapid: PushParts['vapid']
  readonly #gatherMs: number
  readonly #accounts = new Set<number>()
  /** Mailboxes of functions, and the persons whose devices are told of them. */
  #functions: ReadonlyMap<number, readonly number[]> = new Map()
  readonly #gathering = new Map<number, { mask: number; modseq: number; first: number }>()
  readonly #pending = new Map<string, Pending>()
  readonly #unsubscribe: () => void
  readonly #refresh: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor({ ctx, post, vapid, gatherMs = 500 }: PushParts) {
    this.#ctx = ctx
    this.#post = post
    this.#vapid = vapid
    this.#gatherMs = gatherMs
    const stopGrants = watchGrants(ctx, () => void this.#learnAccounts())
    const stopChanges = ctx.store.bus.subscribeAll(({ account, modseq, types }) => {
      if (!this.#accounts.has(account) && !this.#functions.has(account)) return
      const before = this.#gathering.get(account) ?? { mask: 0, modseq, first: modseq }
      const first = Math.min(before.first, modseq)
      this.#gathering.set(account, { mask: before.mask | types, modseq: Math.max(before.modseq, modseq), first })
      this.#timer ??= setTimeout(() => void this.#flush(), this.#gatherMs)
    })
    this.#unsubscribe = () => {
      stopGrants()
      stopChanges()
    }
    this.#refresh = setInterval(() => void this.#learnAccounts(), refreshEvery)
    this.#refresh.unref()
    void this.#learnAccounts()
  }

  /** Most accounts have no subscription: those that have are known, and the others cost nothing. */
  async #learnAccounts(): Promise<void> {
    try {
      const subscribed = await subscribedAccounts(this.#ctx)
      for (const account of subscribed) this.#accounts.add(account)
      this.#functions = await functionListeners(this.#ctx, subscribed)
    } catch (error) {
      if (!this.#closed) this.#ctx.log.warn('jmap.push.accounts', { reason: String(error) })
    }
  }

  async #flush(): Promise<void> {
    this.#timer = undefined
    const gathered = [...this.#gathering]
    this.#gathering.clear()
    for (const [account, { mask, modseq, first }] of gathered) {
      try {
        await this.#tellOwner(account, mask, modseq, first)
        if ((mask & delivery) !== 0)
          for (const person of this.#functions.get(account) ?? [])
            await this.#tellMember(person, account, modseq, first)
      } catch (error) {
        if (!this.#closed) this.#ctx.log.warn('jmap.push.flush', { account, reason: String(error) })
      }
    }
  }

  async #tellOwner(account: number, mask: number, modseq: number, first: number): Promise<void> {
    const subscriptions = await activeSubscriptions(this.#ctx, account)
    if (subscriptions.length === 0) return
    const delivered = (mask & delivery) === 0 ? undefined : await worthTelling(this.#ctx, account, first - 1)
    const told = delivered === undefined ? mask & ~delivery : mask
    for (const subscription of subscriptions) this.#add(subscription, account, told, modseq, delivered)
  }

  /** Of the mailbox of a function only new mail is told, to the devices of a person who chose it. */
  async #tellMember(person: number, account: number, modseq: number, first: number): Promise<void> {
    const delivered = await worthTellingOf(this.#ctx, person, account, first - 1)
    if (delivered === undefined) return
    for (const subscription of await activeSubscriptions(this.#ctx, person))
      this.#add(subscription, account, delivery, modseq, delivered)
  }

  #add(
    subscription: PushSubscription,
    account: number,
    mask: number,
    modseq: number,
    delivered: Delivered | undefined,
  ): void {
    const { types } = subscription
    const wanted =
      types === null ? mask : typesOf(mask).reduce((sum, t) => (types.includes(t) ? sum | typeBit(t) : sum), 0)
    if (wanted === 0) return
    const key = `${subscription.id} ${account}`
    const pending = this.#pending.get(key) ?? {
      key,
      account,
      mask: 0,
      modseq,
      delivered: undefined,
      busy: false,
      failures: 0,
      timer: undefined,
    }
    pending.mask |= wanted
    if ((wanted & delivery) !== 0) pending.delivered = joined(pending.delivered, delivered)
    pending.modseq = Math.max(pending.modseq, modseq)
    this.#pending.set(key, pending)
    if (!pending.busy && !pending.timer) void this.#deliver(subscription, pending)
  }

  async #deliver(subscription: PushSubscription, pending: Pending): Promise<void> {
    pending.busy = true
    while (pending.mask !== 0 && !this.#closed) {
      const { mask, modseq, delivered } = pending
      pending.mask = 0
      pending.delivered = undefined
      const state = formatState(modseq)
      const changed = Object.fromEntries(typesOf(mask).map((type: ChangeType) => [type, state]))
      const message = {
        '@type': 'StateChange',
        changed: { [formatId('account', pending.account)]: changed },
        // Which emails, so that the device asks for these: nothing of what is in them.
        ...(delivered === undefined || subscription.keys === null ? {} : { [newMail]: describe(delivered) }),
      }
      const result = await this.#send(subscription, message, urgencyOf(mask))
      if (result && result.status >= 200 && result.status < 300) pending.failures = 0
      else if (result && (result.status === 404 || result.status === 410)) return this.#forget(subscription, pending)
      else {
        pending.delivered = joined(delivered, pending.delivered)
        return this.#later(subscription, pending, mask, result?.retryAfter)
      }
    }
    pending.busy = false
    if (pending.mask === 0) this.#pending.delete(pending.key)
  }

  /** Waits longer after each failure; the changes meanwhile join what could not be told. */
  #later(subscription: PushSubscription, pending: Pending, mask: number, retryAfter: number | undefined): void {
    pending.busy = false
    pending.failures++
    if (this.#closed || pending.failures > giveUpAfter) {
      this.#pending.delete(pending.key)
      return
    }
    pending.mask |= mask
    const delay = Math.min(Math.max(retryAfter ?? 0, firstDelay * 2 ** (pending.failures - 1)), longestDelay)
    pending.timer = setTimeout(() => {
      pending.timer = undefined
      void this.#deliver(subscription, pending)
    }, delay)
    pending.timer.unref()
  }

  async #forget(subscription: PushSubscription, { key }: Pending): Promise<void> {
    this.#pending.delete(key)
    try {
      await forgetSubscription(this.#ctx, subscription)
    } catch (error) {
      this.#ctx.log.warn('jmap.push.forget', { reason: String(error) })
    }
  }

  /** Undefined when there was no answer. */
  async #send({ url, keys }: PushSubscription, message: object, urgency?: string): Promise<PostResult | undefined> {
    const plain = utf8(JSON.stringify(message))
    const headers = {
      'content-type': 'application/json',
      ttl: String(timeToLive),
      ...(urgency === undefined ? {} : { urgency }),
      ...(this.#vapid === undefined ? {} : { authorization: this.#vapid(url) }),
    }
    try {
      if (keys === null) return await this.#post(url, headers, plain)
      return await this.#post(url, { ...headers, 'content-encoding': 'aes128gcm' }, encryptPush(plain, keys))
    } catch (error) {
      this.#ctx.log.debug('jmap.push.unreachable', { host: new URL(url).host, reason: String(error) })
      return undefined
    }
  }

  async verify(subscription: PushSubscription): Promise<void> {
    this.#accounts.add(subscription.accountId)
    // The person may have chosen mailboxes of functions before.
    void this.#learnAccounts()
    await this.#send(subscription, {
      '@type': 'PushVerification',
      pushSubscriptionId: subscription.id,
      verificationCode: subscription.code,
    })
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
    clearInterval(this.#refresh)
    clearTimeout(this.#timer)
    for (const { timer } of this.#pending.values()) clearTimeout(timer)
    this.#pending.clear()
  }
}

/** Starts listening to the bus. */
export const createPushSender = (parts: PushParts): PushSender => new Sender(parts)
