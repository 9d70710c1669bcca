import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { openRig, password, type Rig } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

const support = spawnSync('swaks', ['--support'])
/** It needs Net::SSLeay for TLS, which Debian packages apart (libnet-ssleay-perl). */
const present = support.status === 0 && /=== TLS supported/.test(String(support.stdout))

const swaks = (...options: string[]): Promise<{ status: number | null; output: string }> =>
  new Promise((resolve) => {
    const child = spawn('swaks', ['--server', '127.0.0.1', '--helo', 'client.test', ...options])
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('close', (status) => resolve({ status, output }))
  })

describe.skipIf(!present)('swaks (skipped where it is not installed with TLS)', () => {
  let rig: Rig
  let sink: Sink
  let runner: QueueRunner
  let anne: number
  beforeAll(async () => {
    sink = await openSink()
    const zone = { 'ailleurs.test': { A: ['127.0.0.1'] } }
    rig = await openRig({ zone, config: { queue: { port: sink.port, allowPrivate: true } } })
    anne = await rig.account('anne')
    const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog })
    runner = createQueueRunner({ delivery: rig.delivery, courier })
    await runner.start()
  })
  afterAll(async () => {
    await runner?.stop()
    sink?.close()
    await rig?.close()
  })

  test('a message in, over STARTTLS', async () => {
    const { status, output } = await swaks(
      '--port',
      String(rig.ports.mx),
      '--tls',
      '--from',
      'zoe@ailleurs.test',
      '--to',
      'anne@ecole.test',
      '--header',
      'Subject: Par swaks',
      '--body',
      'Bonjour',
    )
    expect(status, output).toBe(0)
    const [stored = ''] = await rig.messages(anne)
    expect(stored).toContain('Subject: Par swaks')
    expect(stored).toMatch(/with ESMTPS\r\n \(TLSv1\.3 \w+\)\r\n/)
  })

  test('a message out, signed in with each mechanism, over both kinds of TLS', async () => {
    const before = sink.caught.length
    const common = [
      '--auth-user',
      'anne',
      '--auth-password',
      password,
      '--from',
      'anne@ecole.test',
      '--to',
      'zoe@ailleurs.test',
    ]
    for (const [mechanism, port, tls] of [
      ['PLAIN', rig.ports.submission, '--tls'],
      ['LOGIN', rig.ports.submissions, '--tls-on-connect'],
    ] as const) {
      const { status, output } = await swaks('--port', String(port), tls, '--auth', mechanism, ...common)
      expect(status, output).toBe(0)
    }
    await runner.idle()
    expect(sink.caught.length).toBe(before + 2)
    expect(sink.caught.at(-1)).toMatchObject({ from: 'anne@ecole.test', to: ['zoe@ailleurs.test'] })
  })

  test('LMTP, pipelined', async () => {
    const { status, output } = await swaks(
      '--protocol',
      'LMTP',
      '--port',
      String(rig.ports.lmtp),
      '--pipeline',
      '--from',
      '<>',
      '--to',
      'anne@ecole.test',
    )
    expect(status, output).toBe(0)
    expect((await rig.messages(anne)).at(-1)).toMatch(/^Return-Path: <>\r\n/)
  })

  test('a stranger cannot relay and a wrong password does not sign in', async () => {
    const relay = await swaks('--port', String(rig.ports.mx), '--from', 'a@b.test', '--to', 'zoe@ailleurs.test')
    expect(relay.status).not.toBe(0)
    expect(relay.output).toContain('550 5.7.1')
    const guess = await swaks(
      '--port',
      String(rig.ports.submissions),
      '--tls-on-connect',
      '--auth',
      'PLAIN',
      '--auth-user',
      'anne',
      '--auth-password',
      'faux',
      '--from',
      'anne@ecole.test',
      '--to',
      'zoe@ailleurs.test',
    )
    expect(guess.output).toContain('535 5.7.8')
  })
})
