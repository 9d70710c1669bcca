/**
 * Group commit (law 4): writes queue; what has queued runs in one transaction, and one sync makes them all durable. While
 * that sync is under way the next transaction already runs.
 *
 * A savepoint for each write would cost every write a copy of each page it touches, for the sake of the few that fail. So
 * there is none: when a write fails that has changed something, the transaction is rolled back and all its writes run
 * once more, now each in its own savepoint. A write may therefore run twice, as it may on the server engine.
 */
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { plainSql, type Writer } from './engine.ts'
import { type SqliteConnection, sqliteBusy, sqliteCode, sqliteIo } from './sqlite-connection.ts'
import type { Durability } from './sqlite-durability.ts'
import { SqliteTransaction } from './sqlite-transaction.ts'
import type { Checkpointer } from './sqlite-wal.ts'

/** A write that waits for its turn, and how to answer it once the outcome is durable. */
export interface Job {
  readonly run: (tx: Writer) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface CommitLimits {
  /** Most writes that share one commit. */
  readonly batch: number
  /** A batch takes no further write after this many milliseconds of work at a stretch. */
  readonly batchMs: number
  /** A write that takes longer is rolled back: it awaits something that is not its transaction. */
  readonly writeMs: number
  /** The disk has no room left. */
  readonly isFull: () => boolean
}

const begin = plainSql('BEGIN IMMEDIATE')
const commit = plainSql('COMMIT')
const rollback = plainSql('ROLLBACK')
const savepoint = plainSql('SAVEPOINT w')
const release = plainSql('RELEASE w')
const undo = plainSql('ROLLBACK TO w')

const none = {}
/** How long a batch tries to get the write lock from another process (a tool at work on the same file). */
const lockPatienceMs = 10_000

/** When a sync takes longer than this, so much is waited for those who were answered by the last one. */
const slowMs = 4
const stragglersMs = 1

/** Writes of one transaction: those taken from the queue, and what to tell each once it is durable. */
interface Batch {
  readonly taken: Job[]
  readonly answers: (() => void)[]
  /** One of them has failed: each has its savepoint. */
  careful: boolean
  /** One of them has run anything but a SELECT. */
  wrote: boolean
}

const fullDisk = (cause: unknown): Error => Object.assign(new Error('the disk is full', { cause }), { code: 'ENOSPC' })

/** A write has taken too long: it is not tried again. */
class Stuck extends Error {}

export class GroupCommit {
  readonly #connection: SqliteConnection
  readonly #durability: Durability
  readonly #checkpointer: Checkpointer
  readonly #log: Log
  readonly #limits: CommitLimits
  readonly #queue: Job[] = []
  #draining: Promise<void> | undefined
  /** Ends the write that runs, and since when it does; `#watch` looks at it now and then. */
  #expire: ((error: Error) => void) | undefined
  #since = 0
  #watch: NodeJS.Timeout | undefined
  #arrived: (() => void) | undefined
  /** The last batch was one write, and nothing waited behind it: the next need not wait for company. */
  #lonely = false
  commits = 0
  writes = 0

  constructor(
    connection: SqliteConnection,
    durability: Durability,
    checkpointer: Checkpointer,
    log: Log,
    limits: CommitLimits,
  ) {
    this.#connection = connection
    this.#durability = durability
    this.#checkpointer = checkpointer
    this.#log = log
    this.#limits = limits
  }

  add(job: Job): void {
    this.#queue.push(job)
    this.#arrived?.()
    this.#draining ??= this.#drain()
  }

  /** Resolves when every write accepted so far has been answered. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining
  }

  async #drain(): Promise<void> {
    for (;;) {
      if (this.#queue.length > 0) {
        // One turn of the event loop: sockets progress, and writes that arrive together meet in one batch.
        if (!this.#lonely) await nextTurn()
        await this.#checkpointer.writable()
        await this.#round()
      } else if (this.#durability.settled) await this.#settledOrArrival().catch(() => {})
      else break
    }
    this.#draining = undefined
    clearTimeout(this.#watch)
    this.#watch = undefined
  }

  /** Resolves when the last commit is durable (rejects when it cannot be), or when another write has come. */
  #settledOrArrival(): Promise<void> {
    const arrival = new Promise<void>((resolve) => {
      this.#arrived = resolve
    })
    return Promise.race([this.#durability.settled, arrival]).finally(() => {
      this.#arrived = undefined
    })
  }

  async #round(): Promise<void> {
    const batch: Batch = { taken: [], answers: [], careful: false, wrote: false }
    try {
      if (this.#durability.failure) throw this.#durability.failure
      await this.#lock()
      let more = await this.#take(batch)
      // Before the last commit is durable this one must not be visible; what comes meanwhile joins it.
      while (this.#durability.settled) {
        if (more && this.#queue.length > 0) more = await this.#take(batch)
        else if (more) await this.#settledOrArrival()
        else await this.#durability.settled
        // Who has just been answered may come back at once: fewer, fuller commits. On a slow disk it pays to wait longer.
        await (this.#durability.typicalMs > slowMs ? sleep(stragglersMs) : nextTurn())
      }
      if (more) await this.#take(batch)
      this.#connection.run(commit, none)
    } catch (error) {
      this.#lose(batch.taken, error)
      return
    }
    this.#lonely = batch.taken.length === 1 && this.#queue.length === 0
    if (!batch.wrote) {
      // Nothing was changed, and what was there before is durable: there is nothing to wait for.
      for (const answer of batch.answers) answer()
      return
    }
    this.commits++
    this.writes += batch.taken.length
    this.#durability.sync(this.#checkpointer.busy).then(
      () => {
        for (const answer of batch.answers) answer()
      },
      (error: unknown) => this.#refuse(batch.taken, error),
    )
    this.#checkpointer.committed()
  }

  async #lock(): Promise<void> {
    const deadline = performance.now() + lockPatienceMs
    for (;;) {
      try {
        this.#connection.run(begin, none)
        return
      } catch (error) {
        if (sqliteCode(error) !== sqliteBusy || performance.now() > deadline) throw error
        await sleep(2)
      }
    }
  }

  /** Runs what has queued, within the limits; false when the batch is full. */
  async #take(batch: Batch): Promise<boolean> {
    const start = performance.now()
    let full = false
    while (!full) {
      const job = this.#queue.shift()
      if (!job) break
      batch.taken.push(job)
      if (batch.careful) batch.answers.push(await this.#carefully(batch, job))
      else if (!(await this.#one(batch, job))) await this.#again(batch)
      full = batch.taken.length >= this.#limits.batch || performance.now() - start > this.#limits.batchMs
    }
    return !full
  }

  /**
   * Runs one write. Its answer is given later, after the commit. False when it has failed and left traces; throws only
   * when the batch is lost.
   */
  async #one(batch: Batch, job: Job): Promise<boolean> {
    const tx = new SqliteTransaction(this.#connection)
    try {
      const value = await this.#bounded(job.run(tx))
      tx.end()
      batch.wrote ||= tx.wrote
      batch.answers.push(() => job.resolve(value))
      return true
    } catch (error) {
      tx.end()
      // Out of disk space or memory, SQLite may have rolled the whole transaction back: nobody's write survived.
      if (!this.#connection.db.isTransaction) throw error
      if (!tx.wrote) {
        batch.answers.push(() => job.reject(error))
        return true
      }
      // Alone it need not run again to be known to fail; one that was stuck would be stuck again.
      if (batch.taken.length === 1 || error instanceof Stuck) {
        batch.taken.pop()
        job.reject(error)
      }
      return false
    }
  }

  /** Undoes the transaction and runs its writes once more, each in a savepoint. */
  async #again(batch: Batch): Promise<void> {
    this.#connection.run(rollback, none)
    await this.#lock()
    batch.careful = batch.taken.length > 0
    batch.answers.length = 0
    for (const job of batch.taken) batch.answers.push(await this.#carefully(batch, job))
  }

  /** Runs one write in its savepoint: when it fails, it alone is undone. Throws only when the batch is lost. */
  async #carefully(batch: Batch, job: Job): Promise<() => void> {
    const connection = this.#connection
    const tx = new SqliteTransaction(connection)
    connection.run(savepoint, none)
    try {
      const value = await this.#bounded(job.run(tx))
      tx.end()
      batch.wrote ||= tx.wrote
      connection.run(release, none)
      return () => job.resolve(value)
    } catch (error) {
      tx.end()
      if (!connection.db.isTransaction) throw error
      connection.run(undo, none)
      connection.run(release, none)
      return () => job.reject(error)
    }
  }

  /** Guards the others against a write that awaits something which may never come. */
  #bounded<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#since = performance.now()
      this.#expire = reject
      // One timer for all writes: made for each it would cost as much as a statement.
      this.#watch ??= setTimeout(() => this.#look(), this.#limits.writeMs)
      const ended = (): void => {
        if (this.#expire === reject) this.#expire = undefined
      }
      work.then(
        (value) => {
          ended()
          resolve(value)
        },
        (error: unknown) => {
          ended()
          reject(error)
        },
      )
    })
  }

  /** Ends the write that runs when its time is up, and looks again when it may be. */
  #look(): void {
    this.#watch = undefined
    const expire = this.#expire
    if (!expire) return
    const { writeMs } = this.#limits
    const left = writeMs - (performance.now() - this.#since)
    if (left > 0) {
      this.#watch = setTimeout(() => this.#look(), left)
      return
    }
    this.#expire = undefined
    this.#log.error('store.write.stuck', { ms: writeMs })
    expire(new Stuck(`a write awaited something other than its transaction for ${writeMs} ms and was rolled back`))
  }

  /** The batch is lost before its commit; when the lock could not be had, so is everyone who waits. */
  #lose(taken: Job[], cause: unknown): void {
    const lost = taken.length > 0 ? taken : this.#queue.splice(0)
    try {
      if (this.#connection.db.isTransaction) this.#connection.run(rollback, none)
    } catch (error) {
      this.#log.error('store.rollback.failed', {}, error)
    }
    this.#refuse(lost, cause)
  }

  #refuse(lost: readonly Job[], cause: unknown): void {
    this.#log.error('store.commit.failed', { writes: lost.length }, cause)
    // Out of room SQLite says "disk I/O error" as often as "full": who was refused should be told which it is.
    const full = sqliteCode(cause) === sqliteIo && this.#limits.isFull()
    const why = full ? fullDisk(cause) : cause
    const failure = new Failure('unavailable', 'the write could not be made durable', { cause: why })
    for (const job of lost) job.reject(failure)
  }
}
