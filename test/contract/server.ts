/** One PostgreSQL server per test file or benchmark, started at its first use. */
import { silentLog } from '#base/log.ts'
import { createPostgresEngine } from '#store/postgres.ts'
import { benchOf, type Driver, temporaryFolder } from './drivers.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

let server: Promise<PostgresServer> | undefined

/** The server of this test file; `durable` keeps fsync on (only the first call decides). */
export const postgresServer = (options: { durable?: boolean } = {}): Promise<PostgresServer> =>
  (server ??= startPostgres(options))

/** Stops the server when one was started. */
export const stopPostgres = async (): Promise<void> => {
  const running = await server
  server = undefined
  await running?.stop()
}

export const postgresDriver: Driver = {
  name: 'postgres',
  open: async (options = {}) => {
    const connectionString = await (await postgresServer()).database()
    const engine = createPostgresEngine({ connectionString, log: silentLog })
    return benchOf(engine, await temporaryFolder(), { ...options, connectionString })
  },
}
