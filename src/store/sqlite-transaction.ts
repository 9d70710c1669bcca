/** What the `fn` of a read or a write holds: calls on one connection, refused once the transaction has ended. */
import type { ParamValues, SqlValue, Statement, Writer } from './engine.ts'
import type { Build, SqliteConnection } from './sqlite-connection.ts'

export class SqliteTransaction implements Writer {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  #open = true

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  end(): void {
    this.#open = false
  }

  /** The connection while the transaction lasts. */
  #live(): SqliteConnection {
    if (!this.#open) throw new Error('this transaction has ended')
    return this.#connection
  }

  // Every call is synchronous underneath; a promise is what both engines have in common.
  async all<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row[]> {
    return this.#live().all(query.compiled('sqlite'), params) as Row[]
  }
  async first<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#live().first(query.compiled('sqlite'), params) as Row | undefined
  }
  async tuples<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<SqlValue[][]> {
    return this.#live().tuples(query.compiled('sqlite'), params)
  }
  async query<Row>(build: Build): Promise<Row[]> {
    return this.#live().query(build) as Row[]
  }
  async run<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<{ changes: number }> {
    return this.#live().run(query.compiled('sqlite'), params)
  }
  async execute(build: Build): Promise<{ changes: number }> {
    return this.#live().execute(build)
  }
}
