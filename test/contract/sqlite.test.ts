/** What only the embedded engine can be asked: group commit, a stuck write, another process, a copy while it runs, a crash. */
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { type Engine, type Params, statement } from '#store/engine.ts'
import { migrate } from '#store/migrate.ts'
import { createSqliteEngine, type SqliteEngine, type SqliteOptions } from '#store/sqlite.ts'
import { temporaryFolder } from './drivers.ts'

const put = statement((q, p: Params<{ name: string; value: string }>) =>
  q.insertInto('setting').values({ name: p.name, value: p.value }),
)
const names = statement((q, p: Params<{ prefix: string }>) =>
  q.selectFrom('setting').select('name').where('name', 'like', p.prefix).orderBy('name'),
)

let folder: string
let engine: SqliteEngine
const open = async (options: Partial<SqliteOptions> = {}) => {
  engine = createSqliteEngine({ path: join(folder, 'test.db'), log: silentLog, ...options })
  await migrate(engine, { log: silentLog })
}
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

const write = (name: string, value = '') => engine.write((tx) => tx.run(put, { name, value }))
const stored = (of: Engine, prefix = '%') =>
  of.read((tx) => tx.all(names, { prefix })).then((rows) => rows.map((row) => row.name))

test('writes that arrive together share a commit', async () => {
  await open()
  const before = engine.statistics.commits
  await Promise.all(Array.from({ length: 500 }, (_, i) => write(`w${i}`)))
  expect(engine.statistics.commits - before).toBeLessThan(50)
  expect(await stored(engine, 'w%')).toHaveLength(500)
})

test('writes beside one that fails run once more, one that fails alone or has changed nothing does not', async () => {
  await open()
  const runs = new Map<string, number>()
  const counted = (name: string, work: 'write' | 'writeAndFail' | 'fail') =>
    engine.write(async (tx) => {
      runs.set(name, (runs.get(name) ?? 0) + 1)
      if (work !== 'fail') await tx.run(put, { name, value: '' })
      if (work !== 'write') throw new Error(name)
    })
  const together = [
    counted('c/first', 'write'),
    counted('c/empty', 'fail'),
    counted('c/failing', 'writeAndFail'),
    counted('c/last', 'write'),
  ]
  const outcomes = (await Promise.allSettled(together)).map(({ status }) => status)
  expect(outcomes).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  await expect(counted('c/alone', 'writeAndFail')).rejects.toThrow('c/alone')
  expect(Object.fromEntries(runs)).toEqual({ 'c/first': 2, 'c/empty': 2, 'c/failing': 2, 'c/last': 1, 'c/alone': 1 })
  const beside = await Promise.allSettled([counted('d/empty', 'fail'), write('d/kept')])
  expect(beside.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(runs.get('d/empty')).toBe(1)
  expect(await stored(engine, 'c/%')).toEqual(['c/first', 'c/last'])
  expect(await stored(engine, 'd/%')).toEqual(['d/kept'])
})

test('the file is durable: write-ahead log, every commit synced', async () => {
  await open()
  const file = new DatabaseSync(join(folder, 'test.db'))
  expect(file.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  file.close()
})

test('a write that waits for something else is rolled back alone, after a while', async () => {
  await open({ maxWriteMs: 80 })
  const first = write('before')
  let late: unknown
  const stuck = engine.write(async (tx) => {
    await tx.run(put, { name: 'stuck', value: '' })
    await sleep(400)
    await tx.run(put, { name: 'late', value: '' }).catch((error: unknown) => (late = error))
  })
  const others = Promise.all([write('after'), write('after2')])
  await expect(stuck).rejects.toThrow('awaited something other')
  await first
  await others
  expect(await stored(engine)).toEqual(['after', 'after2', 'before'])
  await expect.poll(() => late).toBeInstanceOf(Error)
})

test('another process that holds the lock is waited for, without holding the event loop', async () => {
  await open()
  const other = new DatabaseSync(join(folder, 'test.db'))
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  let done = false
  const waiting = write('x').then(() => (done = true))
  await expect.poll(() => turns).toBeGreaterThan(20)
  expect(done).toBe(false)
  other.exec('COMMIT')
  await waiting
  clearInterval(ticking)
  other.close()
})

test('what another process has committed is seen as soon as there can be news of it', async () => {
  await open()
  const other = new DatabaseSync(join(folder, 'test.db'))
  const insert = other.prepare('INSERT INTO setting (name, value) VALUES (?, ?)')
  for (let i = 0; i < 50; i++) {
    await stored(engine, 'n/%')
    insert.run(`n/${String(i).padStart(2, '0')}`, '')
    await nextTurn()
    expect(await stored(engine, 'n/%')).toHaveLength(i + 1)
  }
  other.close()
})

test('a write that changes nothing makes no commit, one after another nevertheless sees the last', async () => {
  await open()
  await write('e/first')
  const before = engine.statistics.commits
  const seen = await engine.write((tx) => tx.all(names, { prefix: 'e/%' }))
  expect(seen).toHaveLength(1)
  expect(engine.statistics.commits).toBe(before)
  await write('e/second')
  expect(engine.statistics.commits).toBe(before + 1)
  expect(await stored(engine, 'e/%')).toHaveLength(2)
})

test('a limit that is bound does not have the statement prepared anew', async () => {
  const limited = statement((q, p: Params<{ limit: number }>) => q.selectFrom('setting').select('name').limit(p.limit))
  await open()
  for (let i = 0; i < 5; i++) await write(`l/${i}`)
  expect(await engine.read((tx) => tx.all(limited, { limit: 2 }))).toHaveLength(2)
  expect(await engine.read((tx) => tx.all(limited, { limit: 4 }))).toHaveLength(4)
  // SQLite looks at the value of nothing but a bare parameter
  expect(limited.compiled('sqlite').sql).toMatch(/limit \? \+ 0$/)
  expect(limited.compiled('postgres').sql).toMatch(/limit \$1$/)
})

test('when the disk is full, what was acknowledged is there and nothing else', async () => {
  await open()
  await engine.script('PRAGMA max_page_count = 120')
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) => write(`full/${String(i).padStart(3, '0')}`, 'x'.repeat(3_000))),
  )
  const kept = outcomes.flatMap((outcome, i) =>
    outcome.status === 'fulfilled' ? [`full/${String(i).padStart(3, '0')}`] : [],
  )
  expect(kept.length).toBeLessThan(200)
  expect(await stored(engine, 'full/%')).toEqual(kept)
  await engine.script('PRAGMA max_page_count = 1000000')
  await write('full/again')
  expect(await stored(engine, 'full/%')).toEqual([...kept, 'full/again'].sort())
})

test('a copy made while writes go on is one consistent moment', async () => {
  await open()
  for (let i = 0; i < 300; i++) await write(`pre/${i}`, 'x'.repeat(2_000))
  let going = true
  const writing = (async () => {
    // each transaction makes a pair: a copy holds both or none
    for (let i = 0; going; i++)
      await engine.write(async (tx) => {
        await tx.run(put, { name: `pair/${i}/a`, value: 'x'.repeat(500) })
        await tx.run(put, { name: `pair/${i}/b`, value: '' })
      })
  })()
  const copyPath = join(folder, 'copy.db')
  let told = 0
  await engine.backup(copyPath, () => told++)
  going = false
  await writing
  const copy = createSqliteEngine({ path: copyPath, log: silentLog })
  expect(await stored(copy, 'pre/%')).toHaveLength(300)
  const pairs = await stored(copy, 'pair/%')
  expect(pairs.filter((name) => name.endsWith('a')).length).toBe(pairs.filter((name) => name.endsWith('b')).length)
  await copy.close()
})

test('at any instant the files hold everything that was acknowledged, and no half of a write', async () => {
  await open()
  let acknowledged = 0
  let going = true
  const writing = (async () => {
    for (let i = 0; going; i++) {
      await engine.write(async (tx) => {
        const name = String(i).padStart(6, '0')
        await tx.run(put, { name: `a${name}`, value: 'x'.repeat(200) })
        await tx.run(put, { name: `b${name}`, value: '' })
      })
      acknowledged = i + 1
    }
  })()
  for (let round = 0; round < 6; round++) {
    await sleep(20)
    const before = acknowledged
    // what a machine would find after a power cut: the files as they are, by another process (which takes no lock of ours)
    const image = join(folder, `image${round}`)
    execFileSync('sh', ['-c', `mkdir ${image} && cp ${folder}/test.db-wal ${folder}/test.db ${image}/`])
    const found = createSqliteEngine({ path: join(image, 'test.db'), log: silentLog })
    const [a, b] = [await stored(found, 'a%'), await stored(found, 'b%')]
    expect(a.length).toBeGreaterThanOrEqual(before)
    expect(a.map((name) => name.slice(1))).toEqual(b.map((name) => name.slice(1)))
    await found.close()
  }
  going = false
  await writing
})

test('the log is moved into the file while writes go on, and reads keep their snapshot', async () => {
  await open()
  const first = await engine.read(async (tx) => {
    const before = (await tx.all(names, { prefix: '%' })).length
    for (let i = 0; i < 400; i++)
      await Promise.all([write(`x${i}`, 'x'.repeat(20_000)), write(`y${i}`, 'y'.repeat(20_000))])
    return [before, (await tx.all(names, { prefix: '%' })).length]
  })
  expect(first).toEqual([0, 0])
  await expect
    .poll(async () => {
      await write(`z${Math.random()}`)
      const file = new DatabaseSync(join(folder, 'test.db'))
      const row = file.prepare('PRAGMA wal_checkpoint(NOOP)').get()
      file.close()
      return Number(row?.checkpointed)
    })
    .toBeGreaterThan(0)
  expect(await stored(engine, 'x%')).toHaveLength(400)
})
