/** How far a full-text index has come, and one that cannot go on (store/search/search.ts). */
import { open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import type { SearchIndex } from '#store/search/search.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'
import { addEmail, message, removeEmail } from './emails.ts'

const openSearch = (bench: Bench): SearchIndex =>
  createSearchIndex({
    source: {
      engine: bench.connectionString
        ? { kind: 'postgres', connectionString: bench.connectionString }
        : { kind: 'sqlite', path: join(bench.folder, 'test.db') },
      blobs: { kind: 'local', folder: join(bench.folder, 'blobs') },
      folder: join(bench.folder, 'search'),
    },
    bus: bench.bus,
    log: silentLog,
    freshnessMs: 20_000,
  })

onEveryEngine('the state of a full-text index', (driver) => {
  let bench: Bench
  let search: SearchIndex
  let account: number
  beforeEach(async () => {
    bench = await driver.open()
    search = openSearch(bench)
    account = await bench.account()
  })
  afterEach(async () => {
    await search.close()
    await bench.close()
  })
  const add = (subject: string) => addEmail(bench, account, message({ subject, body: 'Bonjour' }))
  const find = (words: string) => search.query(account, { field: 'text', words })
  /** Where SQLite keeps it. */
  const file = () => join(bench.folder, 'search', (account & 0xff).toString(16).padStart(2, '0'), `${account}.db`)

  test('messages wait until they are indexed, and what is destroyed leaves', async () => {
    expect(await search.state(account)).toMatchObject({ emails: 0, waiting: 0, documents: 0, attachmentsWait: false })
    const first = await add('Cantine')
    await add('Bulletins')
    expect(await search.state(account)).toMatchObject({ emails: 2, waiting: 2, documents: 0 })
    await search.caughtUp(account)
    expect(await search.state(account)).toMatchObject({ emails: 2, waiting: 0, documents: 2 })
    await add('Sortie')
    expect(await search.state(account)).toMatchObject({ emails: 3, waiting: 1, documents: 2 })
    await removeEmail(bench, account, first)
    await find('sortie')
    expect(await search.state(account)).toMatchObject({ emails: 2, waiting: 0, documents: 2, attachmentsWait: false })
    expect(search.behind(account)).toBe(false)
    expect(await search.health()).toMatchObject({ standing: [], messages: 0, answers: true })
  })

  test('an index is built again when the bus asks for it', async () => {
    await add('Cantine')
    search.start()
    await search.caughtUp(account)
    bench.bus.publishTopic('search', account)
    await expect.poll(() => search.state(account), { timeout: 10_000 }).toMatchObject({ waiting: 0, documents: 1 })
    expect(await find('cantine')).toHaveLength(1)
  })

  test.runIf(driver.name === 'sqlite')('one that cannot go on is told of, and goes on when it can', async () => {
    const id = await add('Cantine')
    // Where its folder should be there is something else.
    await search.state(account)
    const folder = join(bench.folder, 'search')
    await writeFile(folder, 'in the way')
    expect(await find('cantine')).toEqual([])
    expect(search.behind(account)).toBe(true)
    expect(await search.state(account)).toMatchObject({ emails: 1, waiting: 1, documents: 0 })
    const { standing, messages, accounts } = await search.health()
    expect(standing).toMatchObject([{ account }])
    expect([messages, accounts]).toEqual([1, 1])
    await rm(folder)
    expect(await find('cantine')).toEqual([id])
    expect(search.behind(account)).toBe(false)
    expect(await search.health()).toMatchObject({ standing: [], messages: 0 })
  })

  test.runIf(driver.name === 'sqlite')('a file damaged while it is open is built again', async () => {
    for (let i = 0; i < 40; i++) await add(`Cantine ${i}`)
    await search.caughtUp(account)
    expect(await find('cantine')).toHaveLength(40)
    // Everything but the first page of each, as a failing disk would, under the feet of whoever has them open.
    for (const path of [file(), `${file()}-wal`]) {
      const handle = await open(path, 'r+')
      const { size } = await handle.stat()
      if (size > 4200) await handle.write(Buffer.alloc(size - 4200, 0x5a), 0, size - 4200, 4200)
      await handle.close()
    }
    await expect
      .poll(
        async () => {
          await add('Encore')
          const found = await find('cantine').catch(() => [])
          const whole = await search.state(account).then(
            ({ waiting, documents, emails }) => waiting === 0 && documents === emails,
            () => false,
          )
          return whole ? found.length : 0
        },
        { timeout: 20_000 },
      )
      .toBe(40)
  })
})
