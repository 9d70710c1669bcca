/** What the `fn` of a read or a write holds: calls on one connection, refused once the transaction has ended. */
import {
  builderFor,
  type Compiled,
  compileQuery,
  type ParamValues,
  type QueryBuilder,
  type SqlValue,
  type Statement,
  type Writer,
} from './engine.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** `query` as Kysely gives it. */
type Build = (q: QueryBuilder) => Parameters<typeof compileQuery>[0]

const compiledNow = (build: Build): Compiled => compileQuery(build(builderFor('sqlite')))

export class SqliteTransaction implements Writer {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  #open = true
  /** It has run something that may have changed rows. */
  wrote = false

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  end(): void {
    this.#open = false
  }

  /** The connection while the transaction lasts, for this statement. */
  #live({ reads }: Compiled): SqliteConnection {
    if (!this.#open) throw new Error('this transaction has ended')
    if (!reads) this.wrote = true
    return this.#connection
  }

  // Every call is synchronous underneath; a promise is what both engines have in common.
  async all<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row[]> {
    const compiled = query.compiled('sqlite')
    return this.#live(compiled).all(compiled, params) as Row[]
  }
  async first<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row | undefined> {
    const compiled = query.compiled('sqlite')
    return this.#live(compiled).first(compiled, params) as Row | undefined
  }
  async tuples<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<SqlValue[][]> {
    const compiled = query.compiled('sqlite')
    return this.#live(compiled).tuples(compiled, params)
  }
  async query<Row>(build: Build): Promise<Row[]> {
    const compiled = compiledNow(build)
    return this.#live(compiled).query(compiled) as Row[]
  }
  async run<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<{ changes: number }> {
    const compiled = query.compiled('sqlite')
    return this.#live(compiled).run(compiled, params)
  }
  async insert<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<number | undefined> {
    const compiled = query.compiled('sqlite')
    return this.#live(compiled).insert(compiled, params)
  }
  async execute(build: Build): Promise<{ changes: number }> {
    const compiled = compiledNow(build)
    return this.#live(compiled).execute(compiled)
  }
}
