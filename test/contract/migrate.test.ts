/** What the migration runner promises on every engine (store/migrate.ts). */

import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { appliedMigrations, migrate } from '#store/migrate.ts'
import { type Migration, migrations } from '#store/migrations/index.ts'
import { createPostgresEngine } from '#store/postgres.ts'
import { createSqliteEngine } from '#store/sqlite.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

const next = (id: number, ...statements: string[]): Migration => ({ id, name: `step${id}`, statements })

onEveryEngine('migration', (driver) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await driver.open({ migrated: false })
  })
  afterAll(() => bench?.close())

  const run = (list: readonly Migration[]) => migrate(bench.engine, { log: silentLog, migrations: list })
  const applied = () => bench.engine.read((tx) => appliedMigrations(tx))

  test('a new database gets everything, a second start changes nothing', async () => {
    expect(await applied()).toEqual([])
    expect(await run(migrations)).toEqual(migrations.map(({ name }) => name))
    expect(await run(migrations)).toEqual([])
    expect(await applied()).toEqual(migrations.map(({ id }) => id))
  })

  test('a migration that fails leaves the database as it was before it', async () => {
    const broken = [...migrations, next(100, 'CREATE TABLE half (id {bigint})', 'CREATE TABLE half (id {bigint})')]
    await expect(run(broken)).rejects.toThrow()
    expect(await applied()).toEqual(migrations.map(({ id }) => id))
    const repaired = [...migrations, next(100, 'CREATE TABLE half (id {bigint})')]
    expect(await run(repaired)).toEqual(['step100'])
  })

  test('two processes that start together apply each step once', async () => {
    const list = [...migrations, next(100), ...[101, 102, 103].map((id) => next(id, `CREATE TABLE t${id} (id {id})`))]
    const other = bench.connectionString
      ? createPostgresEngine({ connectionString: bench.connectionString, log: silentLog })
      : createSqliteEngine({ path: join(bench.folder, 'test.db'), log: silentLog })
    const outcomes = await Promise.all([run(list), migrate(other, { log: silentLog, migrations: list })])
    expect(outcomes.flat().sort()).toEqual(['step101', 'step102', 'step103'])
    await other.close()
  })

  test('a database of a newer program is refused', async () => {
    await expect(run(migrations)).rejects.toMatchObject({ code: 'unsupported' })
  })
})
