/** The search index as the rest of the program sees it: requests to the search thread, and news of changes for it. */
import { Worker } from 'node:worker_threads'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { Bus } from '../bus/bus.ts'
import { typeBit } from '../changes.ts'
import { inHandBuffer, leftInHand } from './in-hand.ts'
import type { FromWorker, SearchThreadData, ToWorker } from './protocol.ts'
import type {
  IndexState,
  Passage,
  SearchBound,
  SearchExpression,
  SearchHealth,
  SearchIndex,
  SearchOptions,
  StoredEmail,
} from './search.ts'
import type { SearchSource } from './source.ts'

export interface SearchIndexOptions {
  readonly source: SearchSource
  readonly bus: Bus
  readonly log: Log
  /** A query waits this long for the index to catch up, then answers with what there is. */
  readonly freshnessMs?: number
  /** Changes gather this long before the background looks at them; a query never waits for it. */
  readonly gatherMs?: number
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

type Answer = Exclude<FromWorker, { kind: 'failed' | 'log' }>

type Request =
  | { kind: 'query'; account: number; expression: SearchExpression; prefix: boolean; last: SearchBound | undefined }
  | { kind: 'passage'; email: StoredEmail; words: readonly string[]; withinMs: number }
  | { kind: 'caughtUp' | 'rebuild' | 'state'; account: number }
  | { kind: 'health' }

/** Who asks how the index fares does not wait long. */
const healthMs = 2_000
const firstRestartMs = 1_000
const lastRestartMs = 300_000
/** A message that was being read so often when the thread ended is passed over. */
const mostEnds = 2
const mostRemembered = 10_000

class SearchThread implements SearchIndex {
  readonly #options: SearchIndexOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #changed = new Set<number>()
  #worker: Worker | undefined
  #lastId = 0
  /** Accounts whose last query came before the index had caught up. */
  readonly #behind = new Set<number>()
  readonly #reading = inHandBuffer()
  /** How often each message was being read when the thread ended. */
  readonly #ends = new Map<number, number>()
  #restart: NodeJS.Timeout | undefined
  #restartMs = firstRestartMs
  #started = false
  #gathering: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined
  #leaveTopic: (() => void) | undefined
  #closed = false

  constructor(options: SearchIndexOptions) {
    this.#options = options
  }

  start(): void {
    this.#started = true
    const email = typeBit('Email')
    this.#unsubscribe ??= this.#options.bus.subscribeAll(({ account, types }) => {
      if ((types & email) === 0) return
      this.#changed.add(account)
      this.#gathering ??= setTimeout(() => this.#flush(), this.#options.gatherMs ?? 1_000).unref()
    })
    // A command asks for it: only the process whose thread holds the files may build them again.
    this.#leaveTopic ??= this.#options.bus.subscribeTopic('search', (account) => {
      if (account === undefined) return
      this.rebuild(account).catch((error: unknown) =>
        this.#options.log.error('search.rebuild.failed', { account }, error),
      )
    })
    this.#post({ kind: 'scan' })
  }

  async query(account: number, expression: SearchExpression, options: SearchOptions = {}): Promise<number[]> {
    const { prefix = true, last } = options
    const answer = await this.#ask({ kind: 'query', account, expression, prefix, last })
    if (answer.kind !== 'answer') return []
    if (answer.complete) this.#behind.delete(account)
    else {
      if (this.#behind.size >= mostRemembered) this.#behind.clear()
      this.#behind.add(account)
    }
    return Array.from(answer.ids)
  }

  async passage(email: StoredEmail, words: readonly string[], withinMs: number): Promise<Passage | undefined> {
    const answer = await this.#ask({ kind: 'passage', email, words, withinMs })
    return answer.kind === 'passage' ? answer.passage : undefined
  }

  async caughtUp(account: number): Promise<void> {
    await this.#ask({ kind: 'caughtUp', account })
  }

  async rebuild(account: number): Promise<void> {
    await this.#ask({ kind: 'rebuild', account })
  }

  async state(account: number): Promise<IndexState> {
    const answer = await this.#ask({ kind: 'state', account })
    if (answer.kind !== 'state') throw new Failure('unavailable', 'the search thread misunderstood')
    return answer.state
  }

  behind(account: number): boolean {
    return this.#behind.has(account)
  }

  async health(): Promise<SearchHealth> {
    const passedOver = this.#passedOver().length
    let late: NodeJS.Timeout | undefined
    try {
      const asked = this.#ask({ kind: 'health' })
      const timeout = new Promise<undefined>((resolve) => {
        late = setTimeout(resolve, healthMs, undefined)
      })
      const answer = await Promise.race([asked, timeout])
      if (answer?.kind === 'health') return { ...answer.health, passedOver, answers: true }
    } catch {
      // it has ended: told below
    } finally {
      clearTimeout(late)
    }
    return { accounts: 0, messages: 0, standing: [], passedOver, answers: false }
  }

  #passedOver(): number[] {
    return [...this.#ends].filter(([, times]) => times >= mostEnds).map(([blob]) => blob)
  }

  #flush(): void {
    this.#gathering = undefined
    this.#post({ kind: 'changed', accounts: [...this.#changed] })
    this.#changed.clear()
  }

  #ask(request: Request): Promise<Answer> {
    if (this.#closed) return Promise.reject(new Failure('unavailable', 'the search index is closed'))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post({ ...request, id })
      this.#worker?.ref()
    })
  }

  #post(message: ToWorker): void {
    this.#thread().postMessage(message)
  }

  /** The thread is started at its first use, and again after it has failed. */
  #thread(): Worker {
    if (this.#worker) return this.#worker
    const { source, freshnessMs = 5_000, log } = this.#options
    const workerData: SearchThreadData = {
      source,
      freshnessMs,
      reading: this.#reading,
      passedOver: this.#passedOver(),
    }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    // it keeps a program alive only while somebody waits for an answer
    worker.unref()
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error) => log.error('search.thread.failed', {}, error))
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      const failure = new Failure('unavailable', 'the search thread ended')
      for (const { reject } of this.#waiting.values()) reject(failure)
      this.#waiting.clear()
      this.#ended()
    })
    this.#worker = worker
    return worker
  }

  /** The thread failed: what it was reading is remembered, and the work is taken up again by itself. */
  #ended(): void {
    for (const blob of leftInHand(this.#reading)) {
      const times = (this.#ends.get(blob) ?? 0) + 1
      this.#ends.set(blob, times)
      if (times === mostEnds) this.#options.log.error('search.message.passed-over', { blob })
    }
    if (this.#closed || !this.#started) return
    this.#restart ??= setTimeout(() => {
      this.#restart = undefined
      this.#post({ kind: 'scan' })
    }, this.#restartMs).unref()
    this.#restartMs = Math.min(this.#restartMs * 2, lastRestartMs)
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'log') {
      this.#options.log[message.level](message.event, message.fields)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (message.kind === 'failed') waiting?.reject(new Failure('unavailable', `search failed: ${message.message}`))
    else waiting?.resolve(message)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#unsubscribe?.()
    this.#leaveTopic?.()
    clearTimeout(this.#gathering)
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (!worker) return
    worker.ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'close' } satisfies ToWorker)
    await ended
  }
}

/** The full-text index of a store. Nothing runs before `start` or the first request. */
export const createSearchIndex = (options: SearchIndexOptions): SearchIndex => new SearchThread(options)
