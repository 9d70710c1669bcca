/** A store of the version before places without a hash: its files are still read, named by their rows, and swept. */
import { randomBytes } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { migrate } from '#store/migrate.ts'
import { migrations } from '#store/migrations/index.ts'
import { sweepOrphans } from '#store/sweep.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

onEveryEngine('the upgrade to random places', (driver) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await driver.open({ migrated: false })
    await migrate(bench.engine, { log: silentLog, migrations: migrations.filter(({ id }) => id < 29) })
  })
  afterAll(() => bench?.close())

  const attach = (pending: PendingBlob): Promise<number> => bench.engine.write((tx) => bench.blobs.attach(tx, pending))

  /** As the older program placed them: under a name that holds the hash. */
  const streamed = async (bytes: Uint8Array): Promise<PendingBlob> => {
    const sink = bench.blobs.receive()
    await sink.write(bytes)
    return sink.finish()
  }

  test('old and new files are kept while a row names them, by the index where there is no hash', async () => {
    const [old, young] = [randomBytes(100_000), randomBytes(100_000)]
    const oldId = await attach(await streamed(old))
    await attach(await bench.blobs.prepare(new Uint8Array(10)))
    expect(await migrate(bench.engine, { log: silentLog })).toContain('places')
    const youngId = await attach(await bench.blobs.prepare(young))
    const lost = [await streamed(randomBytes(100_000)), await bench.blobs.prepare(randomBytes(100_000))]
    bench.clock.set(Date.now() + 2 * 86_400_000)
    const then = Date.now() / 1000
    for await (const { location } of bench.blobs.places())
      await utimes(join(bench.folder, 'blobs', location), then, then)
    expect(await sweepOrphans({ ...bench, log: silentLog })).toBe(lost.length)
    expect(Buffer.compare(await bench.blobs.bytes(oldId), old)).toBe(0)
    expect(Buffer.compare(await bench.blobs.bytes(youngId), young)).toBe(0)
    if (driver.name !== 'sqlite') return
    const question = "explain query plan select location from blob where location in ('a', 'b') and location <> ''"
    const plan = await bench.engine.read((tx) =>
      tx.query<{ detail: string }>(() => ({ compile: () => CompiledQuery.raw(question) as CompiledQuery<never> })),
    )
    expect(plan.map(({ detail }) => detail).join()).toContain('blob_by_location')
  })
})
