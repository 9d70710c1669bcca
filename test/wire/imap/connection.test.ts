import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { disableAccount, setQuota } from '#domain/people/accounts.ts'
import type { ImapConfig } from '#protocol/imap/server.ts'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'
import { Client, literalOf } from './client.ts'
import { startImap, type TestServer } from './server.ts'

let bench: Bench
const servers: TestServer[] = []
const clients: Client[] = []

beforeAll(async () => {
  bench = await sqliteDriver.open()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  for (const server of servers.splice(0)) await server.close()
})
afterAll(() => bench?.close())

let prefix = 0
const start = async (config: Partial<ImapConfig> = {}): Promise<TestServer> => {
  const server = await startImap(bench, config, undefined, undefined, `c${++prefix}x`)
  servers.push(server)
  return server
}
const open = async (server: TestServer): Promise<Client> => {
  const client = await Client.open(server.port)
  clients.push(client)
  return client
}
const signedIn = async (server: TestServer, account: { login: string; password: string }): Promise<Client> => {
  const client = await open(server)
  expect(await client.command(`LOGIN ${account.login} ${account.password}`)).toMatch(/OK/)
  return client
}

test('BODY[] gives back exactly the octets of APPEND, whatever they are', async () => {
  const server = await start()
  const client = await signedIn(server, await server.account())
  const messages = [
    'Subject: bare line feeds\n\nline\nline\n',
    'Subject: mixed\r\n\r\na\nb\r\nc\rd',
    'Subject: \xe9\xe8 8-bit\r\n\r\n\xff\xfe\x80 octets',
    'no header at all',
    '\r\n\r\n',
    'Subject: long\r\n\r\n' + 'x'.repeat(300_000),
    'X: {5}\r\n\r\n)) {10}\r\n* BYE\r\n',
  ].map((text) => Buffer.from(text, 'latin1'))
  messages.push(Buffer.concat([Buffer.from('Subject: noise\r\n\r\n'), randomBytes(200_000).map((b) => b || 1)]))
  await client.command('SELECT INBOX')
  for (const message of messages) expect(await client.append('INBOX', message)).toMatch(/OK \[APPENDUID/)
  for (const [i, message] of messages.entries()) {
    const answer = await client.command(`FETCH ${i + 1} BODY.PEEK[]`)
    expect(literalOf(answer) === message.toString('latin1'), `message ${i}`).toBe(true)
    expect(await client.command(`FETCH ${i + 1} RFC822.SIZE`)).toContain(`RFC822.SIZE ${message.length})`)
    const slice = await client.command(`FETCH ${i + 1} BODY.PEEK[]<3.1>`)
    expect(literalOf(slice)).toBe(message.toString('latin1', 3, 4))
  }
})

test('a large message streams through, and a reader who is slow gets all of it', async () => {
  const server = await start()
  const account = await server.account()
  const client = await signedIn(server, account)
  const message = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), randomBytes(4_000_000).map((b) => b || 1)])
  expect(await client.append('INBOX', message)).toMatch(/OK/)
  await client.command('SELECT INBOX')
  client.socket.pause()
  const answer = client.command('FETCH 1 BODY.PEEK[]')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const other = await signedIn(server, account)
  expect(await other.command('NOOP')).toMatch(/OK/)
  client.socket.resume()
  expect(literalOf(await answer) === message.toString('latin1')).toBe(true)
})

test('passwords are neither offered nor taken without TLS', async () => {
  const server = await start({ allowPlaintextAuth: false })
  const account = await server.account()
  const client = await open(server)
  const capabilities = await client.command('CAPABILITY')
  expect(capabilities).toContain('LOGINDISABLED')
  expect(capabilities).not.toContain('AUTH=')
  expect(await client.command(`LOGIN ${account.login} ${account.password}`)).toContain('NO [PRIVACYREQUIRED]')
  expect(await client.command('AUTHENTICATE PLAIN AGEAYg==')).toContain('NO [PRIVACYREQUIRED]')
})

test('an account has a limit of connections, and a closed one makes room', async () => {
  const server = await start({ limits: { connectionsPerAccount: 2 } })
  const account = await server.account()
  const first = await signedIn(server, account)
  await signedIn(server, account)
  const third = await open(server)
  expect(await third.command(`LOGIN ${account.login} ${account.password}`)).toContain('NO [LIMIT]')
  await first.command('LOGOUT')
  first.close()
  expect(await third.command(`LOGIN ${account.login} ${account.password}`)).toContain('OK')
})

test('an address has a limit of connections', async () => {
  const server = await start({ limits: { connectionsPerAddress: 1 } })
  await open(server)
  const second = await open(server)
  await expect(second.command('NOOP')).rejects.toThrow()
})

test('somebody who only errs, or only guesses, is sent away', async () => {
  const server = await start()
  const { login } = await server.account()
  const client = await open(server)
  for (let i = 0; i < 4; i++) await client.command('NONSENSE')
  expect(await client.command('NONSENSE')).toContain('BAD')
  await client.until(/\* BYE/)
  const guesser = await open(server)
  for (let i = 0; i < 5; i++) expect(await guesser.command(`LOGIN ${login} wrong${i}`)).toMatch(/NO \[/)
  await guesser.until(/\* BYE/)
})

test('a line or a literal that is too long is refused and the connection goes on', async () => {
  const server = await start()
  const client = await signedIn(server, await server.account())
  client.socket.write(`a LIST "" ${'x'.repeat(200_000)}\r\n`)
  await client.until(/^a BAD .*\r\n/m)
  expect(await client.command(Buffer.from(`CREATE {100000+}\r\n${'y'.repeat(100_000)}`))).toContain('NO [TOOBIG]')
  expect(await client.command(Buffer.from(`APPEND INBOX {20000000+}\r\n${'z'.repeat(20_000_000)}`))).toContain('TOOBIG')
  expect(await client.command('NOOP')).toContain('OK')
})

test('a stranger cannot upload', async () => {
  const server = await start()
  const client = await open(server)
  client.socket.write('a APPEND INBOX {1000000+}\r\n')
  client.socket.write('x'.repeat(1_000_000))
  await expect(client.until(/never/)).rejects.toThrow('hung up')
})

test('a disabled account is cut off at once', async () => {
  const server = await start()
  const account = await server.account()
  const client = await signedIn(server, account)
  await client.command('SELECT INBOX')
  client.socket.write('i IDLE\r\n')
  await client.until(/\+ /)
  await disableAccount(server.people, 'test', account.id)
  await client.until(/\* BYE/)
})

test('the server says goodbye when it closes', async () => {
  const server = await start()
  const client = await signedIn(server, await server.account())
  servers.splice(0)
  const closing = server.close()
  await client.until(/\* BYE/)
  client.close()
  await closing
})

test('a client that vanishes in the middle of an upload leaves nothing behind', async () => {
  const server = await start()
  const account = await server.account()
  const client = await signedIn(server, account)
  client.socket.write('a APPEND INBOX {1000+}\r\nSubject: half')
  await new Promise((resolve) => setTimeout(resolve, 50))
  client.close()
  const other = await signedIn(server, account)
  expect(await other.command('STATUS INBOX (MESSAGES)')).toContain('(MESSAGES 0)')
})

test('a full mailbox refuses with OVERQUOTA and tells how full it is', async () => {
  const server = await start()
  const account = await server.account()
  await setQuota(server.people, 'test', account.id, 10_240)
  const client = await signedIn(server, account)
  expect(await client.append('INBOX', Buffer.from(`Subject: a\r\n\r\n${'x'.repeat(9000)}`))).toContain('OK')
  expect(await client.append('INBOX', Buffer.from(`Subject: b\r\n\r\n${'x'.repeat(9000)}`))).toContain('NO [OVERQUOTA]')
  expect(await client.command('GETQUOTA ""')).toContain('* QUOTA "" (STORAGE 9 10)')
  const roots = await client.command('GETQUOTAROOT INBOX')
  expect(roots).toContain('* QUOTAROOT INBOX ""\r\n')
  expect(roots).toContain('* QUOTA "" (STORAGE 9 10)')
})

test('a stranger who does not sign in and an idle client who says nothing are sent away', async () => {
  const stranger = await open(await start({ limits: { loginTimeout: 500 } }))
  await stranger.until(/\* BYE/)
  const server = await start({ limits: { idleTimeout: 2_000, keepalive: 200 } })
  const client = await signedIn(server, await server.account())
  client.socket.write('i IDLE\r\n')
  await client.until(/\* OK Still here/)
  expect(await client.until(/\* BYE/)).not.toContain('i OK')
})

test('a header block too long to be kept beside the message is read from it', async () => {
  const server = await start()
  const client = await signedIn(server, await server.account())
  const fields = Array.from({ length: 9000 }, (_none, i) => `X-Field-${i}: ${'v'.repeat(20)}\r\n`).join('')
  const header = `Subject: long header\r\n${fields}To: last@ac-demo.test\r\n\r\n`
  await client.append('INBOX', Buffer.from(`${header}Body\r\n`))
  await client.command('SELECT INBOX')
  expect(literalOf(await client.command('FETCH 1 BODY.PEEK[HEADER]')) === header).toBe(true)
  const fetched = await client.command('FETCH 1 (UID BODY.PEEK[HEADER.FIELDS (TO)] FLAGS)')
  expect(fetched).toContain('UID 1 BODY[HEADER.FIELDS (TO)] {25}\r\nTo: last@ac-demo.test\r\n\r\n FLAGS (')
  expect(await client.command('SEARCH TO last')).toContain('* SEARCH 1')
})
