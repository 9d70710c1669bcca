/** The engines: durable commits alone and together, rows as objects and as arrays, and what a checkpoint costs the event loop. */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { silentLog } from '#base/log.ts'
import { type Engine, type Params, statement } from '#store/engine.ts'
import { migrate } from '#store/migrate.ts'
import { createPostgresEngine } from '#store/postgres.ts'
import { createSqliteEngine } from '#store/sqlite.ts'
import { temporaryFolder } from '../../test/contract/drivers.ts'
import { postgresMissing, startPostgres } from '../../test/contract/postgres.ts'

const insert = statement((q, p: Params<{ at: number; detail: string }>) =>
  q
    .insertInto('audit')
    .values({ at: p.at, actor: 'bench', account_id: 1, action: 'a', target: 't', detail: p.detail, ip: '127.0.0.1' }),
)
const recent = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('audit').select('id').where('account_id', '=', p.account).orderBy('at', 'desc').limit(1),
)
const insertMessage = statement((q, p: Params<{ uid: number }>) =>
  q.insertInto('message').values({
    account_id: 1,
    mailbox_id: 1,
    uid: p.uid,
    email_id: p.uid,
    thread_id: p.uid,
    flags: 1,
    keywords: '',
    size: 4_000,
    received_at: 1_790_000_000_000,
    saved_at: 1_790_000_000_000,
    modseq: p.uid,
    created_modseq: p.uid,
    blob_id: p.uid,
  }),
)
const rows = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('message').selectAll().where('account_id', '=', p.account).where('mailbox_id', '=', 1).orderBy('uid'),
)
const one = statement((q, p: Params<{ uid: number }>) =>
  q
    .selectFrom('message')
    .select(['flags', 'email_id'])
    .where('account_id', '=', 1)
    .where('mailbox_id', '=', 1)
    .where('uid', '=', p.uid),
)

const say = (name: string, value: string): void => console.log(`${name.padEnd(58)} ${value.padStart(16)}`)

/** A write like a delivery's: a look, and some inserts with 4 kB of content. */
const deliver = (engine: Engine, content: string) =>
  engine.write(async (tx) => {
    await tx.first(recent, { account: 1 })
    await tx.run(insert, { at: Date.now(), detail: content })
    await tx.run(insert, { at: Date.now(), detail: '' })
    await tx.run(insert, { at: Date.now(), detail: '' })
  })

const commits = async (engine: Engine, name: string): Promise<void> => {
  const content = 'x'.repeat(4_000)
  for (const clients of [1, 8, 32, 128]) {
    let done = 0
    const end = performance.now() + 1_500
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < end) {
          await deliver(engine, content)
          done++
        }
      }),
    )
    say(`${name}: durable writes/s, ${clients} at a time`, (done / 1.5).toFixed(0))
  }
}

const timed = async (times: number, work: () => Promise<unknown>): Promise<number> => {
  await work()
  const start = performance.now()
  for (let i = 0; i < times; i++) await work()
  return (performance.now() - start) / times
}

const reads = async (engine: Engine, name: string): Promise<void> => {
  await engine.write(async (tx) => {
    for (let uid = 1; uid <= 20_000; uid++) await tx.run(insertMessage, { uid })
  })
  await engine.script('ANALYZE')
  const objects = await timed(5, () => engine.read((tx) => tx.all(rows, { account: 1 })))
  const tuples = await timed(5, () => engine.read((tx) => tx.tuples(rows, { account: 1 })))
  say(`${name}: 20,000 message rows as objects`, `${objects.toFixed(0)} ms`)
  say(`${name}: 20,000 message rows as arrays`, `${tuples.toFixed(0)} ms`)
  const each = await timed(2_000, () => engine.read((tx) => tx.first(one, { uid: 777 })))
  say(`${name}: one row, a snapshot each`, `${(each * 1_000).toFixed(1)} µs`)
  const inside = await engine.read((tx) => timed(2_000, () => tx.first(one, { uid: 777 })))
  say(`${name}: one row, within a snapshot`, `${(inside * 1_000).toFixed(1)} µs`)
}

const loopDelay = async (engine: Engine, path: string): Promise<void> => {
  const content = 'y'.repeat(50_000)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let longestLog = 0
  const end = performance.now() + 4_000
  let bytes = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() < end) {
        await deliver(engine, content)
        bytes += content.length
        longestLog = Math.max(longestLog, statSync(`${path}-wal`).size)
      }
    }),
  )
  delay.disable()
  say('sqlite: rows of 50 kB, MB/s', (bytes / 4e6).toFixed(0))
  say(
    'sqlite: event loop held meanwhile, median / p99 / longest',
    `${[50, 99].map((p) => (delay.percentile(p) / 1e6).toFixed(1)).join(' / ')} / ${(delay.max / 1e6).toFixed(1)} ms`,
  )
  say('sqlite: longest write-ahead log', `${(longestLog / 1e6).toFixed(0)} MB`)
}

const folder = await temporaryFolder()
const path = join(folder, 'bench.db')
const sqlite = createSqliteEngine({ path, log: silentLog })
await migrate(sqlite, { log: silentLog })
await reads(sqlite, 'sqlite')
await commits(sqlite, 'sqlite')
await loopDelay(sqlite, path)
await sqlite.close()
rmSync(folder, { recursive: true })

const missing = postgresMissing()
if (missing) console.log(missing)
else {
  const server = await startPostgres({ durable: true })
  const postgres = createPostgresEngine({ connectionString: await server.database(), log: silentLog })
  await migrate(postgres, { log: silentLog })
  await reads(postgres, 'postgres')
  await commits(postgres, 'postgres')
  await postgres.close()
  await server.stop()
}
