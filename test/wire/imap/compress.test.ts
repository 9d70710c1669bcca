import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'
import { cert, key } from './certificate.data.ts'
import { startImap, type TestServer } from './server.ts'

let bench: Bench
let server: TestServer

beforeAll(async () => {
  bench = await sqliteDriver.open()
  server = await startImap(bench, {}, { key, cert }, undefined, 'z')
})
afterAll(async () => {
  await server?.close()
  await bench?.close()
})

/** A client that can begin TLS and compression. */
const clientOf = (first: Socket) => {
  let socket = first
  let received = ''
  let ended = false
  let send = (octets: Buffer): void => void socket.write(octets)
  const take = (chunk: Buffer): void => void (received += chunk.toString('latin1'))
  const end = (): void => void (ended = true)
  socket.on('data', take)
  socket.on('error', end)
  socket.on('close', end)
  return {
    text: () => received,
    ended: () => ended,
    send: (text: string) => send(Buffer.from(text, 'latin1')),
    raw: (octets: Buffer) => socket.write(octets),
    command: async (tag: string, text: string): Promise<string> => {
      const from = received.length
      send(Buffer.from(`${tag} ${text}\r\n`, 'latin1'))
      await expect.poll(() => received.slice(from)).toMatch(new RegExp(`^${tag} .*\r\n`, 'm'))
      return received.slice(from)
    },
    startTls: async (): Promise<void> => {
      socket.off('data', take)
      const secure = connectTls({ socket, rejectUnauthorized: false })
      await new Promise((resolve) => secure.once('secureConnect', resolve))
      socket = secure
      secure.on('data', take)
      secure.on('error', end)
    },
    compress: (): void => {
      socket.off('data', take)
      const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
      inflate.on('data', take)
      socket.pipe(inflate)
      const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH })
      deflate.pipe(socket)
      send = (octets) => void deflate.write(octets)
    },
    close: () => first.destroy(),
  }
}

const open = async () => {
  const client = clientOf(connect(server.port, '127.0.0.1'))
  await expect.poll(client.text).toContain('ready')
  return client
}

test('everything goes on compressed, large messages and pipelined commands too, until the goodbye', async () => {
  const { login, password } = await server.account()
  const client = await open()
  await client.command('a', `LOGIN ${login} ${password}`)
  expect(await client.command('b', 'COMPRESS DEFLATE')).toMatch(/^b OK/)
  client.compress()
  expect(await client.command('c', 'CAPABILITY')).not.toContain('COMPRESS')
  expect(await client.command('d', 'COMPRESS DEFLATE')).toContain('d NO [COMPRESSIONACTIVE]')
  const message = `Subject: long\r\n\r\n${'0123456789 abcdef\r\n'.repeat(30_000)}`
  expect(await client.command('e', `APPEND INBOX {${message.length}+}\r\n${message}`)).toMatch(/e OK \[APPENDUID/)
  client.send('f SELECT INBOX\r\ng NOOP\r\n')
  const answer = await client.command('h', 'FETCH 1 BODY.PEEK[]')
  expect(answer.includes(message)).toBe(true)
  expect(await client.command('i', 'LOGOUT')).toContain('* BYE')
  await expect.poll(client.ended).toBe(true)
})

test('compression follows TLS', async () => {
  const { login, password } = await server.account()
  const client = await open()
  await client.command('a', 'STARTTLS')
  await client.startTls()
  await client.command('b', `LOGIN ${login} ${password}`)
  await client.command('c', 'COMPRESS DEFLATE')
  client.compress()
  expect(await client.command('d', 'SELECT INBOX')).toMatch(/d OK/)
  client.close()
})

test('a small input that inflates to a large one meets the bounds of a line', async () => {
  const { login, password } = await server.account()
  const client = await open()
  await client.command('a', `LOGIN ${login} ${password}`)
  await client.command('b', 'COMPRESS DEFLATE')
  client.compress()
  const line = `${'A'.repeat(50_000_000)}\r\nz NOOP\r\n`
  const bomb = deflateRawSync(line, { finishFlush: constants.Z_SYNC_FLUSH })
  expect(bomb.length).toBeLessThan(100_000)
  client.raw(bomb)
  await expect.poll(client.text).toMatch(/\* BAD Line too long\r\n(?:.*\r\n)*z OK/)
  client.close()
})

test('what is not deflate ends the connection, and only that one', async () => {
  const { login, password } = await server.account()
  const client = await open()
  await client.command('a', `LOGIN ${login} ${password}`)
  await client.command('b', 'COMPRESS DEFLATE')
  client.send('c NOOP\r\n\xff\xff\xff\xff and more\r\n')
  await expect.poll(client.ended).toBe(true)
  const other = await open()
  expect(await other.command('a', 'NOOP')).toMatch(/a OK/)
  other.close()
})
