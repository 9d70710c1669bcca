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
