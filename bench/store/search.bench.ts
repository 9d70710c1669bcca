/** Full text in an account of 20,000 messages: time to index them, size, and time per query. */
import { randomInt } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { utf8 } from '#base/bytes.ts'
import { silentLog } from '#base/log.ts'
import type { SearchExpression } from '#store/search/search.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { type Bench, type Driver, sqliteDriver } from '../../test/contract/drivers.ts'
import { message } from '../../test/contract/emails.ts'
import { postgresMissing } from '../../test/contract/postgres.ts'
import { postgresDriver, stopPostgres } from '../../test/contract/server.ts'

const count = Number(process.env.MESSAGES ?? 20_000)
const say = (name: string, value: string): void => console.log(`${name.padEnd(58)} ${value.padStart(16)}`)

/** Words with the frequencies of a language: a few everywhere, most of them rare. */
const common =
  'le la les de des un une et à pour dans sur vous nous votre est sont sera merci bonjour cordialement'.split(' ')
const usual =
  'réunion conseil classe élève élèves parents bulletin cantine sortie voyage inscription dossier salle professeur emploi temps absence retard orientation stage convention rectorat académie circulaire note concours examen brevet baccalauréat bibliothèque'.split(
    ' ',
  )
const rare = Array.from({ length: 30_000 }, (_, i) => `mot${(i * 7_919).toString(36)}`)
const word = (): string => {
  const die = randomInt(100)
  if (die < 50) return common[randomInt(common.length)] ?? ''
  // a message in fifty has a given one of these
  if (die < 52) return usual[randomInt(usual.length)] ?? ''
  // the frequency of a word falls with its rank
  return rare[Math.floor(rare.length ** (randomInt(1_000_000) / 1_000_000)) - 1] ?? ''
}
const text = (length: number): string => Array.from({ length }, word).join(' ')

const fill = async (bench: Bench, account: number): Promise<number> => {
  const start = performance.now()
  for (let done = 0; done < count; ) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(100, count - done) }, (_, i) => {
        const person = randomInt(400)
        const source = message({
          from: `Personne ${person} <personne${person}@ac-exemple.fr>`,
          subject: text(6),
          body: text(150),
        })
        return bench.blobs.prepare(utf8(`X-N: ${done + i}\r\n${source}`))
      }),
    )
    await bench.store.write(account, async (tx) => {
      for (const blob of batch) {
        const blobId = await bench.blobs.attach(tx, blob)
        const id = tx.nextId()
        const row = { account_id: account, id, blob_id: blobId, thread_id: id, size: blob.size, received_at: tx.now }
        await tx.execute((q) => q.insertInto('email').values({ ...row, created_modseq: tx.modseq }))
        tx.changed('Email', id, 'created')
      }
    })
    done += batch.length
  }
  return performance.now() - start
}

const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0

const measure = async (driver: Driver): Promise<void> => {
  const bench = await driver.open()
  const account = await bench.account()
  await fill(bench, account)
  const search = createSearchIndex({
    source: {
      engine: bench.connectionString
        ? { kind: 'postgres', connectionString: bench.connectionString }
        : { kind: 'sqlite', path: join(bench.folder, 'test.db') },
      blobs: { kind: 'local', folder: join(bench.folder, 'blobs') },
      folder: join(bench.folder, 'search'),
    },
    bus: bench.bus,
    log: silentLog,
  })
  const start = performance.now()
  await search.caughtUp(account)
  const seconds = (performance.now() - start) / 1000
  say(`${driver.name}: ${count} messages indexed`, `${seconds.toFixed(1)} s`)
  const queries: [string, SearchExpression][] = [
    ['a usual word', { field: 'text', words: 'orientation' }],
    ['a word being typed', { field: 'text', words: 'orien' }],
    ['two letters', { field: 'text', words: 'or' }],
    ['three words', { field: 'text', words: 'conseil classe orientation' }],
    ['a phrase', { field: 'text', words: '"conseil de classe"' }],
    ['an address', { field: 'from', words: 'personne42@ac-exemple.fr' }],
    ['a rare word', { field: 'text', words: rare[20_000] ?? '' }],
    ['a word in the subject', { field: 'subject', words: 'bulletin' }],
    ['nothing', { field: 'text', words: 'introuvable' }],
  ]
  for (const [name, expression] of queries) {
    const times: number[] = []
    let found = 0
    for (let i = 0; i < 15; i++) {
      const before = performance.now()
      found = (await search.query(account, expression)).length
      times.push(performance.now() - before)
    }
    say(`${driver.name}: ${name} (${found} found)`, `${median(times).toFixed(1)} ms`)
  }
  const folder = join(bench.folder, 'search')
  if (driver.name === 'sqlite') {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
    say('sqlite: size of the index', `${(bytes / 1e6).toFixed(0)} MB`)
  }
  await search.close()
  await bench.close()
}

await measure(sqliteDriver)
const missing = postgresMissing()
if (missing) console.log(missing)
else {
  await measure(postgresDriver)
  await stopPostgres()
}
