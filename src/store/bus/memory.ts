/** The bus of one process. */
import type { Log } from '#base/log.ts'
import type { Bus, Notification, Topic, Unsubscribe } from './bus.ts'

type TopicListener = (account: number | undefined) => void
type Listener = (notification: Notification) => void

/** Listeners by what they listen to; also the local half of a bus between processes. */
export class MemoryBus implements Bus {
  readonly #log: Log
  readonly #accounts = new Map<number, Set<Listener>>()
  readonly #everyone = new Set<Listener>()
  readonly #topics = new Map<Topic, Set<TopicListener>>()

  constructor(log: Log) {
    this.#log = log
  }

  /** A listener that throws must not keep the news from the others, nor fail a write that is already durable. */
  #tell<T>(listeners: Iterable<(news: T) => void>, news: T): void {
    for (const listener of [...listeners]) {
      try {
        listener(news)
      } catch (error) {
        this.#log.error('bus.listener.failed', {}, error)
      }
    }
  }

  publish(notification: Notification): void {
    const listeners = this.#accounts.get(notification.account)
    if (listeners) this.#tell(listeners, notification)
    this.#tell(this.#everyone, notification)
  }

  subscribe(account: number, listener: Listener): Unsubscribe {
    let listeners = this.#accounts.get(account)
    if (!listeners) this.#accounts.set(account, (listeners = new Set()))
    // one entry per subscription, even of the same function
    const own: Listener = (notification) => listener(notification)
    listeners.add(own)
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#accounts.get(account) === listeners) this.#accounts.delete(account)
    }
  }

  subscribeAll(listener: Listener): Unsubscribe {
    const own: Listener = (notification) => listener(notification)
    this.#everyone.add(own)
    return () => {
      this.#everyone.delete(own)
    }
  }

  publishTopic(topic: Topic, account?: number): void {
    const listeners = this.#topics.get(topic)
    if (listeners) this.#tell(listeners, account)
  }

  subscribeTopic(topic: Topic, listener: TopicListener): Unsubscribe {
    let listeners = this.#topics.get(topic)
    if (!listeners) this.#topics.set(topic, (listeners = new Set()))
    const own: TopicListener = (account) => listener(account)
    listeners.add(own)
    return () => {
      listeners.delete(own)
    }
  }

  /** Accounts somebody listens to: after news may have been lost, they are told to look. */
  subscribedAccounts(): number[] {
    return [...this.#accounts.keys()]
  }

  async close(): Promise<void> {
    this.#accounts.clear()
    this.#everyone.clear()
    this.#topics.clear()
  }
}

/** The bus of a single process. */
export const createMemoryBus = (log: Log): Bus => new MemoryBus(log)
