/**
 * The embedded engine: `node:sqlite` with a write-ahead log and `synchronous=FULL`. Writes are group commits (law 4):
 * what has queued runs in one transaction, each write in its own savepoint, and one fsync makes them all durable.
 * Reads run on connections of their own and see committed snapshots only.
 */
import { performance } from 'node:perf_hooks'
import { backup } from 'node:sqlite'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { Compiled, Engine, ParamValues, Reader, SqlValue, Statement, Writer } from './engine.ts'
import { type Build, SqliteConnection, sqliteBusy, sqliteCode } from './sqlite-connection.ts'
import { Checkpointer } from './sqlite-wal.ts'

export interface SqliteOptions {
  /** The database file; made when absent (its folder must exist). */
  readonly path: string
  readonly log: Log
  /** Most writes that share one commit. */
  readonly maxBatch?: number
  /** A batch takes no further write after this many milliseconds of work. */
  readonly maxBatchMs?: number
  /** A write that has not finished after this long (it awaits something that is not its transaction) is rolled back. */
  readonly maxWriteMs?: number
  /** Connections for reading. */
  readonly readers?: number
  /** For threads and tools that only look. */
  readonly readOnly?: boolean
}

export interface SqliteEngine extends Engine {
  readonly dialect: 'sqlite'
  readonly path: string
  /** Writes a consistent copy while the engine runs; resolves when it is complete. `progress` is told pages. */
  backup(to: string, progress?: (done: number, total: number) => void): Promise<void>
  /** Commits and writes so far: their ratio is what group commit gains. */
  readonly statistics: { readonly commits: number; readonly writes: number }
}

/** What a transaction's `fn` holds; after its end every call is refused. */
class Transaction implements Writer {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  #open = true

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  end(): void {
    this.#open = false
  }

  /** All calls are synchronous underneath; a promise is what both engines have in common. */
  async #use<T>(call: (connection: SqliteConnection) => T): Promise<T> {
    if (!this.#open) throw new Error('this transaction has ended')
    return call(this.#connection)
  }

  all<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row[]> {
    return this.#use((connection) => connection.all(query.compiled('sqlite'), params) as Row[])
  }
  first<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#use((connection) => connection.first(query.compiled('sqlite'), params) as Row | undefined)
  }
  tuples<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<SqlValue[][]> {
    return this.#use((connection) => connection.tuples(query.compiled('sqlite'), params))
  }
  query<Row>(build: Build): Promise<Row[]> {
    return this.#use((connection) => connection.query(build) as Row[])
  }
  run<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<{ changes: number }> {
    return this.#use((connection) => connection.run(query.compiled('sqlite'), params))
  }
  execute(build: Build): Promise<{ changes: number }> {
    return this.#use((connection) => connection.execute(build))
  }
}

/** A write that waits for its turn, and how to answer it once the outcome is durable. */
interface Job {
  readonly run: (tx: Writer) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const plain = (sql: string): Compiled => ({ sql, names: [], fixed: [] })
const begin = plain('BEGIN IMMEDIATE')
const commit = plain('COMMIT')
const rollback = plain('ROLLBACK')
const savepoint = plain('SAVEPOINT w')
const release = plain('RELEASE w')
const undo = plain('ROLLBACK TO w')
const beginRead = plain('BEGIN')

const none = {}
/** How long a batch tries to get the write lock from another process (a tool at work on the same file). */
const lockPatienceMs = 10_000

/** Runs queued writes, batch after batch. */
class GroupCommit {
  readonly #connection: SqliteConnection
  readonly #checkpointer: Checkpointer
  readonly #log: Log
  readonly #limits: { batch: number; batchMs: number; writeMs: number }
  #queue: Job[] = []
  #draining: Promise<void> | undefined
  commits = 0
  writes = 0

  constructor(connection: SqliteConnection, checkpointer: Checkpointer, options: SqliteOptions) {
    this.#connection = connection
    this.#checkpointer = checkpointer
    this.#log = options.log
    this.#limits = {
      batch: options.maxBatch ?? 256,
      batchMs: options.maxBatchMs ?? 8,
      writeMs: options.maxWriteMs ?? 10_000,
    }
  }

  add(job: Job): void {
    this.#queue.push(job)
    this.#draining ??= this.#drain()
  }

  /** Resolves when every write accepted so far has been answered. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // One turn of the event loop: sockets progress, and writes that arrive together meet in one batch.
      await nextTurn()
      await this.#checkpointer.writable()
      await this.#batch()
    }
    this.#draining = undefined
  }

  async #batch(): Promise<void> {
    const answers: (() => void)[] = []
    const taken: Job[] = []
    try {
      await this.#lock()
      const queue = this.#queue
      const start = performance.now()
      let next = 0
      while (next < queue.length && next < this.#limits.batch) {
        const job = queue[next++] as Job
        taken.push(job)
        answers.push(await this.#one(job))
        if (performance.now() - start > this.#limits.batchMs) break
      }
      queue.splice(0, next)
      this.#connection.run(commit, none)
    } catch (error) {
      this.#fail(taken, error)
      return
    }
    this.commits++
    this.writes += taken.length
    this.#checkpointer.committed()
    for (const answer of answers) answer()
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

  /** Runs one write in its savepoint. The answer is given later, after the commit. Throws only when the batch is lost. */
  async #one(job: Job): Promise<() => void> {
    const connection = this.#connection
    const tx = new Transaction(connection)
    connection.run(savepoint, none)
    try {
      const value = await this.#bounded(job.run(tx))
      tx.end()
      connection.run(release, none)
      return () => job.resolve(value)
    } catch (error) {
      tx.end()
      // Out of disk space or memory, SQLite may have rolled the whole transaction back: nobody's write survived.
      if (!connection.db.isTransaction) throw error
      connection.run(undo, none)
      connection.run(release, none)
      return () => job.reject(error)
    }
  }

  /** Guards the others against a write that awaits something which may never come. */
  async #bounded<T>(work: Promise<T>): Promise<T> {
    const limit = this.#limits.writeMs
    let timer: NodeJS.Timeout | undefined
    const expiry = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#log.error('store.write.stuck', { ms: limit })
        reject(new Error(`a write awaited something other than its transaction for ${limit} ms and was rolled back`))
      }, limit)
    })
    try {
      return await Promise.race([work, expiry])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The batch is lost: everyone in it learns so; when the lock could not be had, so does everyone who waits. */
  #fail(taken: Job[], cause: unknown): void {
    const lost = taken.length > 0 ? taken : this.#queue.slice()
    this.#queue = this.#queue.filter((job) => !lost.includes(job))
    this.#log.error('store.commit.failed', { writes: lost.length }, cause)
    try {
      if (this.#connection.db.isTransaction) this.#connection.run(rollback, none)
    } catch (error) {
      this.#log.error('store.rollback.failed', {}, error)
    }
    const failure = new Failure('unavailable', 'the write could not be made durable', { cause })
    for (const job of lost) job.reject(failure)
  }
}

/** Connections that only read, given out in the order they were asked for. */
class ReaderPool {
  readonly #open: () => SqliteConnection
  readonly #limit: number
  readonly #all: SqliteConnection[] = []
  readonly #free: SqliteConnection[] = []
  readonly #waiting: ((connection: SqliteConnection) => void)[] = []
  #closed = false

  constructor(open: () => SqliteConnection, limit: number) {
    this.#open = open
    this.#limit = limit
  }

  async use<T>(fn: (tx: Reader) => Promise<T>): Promise<T> {
    const connection = await this.#acquire()
    const tx = new Transaction(connection)
    try {
      connection.run(beginRead, none)
      return await fn(tx)
    } finally {
      tx.end()
      this.#release(connection)
    }
  }

  #acquire(): SqliteConnection | Promise<SqliteConnection> {
    if (this.#closed) throw new Failure('unavailable', 'the store is closed')
    const free = this.#free.pop()
    if (free) return free
    if (this.#all.length < this.#limit) {
      const made = this.#open()
      this.#all.push(made)
      return made
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #release(connection: SqliteConnection): void {
    if (connection.db.isOpen && connection.db.isTransaction) connection.run(commit, none)
    const next = this.#waiting.shift()
    if (next) next(connection)
    else if (this.#closed) connection.close()
    else this.#free.push(connection)
  }

  /** Free connections close now, those in use when their read ends. */
  close(): void {
    this.#closed = true
    for (const connection of this.#free.splice(0)) connection.close()
  }
}

/** Opens (or makes) a SQLite store. The schema is not touched: see migrate.ts. */
export const createSqliteEngine = (options: SqliteOptions): SqliteEngine => {
  const { path } = options
  const readOnly = options.readOnly ?? false
  const writer = new SqliteConnection(path, { readOnly, cacheKb: readOnly ? 2_048 : 65_536 })
  const checkpointer = new Checkpointer(writer, path, options.log)
  const writes = new GroupCommit(writer, checkpointer, options)
  const reads = new ReaderPool(
    () => new SqliteConnection(path, { readOnly: true, cacheKb: 8_192 }),
    options.readers ?? 8,
  )
  let closed = false
  return {
    dialect: 'sqlite',
    path,
    read: (fn) => reads.use(fn),
    write: <T>(fn: (tx: Writer) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (closed || readOnly) reject(new Failure('unavailable', closed ? 'the store is closed' : 'read-only'))
        // `resolve` gets back exactly what this `fn` returned
        else writes.add({ run: fn, resolve: (value) => resolve(value as T), reject })
      }),
    script: async (sql) => {
      await writes.idle()
      writer.db.exec(sql)
    },
    backup: async (to, progress) => {
      const source = new SqliteConnection(path, { readOnly: true, cacheKb: 2_048 })
      try {
        // A read transaction pins the snapshot: without it each commit meanwhile would start the copy again.
        source.db.exec('BEGIN; SELECT count(*) FROM sqlite_schema')
        await backup(source.db, to, {
          rate: 256,
          progress: ({ totalPages, remainingPages }) => progress?.(totalPages - remainingPages, totalPages),
        })
      } finally {
        source.close()
      }
    },
    get statistics() {
      return { commits: writes.commits, writes: writes.writes }
    },
    close: async () => {
      if (closed) return
      closed = true
      await writes.idle()
      await checkpointer.close()
      reads.close()
      writer.close()
    },
  }
}
