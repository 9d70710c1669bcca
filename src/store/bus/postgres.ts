/**
 * The bus between processes: LISTEN/NOTIFY. Listeners of this process are told at once; the others get what gathered in
 * a few milliseconds as one notification, which says account, modseq and types only. While the connection is down
 * nothing is queued without bound: when it is back, every account that somebody listens to is announced anew.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Log } from '#base/log.ts'
import { changeTypes } from '../changes.ts'
import { type Bus, isTopic, type Notification, type Topic, type Unsubscribe } from './bus.ts'
import { MemoryBus } from './memory.ts'

export interface PostgresBusOptions {
  readonly connectionString: string
  readonly log: Log
}

const channel = 'convergence'
/** The server takes 8,000 octets. */
const maxPayload = 7_500
const gatherMs = 4
const heartbeatMs = 15_000
const maxBackoffMs = 5_000
const allTypes = (1 << changeTypes.length) - 1

/** `a<account>.<modseq>.<types>` or `t<topic>.<account>`; the first word of a payload names the sender. */
const encode = ({ account, modseq, types }: Notification): string => `a${account}.${modseq}.${types}`
const encodeTopic = (topic: Topic, account: number | undefined): string => `t${topic}.${account ?? ''}`

class PostgresBus implements Bus {
  readonly #options: PostgresBusOptions
  readonly #local: MemoryBus
  readonly #self = randomBytes(6).toString('hex')
  readonly #changed = new Map<number, Notification>()
  readonly #topics = new Set<string>()
  #client: pg.Client | undefined
  #connecting: Promise<void>
  #gathering: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  readonly #heart: NodeJS.Timeout
  #backoffMs = 50
  #wasConnected = false
  #closed = false

  constructor(options: PostgresBusOptions) {
    this.#options = options
    this.#local = new MemoryBus(options.log)
    this.#connecting = this.#connect()
    this.#heart = setInterval(() => this.#beat(), heartbeatMs)
    this.#heart.unref()
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.connectionString,
      application_name: 'convergence-bus',
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
      keepAlive: true,
    })
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ payload }) => this.#receive(payload ?? ''))
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
      if (this.#closed) return await client.end()
      this.#client = client
      this.#backoffMs = 50
      if (this.#wasConnected) await this.#announceAll(client)
      this.#wasConnected = true
      this.#gather()
    } catch (error) {
      this.#options.log.warn('bus.connection.failed', { message: error instanceof Error ? error.message : '' })
      this.#client = client
      this.#lost(client)
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    client.end().catch(() => {})
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      this.#connecting = this.#connect()
    }, this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, maxBackoffMs)
  }

  /** News may have been missed: whoever listens looks for itself. */
  async #announceAll(client: pg.Client): Promise<void> {
    const accounts = this.#local.subscribedAccounts()
    const { rows } = await client.query<{ id: string; modseq: string }>(
      'select id, modseq from account where id = any($1::bigint[])',
      [accounts],
    )
    for (const { id, modseq } of rows)
      this.#local.publish({ account: Number(id), modseq: Number(modseq), types: allTypes })
    this.#local.publishTopic('queue')
    this.#local.publishTopic('people')
    this.#local.publishTopic('portal')
    this.#local.publishTopic('outbox')
    this.#local.publishTopic('mailboxes')
  }

  #receive(payload: string): void {
    const [sender, ...entries] = payload.split(' ')
    if (sender === this.#self) return
    for (const entry of entries) {
      const fields = entry.slice(1).split('.')
      if (entry.startsWith('t') && isTopic(fields[0]))
        this.#local.publishTopic(fields[0], fields[1] ? Number(fields[1]) : undefined)
      if (!entry.startsWith('a')) continue
      const [account = 0, modseq = 0, types = 0] = fields.map(Number)
      this.#local.publish({ account, modseq, types })
    }
  }

  #beat(): void {
    const client = this.#client
    client?.query('select 1').catch(() => this.#lost(client))
  }

  #gather(): void {
    if (this.#gathering || this.#closed || this.#changed.size + this.#topics.size === 0) return
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined
      void this.#flush()
    }, gatherMs)
  }

  async #flush(): Promise<void> {
    const client = this.#client
    if (!client) return
    const entries = [...this.#topics, ...[...this.#changed.values()].map(encode)]
    this.#changed.clear()
    this.#topics.clear()
    let payload = this.#self
    const payloads: string[] = []
    for (const entry of entries) {
      if (payload.length + entry.length >= maxPayload) {
        payloads.push(payload)
        payload = this.#self
      }
      payload += ` ${entry}`
    }
    if (payload !== this.#self) payloads.push(payload)
    try {
      for (const each of payloads) await client.query('select pg_notify($1, $2)', [channel, each])
    } catch (error) {
      // a lost notification costs latency only: the other side announces everything when it reconnects
      this.#options.log.warn('bus.notify.failed', { message: error instanceof Error ? error.message : '' })
      this.#lost(client)
    }
  }

  publish(notification: Notification): void {
    this.#local.publish(notification)
    const before = this.#changed.get(notification.account)
    const types = notification.types | (before?.types ?? 0)
    const modseq = Math.max(notification.modseq, before?.modseq ?? 0)
    this.#changed.set(notification.account, { account: notification.account, modseq, types })
    this.#gather()
  }

  subscribe(account: number, listener: (notification: Notification) => void): Unsubscribe {
    return this.#local.subscribe(account, listener)
  }

  subscribeAll(listener: (notification: Notification) => void): Unsubscribe {
    return this.#local.subscribeAll(listener)
  }

  publishTopic(topic: Topic, account?: number): void {
    this.#local.publishTopic(topic, account)
    this.#topics.add(encodeTopic(topic, account))
    this.#gather()
  }

  subscribeTopic(topic: Topic, listener: (account: number | undefined) => void): Unsubscribe {
    return this.#local.subscribeTopic(topic, listener)
  }

  async ready(): Promise<void> {
    await this.#connecting
  }

  async close(): Promise<void> {
    if (this.#closed) return
    clearTimeout(this.#gathering)
    clearTimeout(this.#retry)
    clearInterval(this.#heart)
    await this.#connecting
    await this.#flush()
    this.#closed = true
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
    await this.#local.close()
  }
}

/** Connects to the server in the background and again whenever the connection is lost; `ready` waits for the first time. */
export const createPostgresBus = (options: PostgresBusOptions): Bus & { ready(): Promise<void> } =>
  new PostgresBus(options)
