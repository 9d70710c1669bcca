/** The PostgreSQL server of a test run (or of a benchmark alone), started at its first use. */
import { createHash } from 'node:crypto'
import { silentLog } from '#base/log.ts'
import { migrate } from '#store/migrate.ts'
import { migrations } from '#store/migrations/index.ts'
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

/** By what the migrations say, so that a server that stays never gives the schema of yesterday. */
const templateName = `migrated_${createHash('sha256')
  .update(JSON.stringify(migrations, (_, value: unknown) => (typeof value === 'function' ? String(value) : value)))
  .digest('hex')
  .slice(0, 16)}`

/** Every migration on an empty database, once; tests that look at them start from an empty one. */
const fill = async (connectionString: string): Promise<void> => {
  const engine = createPostgresEngine({ connectionString, log: silentLog })
  await migrate(engine, { log: silentLog })
  await engine.close()
}

export const postgresDriver: Driver = {
  name: 'postgres',
  open: async (options = {}) => {
    const server = await postgresServer()
    const template = (options.migrated ?? true) ? await server.template(templateName, fill) : undefined
    const connectionString = await server.database(template)
    const engine = createPostgresEngine({ connectionString, log: silentLog })
    const bench = await benchOf(engine, await temporaryFolder(), { migrated: false, connectionString })
    const close = async () => {
      await bench.close()
      await server.drop(connectionString)
    }
    return { ...bench, close }
  },
}
