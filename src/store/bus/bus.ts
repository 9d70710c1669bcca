/**
 * The bus tells that something changed, never what (law 2): listeners read the change log since their own modseq. A
 * lost notification costs latency, never correctness.
 */
export interface Notification {
  readonly account: number
  readonly modseq: number
  /** Bit mask of change types (changes.ts). */
  readonly types: number
}

export type Unsubscribe = () => void

/** Named events that belong to no account, without payload but an optional account number. */
export const topics = ['queue', 'people', 'portal', 'outbox', 'mailboxes', 'search'] as const
export type Topic = (typeof topics)[number]

export const isTopic = (value: unknown): value is Topic => topics.some((topic) => topic === value)

export interface Bus {
  publish(notification: Notification): void
  /** Called after each commit that changed the account. Listeners must be quick and must not throw. */
  subscribe(account: number, listener: (notification: Notification) => void): Unsubscribe
  /** Every account's notifications (the full-text index). */
  subscribeAll(listener: (notification: Notification) => void): Unsubscribe
  publishTopic(topic: Topic, account?: number): void
  subscribeTopic(topic: Topic, listener: (account: number | undefined) => void): Unsubscribe
  close(): Promise<void>
}
