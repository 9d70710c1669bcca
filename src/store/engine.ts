/**
 * The seam between the store and a database engine: four methods (STYLE 7). The core knows no driver; `sqlite.ts` and
 * `postgres.ts` implement it and only `server/` imports them.
 *
 * Kysely is the typed query compiler and nothing more: a `statement` is built once, compiled once per dialect and then
 * run raw with its parameters by name, which costs a fifth of running it through a query builder each time.
 */
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type LimitNode,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Database } from './schema.ts'

export type DialectName = 'sqlite' | 'postgres'

/** A value that a column can hold. */
export type SqlValue = string | number | null | Uint8Array

export type ParamValues = Record<string, SqlValue>

/** Placeholders with the types of the values they stand for. */
export type Params<P extends ParamValues> = { readonly [K in keyof P]: P[K] }

export type QueryBuilder = Kysely<Database>

interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** SQL text and its parameters; `names[i]` is the name of parameter i, or undefined when its value is fixed. */
export interface Compiled {
  readonly sql: string
  readonly names: readonly (string | undefined)[]
  readonly fixed: readonly SqlValue[]
  /** It changes nothing. */
  readonly reads: boolean
  /** Where a connection keeps it prepared; given at its first use, to declared statements only. */
  slot?: number
}

/** A query that is compiled once per dialect: `P` are its named parameters, `Row` what it returns. */
export interface Statement<P extends ParamValues, Row> {
  compiled(dialect: DialectName): Compiled
  /** Never set: carries the types. */
  readonly types?: { readonly params: P; readonly row: Row }
}

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * SQLite plans a bare `limit ?` by the value that is bound, and so it prepares the whole statement anew each time it is
 * run: that takes longer than most statements themselves. An expression it takes as it comes.
 */
class SqliteCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    super.visitLimit(node)
    this.append(' + 0')
  }
}

const sqliteBuilder: QueryBuilder = new Kysely<Database>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteCompiler(),
  },
})

const postgresBuilder: QueryBuilder = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** The query builder of a dialect; it compiles and never runs. */
export const builderFor = (dialect: DialectName): QueryBuilder =>
  dialect === 'sqlite' ? sqliteBuilder : postgresBuilder

const placeholders = new Proxy({} as Record<string, Placeholder>, {
  get: (_target, name) => new Placeholder(String(name)),
})

/** Compiled form of a query built by Kysely. */
export const compileQuery = (query: Compilable<unknown>): Compiled => {
  const { sql, parameters } = query.compile()
  return {
    sql,
    names: parameters.map((value) => (value instanceof Placeholder ? value.name : undefined)),
    fixed: parameters.map((value) => (value instanceof Placeholder ? null : (value as SqlValue))),
    reads: sql.startsWith('select '),
  }
}

/** Plain SQL without parameters. */
export const plainSql = (sql: string, reads = false): Compiled => ({ sql, names: [], fixed: [], reads })

/** The values of a compiled query's parameters, in order. Throws TypeError when one is missing. */
export const bindValues = (compiled: Compiled, params: ParamValues): SqlValue[] => {
  const { names, fixed } = compiled
  const values: SqlValue[] = new Array(names.length)
  for (let i = 0; i < names.length; i++) {
    const name = names[i]
    if (name === undefined) values[i] = fixed[i] as SqlValue
    else {
      const value = params[name]
      if (value === undefined) throw new TypeError(`parameter ${name} is missing: ${compiled.sql}`)
      values[i] = value
    }
  }
  return values
}

/**
 * Declares a query:
 * `statement((q, p: Params<{ account: number }>) => q.selectFrom('mailbox').selectAll().where('account_id', '=', p.account))`.
 * It is built and compiled at the first use on each dialect.
 */
export const statement = <P extends ParamValues, Row>(
  build: (q: QueryBuilder, p: Params<P>, dialect: DialectName) => Compilable<Row>,
): Statement<P, Row> => {
  // The proxy answers each name with a placeholder, which the compiler passes through as a parameter.
  const compile = (dialect: DialectName): Compiled =>
    compileQuery(build(builderFor(dialect), placeholders as never, dialect))
  let sqlite: Compiled | undefined
  let postgres: Compiled | undefined
  return {
    compiled: (dialect) => (dialect === 'sqlite' ? (sqlite ??= compile(dialect)) : (postgres ??= compile(dialect))),
  }
}

export interface Reader {
  readonly dialect: DialectName
  /** All rows, as objects. */
  all<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row[]>
  /** The first row, or undefined. */
  first<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row | undefined>
  /** All rows as arrays in the order of the selected columns: four times faster than objects, for bulk reads. */
  tuples<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<SqlValue[][]>
  /** A query built on the fly (filters whose shape varies). */
  query<Row>(build: (q: QueryBuilder) => Compilable<Row>): Promise<Row[]>
}

export interface Writer extends Reader {
  /** Runs a statement that returns no rows; `changes` is the number of rows it touched. */
  run<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<{ changes: number }>
  /**
   * Runs an INSERT of one row into a table that numbers its rows, and returns the number; undefined when nothing was
   * inserted. On the server engine the statement ends with RETURNING id; on SQLite that would cost as much again as the
   * insertion.
   */
  insert<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<number | undefined>
  execute(build: (q: QueryBuilder) => Compilable<unknown>): Promise<{ changes: number }>
}

/**
 * A database engine. `read` sees one consistent snapshot of committed data. `write` resolves only when its transaction
 * is durable (law 3); it may share one durable commit with others (law 4), so `fn` must await nothing but its `tx`. A write
 * that throws leaves no trace. `fn` may run more than once before it is answered: its result is the last run's, and
 * whatever it gathers it must gather anew each time.
 */
export interface Engine {
  readonly dialect: DialectName
  read<T>(fn: (tx: Reader) => Promise<T>): Promise<T>
  write<T>(fn: (tx: Writer) => Promise<T>): Promise<T>
  /** Runs a script of plain statements outside any transaction (pragmas, maintenance). */
  script(sql: string): Promise<void>
  close(): Promise<void>
}
