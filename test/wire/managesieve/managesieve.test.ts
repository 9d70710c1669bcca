import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { createManageSieveServer, type ManageSieveServer } from '#protocol/managesieve/server.ts'
import { onEveryEngine } from '../../contract/all.ts'
import { type Bench, lightHash } from '../../contract/drivers.ts'
import { cert, key } from '../imap/certificate.data.ts'
import { runTranscript } from '../runner.ts'
import { tokenValues } from '../tokens.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const transcripts = readdirSync(folder).filter((name) => name.endsWith('.txt'))
const preamble = 'S~ OK \nC: AUTHENTICATE "PLAIN" "<<plain>>"\nS: OK "Signed in"\n'
const password = 'Correct-Horse-7-Battery'

onEveryEngine('managesieve', (driver) => {
  let bench: Bench
  let people: People
  let sieve: ManageSieveServer
  let listener: Server
  let port: number
  let count = 0

  const listen = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })

  const deps = (plain: boolean) => ({
    ctx: { store: bench.store, clock: bench.clock, log: silentLog },
    people,
    config: { hostname: 'sieve.test', allowPlaintextAuth: plain },
    log: silentLog,
  })

  beforeAll(async () => {
    bench = await driver.open()
    people = await createPeople(
      { store: bench.store, clock: bench.clock, log: silentLog },
      { domains: ['ac-demo.test'], passwordHash: lightHash },
    )
    sieve = createManageSieveServer(deps(true))
    const secureContext = createSecureContext({ key, cert })
    listener = createServer({ allowHalfOpen: true }, (socket) => sieve.handle(socket, { secureContext }))
    port = await listen(listener)
  })
  afterAll(async () => {
    listener?.close()
    await sieve?.close()
    people?.close()
    await bench?.close()
  })

  const person = async () => {
    const login = `sieve${++count}`
    const { id } = await createAccount(people, 'test', { login, name: `Sieve ${count}`, password, locale: 'en' })
    return { login, id, plain: Buffer.from(`\0${login}\0${password}`).toString('base64') }
  }

  for (const name of transcripts)
    test(name.replace(/\.txt$/, '').replaceAll('-', ' '), async () => {
      const { login, id, plain } = await person()
      await runTranscript(readFileSync(join(folder, name), 'utf8'), {
        target: { host: '127.0.0.1', port },
        values: { ...(await tokenValues(people, id, login)), login, password, plain, big: '#'.repeat(600_000) },
        preamble,
      })
    })

  test('without TLS no password is taken', async () => {
    const strict = createManageSieveServer(deps(false))
    const server = createServer({ allowHalfOpen: true }, (socket) =>
      strict.handle(socket, { secureContext: createSecureContext({ key, cert }) }),
    )
    const { plain, login } = await person()
    await runTranscript(
      'bare\nS1~ "SASL" ""\nS1~ OK \nC1: AUTHENTICATE "PLAIN" "<<plain>>"\nS1: NO (ENCRYPT-NEEDED) "Start TLS first"\n',
      { target: { host: '127.0.0.1', port: await listen(server) }, values: { plain, login }, preamble },
    )
    server.close()
    await strict.close()
    expect(strict.connections).toBe(0)
  })
})
