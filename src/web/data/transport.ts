/**
 * The wire: method calls made in the same microtask leave in one request (RFC 8620 §3.3); a bounded number of requests
 * at a time; reads are tried again until they succeed, writes are given back to the outbox, which knows what to verify.
 */
import { CORE, type Invocation, type JmapResponse, type JmapSession, type ResultReference } from '#format/jmap/core.ts'
import { capabilities } from './capabilities.data.ts'
import type { Status } from './contract.ts'
import type { ClientOptions, ResponseLike } from './ports.ts'

export interface Call {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

export type Answer =
  | { readonly ok: true; readonly name: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly type: string; readonly description?: string }

/** `lost`: nobody knows whether the server did it. `refused`: it did not, and will not. */
export class TransportError extends Error {
  readonly kind: 'lost' | 'refused' | 'closed'
  readonly status: number
  constructor(kind: TransportError['kind'], status = 0) {
    super(`request ${kind} (${status})`)
    this.kind = kind
    this.status = status
  }
}

export interface SendOptions {
  /** Never repeated by itself: a lost answer rejects with `lost`. Travels alone. */
  readonly write?: boolean
  /** A slow call (a search) that must not hold up others. */
  readonly alone?: boolean
  /** Of a call that travels alone: nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

interface Group extends SendOptions {
  readonly calls: readonly Call[]
  readonly resolve: (answers: Answer[][]) => void
  readonly reject: (error: TransportError) => void
}

/** A reference to the result of call number `index` of the same group. */
export const ref = (index: number, name: string, path: string): ResultReference => ({
  resultOf: `c${index}`,
  name,
  path,
})

const MAX_REQUESTS = 4
const TIMEOUT = 60_000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000

export class Transport {
  readonly onStatus: (status: Status) => void
  readonly onSession: (session: JmapSession) => void
  session: JmapSession | undefined
  status: Status = 'starting'
  private readonly options: ClientOptions
  private queue: Group[] = []
  private active = 0
  private scheduled = false
  private failures = 0
  private pausedUntil = 0
  private timer: unknown
  private closed = false
  /** Counts sign-ins: a refusal of a request from before the last one says nothing. */
  private signIns = 0
  /** The last session state that made us read the session again. */
  private toldState: string | undefined
  private readonly flying = new Set<AbortController>()

  constructor(options: ClientOptions, on: { status: (s: Status) => void; session: (s: JmapSession) => void }) {
    this.options = options
    this.onStatus = on.status
    this.onSession = on.session
  }

  /** Answers are in the order of the calls; a call may have several (implicit ones, RFC 8621 §7.5), the first is its own. */
  send(calls: readonly Call[], options: SendOptions = {}): Promise<Answer[][]> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new TransportError('closed'))
      this.queue.push({ ...options, calls, resolve, reject })
      this.schedule()
    })
  }

  /** Any authenticated request besides method calls; undefined when it could not be made now. */
  async raw(url: string, init: RequestInit): Promise<ResponseLike | undefined> {
    const { signIns } = this
    try {
      const response = await this.options.fetch(url, withCredentials(init))
      if (response.status === 401) this.expire(signIns)
      return response
    } catch {
      return undefined
    }
  }

  start(): void {
    this.schedule()
  }

  /** Forget the pause: the network is back, or a person is waiting. */
  wake(): void {
    if (this.status === 'expired') return
    this.pausedUntil = 0
    this.schedule()
  }

  /** After a new sign-in. */
  resume(): void {
    this.signIns += 1
    this.session = undefined
    this.failures = 0
    this.pausedUntil = 0
    if (this.status === 'expired') this.setStatus('starting')
    this.schedule()
  }

  close(): void {
    this.closed = true
    this.options.clock.clearTimeout(this.timer)
    for (const controller of this.flying) controller.abort()
    for (const group of this.queue) group.reject(new TransportError('closed'))
    this.queue = []
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    queueMicrotask(() => {
      this.scheduled = false
      this.pump()
    })
  }

  private pump(): void {
    if (this.closed || this.status === 'expired' || this.isPaused()) return
    if (!this.session) {
      if (this.active === 0) void this.fly(() => this.loadSession())
      return
    }
    this.dropAborted()
    while (this.queue.length && this.active < this.limit()) {
      const groups = this.take()
      void this.fly(() => this.post(groups))
    }
  }

  private dropAborted(): void {
    for (const group of this.queue) if (group.signal?.aborted) group.reject(new TransportError('closed'))
    this.queue = this.queue.filter((group) => !group.signal?.aborted)
  }

  private isPaused(): boolean {
    const wait = this.pausedUntil - this.options.clock.now()
    if (wait <= 0) return false
    this.options.clock.clearTimeout(this.timer)
    this.timer = this.options.clock.setTimeout(() => this.schedule(), wait)
    return true
  }

  private limit(): number {
    // After a failure one request at a time feels the way.
    return this.failures ? 1 : Math.max(1, Math.min(MAX_REQUESTS, this.core('maxConcurrentRequests', MAX_REQUESTS)))
  }

  core(name: string, fallback: number): number {
    const value = this.session?.capabilities[CORE]?.[name]
    return typeof value === 'number' && value > 0 ? value : fallback
  }

  /** The next groups that fit in one request. */
  private take(): Group[] {
    const first = this.queue.shift()
    if (!first) return []
    const taken = [first]
    if (first.write || first.alone) return taken
    const max = this.core('maxCallsInRequest', 16)
    let calls = first.calls.length
    this.queue = this.queue.filter((group) => {
      if (group.write || group.alone || calls + group.calls.length > max) return true
      calls += group.calls.length
      taken.push(group)
      return false
    })
    return taken
  }

  private async fly(work: () => Promise<void>): Promise<void> {
    this.active += 1
    await work()
    this.active -= 1
    this.schedule()
  }

  private async request(url: string, init: RequestInit, signal?: AbortSignal): Promise<ResponseLike> {
    const controller = new AbortController()
    const stop = () => controller.abort()
    signal?.addEventListener('abort', stop)
    const timer = this.options.clock.setTimeout(() => controller.abort(), TIMEOUT)
    this.flying.add(controller)
    try {
      return await this.options.fetch(url, withCredentials({ ...init, signal: controller.signal }))
    } finally {
      this.options.clock.clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      this.flying.delete(controller)
    }
  }

  private async loadSession(): Promise<void> {
    const { signIns } = this
    try {
      const response = await this.request(this.options.sessionUrl ?? '/jmap/session', { method: 'GET' })
      if (response.status === 401) return this.expire(signIns)
      if (!response.ok) return this.pause(response)
      const session = (await response.json()) as JmapSession
      if (typeof session?.apiUrl !== 'string') return this.pause()
      this.session = onThisOrigin(session)
      this.succeeded()
      this.onSession(this.session)
    } catch {
      this.pause()
    }
  }

  private async post(groups: readonly Group[]): Promise<void> {
    const { signIns } = this
    const body = JSON.stringify({ using: capabilities, methodCalls: invocations(groups) })
    try {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body }
      const response = await this.request(this.session?.apiUrl ?? '', init, groups[0]?.signal)
      if (response.ok) return this.deliver(groups, (await response.json()) as JmapResponse)
      if (response.status === 401) {
        this.giveBack(groups, true)
        return this.expire(signIns)
      }
      if (response.status === 429 || response.status >= 500) {
        this.giveBack(groups, response.status === 429)
        return this.pause(response)
      }
      for (const group of groups) group.reject(new TransportError('refused', response.status))
    } catch {
      if (groups[0]?.signal?.aborted) {
        groups[0].reject(new TransportError('closed'))
        return
      }
      this.giveBack(groups, false)
      this.pause()
    }
  }

  private deliver(groups: readonly Group[], response: JmapResponse): void {
    if (!Array.isArray(response?.methodResponses)) throw new TypeError('not a JMAP response')
    this.succeeded()
    this.checkSession(response.sessionState)
    const byCall = new Map<string, Answer[]>()
    for (const [name, args, callId] of response.methodResponses) {
      const answers = byCall.get(callId) ?? []
      answers.push(name === 'error' ? failed(args) : { ok: true, name, args })
      byCall.set(callId, answers)
    }
    for (const [g, group] of groups.entries()) {
      group.resolve(group.calls.map((_, i) => byCall.get(`g${g}c${i}`) ?? [{ ok: false, type: 'serverPartialFail' }]))
    }
  }

  /** The session object has changed (RFC 8620 §3.4): it is read again, once for each state that is told. */
  private checkSession(state: unknown): void {
    if (typeof state !== 'string' || state === this.session?.state || state === this.toldState) return
    this.toldState = state
    void this.fly(() => this.loadSession())
  }

  /** Reads the session object again: what the person may open has changed. */
  readSession(): void {
    if (!this.closed && this.session && this.status !== 'expired') void this.fly(() => this.loadSession())
  }

  /** Reads go back to the head of the queue; so do writes that the server surely did not do. */
  private giveBack(groups: readonly Group[], surelyNotDone: boolean): void {
    if (this.closed) {
      for (const group of groups) group.reject(new TransportError('closed'))
      return
    }
    this.queue.unshift(...groups.filter((group) => !group.write || surelyNotDone))
    if (!surelyNotDone) for (const group of groups) if (group.write) group.reject(new TransportError('lost'))
  }

  private succeeded(): void {
    this.failures = 0
    this.pausedUntil = 0
    this.setStatus('online')
  }

  /** Back-off: doubles up to half a minute, with a random part so that a thousand browsers do not return together. */
  private pause(response?: ResponseLike): void {
    if (this.closed) return
    this.failures += 1
    const backOff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.failures - 1, 10))
    const asked = Number(response?.headers.get('retry-after') ?? 0) * 1000
    const wait = Math.max(backOff * (0.5 + Math.random() / 2), Number.isFinite(asked) ? Math.min(asked, 600_000) : 0)
    this.pausedUntil = this.options.clock.now() + wait
    if (response?.status !== 429) this.setStatus('offline')
    this.schedule()
  }

  private expire(signIns: number): void {
    if (signIns === this.signIns) this.setStatus('expired')
  }

  private setStatus(status: Status): void {
    if (this.status === status) return
    this.status = status
    this.onStatus(status)
  }
}

/**
 * We talk to the server that served the page, by the name the page has; a proxy that ends TLS before it makes the server
 * think otherwise of its own address.
 */
const onThisOrigin = (session: JmapSession): JmapSession => {
  const local = (url: string) => (typeof url === 'string' ? url.replace(/^https?:\/\/[^/]+/, '') : '')
  return {
    ...session,
    apiUrl: local(session.apiUrl),
    downloadUrl: local(session.downloadUrl),
    uploadUrl: local(session.uploadUrl),
    eventSourceUrl: local(session.eventSourceUrl),
  }
}

const failed = (args: Readonly<Record<string, unknown>>): Answer => {
  const { type, description } = args
  return {
    ok: false,
    type: typeof type === 'string' ? type : 'serverFail',
    ...(typeof description === 'string' ? { description } : {}),
  }
}

/** The custom header proves that the request comes from our own script (the CSRF check of cookie sessions). */
const withCredentials = (init: RequestInit): RequestInit => ({
  ...init,
  credentials: 'same-origin',
  headers: { ...(init.headers as Record<string, string> | undefined), 'X-Requested-With': 'convergence' },
})

/** Call ids are made unique across groups, and references follow. */
const invocations = (groups: readonly Group[]): Invocation[] =>
  groups.flatMap((group, g) =>
    group.calls.map(({ name, args }, i): Invocation => {
      const own: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(args)) {
        own[key] = key.startsWith('#')
          ? { ...(value as ResultReference), resultOf: `g${g}${(value as ResultReference).resultOf}` }
          : value
      }
      return [name, own, `g${g}c${i}`]
    }),
  )
