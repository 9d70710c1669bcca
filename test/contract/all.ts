/** Runs one suite on every driver that this machine has; a driver that it has not is a stated skip. */
import { afterAll, describe } from 'vitest'
import { type Driver, sqliteDriver } from './drivers.ts'
import { postgresMissing } from './postgres.ts'
import { postgresDriver, stopPostgres } from './server.ts'

export { postgresDriver, postgresServer } from './server.ts'

/** Describes a suite once per engine. Call it at the top of a test file. */
export const onEveryEngine = (subject: string, suite: (driver: Driver) => void): void => {
  describe(`${subject} on sqlite`, () => suite(sqliteDriver))
  const missing = postgresMissing()
  if (missing) describe.skip(`${subject} on postgres (${missing})`, () => suite(postgresDriver))
  else describe(`${subject} on postgres`, () => suite(postgresDriver))
  afterAll(stopPostgres)
}
