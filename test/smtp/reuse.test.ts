/** One connection for several letters: fewer connections, nothing lost or doubled, never across other demands. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import type { Courier, Host, Letter } from '#domain/delivery/courier.ts'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { makeSelfSigned } from '#server/certificate.ts'
import { openRig, sendMail, signIn } from './rig.ts'
import { openSink, type Sink, type SinkOptions } from './sink.ts'

const day = 86_400_000
const made = makeSelfSigned({ names: ['mx.ailleurs.test'], ips: [], from: Date.now() - day, until: Date.now() + day })
const tls = { key: made.key, cert: made.certificate }
const before = getCACertificates('default')
setDefaultCACertificates([...before, tls.cert])
afterAll(() => setDefaultCACertificates(before))

let sink: Sink
let courier: Courier
const begin = async (options: SinkOptions = {}, reuse = {}): Promise<void> => {
  sink = await openSink(options)
  courier = createCourier({ hostname: 'mail.ecole.test', timeout: 2000, log: silentLog, reuse })
}
beforeEach(() => begin())
const end = () => {
  courier.close()
  sink.close()
}
afterEach(end)
const anew = (options: SinkOptions = {}, reuse = {}) => {
  end()
  return begin(options, reuse)
}

const host = (more: Partial<Host> = {}): Host => ({
  name: 'mx.ailleurs.test',
  address: '127.0.0.1',
  port: sink.port,
  tls: 'try',
  ...more,
})
const letter = (text: string, more: Partial<Letter> = {}): Letter => ({
  id: text,
  sender: 'anne@ecole.test',
  recipients: [{ address: 'zoe@ailleurs.test', notify: [], orcpt: '' }],
  size: Buffer.byteLength(text),
  eightBit: false,
  utf8Header: false,
  requireTls: false,
  content: async function* () {
    yield Buffer.from(text)
  },
  ...more,
})
const send = async (text: string, to: Partial<Host> = {}, more: Partial<Letter> = {}) =>
  (await courier.carry(host(to), letter(text, more)))[0]
const texts = () => sink.caught.map(({ data }) => data.trim())

test('letters one after the other share a connection, with RSET between them', async () => {
  for (const text of ['a', 'b', 'c']) expect(await send(text)).toMatchObject({ code: 250, reused: text !== 'a' })
  expect(sink.connections).toBe(1)
  expect(texts()).toEqual(['a', 'b', 'c'])
  expect(sink.commands.filter((line) => /^(?:EHLO|RSET|MAIL|QUIT)/.test(line)).map((line) => line.slice(0, 4))).toEqual(
    ['EHLO', 'MAIL', 'RSET', 'MAIL', 'RSET', 'MAIL'],
  )
})

test('a refused letter leaves the connection for the next one', async () => {
  sink.options = { answer: (command) => (command.includes('<nul@') ? '550 5.1.1 no' : undefined) }
  const nobody = { recipients: [{ address: 'nul@ailleurs.test', notify: [], orcpt: '' }] } as const
  expect(await send('a', {}, nobody)).toMatchObject({ code: 550 })
  expect(await send('b')).toMatchObject({ code: 250, reused: true })
  expect(texts()).toEqual(['b'])
})

test.each([
  ['while it waits', () => sink.drop()],
  ['at RSET', () => (sink.options = { answer: (command) => (command === 'RSET' ? 'drop' : undefined) })],
  [
    'with a refusal of RSET',
    () => (sink.options = { answer: (command) => (command === 'RSET' ? '421 4.3.2 bye' : undefined) }),
  ],
])('a connection that the other side ends %s is replaced by a new one', async (_when, lose) => {
  await send('a')
  lose()
  expect(await send('b')).toMatchObject({ code: 250, reused: false })
  expect(texts()).toEqual(['a', 'b'])
  expect(sink.connections).toBe(2)
})

test.each(['MAIL', 'RCPT', 'DATA'])(
  'a connection used again that is lost at %s loses nothing and doubles nothing',
  async (verb) => {
    await send('a')
    let first = true
    sink.options = {
      extensions: [],
      answer: (command) => {
        if (!first || !command.startsWith(verb)) return
        first = false
        return 'drop'
      },
    }
    const answer = await send('b')
    // Before DATA nothing was decided, so another connection is tried at once; from DATA on the queue tries again.
    if (verb === 'DATA') {
      expect(answer).toMatchObject({ code: 451 })
      expect(await send('b')).toMatchObject({ code: 250 })
    } else expect(answer).toMatchObject({ code: 250, reused: false })
    expect(texts()).toEqual(['a', 'b'])
  },
)

test('a server that has had enough of a connection (421) gets the letter by another', async () => {
  await send('a')
  let first = true
  sink.options = {
    answer: (command) => {
      if (!first || !command.startsWith('MAIL')) return
      first = false
      return '421 4.7.0 too many messages in this session'
    },
  }
  expect(await send('b')).toMatchObject({ code: 250, reused: false })
  expect(texts()).toEqual(['a', 'b'])
})

test('what is lost between the final dot and its answer is left to the queue: never sent twice by itself', async () => {
  await send('a')
  sink.options = { final: () => 'drop' }
  expect(await send('b')).toMatchObject({ code: 451, reused: true })
  expect(sink.connections).toBe(1)
})

test('other demands of TLS, another server, another sign-in: another connection', async () => {
  await anew({ tls, extensions: ['PIPELINING', 'REQUIRETLS', 'AUTH PLAIN'] })
  const demands: [Partial<Host>, Partial<Letter>][] = [
    [{ tls: 'try' }, {}],
    [{ tls: 'starttls' }, {}],
    [{ tls: 'none' }, {}],
    [{ tls: 'try' }, { requireTls: true }],
    [{ tls: 'try', name: 'mx2.ailleurs.test' }, {}],
    [{ tls: 'try', login: 'ecole', password: 'secret' }, {}],
  ]
  for (const [to, more] of demands) expect(await send('x', to, more)).toMatchObject({ code: 250, reused: false })
  expect(sink.connections).toBe(demands.length)
  // Each goes on with its own kind.
  for (const [to, more] of demands) expect(await send('y', to, more)).toMatchObject({ code: 250, reused: true })
  expect(sink.connections).toBe(demands.length)
})

test('a connection serves so many letters, waits so long, and no more than the server allows', async () => {
  await anew({}, { uses: 2 })
  for (const text of ['a', 'b', 'c']) await send(text)
  expect(sink.connections).toBe(2)
  await anew({ extensions: ['LIMITS MAILMAX=1'] })
  for (const text of ['a', 'b']) await send(text)
  expect(sink.connections).toBe(2)
  await anew({}, { idle: 50 })
  await send('a')
  await expect.poll(() => sink.commands.at(-1)).toBe('QUIT')
  await send('b')
  expect(sink.connections).toBe(2)
})

test('few connections wait, and all take their leave when the courier goes', async () => {
  await anew({}, { perHost: 2 })
  await Promise.all(['a', 'b', 'c', 'd'].map((text) => send(text)))
  expect(sink.connections).toBe(4)
  const farewells = () => sink.commands.filter((line) => line === 'QUIT').length
  await expect.poll(farewells).toBe(2)
  courier.close()
  await expect.poll(farewells).toBe(4)
})

test('the queue sends forty messages to one domain by a few connections, all of them once, though the server drops some', async () => {
  const rig = await openRig({
    zone: {
      'ailleurs.test': { MX: [{ exchange: 'mx.ailleurs.test', priority: 10 }] },
      'mx.ailleurs.test': { A: ['127.0.0.1'] },
    },
    config: { queue: { port: sink.port, allowPrivate: true } },
  })
  await rig.account('anne')
  const runner = createQueueRunner({ delivery: rig.delivery, courier })
  let seen = 0
  sink.options = { answer: (command) => (command === 'RSET' && ++seen % 9 === 0 ? 'drop' : undefined) }
  const client = await signIn(rig, 'anne')
  for (let n = 0; n < 40; n++)
    await sendMail(
      client,
      'anne@ecole.test',
      ['zoe@ailleurs.test'],
      `From: anne@ecole.test\r\nSubject: n${n}\r\n\r\nx\r\n`,
    )
  client.close()
  await runner.start()
  await runner.idle()
  const subjects = sink.caught.map(({ data }) => /^Subject: (n\d+)/m.exec(data)?.[1])
  expect(subjects).toHaveLength(40)
  expect(new Set(subjects).size).toBe(40)
  expect(sink.connections).toBeLessThan(20)
  await runner.stop()
  await rig.close()
})
