import { afterEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { type Host, HostFailure, type Letter } from '#domain/delivery/courier.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { cert, key } from '../wire/imap/certificate.data.ts'
import { openSink, type Sink, type SinkOptions } from './sink.ts'

let sink: Sink | undefined
afterEach(() => sink?.close())

const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 2000, log: silentLog })

const serve = async (options: SinkOptions = {}): Promise<Sink> => {
  sink = await openSink(options)
  return sink
}

const hostAt = (port: number, more: Partial<Host> = {}): Host => ({
  name: 'mx.ailleurs.test',
  address: '127.0.0.1',
  port,
  tls: 'try',
  ...more,
})

const letter = (text: string, more: Partial<Letter> = {}): Letter => ({
  id: 'T1',
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

const failure = async (promise: Promise<unknown>): Promise<HostFailure['answer']> => {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof HostFailure)) throw new Error(`expected a HostFailure, got ${String(error)}`)
  return error.answer
}

test('TLS is used when offered, whatever the certificate', async () => {
  const { port, caught } = await serve({ tls: { key, cert } })
  expect(await courier.carry(hostAt(port), letter('Subject: x\r\n\r\n'))).toMatchObject([
    { code: 250, host: 'mx.ailleurs.test' },
  ])
  expect(caught[0]?.encrypted).toBe(true)
})

test('a server whose TLS is broken gets mail in the clear', async () => {
  const { port, caught } = await serve({
    extensions: ['STARTTLS'],
    answer: (command) => (command === 'STARTTLS' ? '220 go\r\nthis is no handshake' : undefined),
  })
  expect(await courier.carry(hostAt(port), letter('Subject: x\r\n\r\n'))).toMatchObject([{ code: 250 }])
  expect(caught[0]?.encrypted).toBe(false)
})

test('where TLS is required, a certificate that proves nothing and a server without TLS get nothing', async () => {
  const { port, caught } = await serve({ tls: { key, cert } })
  expect(await failure(courier.carry(hostAt(port, { tls: 'starttls' }), letter('x')))).toMatchObject({
    code: 454,
    status: '4.7.5',
  })
  expect(await failure(courier.carry(hostAt(port), letter('x', { requireTls: true })))).toMatchObject({
    status: '4.7.5',
  })
  const plain = await openSink()
  expect(await failure(courier.carry(hostAt(plain.port, { tls: 'starttls' }), letter('x')))).toMatchObject({
    status: '4.7.4',
  })
  plain.close()
  expect(caught).toHaveLength(0)
})

test('a report about a letter that asks for proved hops asks for the same where it can, and travels all the same', async () => {
  const report = letter('x', { sender: '', requireTls: true })
  const { port, commands, caught } = await serve({ tls: { key, cert } })
  expect(await courier.carry(hostAt(port), report)).toMatchObject([{ code: 250 }])
  expect(commands).toContain('MAIL FROM:<>')
  const able = await openSink({ tls: { key, cert }, extensions: ['REQUIRETLS'] })
  expect(await courier.carry(hostAt(able.port), report)).toMatchObject([{ code: 250 }])
  expect(able.commands).toContain('MAIL FROM:<> REQUIRETLS')
  able.close()
  expect(caught).toHaveLength(1)
})

test('a smarthost is signed in to, and never in the clear', async () => {
  const { port, commands, caught } = await serve({ tls: { key, cert }, extensions: ['AUTH PLAIN LOGIN'] })
  const smarthost = hostAt(port, { login: 'ecole', password: 'secret' })
  await courier.carry(smarthost, letter('x'))
  expect(commands).toContain(`AUTH PLAIN ${Buffer.from('\0ecole\0secret').toString('base64')}`)
  expect(caught).toHaveLength(1)
  const plain = await openSink({ extensions: ['AUTH PLAIN'] })
  expect(
    await failure(courier.carry(hostAt(plain.port, { login: 'ecole', password: 'secret' }), letter('x'))),
  ).toMatchObject({ status: '4.7.0' })
  expect(plain.commands.join()).not.toContain('AUTH')
  plain.close()
})

test('dots are stuffed and bare newlines repaired on their way out', async () => {
  const { port, caught } = await serve()
  await courier.carry(hostAt(port), letter('Subject: x\n\n.\r\n..\ra\r\n.\nMAIL FROM:<x@y>\n'))
  expect(caught.map(({ data }) => data)).toEqual(['Subject: x\r\n\r\n.\r\n..\r\na\r\n.\r\nMAIL FROM:<x@y>\r\n'])
})

test('each recipient has its own answer', async () => {
  const { port } = await serve({
    answer: (command) =>
      command.includes('<a@') ? '550 5.1.1 no' : command.includes('<b@') ? '450 4.2.1 later' : undefined,
  })
  const recipients = ['a', 'b', 'c'].map((name) => ({ address: `${name}@ailleurs.test`, notify: [], orcpt: '' }))
  expect(await courier.carry(hostAt(port), letter('x', { recipients }))).toMatchObject([
    { code: 550, status: '5.1.1' },
    { code: 450, status: '4.2.1' },
    { code: 250, status: '2.0.0' },
  ])
})

test('many recipients go in several transactions over one connection', async () => {
  const { port, caught } = await serve({ extensions: ['PIPELINING', 'LIMITS RCPTMAX=40 MAILMAX=9'] })
  const recipients = Array.from({ length: 90 }, (_, i) => ({ address: `p${i}@ailleurs.test`, notify: [], orcpt: '' }))
  expect(await courier.carry(hostAt(port), letter('x', { recipients }))).toHaveLength(90)
  expect(caught.map(({ to }) => to.length)).toEqual([40, 40, 10])
})

test('what a server cannot take is not sent to it', async () => {
  const { port, commands } = await serve({ extensions: ['SIZE 10'] })
  expect(await courier.carry(hostAt(port), letter('more than ten octets'))).toMatchObject([
    { code: 552, status: '5.3.4' },
  ])
  const utf8 = letter('x', { recipients: [{ address: 'zoé@ailleurs.test', notify: [], orcpt: '' }] })
  expect(await courier.carry(hostAt(port), utf8)).toMatchObject([{ code: 550, status: '5.6.7' }])
  expect(commands.join()).not.toContain('MAIL')
})

test('a domain in UTF-8 is written in ASCII for a server without SMTPUTF8', async () => {
  const { port, caught } = await serve({ extensions: [] })
  await courier.carry(
    hostAt(port),
    letter('x', { recipients: [{ address: 'zoe@académie.test', notify: [], orcpt: '' }] }),
  )
  expect(caught[0]?.to).toEqual(['zoe@xn--acadmie-eya.test'])
})

test('a refused greeting, a refused hello, a hang-up and a server that speaks nonsense may be tried again', async () => {
  for (const options of [
    { answer: (command: string) => (/^(EHLO|HELO)/.test(command) ? '554 no service' : undefined) },
    { answer: (command: string) => (command.startsWith('MAIL') ? 'drop' : undefined) },
    { answer: (command: string) => (command.startsWith('EHLO') ? 'HTTP/1.1 400' : undefined) },
  ]) {
    const { port } = await serve(options)
    expect((await failure(courier.carry(hostAt(port), letter('x')))).code).toBeLessThan(500)
    sink?.close()
  }
  expect((await failure(courier.carry(hostAt(1), letter('x')))).status).toBe('4.4.1')
})

test('a connection lost after the final dot is an answer, so that no other server is tried', async () => {
  const { port } = await serve({ final: () => 'drop' })
  expect(await courier.carry(hostAt(port), letter('x'))).toMatchObject([{ code: 451, status: '4.4.1' }])
})
