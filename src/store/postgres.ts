/**
 * The server engine: PostgreSQL through `pg`, pipelined. Each write is a transaction on its own connection (the server
 * groups the WAL flushes of those that commit together); writers of one account follow each other by the row lock that
 * `store.write` takes. Reads are REPEATABLE READ READ ONLY, so that they see one snapshot.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import {
  bindValues,
  builderFor,
  type Compiled,
  compileQuery,
  type Engine,
  type ParamValues,
  type QueryBuilder,
  type Reader,
  type SqlValue,
  type Statement,
  type Writer,
} from './engine.ts'

export interface PostgresOptions {
  readonly connectionString: string
  readonly log: Log
  /** Connections for writing, and as many again for reading. */
  readonly maxConnections?: number
  /** A transaction that sits idle longer than this is ended by the server. */
  readonly maxIdleInTransactionMs?: number
}

export interface PostgresEngine extends Engine {
  readonly dialect: 'postgres'
  readonly connectionString: string
}

type Build = (q: QueryBuilder) => Parameters<typeof compileQuery>[0]

/** Both engines give numbers for integers, 0 or 1 for truth, and plain byte arrays. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.BOOL, (text) => (text === 't' ? 1 : 0)],
  [pg.types.builtins.BYTEA, (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))],
])
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? pg.types.getTypeParser(oid, format as 'text'),
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** SQLSTATE classes that mean the server, not the statement: connection, resources, operator intervention. */
const isUnavailable = (error: unknown): boolean => {
  const code = codeOf(error)
  if (error instanceof pg.DatabaseError) return code !== undefined && /^(?:08|53|57P|58|25P03)/.test(code)
  return (
    (code !== undefined && /^E[A-Z_]+$/.test(code)) ||
    (error instanceof Error && /[Cc]onnection|timeout exceeded|not queryable|pool/.test(error.message))
  )
}

const unavailable = (cause: unknown): Failure =>
  new Failure('unavailable', 'the database server cannot be reached', { cause })

/** serialization_failure and deadlock_detected: the same work may succeed when it is done again. */
const isConflict = (error: unknown): boolean => {
  const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : undefined)
  return code === '40001' || code === '40P01'
}

const names = new Map<Compiled, string>()

/** Declared queries are prepared once per connection under a name of their own. */
const nameOf = (compiled: Compiled): string => {
  let name = names.get(compiled)
  if (!name) names.set(compiled, (name = `s${names.size + 1}`))
  return name
}

class Transaction implements Writer {
  readonly dialect = 'postgres'
  readonly #client: pg.PoolClient
  #open = true

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  end(): void {
    this.#open = false
  }

  async #send(query: pg.QueryConfig | pg.QueryArrayConfig): Promise<{ rows: unknown[]; changes: number }> {
    if (!this.#open) throw new Error('this transaction has ended')
    try {
      const { rows, rowCount } = await this.#client.query(query)
      return { rows, changes: rowCount ?? 0 }
    } catch (error) {
      // character_not_in_repertoire: a NUL, which no text of this server holds. Whoever sent it is told, not us.
      if (codeOf(error) === '22021')
        throw new Failure('invalid', 'a text holds a character that cannot be kept', { cause: error })
      throw isUnavailable(error) ? unavailable(error) : error
    }
  }

  #declared(compiled: Compiled, params: ParamValues): pg.QueryConfig {
    return { name: nameOf(compiled), text: compiled.sql, values: bindValues(compiled, params) }
  }

  #adHoc(build: Build): pg.QueryConfig {
    const { sql, fixed } = compileQuery(build(builderFor('postgres')))
    return { text: sql, values: [...fixed] }
  }

  // The types of rows are those that the statements declare.
  async all<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row[]> {
    return (await this.#send(this.#declared(query.compiled('postgres'), params))).rows as Row[]
  }
  async first<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return (await this.#send(this.#declared(query.compiled('postgres'), params))).rows[0] as Row | undefined
  }
  async tuples<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<SqlValue[][]> {
    const declared = this.#declared(query.compiled('postgres'), params)
    return (await this.#send({ ...declared, rowMode: 'array' })).rows as SqlValue[][]
  }
  async query<Row>(build: Build): Promise<Row[]> {
    return (await this.#send(this.#adHoc(build))).rows as Row[]
  }
  async run<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<{ changes: number }> {
    return { changes: (await this.#send(this.#declared(query.compiled('postgres'), params))).changes }
  }
  async insert<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<number | undefined> {
    const { rows } = await this.#send(this.#declared(query.compiled('postgres'), params))
    return (rows[0] as { id: number } | undefined)?.id
  }
  async execute(build: Build): Promise<{ changes: number }> {
    return { changes: (await this.#send(this.#adHoc(build))).changes }
  }
}

const beginRead = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
const beginWrite = 'BEGIN'
const maxAttempts = 6

class Server implements PostgresEngine {
  readonly dialect = 'postgres'
  readonly connectionString: string
  readonly #log: Log
  readonly #readers: pg.Pool
  readonly #writers: pg.Pool
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  constructor(options: PostgresOptions) {
    this.connectionString = options.connectionString
    this.#log = options.log
    const make = (): pg.Pool => {
      const pool = new pg.Pool({
        connectionString: options.connectionString,
        max: options.maxConnections ?? 12,
        connectionTimeoutMillis: 30_000,
        idleTimeoutMillis: 60_000,
        idle_in_transaction_session_timeout: options.maxIdleInTransactionMs ?? 30_000,
        // BEGIN travels with the first statement, and statements awaited together travel together
        pipeline: true,
        types,
        application_name: 'convergence',
      })
      // A connection that breaks while in use: the statement under way is told; without a listener the process would end.
      pool.on('connect', (client) => client.on('error', () => {}))
      // A connection that breaks while idle: the pool drops it, the next use opens another.
      pool.on('error', (error) => this.#log.warn('store.connection.lost', { message: error.message }))
      return pool
    }
    // Two pools: a read within a write must never wait for that write.
    this.#readers = make()
    this.#writers = make()
  }

  read<T>(fn: (tx: Reader) => Promise<T>): Promise<T> {
    return this.#track(() => this.#transaction(this.#readers, beginRead, fn, false))
  }

  write<T>(fn: (tx: Writer) => Promise<T>): Promise<T> {
    return this.#track(() => this.#retrying(fn))
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Failure('unavailable', 'the store is closed'))
    const running = work()
    this.#running.add(running)
    const done = () => this.#running.delete(running)
    running.then(done, done)
    return running
  }

  async #retrying<T>(fn: (tx: Writer) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transaction(this.#writers, beginWrite, fn, true)
      } catch (error) {
        if (!isConflict(error)) throw error
        if (attempt === maxAttempts) throw new Failure('unavailable', 'writers kept colliding', { cause: error })
        this.#log.debug('store.write.retried', { attempt })
        await sleep(Math.random() * 10 * 2 ** attempt)
      }
    }
  }

  async #connect(pool: pg.Pool): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw unavailable(error)
    }
  }

  async #transaction<T>(pool: pg.Pool, begin: string, fn: (tx: Writer) => Promise<T>, durable: boolean): Promise<T> {
    const client = await this.#connect(pool)
    const tx = new Transaction(client)
    // Not awaited: it goes out with the first statement. When it fails, so does that statement.
    let beginFailed: unknown
    client.query(begin).catch((error: unknown) => (beginFailed = error))
    try {
      const value = await fn(tx)
      tx.end()
      const end = client.query('COMMIT')
      if (durable) await this.#committed(end)
      this.#release(client, end)
      return value
    } catch (error) {
      tx.end()
      this.#release(client, client.query('ROLLBACK'))
      throw beginFailed !== undefined && isUnavailable(beginFailed) ? unavailable(beginFailed) : error
    }
  }

  /** COMMIT of a transaction in which a statement failed answers ROLLBACK, without an error. */
  async #committed(commit: Promise<pg.QueryResult>): Promise<void> {
    let command: string
    try {
      command = (await commit).command
    } catch (error) {
      throw isUnavailable(error) ? unavailable(error) : error
    }
    if (command !== 'COMMIT') throw new Error('a statement failed and the write went on: nothing was kept')
  }

  /** Gives the connection back once its last statement is answered; a broken one is thrown away. */
  #release(client: pg.PoolClient, last: Promise<unknown>): void {
    const released = last.then(
      () => client.release(),
      () => client.release(true),
    )
    this.#running.add(released)
    void released.finally(() => this.#running.delete(released))
  }

  async script(sql: string): Promise<void> {
    const client = await this.#connect(this.#writers)
    try {
      await client.query(sql)
    } finally {
      client.release()
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    while (this.#running.size > 0) await Promise.allSettled([...this.#running])
    await Promise.all([this.#readers.end(), this.#writers.end()])
  }
}

/** Connects lazily to a PostgreSQL server. The schema is not touched: see migrate.ts. */
export const createPostgresEngine = (options: PostgresOptions): PostgresEngine => new Server(options)
