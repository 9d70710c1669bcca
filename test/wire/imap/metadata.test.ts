import { afterAll, beforeAll, expect, test } from 'vitest'
import { annotate, annotationsOf, maxAnnotation, maxPerMailbox } from '#domain/mail/annotations.ts'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'
import { Client } from './client.ts'
import { startImap, type TestServer } from './server.ts'

let bench: Bench
let server: TestServer

beforeAll(async () => {
  bench = await sqliteDriver.open()
  server = await startImap(bench, {}, undefined, undefined, 'm')
})
afterAll(async () => {
  await server?.close()
  await bench?.close()
})

test('annotations are bounded in size and number, and may hold any octet', async () => {
  const { login, password } = await server.account()
  const client = await Client.open(server.port)
  await client.command(`LOGIN ${login} ${password}`)
  const large = 'x'.repeat(maxAnnotation)
  expect(await client.command(`SETMETADATA INBOX (/private/a {${large.length}+}\r\n${large})`)).toMatch(/ OK/)
  expect(await client.command(`SETMETADATA INBOX (/private/a {${large.length + 1}+}\r\n${large}x)`)).toContain(
    `NO [METADATA MAXSIZE ${maxAnnotation}]`,
  )
  expect(await client.command(Buffer.from('SETMETADATA INBOX (/private/b ~{3+}\r\n\0\xff\n)', 'latin1'))).toMatch(/ OK/)
  expect(await client.command('GETMETADATA INBOX /private/b')).toContain('(/private/b ~{3}\r\n\0\xff\n)')
  const some = Array.from({ length: maxPerMailbox - 2 }, (_none, i) => `/private/n${i} "1"`)
  expect(await client.command(`SETMETADATA INBOX (${some.join(' ')})`)).toMatch(/ OK/)
  expect(await client.command('SETMETADATA INBOX (/private/c "1")')).toContain('NO [METADATA TOOMANY]')
  expect(await client.command('GETMETADATA INBOX /private/c')).toContain('(/private/c NIL)')
  client.close()
})

test('what one person notes for oneself, another does not see', async () => {
  const { id } = await server.account()
  const other = await server.account()
  const at = { account: id, mailbox: 1 }
  await annotate(server.ctx, { ...at, person: id }, [{ entry: '/comment', value: Buffer.from('mine') }])
  await annotate(server.ctx, { ...at, person: other.id }, [{ entry: '/comment', value: Buffer.from('theirs') }])
  const values = await bench.store.read(async (tx) => [
    ...(await annotationsOf(tx, { ...at, person: id })),
    ...(await annotationsOf(tx, { ...at, person: other.id })),
    ...(await annotationsOf(tx, { ...at, person: 0 })),
  ])
  expect(values.map(({ value }) => Buffer.from(value).toString())).toEqual(['mine', 'theirs'])
})
