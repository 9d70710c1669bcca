/**
 * Push (RFC 8620 §7.3): an event source that says which types changed. When it cannot be had, polling; whenever it comes
 * back, everything is asked once, for what was said meanwhile.
 */

import type { RecordType } from './model.ts'
import type { EventSourceLike, Timers } from './ports.ts'

export interface PushHost {
  readonly clock: Timers
  readonly open: ((url: string) => EventSourceLike) | undefined
  /** Undefined while there is no session. */
  url(): string | undefined
  accountId(): string | undefined
  stateOf(type: RecordType): string | undefined
  changed(types: readonly RecordType[]): void
  /** Types that others than the mail look after may have changed. */
  besides(): void
  /** An account was opened to the person, or closed. */
  accountsChanged(): void
  knows(accountId: string): boolean
}

const TYPES: readonly RecordType[] = ['Mailbox', 'Email', 'Thread', 'Identity']
/** Not ours to read: those who do are only told. */
const BESIDES = [
  'Tile',
  'PortalArrangement',
  'Card',
  'Notice',
  'Notification',
  'DocumentRequest',
  'MailLabel',
  'SavedSearch',
  'MailPreferences',
  'Snooze',
  'MailJob',
  'AddressBook',
  'ContactCard',
  'Calendar',
  'CalendarEvent',
]
const POLL = 30_000
/** Seconds between the server's signs of life, and how long we do without (milliseconds). */
const PING = 60
const SILENCE = 150_000
const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 60_000
const CLOSED = 2

/** `{types}`, `{closeafter}` and `{ping}` of the template, filled. */
export const pushUrl = (template: string): string =>
  template
    .replace('{types}', encodeURIComponent([...TYPES, ...BESIDES].join(',')))
    .replace('{closeafter}', 'no')
    .replace('{ping}', String(PING))

export class Push {
  private readonly host: PushHost
  private source: EventSourceLike | undefined
  private isOpen = false
  private failures = 0
  private pollTimer: unknown
  private retryTimer: unknown
  private closed = true
  private lastHeard = 0
  private isQuiet = false

  constructor(host: PushHost) {
    this.host = host
  }

  start(): void {
    if (!this.closed) return
    this.closed = false
    this.connect()
    this.poll()
  }

  stop(): void {
    this.closed = true
    this.isOpen = false
    this.source?.close()
    this.source = undefined
    this.host.clock.clearTimeout(this.pollTimer)
    this.host.clock.clearTimeout(this.retryTimer)
  }

  /**
   * A page in the background can do without a connection of its own: browsers allow few to one server (six over
   * HTTP/1.1), and many pages would use them up.
   */
  setQuiet(isQuiet: boolean): void {
    if (this.isQuiet === isQuiet) return
    this.isQuiet = isQuiet
    if (!isQuiet) {
      this.wake()
      return
    }
    this.source?.close()
    this.source = undefined
    this.isOpen = false
    this.host.clock.clearTimeout(this.retryTimer)
  }

  /** Connects now rather than after the pause. */
  wake(): void {
    if (this.closed || this.source) return
    this.host.clock.clearTimeout(this.retryTimer)
    this.connect()
  }

  private connect(): void {
    const url = this.host.url()
    if (!this.host.open || url === undefined || this.isQuiet) return
    const source = this.host.open(url)
    this.source = source
    this.lastHeard = this.host.clock.now()
    const hear = (data?: unknown) => {
      this.lastHeard = this.host.clock.now()
      this.heard(data)
    }
    source.addEventListener('ping', () => hear())
    source.addEventListener('open', () => {
      if (source !== this.source) return
      const isReturn = this.failures > 0
      this.isOpen = true
      this.failures = 0
      if (isReturn) this.everything()
    })
    source.addEventListener('state', (event) => hear(event.data))
    source.addEventListener('message', (event) => hear(event.data))
    source.addEventListener('error', () => {
      if (source !== this.source) return
      this.isOpen = false
      this.failures += 1
      // The browser tries again by itself, unless the server refused: then we do.
      if (source.readyState !== CLOSED) return
      // Refused: a request says why, and an ended session is known at once.
      this.everything()
      this.reconnectLater(source)
    })
  }

  private reconnectLater(source: EventSourceLike): void {
    source.close()
    this.source = undefined
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.failures - 1, 10))
    this.retryTimer = this.host.clock.setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2))
  }

  private heard(data: unknown): void {
    const accountId = this.host.accountId()
    if (typeof data !== 'string' || accountId === undefined) return
    const accounts = accountsIn(data)
    const moved = Object.entries(accounts).some(
      ([id, states]) => Object.keys(states ?? {}).length === 0 || !this.host.knows(id),
    )
    if (moved) this.host.accountsChanged()
    const changed = accounts[accountId]
    if (!changed) return
    const types = TYPES.filter((type) => changed[type] !== undefined && changed[type] !== this.host.stateOf(type))
    if (types.length) this.host.changed(types)
    if (BESIDES.some((type) => changed[type] !== undefined)) this.host.besides()
  }

  private everything(): void {
    this.host.changed(TYPES)
    this.host.besides()
  }

  /** A connection that died without a word (a suspended laptop, a proxy) is made anew. */
  private checkAlive(): void {
    const { source } = this
    if (!source || !this.isOpen || this.host.clock.now() - this.lastHeard < SILENCE) return
    this.isOpen = false
    this.failures += 1
    this.reconnectLater(source)
  }

  private poll(): void {
    this.pollTimer = this.host.clock.setTimeout(() => {
      if (this.closed) return
      this.checkAlive()
      if (!this.isOpen) this.everything()
      this.poll()
    }, POLL)
  }
}

const accountsIn = (data: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> => {
  try {
    const change: { changed?: Record<string, Record<string, unknown>> } | null = JSON.parse(data)
    return change?.changed ?? {}
  } catch {
    return {}
  }
}
