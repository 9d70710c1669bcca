/** A client, a model server, and a network between them whose every answer the test may delay, lose or repeat. */
import type { JmapRequest } from '#format/jmap/core.ts'
import { createClient } from '#web/data/client.ts'
import type { MailClient, MailErrorEvent } from '#web/data/contract.ts'
import type { EventSourceLike, ResponseLike, Storage } from '#web/data/ports.ts'
import { memoryStorage } from '#web/data/storage-memory.ts'
import { FakeJmap } from './fake-jmap.ts'
import { VirtualTime } from './virtual-time.ts'

/** What happens to one request. Delays in milliseconds. */
export interface Fate {
  /** Before the server sees it. */
  readonly going?: number
  readonly coming?: number
  readonly lose?: 'request' | 'answer'
  /** The server sees it once more, this much later. */
  readonly repeatAfter?: number
  readonly status?: number
}

export interface Wire {
  fate: (request: JmapRequest | undefined) => Fate
  readonly requests: JmapRequest[]
  offline: boolean
  expired: boolean
  pushes: boolean
}

const answerOf = (status: number, value?: unknown): ResponseLike => ({
  ok: status < 400,
  status,
  headers: new Headers(),
  json: async () => value,
})

class FakeSource implements EventSourceLike {
  readyState = 1
  readonly listeners = new Map<string, (event: { data?: unknown }) => void>()

  addEventListener(type: string, fn: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, fn)
  }

  emit(type: string, data?: unknown): void {
    this.listeners.get(type)?.({ data })
  }

  close(): void {
    this.readyState = 2
  }
}

export class Rig {
  readonly time: VirtualTime
  readonly server: FakeJmap
  readonly client: MailClient
  readonly errors: MailErrorEvent[] = []
  readonly wire: Wire = { fate: () => ({}), requests: [], offline: false, expired: false, pushes: true }
  readonly storage: Storage
  private source: FakeSource | undefined
  private isDead = false
  private readonly claims = new Set<string>()

  constructor(options: { server?: FakeJmap; storage?: Storage; time?: VirtualTime } = {}) {
    this.time = options.time ?? new VirtualTime()
    this.server = options.server ?? new FakeJmap()
    this.storage = options.storage ?? memoryStorage()
    let counter = 0
    const page = Math.random().toString(36).slice(2)
    this.client = createClient({
      fetch: (url, init) => this.fetch(url, init),
      eventSource: () => {
        this.source = new FakeSource()
        const opened = this.source
        queueMicrotask(() => opened.emit('open'))
        return opened
      },
      storage: this.mortal(this.storage),
      clock: this.time,
      random: () => {
        counter += 1
        return `${page}-${counter}`
      },
    })
    this.client.errors.subscribe((event) => this.errors.push(event))
    this.server.onStateChange((change) => {
      const source = this.source
      if (this.wire.pushes && !this.wire.offline && source?.readyState === 1)
        source.emit('state', JSON.stringify(change))
    })
  }

  /** A store that a dead page can no longer write to. */
  private mortal(storage: Storage): Storage {
    return {
      ...storage,
      write: (put, remove) => (this.isDead ? new Promise(() => {}) : storage.write(put, remove)),
      claim: async (name) => {
        const isOurs = await storage.claim(name)
        if (isOurs) this.claims.add(name)
        return isOurs
      },
    }
  }

  /** The page is gone from one instant to the next: nothing more is sent, heard or stored, and its locks fall open. */
  crash(): void {
    this.isDead = true
    for (const name of this.claims) this.storage.release(name)
  }

  /** The stream breaks and comes back. */
  breakPush(): void {
    this.source?.emit('error')
    this.source?.emit('open')
  }

  private wait(ms: number | undefined): Promise<void> {
    return ms ? new Promise((resolve) => this.time.setTimeout(resolve, ms)) : Promise.resolve()
  }

  private async fetch(url: string, init: RequestInit): Promise<ResponseLike> {
    if (this.isDead) return new Promise(() => {})
    if (this.wire.offline) throw new TypeError('offline')
    if (this.wire.expired) return answerOf(401)
    if (!url.startsWith('/jmap/api')) return this.server.fetch(url, { method: init.method ?? 'GET', body: init.body })
    const request: JmapRequest = JSON.parse(String(init.body))
    this.wire.requests.push(request)
    const fate = this.wire.fate(request)
    await this.wait(fate.going)
    if (fate.lose === 'request') throw new TypeError('lost')
    if (fate.status) return answerOf(fate.status)
    const answer = this.server.handle(request)
    queueMicrotask(() => this.server.publish())
    if (fate.repeatAfter !== undefined)
      this.time.setTimeout(() => {
        this.server.handle(request)
        this.server.publish()
      }, fate.repeatAfter)
    await this.wait(fate.coming)
    if (this.isDead) return new Promise(() => {})
    if (fate.lose === 'answer' || this.wire.offline) throw new TypeError('lost')
    return answerOf(200, answer)
  }

  /** Long enough for every retry, sync and save. */
  async quiet(ms = 120_000): Promise<void> {
    await this.time.advance(ms)
  }

  /** Names of the methods called since the last time. */
  calls(): string[] {
    return this.wire.requests.splice(0).flatMap((request) => request.methodCalls.map(([name]) => name))
  }

  rows(list: { total: number | undefined; idAt(i: number): string | undefined }): (string | undefined)[] {
    return Array.from({ length: list.total ?? 0 }, (_, i) => list.idAt(i))
  }
}
