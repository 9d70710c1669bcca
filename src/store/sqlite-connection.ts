/** One connection to a SQLite file: settings and prepared statements. Everything here is synchronous. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { bindValues, type Compiled, type ParamValues, type SqlValue } from './engine.ts'

/** Ad-hoc queries (filters whose shape varies) keep this many prepared statements; declared ones are all kept. */
const maxAdHoc = 200

/** Slots given to declared statements so far: the same on all connections. */
let slots = 0

interface Prepared {
  objects: StatementSync | undefined
  arrays: StatementSync | undefined
}

export interface ConnectionOptions {
  readonly readOnly: boolean
  /** Page cache of this connection, in kB. */
  readonly cacheKb: number
}

export class SqliteConnection {
  readonly db: DatabaseSync
  /** By slot. */
  readonly #declared: (Prepared | undefined)[] = []
  readonly #adHoc = new Map<string, Prepared>()

  constructor(path: string, options: ConnectionOptions) {
    this.db = new DatabaseSync(path, {
      readOnly: options.readOnly,
      // Waiting for another process here would block the event loop: the engine retries by itself.
      timeout: 0,
      enableForeignKeyConstraints: false,
    })
    if (!options.readOnly) {
      // NORMAL: the log is synced by sqlite-durability.ts before anybody is answered, off the event loop
      this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      // Checkpoints run in their own thread (sqlite-checkpoint.ts); savepoints keep their undo pages in memory.
      this.db.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY')
    }
    this.db.exec(`PRAGMA cache_size = -${options.cacheKb}; PRAGMA mmap_size = 1073741824`)
  }

  #preparedFor(compiled: Compiled): Prepared {
    compiled.slot ??= slots++
    return (this.#declared[compiled.slot] ??= { objects: undefined, arrays: undefined })
  }

  #preparedAdHoc(sql: string): Prepared {
    let prepared = this.#adHoc.get(sql)
    if (prepared) this.#adHoc.delete(sql)
    else {
      prepared = { objects: undefined, arrays: undefined }
      const oldest = this.#adHoc.size >= maxAdHoc ? this.#adHoc.keys().next().value : undefined
      if (oldest !== undefined) this.#adHoc.delete(oldest)
    }
    this.#adHoc.set(sql, prepared)
    return prepared
  }

  #objects(prepared: Prepared, sql: string): StatementSync {
    return (prepared.objects ??= this.db.prepare(sql))
  }

  #arrays(prepared: Prepared, sql: string): StatementSync {
    if (prepared.arrays) return prepared.arrays
    const made = this.db.prepare(sql)
    made.setReturnArrays(true)
    return (prepared.arrays = made)
  }

  all(compiled: Compiled, params: ParamValues): Record<string, unknown>[] {
    const values = bindValues(compiled, params)
    return this.#objects(this.#preparedFor(compiled), compiled.sql).all(...values)
  }

  first(compiled: Compiled, params: ParamValues): Record<string, unknown> | undefined {
    const values = bindValues(compiled, params)
    return this.#objects(this.#preparedFor(compiled), compiled.sql).get(...values)
  }

  tuples(compiled: Compiled, params: ParamValues): SqlValue[][] {
    const values = bindValues(compiled, params)
    // the declared type knows nothing of setReturnArrays
    return this.#arrays(this.#preparedFor(compiled), compiled.sql).all(...values) as unknown[] as SqlValue[][]
  }

  run(compiled: Compiled, params: ParamValues): { changes: number } {
    const values = bindValues(compiled, params)
    return { changes: Number(this.#objects(this.#preparedFor(compiled), compiled.sql).run(...values).changes) }
  }

  /** The number of the row that was inserted; undefined when none was. */
  insert(compiled: Compiled, params: ParamValues): number | undefined {
    const values = bindValues(compiled, params)
    const { changes, lastInsertRowid } = this.#objects(this.#preparedFor(compiled), compiled.sql).run(...values)
    return changes === 0 ? undefined : Number(lastInsertRowid)
  }

  query(compiled: Compiled): Record<string, unknown>[] {
    return this.#objects(this.#preparedAdHoc(compiled.sql), compiled.sql).all(...compiled.fixed)
  }

  execute(compiled: Compiled): { changes: number } {
    const { changes } = this.#objects(this.#preparedAdHoc(compiled.sql), compiled.sql).run(...compiled.fixed)
    return { changes: Number(changes) }
  }

  close(): void {
    this.#declared.length = 0
    this.#adHoc.clear()
    if (this.db.isOpen) this.db.close()
  }
}

/** SQLite's primary result code of an error that node:sqlite threw, or undefined. */
export const sqliteCode = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

export const sqliteBusy = 5
export const sqliteIo = 10
