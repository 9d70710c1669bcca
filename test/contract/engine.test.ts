/** What every engine promises (store/engine.ts): snapshots, durable and isolated writes, nothing left of a failed one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Params, statement } from '#store/engine.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

const put = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: p.value }))
    .returning(['name', 'value']),
)
const get = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select(['name', 'value']).where('name', '=', p.name),
)
const remove = statement((q, p: Params<{ name: string }>) => q.deleteFrom('setting').where('name', '=', p.name))
const under = statement((q, p: Params<{ prefix: string }>) =>
  q.selectFrom('setting').select(['name', 'value']).where('name', 'like', p.prefix).orderBy('name'),
)

onEveryEngine('the engine', (driver) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await driver.open()
  })
  afterAll(() => bench?.close())

  const value = (name: string) => bench.engine.read((tx) => tx.first(get, { name })).then((row) => row?.value)

  test('a committed write is seen by the next read', async () => {
    const row = await bench.engine.write((tx) => tx.first(put, { name: 'a', value: 'one' }))
    expect(row).toEqual({ name: 'a', value: 'one' })
    expect(await value('a')).toBe('one')
  })

  test('rows come as objects or as arrays', async () => {
    await bench.engine.write(async (tx) => {
      await tx.run(put, { name: 'rows/1', value: 'x' })
      await tx.run(put, { name: 'rows/2', value: 'y' })
    })
    const [all, tuples, first, none] = await bench.engine.read(async (tx) => [
      await tx.all(under, { prefix: 'rows/%' }),
      await tx.tuples(under, { prefix: 'rows/%' }),
      await tx.first(under, { prefix: 'rows/%' }),
      await tx.first(under, { prefix: 'nothing/%' }),
    ])
    expect(all).toEqual([
      { name: 'rows/1', value: 'x' },
      { name: 'rows/2', value: 'y' },
    ])
    expect(tuples).toEqual([
      ['rows/1', 'x'],
      ['rows/2', 'y'],
    ])
    expect(first).toEqual({ name: 'rows/1', value: 'x' })
    expect(none).toBeUndefined()
  })

  test('a write tells how many rows it touched', async () => {
    const changes = await bench.engine.write(async (tx) => {
      await tx.run(put, { name: 'count', value: '1' })
      const removed = await tx.run(remove, { name: 'count' })
      const again = await tx.execute((q) => q.deleteFrom('setting').where('name', '=', 'count'))
      return [removed.changes, again.changes]
    })
    expect(changes).toEqual([1, 0])
  })

  test('bytes, large integers and nulls come back as they went', async () => {
    const at = 1_790_000_000_123
    const hash = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
    await bench.engine.write(async (tx) => {
      await tx.execute((q) =>
        q.insertInto('blob').values({ id: 9_000_000_001, hash, size: 2 ** 52, location: '', touched_at: at }),
      )
      await tx.execute((q) =>
        q.insertInto('audit').values({ at, actor: 'é', account_id: null, action: '', target: '', detail: '☃', ip: '' }),
      )
    })
    const [blob, audit] = await bench.engine.read(async (tx) => [
      await tx.query((q) => q.selectFrom('blob').selectAll().where('id', '=', 9_000_000_001)),
      await tx.query((q) => q.selectFrom('audit').select(['at', 'actor', 'account_id', 'detail'])),
    ])
    expect(blob).toEqual([{ id: 9_000_000_001, hash, size: 2 ** 52, location: '', touched_at: at }])
    expect(blob[0]?.hash.constructor).toBe(Uint8Array)
    expect(audit).toEqual([{ at, actor: 'é', account_id: null, detail: '☃' }])
  })

  test('a write that throws leaves no trace', async () => {
    const error = new Error('no')
    const write = bench.engine.write(async (tx) => {
      await tx.run(put, { name: 'trace', value: 'x' })
      throw error
    })
    await expect(write).rejects.toBe(error)
    expect(await value('trace')).toBeUndefined()
  })

  test('a write whose statement fails rejects alone, whoever shares its commit', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `shared/${String(i).padStart(2, '0')}`)
    const outcomes = await Promise.allSettled(
      names.map((name, i) =>
        bench.engine.write(async (tx) => {
          await tx.run(put, { name, value: 'x' })
          // a primary key that is there already
          if (i % 4 === 0) await tx.execute((q) => q.insertInto('setting').values({ name, value: 'again' }))
          return i
        }),
      ),
    )
    outcomes.forEach((outcome, i) => {
      expect(outcome.status).toBe(i % 4 === 0 ? 'rejected' : 'fulfilled')
      if (outcome.status === 'fulfilled') expect(outcome.value).toBe(i)
    })
    const kept = await bench.engine.read((tx) => tx.all(under, { prefix: 'shared/%' }))
    expect(kept.map((row) => row.name)).toEqual(names.filter((_, i) => i % 4 !== 0))
  })

  test('a read sees one snapshot from its first row to its end', async () => {
    await bench.engine.write((tx) => tx.run(put, { name: 'snapshot', value: 'before' }))
    const seen = await bench.engine.read(async (tx) => {
      const before = await tx.first(get, { name: 'snapshot' })
      await bench.engine.write((write) => write.run(put, { name: 'snapshot', value: 'after' }))
      const still = await tx.first(get, { name: 'snapshot' })
      return [before?.value, still?.value]
    })
    expect(seen).toEqual(['before', 'before'])
    expect(await value('snapshot')).toBe('after')
  })

  test('reads one after the other see each commit between them', async () => {
    const seen: (string | undefined)[] = []
    for (let i = 0; i < 5; i++) {
      await bench.engine.write((tx) => tx.run(put, { name: 'between', value: String(i) }))
      seen.push(await value('between'), await value('between'))
    }
    expect(seen).toEqual(['0', '0', '1', '1', '2', '2', '3', '3', '4', '4'])
  })

  test('a read never sees what is not committed', async () => {
    const seen: (string | undefined)[] = []
    await bench.engine
      .write(async (tx) => {
        await tx.run(put, { name: 'dirty', value: 'x' })
        seen.push(await value('dirty'))
        throw new Error('undo')
      })
      .catch(() => {})
    expect(new Set(seen)).toEqual(new Set([undefined]))
  })

  test('a write sees what it wrote', async () => {
    const seen = await bench.engine.write(async (tx) => {
      await tx.run(put, { name: 'own', value: 'x' })
      return tx.first(get, { name: 'own' })
    })
    expect(seen?.value).toBe('x')
  })

  test('many reads and writes at once all end', async () => {
    const work = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0
        ? bench.engine.write((tx) => tx.run(put, { name: `many/${i}`, value: String(i) }))
        : bench.engine.read(async (tx) => {
            await new Promise((resolve) => setImmediate(resolve))
            return tx.first(get, { name: `many/${i}` })
          }),
    )
    expect((await Promise.all(work)).length).toBe(300)
    const rows = await bench.engine.read((tx) => tx.all(under, { prefix: 'many/%' }))
    expect(rows).toHaveLength(100)
  })

  test('a transaction cannot be used after its end', async () => {
    const leaked = await bench.engine.write(async (tx) => ({ tx }))
    await expect(leaked.tx.run(put, { name: 'leak', value: 'x' })).rejects.toThrow('ended')
    const read = await bench.engine.read(async (tx) => ({ tx }))
    await expect(read.tx.first(get, { name: 'leak' })).rejects.toThrow('ended')
    expect(await value('leak')).toBeUndefined()
  })

  test('a closed engine refuses with a temporary failure', async () => {
    const other = await driver.open({ migrated: false })
    await other.close()
    await expect(other.engine.write(async () => 1)).rejects.toMatchObject({ code: 'unavailable', temporary: true })
    await expect(other.engine.read(async () => 1)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('writes accepted before the close are durable after it', async () => {
    const other = await driver.open()
    const writes = Array.from({ length: 50 }, (_, i) =>
      other.engine.write((tx) => tx.run(put, { name: `close/${i}`, value: '' })),
    )
    const closing = other.engine.close()
    expect((await Promise.allSettled(writes)).every((outcome) => outcome.status === 'fulfilled')).toBe(true)
    await closing
    await other.close()
  })
})
