/** MTA-STS, from the TXT record to the queue: real sockets with TLS, a DNS and a web of our own. */
import { createServer, type Server } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { waitingForPolicy, waitingMail } from '#domain/delivery/queue-list.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { keptPolicies, keptPolicy } from '#domain/delivery/sts/store.ts'
import { createSts } from '#domain/delivery/sts/sts.ts'
import type { Hop } from '#domain/outside/outside.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { makeSelfSigned } from '#server/certificate.ts'
import { createCarry } from '#server/outside.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig, sendMail, signIn } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

const day = 86_400_000
const certificateFor = (...names: string[]) => {
  const { key, certificate } = makeSelfSigned({ names, ips: [], from: Date.now() - day, until: Date.now() + day })
  return { key, cert: certificate }
}
const web = certificateFor('mta-sts.ailleurs.example')
const server = certificateFor('mx.ailleurs.example')
const stranger = certificateFor('mx.ailleurs.example')

const before = getCACertificates('default')
setDefaultCACertificates([...before, web.cert, server.cert])
afterAll(() => setDefaultCACertificates(before))

const policy = (mode: string, mx = 'mx.ailleurs.example', age = 604_800) =>
  `version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: ${age}\n`

onEveryEngine('MTA-STS', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let sink: Sink
  let runner: QueueRunner
  let site: Server
  let sitePort = 0
  let answer: { status: number; type: string; body: string; location?: string }
  let hops: Hop[]
  let counted: string[]
  let anne: number

  beforeEach(async () => {
    clock = manualClock(Date.UTC(2026, 8, 1, 8))
    sink = await openSink({ tls: server })
    answer = { status: 200, type: 'text/plain', body: policy('enforce') }
    hops = []
    counted = []
    site = createServer({ key: web.key, cert: web.cert }, (request, response) => {
      const headers = { 'content-type': answer.type, ...(answer.location ? { location: answer.location } : {}) }
      response.writeHead(request.url === '/.well-known/mta-sts.txt' ? answer.status : 404, headers).end(answer.body)
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    sitePort = (site.address() as { port: number }).port
    rig = await openRig({
      driver,
      clock,
      zone: {
        'ailleurs.example': { MX: [{ exchange: 'mx.ailleurs.example', priority: 10 }] },
        'mx.ailleurs.example': { A: ['127.0.0.1'] },
        '_mta-sts.ailleurs.example': { TXT: [['v=STSv1; id=1;']] },
        'mta-sts.ailleurs.example': { A: ['93.184.216.34'] },
      },
      config: { queue: { port: sink.port, allowPrivate: true } },
      // The rules of the open Internet hold: only the last step leads to this machine instead of that address.
      carry: (hop) => {
        hops.push(hop)
        const url = new URL(hop.url)
        url.port = String(sitePort)
        return createCarry(undefined)({ ...hop, url, address: '127.0.0.1' })
      },
      metrics: {
        count: (name, labels = {}) => void counted.push([name, ...Object.values(labels)].join(' ')),
        observe: () => {},
      },
    })
    anne = await rig.account('anne')
    runner = createQueueRunner({
      delivery: rig.delivery,
      courier: createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog }),
    })
    await runner.start()
  })
  afterEach(async () => {
    await runner.stop()
    sink.close()
    site.close()
    await rig.close()
  })

  const submit = async (to = 'zoe@ailleurs.example') => {
    const client = await signIn(rig, 'anne')
    await sendMail(client, 'anne@ecole.test', [to], 'From: anne@ecole.test\r\nSubject: Bonjour\r\n\r\nÀ bientôt.\r\n')
    client.close()
    await runner.idle()
  }
  const later = async (time: number) => {
    clock.advance(time)
    runner.kick()
    await runner.idle()
  }
  const waiting = () => rig.store.read((tx) => waitingMail(tx, 10))

  test('a domain whose policy is met gets its mail by verified TLS; the policy is fetched once and kept', async () => {
    await submit()
    await submit()
    expect(sink.caught.map(({ encrypted }) => encrypted)).toEqual([true, true])
    expect(counted.filter((one) => one.startsWith('queue_tls'))).toEqual(
      Array(2).fill('queue_tls_total verified mta-sts-enforce'),
    )
    expect(hops.map(({ url, address }) => [url.href, address])).toEqual([
      ['https://mta-sts.ailleurs.example/.well-known/mta-sts.txt', '93.184.216.34'],
    ])
    expect(await rig.store.read((tx) => keptPolicies(tx, clock.now(), 10))).toMatchObject([
      {
        domain: 'ailleurs.example',
        id: '1',
        mode: 'enforce',
        mx: ['mx.ailleurs.example'],
        expiresAt: clock.now() + 7 * day,
      },
    ])
  })

  test('under enforce, a certificate that proves nothing holds the message back, and the queue says why', async () => {
    sink.options = { tls: stranger }
    await submit()
    expect(sink.caught).toEqual([])
    const [mail] = await waiting()
    expect(mail?.status).toBe('pending')
    expect(mail?.lastReply).toMatch(
      /^TLS failed: .*\(ailleurs\.example asks for TLS with a valid certificate, MTA-STS\)$/,
    )
    expect(await rig.store.read(waitingForPolicy)).toBe(1)
    sink.options = { tls: server }
    await later(2 * 60_000)
    expect(sink.caught).toHaveLength(1)
    expect(await waiting()).toEqual([])
    expect(await rig.store.read(waitingForPolicy)).toBe(0)
  })

  test('under enforce, a server that hides STARTTLS gets nothing in the clear', async () => {
    sink.options = {}
    await submit()
    expect(sink.caught).toEqual([])
    expect((await waiting())[0]?.lastReply).toMatch(/does not offer TLS .*MTA-STS/)
  })

  test('under enforce, servers that the policy does not name are not spoken with', async () => {
    answer.body = policy('enforce', '*.postes.example')
    await submit()
    expect(sink.commands).toEqual([])
    expect((await waiting())[0]?.lastReply).toBe(
      'ailleurs.example accepts mail only at the servers that its policy names, and mx.ailleurs.example is not among them (MTA-STS)',
    )
  })

  test('a policy that is tested holds nothing back, and what it would have held back is counted', async () => {
    answer.body = policy('testing')
    sink.options = { tls: stranger }
    await submit()
    expect(sink.caught).toHaveLength(1)
    expect(counted).toContain('mta_sts_testing_failures_total')
    expect(counted).toContain('queue_tls_total unverified mta-sts-testing')
  })

  test('what was kept protects when the DNS and the web say nothing any more, also after a restart', async () => {
    await submit()
    rig.zone['_mta-sts.ailleurs.example'] = {}
    site.close()
    sink.options = {}
    sink.drop()
    await later(2 * 60_000)
    await submit()
    expect(sink.caught).toHaveLength(1)
    expect((await waiting())[0]?.lastReply).toMatch(/MTA-STS/)
    // A process that has just started knows what the last one learned.
    const { outside, ctx, metrics } = {
      ...rig.delivery,
      outside: { resolve: rig.delivery.resolve, carry: () => Promise.reject(new Error('silence')) },
    }
    expect(await createSts({ outside, ctx, metrics }).policyFor('ailleurs.example')).toMatchObject({ mode: 'enforce' })
    // Once it has run out the domain is as any other.
    clock.advance(8 * day)
    expect(await keptPolicy({ store: rig.store, clock, log: silentLog }, 'ailleurs.example')).toBeUndefined()
    expect(await rig.delivery.sts?.policyFor('ailleurs.example')).toBeUndefined()
  })

  test('another id brings the new policy, at once', async () => {
    await submit()
    answer.body = policy('none')
    rig.zone['_mta-sts.ailleurs.example'] = { TXT: [['v=STSv1; id=2;']] }
    sink.options = {}
    await later(2 * 60_000)
    await submit()
    expect(sink.caught.map(({ encrypted }) => encrypted)).toEqual([true, false])
    expect(hops).toHaveLength(2)
  })

  test.each([
    ['a redirection', { status: 302, location: 'https://mta-sts.ailleurs.example/other' }],
    ['an error', { status: 500 }],
    ['a page', { type: 'text/html' }],
    ['nonsense', { body: 'mode: enforce\n' }],
    ['too much', { body: `${policy('enforce')}${'x: y\n'.repeat(20_000)}` }],
  ])('%s instead of a policy is as no policy, and is not asked for again for five minutes', async (_name, wrong) => {
    answer = { ...answer, ...wrong }
    sink.options = {}
    await submit()
    expect(sink.caught).toHaveLength(1)
    expect(counted).toContain('mta_sts_fetches_total failed')
    await later(2 * 60_000)
    await submit()
    expect(hops).toHaveLength(1)
    await later(5 * 60_000)
    await submit()
    expect(hops).toHaveLength(2)
    expect(sink.caught).toHaveLength(3)
  })

  test('a policy is never fetched from a private network, nor believed without a valid certificate', async () => {
    rig.zone['mta-sts.ailleurs.example'] = { A: ['10.0.0.1'] }
    sink.options = {}
    await submit()
    expect(hops).toEqual([])
    rig.zone['mta-sts.ailleurs.example'] = { A: ['93.184.216.34'] }
    site.setSecureContext(certificateFor('mta-sts.ailleurs.example'))
    await later(6 * 60_000)
    await submit()
    expect(hops).toHaveLength(1)
    expect(sink.caught).toHaveLength(2)
  })

  test('REQUIRETLS reaches servers that a policy proves, and no others: the sender is told', async () => {
    sink.options = { tls: server, extensions: ['REQUIRETLS'] }
    rig.zone['sans.example'] = { MX: [{ exchange: 'mx.ailleurs.example', priority: 10 }] }
    const client = await signIn(rig, 'anne')
    for (const to of ['zoe@ailleurs.example', 'zoe@sans.example']) {
      await client.say('MAIL FROM:<anne@ecole.test> REQUIRETLS')
      await client.say(`RCPT TO:<${to}>`)
      await client.say('DATA')
      expect(await client.say('From: anne@ecole.test\r\nSubject: Secret\r\n\r\nJeudi, 18 h.\r\n.')).toMatch(/^250/)
    }
    client.close()
    await runner.idle()
    expect(sink.caught.map(({ to, encrypted }) => [to, encrypted])).toEqual([[['zoe@ailleurs.example'], true]])
    expect(sink.commands).toContain('MAIL FROM:<anne@ecole.test> REQUIRETLS')
    const [report = ''] = await rig.messages(anne)
    expect(report).toContain('Final-Recipient: rfc822; zoe@sans.example\r\nAction: failed\r\nStatus: 5.7.30\r\n')
    // RFC 8689: what was to be protected is not returned.
    expect(report).toContain('Content-Type: text/rfc822-headers')
    expect(report).not.toContain('Jeudi, 18 h.')
  })

  test('a sender who would rather arrive than be safe (TLS-Required: No) is not held back, unless REQUIRETLS says otherwise', async () => {
    sink.options = {}
    const client = await signIn(rig, 'anne')
    const text = 'From: anne@ecole.test\r\nTLS-Required: No\r\nSubject: Panne\r\n\r\nVotre certificat a expiré.\r\n'
    expect(await sendMail(client, 'anne@ecole.test', ['postmaster@ailleurs.example'], text)).toMatch(/^250/)
    await client.say('MAIL FROM:<anne@ecole.test> REQUIRETLS')
    await client.say('RCPT TO:<zoe@ailleurs.example>')
    await client.say('DATA')
    expect(await client.say(`${text}.`)).toMatch(/^250/)
    client.close()
    await runner.idle()
    expect(sink.caught.map(({ to, encrypted }) => [to, encrypted])).toEqual([[['postmaster@ailleurs.example'], false]])
    expect((await waiting()).map(({ recipient }) => recipient)).toEqual(['zoe@ailleurs.example'])
  })

  test('policies of domains that are written to are asked for again each day, before they run out', async () => {
    await submit()
    for (let days = 0; days < 10; days++) {
      clock.advance(day + 1000)
      await rig.delivery.sts?.refresh()
    }
    expect(hops).toHaveLength(11)
    expect((await rig.store.read((tx) => keptPolicies(tx, clock.now(), 10)))[0]?.expiresAt).toBe(clock.now() + 7 * day)
    clock.advance(40 * day)
    await rig.delivery.sts?.refresh()
    expect(await rig.store.read((tx) => tx.query((q) => q.selectFrom('sts_policy').select('domain')))).toEqual([])
  })
})

test('the answer of a slow web keeps only its own domain waiting', async () => {
  const rig = await openRig({
    zone: {
      '_mta-sts.lent.example': { TXT: [['v=STSv1; id=1;']] },
      'mta-sts.lent.example': { A: ['93.184.216.34'] },
    },
    carry: () => new Promise(() => {}),
  })
  void rig.delivery.sts?.policyFor('lent.example')
  expect(await rig.delivery.sts?.policyFor('autre.example')).toBeUndefined()
  await rig.close()
})
