/** From the embedded engine to a server and back: the same accounts, the same messages, and life goes on. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { checkAccount } from '#domain/mail/check.ts'
import { createAccount, findAccount } from '#domain/people/accounts.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { takeBackup } from '#server/backup/backup.ts'
import { importTables } from '#server/backup/tables.ts'
import { examineBlobs, findOrphans } from '#server/cli/doctor.ts'
import { loadConfig } from '#server/config.ts'
import { fillDemo } from '#server/demo/fill.ts'
import { type House, openHouse } from '#server/house.ts'
import { postgresServer } from '../contract/all.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { postgresMissing } from '../contract/postgres.ts'
import { stopPostgres } from '../contract/server.ts'

afterAll(stopPostgres)
const missing = postgresMissing()

const open = async (data: string, database: string): Promise<House> => {
  const environment = { CONVERGENCE_DATABASE: database, CONVERGENCE_DOMAINS: 'ecole.test' }
  return openHouse(loadConfig({ data, environment, folder: data }), silentLog, { role: 'server' })
}

const problemsOf = async (house: House): Promise<string[]> => {
  const accounts = await house.store.read((tx) => tx.query((q) => q.selectFrom('account').select('id')))
  const found = [...(await findOrphans(house)), ...(await examineBlobs(house, false, () => {}))]
  for (const { id } of accounts) found.push(...(await house.store.read((tx) => checkAccount(tx, id))))
  return found
}

test.skipIf(missing)(
  `the demonstration moves to PostgreSQL and back${missing ? ` (${missing})` : ''}`,
  async () => {
    const folder = await temporaryFolder()
    const embedded = await open(join(folder, 'a'), 'sqlite')
    const { password } = await fillDemo(embedded, undefined, () => {})
    const first = join(folder, 'first')
    await takeBackup(embedded, { folder: first, portable: true, progress: () => {} })
    await embedded.close()

    const database = await (await postgresServer()).database()
    const server = await open(join(folder, 'b'), database)
    await importTables(server.store.engine, join(first, 'tables'), () => {})
    expect(await problemsOf(server)).toEqual([])
    const service = { service: 'web', ip: '192.0.2.1' } as const
    expect((await verifyPassword(server.people, { login: 'anne.martin', password, ...service })).login).toBe(
      'anne.martin',
    )
    await createAccount(server.people, 'test', { login: 'zoe', name: 'Zoé', password: 'Cascade-de-neige-42' })
    const second = join(folder, 'second')
    await takeBackup(server, { folder: second, portable: false, progress: () => {} })
    await server.close()

    const back = await open(join(folder, 'c'), 'sqlite')
    await importTables(back.store.engine, join(second, 'tables'), () => {})
    expect(await problemsOf(back)).toEqual([])
    expect((await back.store.read((tx) => findAccount(tx, 'zoe'))).email).toBe('zoe@ecole.test')
    await back.close()
  },
  180_000,
)
