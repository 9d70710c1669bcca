/** SEARCH BODY and TEXT in a mailbox too large to read: the full-text index answers. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { createStore } from '#store/store.ts'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'
import { Client } from './client.ts'
import { startImap, type TestServer } from './server.ts'

let bench: Bench
let server: TestServer
let closeSearch: () => Promise<void>

beforeAll(async () => {
  bench = await sqliteDriver.open()
  const search = createSearchIndex({
    source: {
      engine: { kind: 'sqlite', path: join(bench.folder, 'test.db') },
      blobs: { kind: 'local', folder: join(bench.folder, 'blobs') },
      folder: join(bench.folder, 'search'),
    },
    bus: bench.bus,
    log: silentLog,
    freshnessMs: 20_000,
  })
  search.start()
  closeSearch = () => search.close()
  const { engine, blobs, bus, clock } = bench
  server = await startImap({ ...bench, store: createStore({ engine, blobs, bus, search, clock, log: silentLog }) })
})
afterAll(async () => {
  await server?.close()
  await closeSearch?.()
  await bench?.close()
})

test('words are found among many messages, alone and together with other keys', async () => {
  const { login, password } = await server.account()
  const client = await Client.open(server.port)
  await client.command(`LOGIN ${login} ${password}`)
  const text = (n: number): string =>
    `Subject: Note ${n}\r\n\r\nLa réunion numéro ${n}${n % 100 === 7 ? ' aura lieu en salle polyvalente' : ''}.\r\n`
  const messages = Array.from({ length: 250 }, (_none, i) => Buffer.from(text(i + 1)))
  const parts = messages.map((bytes) => Buffer.concat([Buffer.from(` {${bytes.length}+}\r\n`), bytes]))
  expect(await client.command(Buffer.concat([Buffer.from('APPEND INBOX'), ...parts]))).toContain('OK [APPENDUID')
  await client.command('SELECT INBOX')
  expect(await client.command('SEARCH BODY polyvalente')).toContain('* SEARCH 7 107 207\r\n')
  expect(await client.command('SEARCH TEXT polyvalente NOT SUBJECT 107')).toContain('* SEARCH 7 207\r\n')
  expect(await client.command('SEARCH RETURN (COUNT) NOT BODY polyvalente')).toContain('COUNT 247')
  expect(await client.command('SEARCH OR BODY polyvalente UID 1')).toContain('* SEARCH 1 7 107 207\r\n')
  // few candidates are left by the other keys: the messages themselves are read, and parts of words are found
  expect(await client.command('SEARCH 1:20 BODY olyvalent')).toContain('* SEARCH 7\r\n')
  // other keys narrow what the index finds, whether they look at rows, at headers or at both
  await client.command('STORE 7,100:120 +FLAGS.SILENT (\\Flagged)')
  expect(await client.command('SEARCH UNDELETED BODY polyvalente')).toContain('* SEARCH 7 107 207\r\n')
  expect(await client.command('SEARCH UNFLAGGED BODY polyvalente')).toContain('* SEARCH 207\r\n')
  expect(await client.command('SEARCH 50:* UNDELETED BODY polyvalente')).toContain('* SEARCH 107 207\r\n')
  expect(await client.command('SEARCH UNDELETED SUBJECT Note TEXT polyvalente')).toContain('* SEARCH 7 107 207\r\n')
  expect(await client.command('SEARCH RETURN (COUNT) OR FLAGGED BODY polyvalente')).toContain('COUNT 23')
  expect(await client.command('SEARCH BODY polyvalente BODY absent')).toContain('* SEARCH\r\n')
  expect(await client.command('SEARCH MODSEQ 1 BODY polyvalente')).toMatch(/\* SEARCH 7 107 207 \(MODSEQ \d+\)\r\n/)
  // flags leave few: they are read, and a part of a word is found again
  expect(await client.command('SEARCH FLAGGED BODY olyvalent')).toContain('* SEARCH 7 107\r\n')
  // what the index finds elsewhere stays there
  await client.command('CREATE Ailleurs')
  await client.command('MOVE 107 Ailleurs')
  expect(await client.command('SEARCH BODY polyvalente')).toContain('* SEARCH 7 206\r\n')
  client.close()
})
