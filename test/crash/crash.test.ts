/** A few rounds of crash.ts in the ordinary test run; `test/crash/run.ts` does as many as one likes. */
import { afterAll, describe, expect, test } from 'vitest'
import { postgresServer } from '../contract/all.ts'
import { postgresMissing } from '../contract/postgres.ts'
import { type CrashRig, createCrashRig } from './crash.ts'

const rounds = [120, 400, 900]

const suite = (database: () => Promise<string | undefined>): void => {
  let rig: CrashRig | undefined
  afterAll(() => rig?.close())

  test('nothing acknowledged is lost or doubled when the server is killed under load', {
    timeout: 300_000,
  }, async () => {
    rig = await createCrashRig(await database())
    let verified = 0
    for (const milliseconds of rounds) verified = await rig.round(milliseconds)
    expect(verified).toBeGreaterThan(0)
  })

  test('a backup taken under load is whole, and restores', { timeout: 300_000 }, async () => {
    const own = await createCrashRig(await database())
    try {
      const { before, during } = await own.backup(800, await database())
      expect(before).toBeGreaterThan(0)
      expect(during).toBeGreaterThan(0)
    } finally {
      await own.close()
    }
  })
}

describe('killed on sqlite', () => suite(async () => undefined))
const missing = postgresMissing()
const onPostgres = (): void => {
  afterAll(async () => (await postgresServer()).stop())
  suite(async () => (await postgresServer()).database())
}
if (missing) describe.skip(`killed on postgres (${missing})`, onPostgres)
else describe('killed on postgres', onPostgres)
