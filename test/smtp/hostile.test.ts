import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig, type Rig, sendMail, talk } from './rig.ts'

let rig: Rig
let anne: number
beforeAll(async () => {
  rig = await openRig({ config: { maxSize: 100_000 } })
  anne = await rig.account('anne')
})
afterAll(() => rig.close())

/** Sends octets to a door and reads what comes back until the server closes or has been silent for a moment. */
const throwAt = (port: number, pieces: readonly Buffer[]): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    let heard = ''
    const end = () => {
      socket.destroy()
      resolve(heard)
    }
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', end)
    socket.on('close', end)
    socket.on('end', end)
    for (const piece of pieces) socket.write(piece)
    socket.end()
  })

/** Longer by hand: `FUZZ_SECONDS=600`. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 3)

const words = fc.constantFrom(
  'EHLO a\r\n',
  'LHLO a\r\n',
  'HELO a\r\n',
  'MAIL FROM:<a@b.test>\r\n',
  'MAIL FROM:<>',
  'RCPT TO:<anne@ecole.test>\r\n',
  'RCPT TO:<anne@ecole.test> NOTIFY=SUCCESS\r\n',
  'DATA\r\n',
  '.\r\n',
  '\r\n.\r\n',
  'BDAT 5\r\nabcde',
  'BDAT 3 LAST\r\n',
  'BDAT 99999999999\r\n',
  'BDAT -1\r\n',
  'RSET\r\n',
  'STARTTLS\r\n',
  'AUTH PLAIN\r\n',
  'AUTH LOGIN AAAA\r\n',
  'NOOP\r\n',
  'VRFY <x>\r\n',
  'XYZ\r\n',
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  'From: x\r\n\r\n',
  'Subject: x\r\n',
  'é'.repeat(50),
  'A'.repeat(3000),
  'MAIL FROM:<a@b.test> SIZE=10 BODY=8BITMIME SMTPUTF8 RET=FULL ENVID=x\r\n',
  'RCPT TO:<"anne\\"@ecole.test>\r\n',
  '\x16\x03\x01\x02\x00',
)
const piece = fc.oneof(
  words.map((word) => Buffer.from(word)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
)

test(
  'no stream of octets makes a door answer anything but SMTP, stop, or hold on',
  async () => {
    const started = performance.now()
    const doors = [rig.ports.mx, rig.ports.submission, rig.ports.lmtp]
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.nat(2), async (pieces, door) => {
        const heard = await throwAt(doors[door] as number, pieces)
        for (const line of heard.split('\r\n').filter((text) => text !== '')) expect(line).toMatch(/^[2345]\d\d[ -]/)
      }),
      { numRuns: 100_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false },
    )
    expect(performance.now()).toBeGreaterThan(started)
    for (const server of Object.values(rig.servers)) expect(server.connections).toBeLessThan(50)
    const client = await talk(rig.ports.mx)
    expect(await sendMail(client, 'zoe@ailleurs.test', ['anne@ecole.test'], 'Subject: toujours là\n\n')).toMatch(/^250/)
    client.close()
  },
  seconds * 1000 + 30_000,
)

test('a line without end is refused and forgotten, not kept', async () => {
  const client = await talk(rig.ports.mx)
  for (let i = 0; i < 200; i++) client.write(Buffer.alloc(65_536, 0x41))
  expect(await client.say('')).toMatch(/^500 5\.5\.6 /)
  expect(await client.say('NOOP')).toMatch(/^250 /)
  client.close()
})

test('a message without end is refused at its limit and costs no more memory', async () => {
  const client = await talk(rig.ports.mx)
  await client.pipeline('MAIL FROM:<zoe@ailleurs.test>', 'RCPT TO:<anne@ecole.test>', 'DATA')
  const before = process.memoryUsage().rss
  for (let i = 0; i < 400; i++) {
    client.write(Buffer.alloc(65_536, 'ligne sans fin\r\n'))
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await client.say('\r\n.')).toMatch(/^552 5\.3\.4 /)
  // The client's own buffers are in there too.
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
  client.close()
})

test('a peer that leaves in the middle of a message leaves nothing behind', async () => {
  const before = (await rig.messages(anne)).length
  for (const rest of ['DATA\r\nSubject: x\r\n\r\nhalf', 'BDAT 100\r\nhalf', 'BDAT 4\r\nhalf'])
    await throwAt(rig.ports.mx, [Buffer.from(`EHLO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<anne@ecole.test>\r\n${rest}`)])
  expect((await rig.messages(anne)).length).toBe(before)
})

test('a peer with thousands of commands does not keep the others waiting', async () => {
  const busy = await talk(rig.ports.lmtp, 'LHLO a')
  busy.write('NOOP\r\n'.repeat(200_000))
  const client = await talk(rig.ports.mx)
  expect(await client.say('NOOP')).toMatch(/^250 /)
  client.close()
  busy.close()
})

test('one address has no more than its share of connections', async () => {
  const clients = []
  for (let i = 0; i < 50; i++) clients.push(await talk(rig.ports.mx, ''))
  const extra = connect(rig.ports.mx, '127.0.0.1')
  const heard = await new Promise<string>((resolve) => extra.once('data', (chunk) => resolve(String(chunk))))
  expect(heard).toMatch(/^421 4\.7\.0 /)
  for (const client of clients) client.close()
})
