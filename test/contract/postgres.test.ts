/** What only the server engine can be asked: lost connections, deadlocks, a statement that failed and was ignored. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import type { Writer } from '#store/engine.ts'
import { createPostgresEngine } from '#store/postgres.ts'
import { postgresDriver, postgresServer } from './all.ts'
import type { Bench } from './drivers.ts'
import { postgresMissing } from './postgres.ts'
import { stopPostgres } from './server.ts'

const missing = postgresMissing()
const suite = missing ? describe.skip : describe

suite(`the server engine${missing ? ` (${missing})` : ''}`, () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await postgresDriver.open()
  })
  afterAll(async () => {
    await bench?.close()
    await stopPostgres()
  })

  const put = (tx: Writer, name: string, value = '') =>
    tx.execute((q) => q.insertInto('setting').values({ name, value }))
  const names = async (): Promise<string[]> =>
    (await bench.engine.read((tx) => tx.query((q) => q.selectFrom('setting').select('name').orderBy('name')))).map(
      (row) => row.name,
    )

  test('a connection lost within a write is a temporary failure, and the next write has another connection', async () => {
    const server = await postgresServer()
    const lost = bench.engine.write(async (tx) => {
      await put(tx, 'lost')
      await server.disconnect(bench.connectionString ?? '')
      await put(tx, 'lost2')
    })
    await expect(lost).rejects.toMatchObject({ code: 'unavailable', temporary: true })
    await bench.engine.write((tx) => put(tx, 'found'))
    expect(await names()).toEqual(['found'])
  })

  test('a text that the server cannot keep is refused as such, whether it is written or only asked for', async () => {
    const nul = { code: 'invalid' }
    await expect(bench.engine.write((tx) => put(tx, 'a\0b'))).rejects.toMatchObject(nul)
    const ask = bench.engine.read((tx) =>
      tx.query((q) => q.selectFrom('setting').select('name').where('name', '=', 'a\0b')),
    )
    await expect(ask).rejects.toMatchObject(nul)
  })

  test('writers that lock each other out are run again until both are done', async () => {
    const lock = (tx: Writer, id: number) =>
      tx.query((q) => q.selectFrom('account').select('id').where('id', '=', id).forUpdate())
    const [one, other] = [await bench.account(), await bench.account()]
    let runs = 0
    const cross = (first: number, second: number) =>
      bench.engine.write(async (tx) => {
        runs++
        await lock(tx, first)
        await sleep(50)
        await lock(tx, second)
        return 'done'
      })
    expect(await Promise.all([cross(one, other), cross(other, one)])).toEqual(['done', 'done'])
    expect(runs).toBeGreaterThan(2)
  })

  test('a statement that fails fails the write, even when nobody looked', async () => {
    const write = bench.engine.write(async (tx) => {
      await put(tx, 'ignored')
      await put(tx, 'found').catch(() => {})
    })
    await expect(write).rejects.toThrow('nothing was kept')
    expect(await names()).toEqual(['found'])
  })

  test('statements awaited together give each its own rows', async () => {
    const rows = await bench.engine.read((tx) =>
      Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          tx.query((q) => q.selectNoFrom((e) => e.val(i).as('i')).where((e) => e.lit(true))),
        ),
      ),
    )
    expect(rows.map(([row]) => Number(row?.i))).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })

  test('a write that waits for something else is ended by the server, and nobody else waits for it', async () => {
    const engine = createPostgresEngine({
      connectionString: bench.connectionString ?? '',
      log: silentLog,
      maxIdleInTransactionMs: 100,
    })
    const stuck = engine.write(async (tx) => {
      await put(tx, 'stuck')
      await sleep(400)
      await put(tx, 'stuck2')
    })
    const other = engine.write((tx) => put(tx, 'meanwhile'))
    await expect(stuck).rejects.toMatchObject({ code: 'unavailable' })
    await other
    expect(await names()).toEqual(['found', 'meanwhile'])
    await engine.close()
  })

  test('a server that is not there is a temporary failure', async () => {
    const engine = createPostgresEngine({ connectionString: 'postgres://nobody@127.0.0.1:1/none', log: silentLog })
    await expect(engine.write(async (tx) => put(tx, 'x'))).rejects.toMatchObject({ code: 'unavailable' })
    await expect(engine.read(async () => 1)).rejects.toMatchObject({ code: 'unavailable' })
    await engine.close()
  })
})
