/** The search index as the rest of the program sees it: requests to the search thread, and news of changes for it. */
import { Worker } from 'node:worker_threads'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { Bus } from '../bus/bus.ts'
import { typeBit } from '../changes.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import type { Passage, SearchBound, SearchExpression, SearchIndex, SearchOptions, StoredEmail } from './search.ts'
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

type Answer = Extract<FromWorker, { kind: 'answer' | 'passage' }>

type Request =
  | { kind: 'query'; account: number; expression: SearchExpression; prefix: boolean; last: SearchBound | undefined }
  | { kind: 'passage'; email: StoredEmail; words: readonly string[]; withinMs: number }
  | { kind: 'caughtUp' | 'rebuild'; account: number }

class SearchThread implements SearchIndex {
  readonly #options: SearchIndexOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #changed = new Set<number>()
  #worker: Worker | undefined
  #lastId = 0
  #gathering: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined
  #closed = false

  constructor(options: SearchIndexOptions) {
    this.#options = options
  }

  start(): void {
    const email = typeBit('Email')
    this.#unsubscribe ??= this.#options.bus.subscribeAll(({ account, types }) => {
      if ((types & email) === 0) return
      this.#changed.add(account)
      this.#gathering ??= setTimeout(() => this.#flush(), this.#options.gatherMs ?? 1_000).unref()
    })
    this.#post({ kind: 'scan' })
  }

  async query(account: number, expression: SearchExpression, options: SearchOptions = {}): Promise<number[]> {
    const { prefix = true, last } = options
    const answer = await this.#ask({ kind: 'query', account, expression, prefix, last })
    return answer.kind === 'answer' ? Array.from(answer.ids) : []
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
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { source, freshnessMs } })
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
    })
    this.#worker = worker
    return worker
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
    clearTimeout(this.#gathering)
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
