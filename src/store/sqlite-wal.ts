/** Decides when the write-ahead log is moved into the database, and has it done by the thread of `sqlite-checkpoint.ts`. */
import { Worker } from 'node:worker_threads'
import type { Log } from '#base/log.ts'
import { plainSql } from './engine.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

interface Outcome {
  readonly log: number
  readonly checkpointed: number
  readonly error?: string
}

/** Frames of the log, which are pages of 4 kB. */
const worthwhile = 2_000
/** The log starts again at its beginning only when a checkpoint has seen its end: above this, writers hold still for one. */
const tooLong = 10_000

const look = plainSql('PRAGMA wal_checkpoint(NOOP)')

export class Checkpointer {
  readonly #writer: SqliteConnection
  readonly #path: string
  readonly #log: Log
  #worker: Worker | undefined
  #running: Promise<Outcome> | undefined
  #answer: ((outcome: Outcome) => void) | undefined
  #holding = false
  #holdAbove = tooLong
  #unseen = 0

  constructor(writer: SqliteConnection, path: string, log: Log) {
    this.#writer = writer
    this.#path = path
    this.#log = log
  }

  /** True while pages are being copied: the disk is at work. */
  get busy(): boolean {
    return this.#running !== undefined
  }

  /** Called after each commit: a look now and then, a checkpoint when the log has grown. */
  committed(): void {
    if (this.#running || ++this.#unseen < 16) return
    this.#unseen = 0
    const { log = 0, checkpointed = 0 } = (this.#writer.first(look, {}) ?? {}) as Partial<Outcome>
    const hold = log >= this.#holdAbove
    if (log - checkpointed < worthwhile && !hold) return
    this.#holding = hold
    void this.#checkpoint()
  }

  /** Resolves when the next batch may begin: at once, but for the rare checkpoint that must see the log's end. */
  async writable(): Promise<void> {
    if (!this.#holding) return
    // The first pass ran beside writers; nearly nothing is left for the second, which runs alone.
    await this.#running
    const { log, checkpointed } = await this.#checkpoint()
    this.#holding = false
    // A read that has gone on for long keeps its pages in the log: holding writers again at once would not help.
    this.#holdAbove = checkpointed < log ? log + tooLong : tooLong
    if (checkpointed < log) this.#log.warn('store.log.held', { pages: log, copied: checkpointed })
  }

  #checkpoint(): Promise<Outcome> {
    this.#running ??= new Promise<Outcome>((resolve) => {
      this.#answer = (outcome) => {
        this.#running = undefined
        this.#answer = undefined
        this.#worker?.unref()
        if (outcome.error !== undefined) this.#log.warn('store.checkpoint.failed', { message: outcome.error })
        resolve(outcome)
      }
      const worker = this.#thread()
      // writers may wait for it: the program must not end before
      worker.ref()
      worker.postMessage('checkpoint')
    })
    return this.#running
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./sqlite-checkpoint.ts', import.meta.url), { workerData: { path: this.#path } })
    worker.unref()
    const gone = (message: string) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#answer?.({ log: 0, checkpointed: 0, error: message })
    }
    worker.on('message', (outcome: Outcome) => this.#answer?.(outcome))
    worker.on('error', (error) => gone(error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => gone(`the checkpoint thread ended with ${code}`))
    this.#worker = worker
    return worker
  }

  async close(): Promise<void> {
    await this.#running
    const worker = this.#worker
    this.#worker = undefined
    if (!worker) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('close')
    worker.ref()
    await ended
  }
}
