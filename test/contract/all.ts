/** Runs one suite on every driver that this machine has; a driver that it has not is a stated skip. */
import { afterAll, describe } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createPostgresEngine } from '#store/postgres.ts'
import { benchOf, type Driver, sqliteDriver, temporaryFolder } from './drivers.ts'
import { type PostgresServer, postgresMissing, startPostgres } from './postgres.ts'

let server: Promise<PostgresServer> | undefined

/** The server of this test file, started at its first use and stopped at its end. */
export const postgresServer = (): Promise<PostgresServer> => (server ??= startPostgres())

export const postgresDriver: Driver = {
  name: 'postgres',
  open: async (options = {}) => {
    const connectionString = await (await postgresServer()).database()
    const engine = createPostgresEngine({ connectionString, log: silentLog })
    return benchOf(engine, await temporaryFolder(), { ...options, connectionString })
  },
}

/** Describes a suite once per engine. Call it at the top of a test file. */
export const onEveryEngine = (subject: string, suite: (driver: Driver) => void): void => {
  describe(`${subject} on sqlite`, () => suite(sqliteDriver))
  const missing = postgresMissing()
  if (missing) describe.skip(`${subject} on postgres (${missing})`, () => suite(postgresDriver))
  else describe(`${subject} on postgres`, () => suite(postgresDriver))
  afterAll(async () => {
    const running = await server
    server = undefined
    await running?.stop()
  })
}
