/**
 * The embedded engine: `node:sqlite` with a write-ahead log. Writes are group commits (sqlite-commit.ts) whose sync runs
 * beside the event loop (sqlite-durability.ts), and so do checkpoints (sqlite-wal.ts). Reads run on connections of
 * their own and see committed, durable snapshots only.
 */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { backup } from 'node:sqlite'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { type Engine, plainSql, type Reader, type Writer } from './engine.ts'
import { GroupCommit } from './sqlite-commit.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { Durability } from './sqlite-durability.ts'
import { SqliteTransaction } from './sqlite-transaction.ts'
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
  /** Octets of disk taken for the log at the start: a server that stays wants some 48 MB, a tool none. */
  readonly reserveLog?: number
  /** Connections for reading. */
  readonly readers?: number
}

export interface SqliteEngine extends Engine {
  readonly dialect: 'sqlite'
  readonly path: string
  /** Writes a consistent copy while the engine runs; resolves when it is complete. `progress` is told pages. */
  backup(to: string, progress?: (done: number, total: number) => void): Promise<void>
  /** Commits and writes so far: their ratio is what group commit gains. */
  readonly statistics: { readonly commits: number; readonly writes: number }
}

const begin = plainSql('BEGIN')
/** A transaction has its snapshot from the first row it looks at. */
const pin = plainSql('SELECT 1 FROM sqlite_schema LIMIT 1')
const end = plainSql('COMMIT')
const none = {}

const { nodeTiming } = performance

/**
 * Counts how often the event loop has asked the system for news. Whatever is done until it asks again answers news that
 * had all arrived before.
 */
const asked = (): number => nodeTiming.uvMetricsInfo.loopCount

/**
 * Connections that only read, given out in the order they were asked for. A snapshot costs several times what a row does,
 * so one that has served one read serves the next, as long as nothing was committed here and the event loop has not asked
 * for news again: what twenty clients have sent meanwhile is answered from one snapshot, and yet what another process has
 * written before it told anybody is always seen.
 */
class ReaderPool {
  readonly #path: string
  readonly #limit: number
  readonly #durability: Durability | undefined
  readonly #free: SqliteConnection[] = []
  readonly #waiting: ((connection: SqliteConnection) => void)[] = []
  readonly #commits: (() => number) | undefined
  /** In its snapshot still, used by nobody; which commit and which news it has seen. */
  #warm: SqliteConnection | undefined
  #seen = 0
  #asked = 0
  #cooling = false
  #made = 0
  /** One was opened in this turn. */
  #opened = false
  #closed = false

  /** `commits` counts what this process has committed; without it, others write, and each read takes its own snapshot. */
  constructor(path: string, limit: number, durability: Durability | undefined, commits?: () => number) {
    this.#path = path
    this.#limit = limit
    this.#durability = durability
    this.#commits = commits
  }

  async use<T>(fn: (tx: Reader) => Promise<T>): Promise<T> {
    const warm = this.#takeWarm()
    const connection = warm ?? (await this.#acquire())
    const tx = new SqliteTransaction(connection)
    let seen = -1
    let at = asked()
    try {
      if (warm) seen = this.#seen
      else {
        const taken = this.#snapshot(connection)
        seen = typeof taken === 'number' ? taken : await taken
        // it may have waited for a commit
        at = asked()
      }
      return await fn(tx)
    } finally {
      tx.end()
      if (seen !== this.#commits?.() || at !== asked() || !this.#keepWarm(connection, at)) this.#release(connection)
    }
  }

  /** A connection whose snapshot is the newest there is. */
  #takeWarm(): SqliteConnection | undefined {
    const warm = this.#warm
    if (!warm || this.#closed) return
    this.#warm = undefined
    if (this.#seen === this.#commits?.() && this.#asked === asked() && !this.#durability?.failure) return warm
    this.#release(warm)
    return
  }

  /** Keeps a connection in its snapshot until the event loop asks for news; false when it is wanted. */
  #keepWarm(connection: SqliteConnection, at: number): boolean {
    if (this.#warm || this.#closed || this.#waiting.length > 0) return false
    this.#warm = connection
    this.#seen = this.#commits?.() ?? 0
    this.#asked = at
    if (!this.#cooling) {
      this.#cooling = true
      // an open snapshot holds the log back
      setImmediate(() => {
        this.#cooling = false
        this.#cool()
      })
    }
    return true
  }

  #cool(): void {
    const warm = this.#warm
    this.#warm = undefined
    if (warm) this.#release(warm)
  }

  /** Takes a snapshot; tells how many commits of this process it has seen. */
  #snapshot(connection: SqliteConnection): Promise<number> | number {
    const take = (): number => {
      // the file may show what was refused
      if (this.#durability?.failure) throw this.#durability.failure
      connection.first(begin, none)
      connection.first(pin, none)
      return this.#commits?.() ?? 0
    }
    if (!this.#durability?.settled) return take()
    // taken by the sync's own callback: before the next commit can come
    return new Promise((resolve, reject) => {
      this.#durability?.whenDurable(() => {
        try {
          resolve(take())
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  #acquire(): SqliteConnection | Promise<SqliteConnection> {
    if (this.#closed) throw new Failure('unavailable', 'the store is closed')
    const free = this.#free.pop()
    if (free) return free
    if (this.#made < this.#limit && !this.#opened) return this.#open()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** A new connection reads the whole schema (two milliseconds): one is opened in a turn of the event loop, and no more. */
  #open(): SqliteConnection {
    const connection = new SqliteConnection(this.#path, { readOnly: true, cacheKb: 8_192 })
    this.#made++
    this.#opened = true
    setImmediate(() => {
      this.#opened = false
      this.#openForWaiting()
    })
    return connection
  }

  #openForWaiting(): void {
    if (this.#waiting.length === 0 || this.#made >= this.#limit || this.#closed) return
    try {
      this.#release(this.#open())
    } catch {
      // no more files for this process: those who wait are served by the connections there are
    }
  }

  #release(connection: SqliteConnection): void {
    if (connection.db.isTransaction) connection.first(end, none)
    const next = this.#waiting.shift()
    if (next) next(connection)
    else if (this.#closed) connection.close()
    else this.#free.push(connection)
  }

  /** Free connections close now, those in use when their read ends. */
  close(): void {
    this.#closed = true
    this.#cool()
    for (const connection of this.#free.splice(0)) connection.close()
  }
}

/** A consistent copy of the file while others write. */
const copy = async (path: string, to: string, progress?: (done: number, total: number) => void): Promise<void> => {
  const source = new SqliteConnection(path, { readOnly: true, cacheKb: 2_048 })
  try {
    // A read transaction holds the snapshot: without it each commit meanwhile would start the copy again.
    source.run(begin, none)
    source.first(pin, none)
    await backup(source.db, to, {
      rate: 256,
      progress: ({ totalPages, remainingPages }) => progress?.(totalPages - remainingPages, totalPages),
    })
  } finally {
    source.close()
  }
}

/** Less than the log needs to grow. */
const noRoom = 1024 * 1024

const isFull = (path: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize < noRoom
  } catch {
    return false
  }
}

/** Opens (or makes) a SQLite store. The schema is not touched: see migrate.ts. */
export const createSqliteEngine = (options: SqliteOptions): SqliteEngine => {
  const { path, log } = options
  const writer = new SqliteConnection(path, { readOnly: false, cacheKb: 8_192 })
  writer.first(pin, none)
  const durability = new Durability(path, options.reserveLog)
  const checkpointer = new Checkpointer(writer, path, log)
  const writes = new GroupCommit(writer, durability, checkpointer, log, {
    batch: options.maxBatch ?? 256,
    batchMs: options.maxBatchMs ?? 8,
    writeMs: options.maxWriteMs ?? 10_000,
    isFull: () => isFull(path),
  })
  const reads = new ReaderPool(path, options.readers ?? 8, durability, () => writes.commits)
  let closed = false
  return {
    dialect: 'sqlite',
    path,
    read: (fn) => reads.use(fn),
    write: <T>(fn: (tx: Writer) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (closed) reject(new Failure('unavailable', 'the store is closed'))
        // `resolve` gets back exactly what this `fn` returned
        else writes.add({ run: fn, resolve: (value) => resolve(value as T), reject })
      }),
    script: async (sql) => {
      await writes.idle()
      writer.db.exec(sql)
      await durability.sync(true)
    },
    backup: (to, progress) => copy(path, to, progress),
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
      durability.close()
    },
  }
}

/** The same file for threads and tools that only look; it must exist. */
export const createSqliteReader = (options: { path: string; readers?: number }): Engine => {
  const refused = async (): Promise<never> => {
    throw new Failure('unavailable', 'this engine only reads')
  }
  const reads = new ReaderPool(options.path, options.readers ?? 2, undefined)
  return {
    dialect: 'sqlite',
    read: (fn) => reads.use(fn),
    write: refused,
    script: refused,
    close: async () => reads.close(),
  }
}
