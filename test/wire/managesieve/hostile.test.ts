/** Nonsense, pieces of sense and endless input: the server answers or hangs up, and goes on serving the others. */
import { connect, createServer, type Server } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { createManageSieveServer, type ManageSieveServer } from '#protocol/managesieve/server.ts'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'

let bench: Bench
let people: People
let sieve: ManageSieveServer
let listener: Server
let port = 0

beforeAll(async () => {
  bench = await sqliteDriver.open()
  const ctx = { store: bench.store, clock: bench.clock, log: silentLog }
  people = await createPeople(ctx, { domains: ['ac-demo.test'] })
  const config = { hostname: 'sieve.test', allowPlaintextAuth: true, limits: { connectionsPerAddress: 3 } }
  sieve = createManageSieveServer({ ctx, people, config, log: silentLog })
  listener = createServer({ allowHalfOpen: true }, (socket) => sieve.handle(socket, {}))
  port = await new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port))
  })
})
afterAll(async () => {
  listener?.close()
  await sieve?.close()
  people?.close()
  await bench?.close()
})

/** Sends octets and then nothing more; resolves to all that came back once the server has hung up. */
const say = (octets: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
    socket.end(octets)
  })

const piece = fc.oneof(
  fc.constantFrom(
    'AUTHENTICATE "PLAIN"',
    'CAPABILITY',
    'NOOP "a"',
    'PUTSCRIPT "a" {3+}',
    'STARTTLS',
    '"',
    '\\',
    '(',
    '{',
  ),
  fc.constantFrom('\r\n', '\n', ' ', '\0', '{99999999999+}\r\n', '{0+}\r\n', 'é'),
  fc.string({ maxLength: 30 }),
)

test('nonsense is answered or ends the connection, never anything else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const heard = await say(pieces.join(''))
      expect(heard).toMatch(/^"IMPLEMENTATION"/)
      expect(heard).not.toContain('Internal error')
    }),
    { numRuns: 60 },
  )
})

test('a line without end, and a literal beyond all bounds, end the connection', async () => {
  expect(await say('A'.repeat(200_000))).not.toContain('Internal error')
  expect(await say('PUTSCRIPT "a" {999999999+}\r\nx')).not.toContain('Internal error')
  expect(await say('NOOP\r\n')).toMatch(/OK "Done"\r\n$/)
})

test('one address holds so many connections and no more', async () => {
  const open = [1, 2, 3].map(() => connect(port, '127.0.0.1'))
  await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('data', resolve))))
  expect(await say('')).toMatch(/^BYE \(TRYLATER\)/)
  for (const socket of open) socket.destroy()
})
