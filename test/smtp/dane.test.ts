/** DANE, from a resolver of our own that says what it has proved to a server with TLS; real sockets throughout. */
import { createHash } from 'node:crypto'
import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { createServer, type Server } from 'node:net'
import { AUTHENTIC_DATA, type DecodedPacket, decode, encode, RECURSION_AVAILABLE, TRUNCATED_RESPONSE } from 'dns-packet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { waitingForPolicy, waitingMail } from '#domain/delivery/queue-list.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { createDnssec, dnsServerOf } from '#server/dnssec.ts'
import { type Issued, issue } from './authority.ts'
import { openRig, type Rig, sendMail, signIn } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

interface Entry {
  readonly data: unknown
  /** False: the answer is not proved. */
  readonly secure?: boolean
  readonly rcode?: number
}

const root = issue('Racine', [])
const between = issue('Intermédiaire', [], root)
const leaf = issue('mx', ['mx.ailleurs.test'], between)
const elsewhere = issue('mx', ['mx.autre.test'], between)
const old = issue('mx', ['mx.ailleurs.test'], between, Date.now() - 86_400_000)
const stranger = issue('mx', ['mx.ailleurs.test'])

const shows = (...chain: readonly Issued[]) => ({
  key: chain[0]?.key ?? '',
  cert: chain.map(({ cert }) => cert).join(''),
})
const spki = ({ publicKey }: Issued): Buffer => publicKey.export({ type: 'spki', format: 'der' })
const sha256 = (octets: Buffer): Buffer => createHash('sha256').update(octets).digest()
const sha512 = (octets: Buffer): Buffer => createHash('sha512').update(octets).digest()
const tlsa = (usage: number, selector: number, matchingType: number, certificate: Buffer) => ({
  usage,
  selector,
  matchingType,
  certificate,
})

let rig: Rig
let sink: Sink
let runner: QueueRunner
let zone: Record<string, Entry[]>
let udp: Datagrams
let tcp: Server
let port = 0
let truncate = false
let silent = false
let asked: string[]
let counted: string[]

const respond = (message: Buffer, overTcp: boolean): Buffer | undefined => {
  const { id = 0, questions = [] }: DecodedPacket = decode(message)
  const [question] = questions
  if (!question || silent) return
  asked.push(`${question.type} ${question.name}`)
  const entries = zone[`${question.type} ${question.name}`] ?? []
  const rcode = entries[0]?.rcode ?? 0
  const proved = entries.every(({ secure }) => secure !== false)
  const cut = truncate && !overTcp
  const answers = entries
    .filter((entry) => entry.rcode === undefined)
    .map(({ data }) => ({ type: question.type, name: question.name, ttl: 60, data }))
  return encode({
    type: 'response',
    id,
    flags: RECURSION_AVAILABLE | (proved ? AUTHENTIC_DATA : 0) | (cut ? TRUNCATED_RESPONSE : 0) | rcode,
    questions,
    answers: (cut ? [] : answers) as never,
  })
}

/** Over both on one port; a port that is free over UDP may be taken over TCP, and is left then. */
const startDns = async (): Promise<void> => {
  for (;;) {
    udp = createSocket('udp4')
    udp.on('message', (message, from) => {
      const answer = respond(message, false)
      if (answer) udp.send(answer, from.port, from.address)
    })
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
    ;({ port } = udp.address())
    tcp = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk: Buffer) => {
        const answer = respond(chunk.subarray(2), true)
        if (!answer) return
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        // In two pieces, as a network may bring it.
        socket.write(length)
        socket.write(answer)
      })
    })
    const free = await new Promise<boolean>((resolve) => {
      tcp.once('error', () => resolve(false))
      tcp.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (free) return
    udp.close()
  }
}

beforeEach(async () => {
  ;[truncate, silent, asked, counted] = [false, false, [], []]
  await startDns()
  sink = await openSink({ tls: shows(leaf, between) })
  zone = {
    'MX ailleurs.test': [{ data: { preference: 10, exchange: 'mx.ailleurs.test' } }],
    'A mx.ailleurs.test': [{ data: '127.0.0.1' }],
  }
  rig = await openRig({
    config: { queue: { port: sink.port, allowPrivate: true } },
    dnssec: createDnssec({ host: '127.0.0.1', port }),
    metrics: {
      count: (name, labels = {}) => void counted.push([name, ...Object.values(labels)].join(' ')),
      observe: () => {},
    },
  })
  await rig.account('anne')
  runner = createQueueRunner({
    delivery: rig.delivery,
    courier: createCourier({ hostname: 'mail.ecole.test', timeout: 3000, log: silentLog }),
  })
  await runner.start()
})
afterEach(async () => {
  await runner.stop()
  sink.close()
  udp.close()
  tcp.close()
  await rig.close()
})

const record = (...records: ReturnType<typeof tlsa>[]) => {
  zone[`TLSA _${sink.port}._tcp.mx.ailleurs.test`] = records.map((data) => ({ data }))
}
const submit = async (): Promise<void> => {
  const client = await signIn(rig, 'anne')
  const text = 'From: anne@ecole.test\r\nSubject: Bonjour\r\n\r\nÀ bientôt.\r\n'
  await sendMail(client, 'anne@ecole.test', ['zoe@ailleurs.test'], text)
  client.close()
  await runner.idle()
}
const lastReply = async () => (await rig.store.read((tx) => waitingMail(tx, 1)))[0]?.lastReply
const tlsUsed = () =>
  counted.filter((one) => one.startsWith('queue_tls')).map((one) => one.slice('queue_tls_total '.length))

test.each([
  ['its certificate', () => tlsa(3, 0, 0, leaf.der)],
  ['a hash of its certificate', () => tlsa(3, 0, 1, sha256(leaf.der))],
  ['its key', () => tlsa(3, 1, 0, spki(leaf))],
  ['a hash of its key', () => tlsa(3, 1, 1, sha256(spki(leaf)))],
  ['a longer hash of its key', () => tlsa(3, 1, 2, sha512(spki(leaf)))],
  ['the authority between', () => tlsa(2, 0, 1, sha256(between.der))],
  ['the key of the authority between', () => tlsa(2, 1, 1, sha256(spki(between)))],
  ['an authority that only the record has', () => tlsa(2, 0, 0, between.der)],
])('a server that shows what the DNS names (%s) gets its mail, proved', async (_name, made) => {
  record(tlsa(3, 1, 1, sha256(spki(stranger))), made())
  await submit()
  expect(sink.caught.map(({ encrypted }) => encrypted)).toEqual([true])
  expect(tlsUsed()).toEqual(['verified dane-enforce'])
  expect(asked).toContain(`TLSA _${sink.port}._tcp.mx.ailleurs.test`)
})

test('the key counts, not the names nor the dates of the certificate; an authority’s must have both right', async () => {
  for (const [shown, usage] of [
    [old, 3],
    [elsewhere, 3],
  ] as const) {
    sink.options = { tls: shows(shown, between) }
    record(tlsa(usage, 1, 1, sha256(spki(shown))))
    await submit()
    sink.drop()
  }
  expect(sink.caught).toHaveLength(2)
  for (const shown of [old, elsewhere]) {
    sink.options = { tls: shows(shown, between) }
    record(tlsa(2, 1, 1, sha256(spki(between))))
    await submit()
    expect(await lastReply()).toMatch(
      /^TLS failed: .*\(ailleurs\.test asks for TLS with a certificate that its DNS names, DANE\)$/,
    )
  }
  expect(sink.caught).toHaveLength(2)
  expect(await rig.store.read(waitingForPolicy)).toBe(2)
})

test.each([
  ['another key', () => tlsa(3, 1, 1, sha256(spki(leaf)))],
  ['an authority that has not issued it', () => tlsa(2, 0, 0, between.der)],
])(
  'a server that shows something else (the DNS names %s) gets nothing, and the queue says why',
  async (_name, made) => {
    record(made())
    sink.options = { tls: shows(stranger) }
    await submit()
    expect(sink.caught).toEqual([])
    expect(await lastReply()).toMatch(/^TLS failed: .*DANE\)$/)
  },
)

test('a server that shows a real authority beside a certificate which that one has not issued is not believed', async () => {
  record(tlsa(2, 1, 1, sha256(spki(between))))
  // It bears the issuer's name, but not the issuer's signature.
  const forged = issue('mx', ['mx.ailleurs.test'], { ...between, privateKey: stranger.privateKey })
  sink.options = { tls: shows(forged, between) }
  await submit()
  expect(sink.caught).toEqual([])
  expect(await lastReply()).toMatch(/DANE\)$/)
})

test('a server that hides STARTTLS gets nothing in the clear', async () => {
  record(tlsa(3, 1, 1, sha256(spki(leaf))))
  sink.options = {}
  await submit()
  expect(sink.caught).toEqual([])
  expect(await lastReply()).toMatch(/does not offer TLS .*DANE\)$/)
})

test('records that do not count for mail ask for TLS and no more', async () => {
  record(tlsa(1, 1, 1, sha256(spki(leaf))), tlsa(3, 7, 1, sha256(spki(leaf))))
  sink.options = { tls: shows(stranger) }
  await submit()
  expect(tlsUsed()).toEqual(['unverified dane-enforce'])
  sink.options = {}
  sink.drop()
  await submit()
  expect(sink.caught).toHaveLength(1)
})

test.each([
  ['the mail servers', 'MX ailleurs.test'],
  ['their addresses', 'A mx.ailleurs.test'],
  ['the records', 'TLSA'],
])('what is not proved (%s) asks for nothing', async (_name, what) => {
  record(tlsa(3, 1, 1, sha256(spki(stranger))))
  const key = what === 'TLSA' ? `TLSA _${sink.port}._tcp.mx.ailleurs.test` : what
  zone[key] = (zone[key] ?? []).map((entry) => ({ ...entry, secure: false }))
  await submit()
  expect(tlsUsed()).toEqual(['unverified none'])
})

test.each([
  ['the records cannot be asked for', 'TLSA'],
  ['the mail servers are forged', 'MX ailleurs.test'],
  ['the addresses are forged', 'A mx.ailleurs.test'],
])('when %s (SERVFAIL), mail waits', async (_name, what) => {
  const key = what === 'TLSA' ? `TLSA _${sink.port}._tcp.mx.ailleurs.test` : what
  zone[key] = [{ data: '', rcode: 2 }]
  await submit()
  expect(sink.commands).toEqual([])
  expect(await lastReply()).toBe('The DNS does not answer for ailleurs.test')
})

test('a domain without such records gets its mail as ever', async () => {
  await submit()
  expect(tlsUsed()).toEqual(['unverified none'])
})

test('an answer that does not fit is asked for again by TCP; a name that does not exist is told from one without records', async () => {
  truncate = true
  const ask = createDnssec({ host: '127.0.0.1', port })
  expect(await ask('ailleurs.test', 'MX')).toEqual({
    records: [{ exchange: 'mx.ailleurs.test', priority: 10 }],
    secure: true,
  })
  truncate = false
  zone['A xn--acadmie-eya.test'] = [{ data: '192.0.2.1' }]
  expect((await ask('académie.test', 'A')).records).toEqual(['192.0.2.1'])
  for (const wrong of [`${'x'.repeat(70)}.test`, 'a..test', '', `${'x.'.repeat(130)}test`])
    await expect(ask(wrong, 'A')).rejects.toMatchObject({ code: 'EBADNAME' })
  zone['MX rien.test'] = [{ data: '', rcode: 3 }]
  await expect(ask('rien.test', 'MX')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(ask('mx.ailleurs.test', 'AAAA')).rejects.toMatchObject({ code: 'ENODATA' })
  silent = true
  await expect(ask('ailleurs.test', 'MX')).rejects.toMatchObject({ code: 'ETIMEOUT' })
})

test('the resolver of the setting is read in every form', () => {
  expect(['127.0.0.1', '127.0.0.1:5353', '::1', '[::1]:53', '[fd00::53]'].map(dnsServerOf)).toEqual([
    { host: '127.0.0.1', port: 53 },
    { host: '127.0.0.1', port: 5353 },
    { host: '::1', port: 53 },
    { host: '::1', port: 53 },
    { host: 'fd00::53', port: 53 },
  ])
})
