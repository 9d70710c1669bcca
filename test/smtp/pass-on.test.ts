/** What filters pass on to other servers, on real sockets: under a sender of ours (SRS), and back. */
import { generateKeyPairSync } from 'node:crypto'
import { authenticate, dkimSign, sealMessage } from 'mailauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { dkimRecords } from '#domain/delivery/dkim.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { activateScript, createScript } from '#domain/filter/scripts.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { onEveryEngine } from '../contract/all.ts'
import { fakeDns, openRig, type Rig, sendMail, signIn, talk } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

const mail = 'From: anne@ailleurs.test\r\nTo: lea@ecole.test\r\nSubject: Réunion\r\n\r\nJeudi, 18 h.\r\n'
const day = 86_400_000

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const published = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const key = { signingDomain: 'ailleurs.test', selector: 'cle', privateKey: pem }
const resultOf = (found: false | { readonly status: { readonly result: string } } | undefined): string =>
  found ? found.status.result : 'none'
/** A domain that signs, and whose policy refuses what does not prove its author. */
const strict = {
  'ailleurs.test': { A: ['127.0.0.1'], TXT: [['v=spf1 ip4:127.0.0.0/8 -all']] },
  '_dmarc.ailleurs.test': { TXT: [['v=DMARC1; p=reject']] },
  'cle._domainkey.ailleurs.test': { TXT: [[`v=DKIM1; k=rsa; p=${published}`]] },
}

onEveryEngine('what is passed on', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let sink: Sink
  let runner: QueueRunner
  let lea: number

  const open = async (config: { readonly srs?: boolean; readonly arc?: boolean } = {}): Promise<void> => {
    clock = manualClock(Date.UTC(2026, 10, 23, 8))
    sink = await openSink()
    rig = await openRig({
      driver,
      clock,
      zone: { ...strict, 'loin.test': { A: ['127.0.0.1'] } },
      config: { ...config, queue: { port: sink.port, allowPrivate: true } },
    })
    lea = await rig.account('lea')
    runner = createQueueRunner({
      delivery: rig.delivery,
      courier: createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog }),
    })
    await runner.start()
  }
  const close = async (): Promise<void> => {
    await runner.stop()
    sink.close()
    await rig.close()
  }
  beforeEach(() => open())
  afterEach(close)

  const script = async (text: string): Promise<void> => {
    const content = await rig.store.blobs.prepare(utf8(text))
    await rig.store.write(lea, async (tx) => {
      await activateScript(tx, await createScript(rig.delivery.ctx, tx, { name: 'script', content }))
    })
  }
  const deliver = async (from: string, to = 'lea@ecole.test', text = mail): Promise<string> => {
    const client = await talk(rig.ports.lmtp, 'LHLO relay.test')
    const reply = await sendMail(client, from, [to], text, true)
    client.close()
    await runner.idle()
    return reply
  }
  /** As another server speaks to us. */
  const report = async (to: string, from = ''): Promise<string> => {
    const client = await talk(rig.ports.mx)
    const text = 'From: postmaster@loin.test\r\nTo: x@x.test\r\nSubject: Undelivered\r\n\r\nNo such user.\r\n'
    const reply = await sendMail(client, from, [to], text)
    client.close()
    await runner.idle()
    return reply
  }

  test('mail from elsewhere leaves under a sender of ours, and a report to it reaches its author', async () => {
    await script('redirect "loin@loin.test";')
    await deliver('Anne.B@ailleurs.test')
    const [passed] = sink.caught
    expect(passed?.to).toEqual(['loin@loin.test'])
    expect(passed?.from).toMatch(/^SRS0=[a-z2-7]{6}=[a-z2-7]{2}=ailleurs\.test=Anne\.B@ecole\.test$/)
    expect(passed?.data).not.toContain('Return-Path')
    expect(await report(passed?.from ?? '')).toMatch(/^250/)
    const back = sink.caught[1]
    expect([back?.from, back?.to]).toEqual(['', ['Anne.B@ailleurs.test']])
    expect(back?.data).toMatch(/^Authentication-Results: mail\.ecole\.test;[\s\S]*\r\nReceived: from client\.test/)
    expect(back?.data).toContain('No such user.')
    expect(back?.data).not.toMatch(/^(?:Return-Path|Delivered-To)/m)
  })

  test('a refusal by the next server is reported by us to the author, and not to an address of ours', async () => {
    await script('redirect "loin@loin.test";')
    sink.options = { answer: (command) => (command.startsWith('RCPT TO:<loin@') ? '550 5.1.1 no' : undefined) }
    await deliver('anne@ailleurs.test')
    expect(sink.caught.map(({ from, to }) => [from, to])).toEqual([['', ['anne@ailleurs.test']]])
    expect(sink.caught[0]?.data).toContain('To: <anne@ailleurs.test>')
    expect(sink.caught[0]?.data).toContain('Final-Recipient: rfc822; loin@loin.test')
  })

  test('such an address takes reports, for three weeks, and nothing else from anybody', async () => {
    await script('redirect "loin@loin.test";')
    await deliver('anne@ailleurs.test')
    const address = sink.caught[0]?.from ?? ''
    expect(await report(address, 'x@ailleurs.test')).toMatch(/^550 5\.1\.1/)
    expect(await report(address.replace('anne', 'victime'))).toMatch(/^550 5\.1\.1/)
    const client = await signIn(rig, 'lea')
    expect(await sendMail(client, 'lea@ecole.test', [address], mail)).toMatch(/^550 5\.1\.1/)
    client.close()
    clock.advance(22 * day)
    expect(await report(address)).toMatch(/^550 5\.1\.1/)
    expect(sink.caught).toHaveLength(1)
  })

  test('a report beside a mailbox of ours goes to both, and one that arrives by LMTP goes back, too', async () => {
    await script('redirect "loin@loin.test";')
    await deliver('anne@ailleurs.test')
    const address = sink.caught[0]?.from ?? ''
    const karim = await rig.account('karim')
    const client = await talk(rig.ports.mx)
    expect(
      await sendMail(client, '', ['karim@ecole.test', address], mail.replace('anne@ailleurs', 'postmaster@loin')),
    ).toMatch(/^250/)
    client.close()
    await runner.idle()
    expect(await rig.messages(karim)).toHaveLength(1)
    expect(await deliver('', address)).toMatch(/^250/)
    expect(sink.caught.slice(1).map(({ from, to }) => [from, to])).toEqual(Array(2).fill(['', ['anne@ailleurs.test']]))
  })

  test('mail of our own people, reports, and what stays here keep their sender', async () => {
    const karim = await rig.account('karim')
    await script('redirect "loin@loin.test"; redirect "karim@ecole.test";')
    await deliver('anne@ailleurs.test')
    await deliver('paul@ecole.test', 'lea@ecole.test', mail.replace('Réunion', 'Autre'))
    await deliver('', 'lea@ecole.test', mail.replace('Réunion', 'Rapport'))
    expect(sink.caught.map(({ from }) => from.replace(/=.*@/, '@'))).toEqual(['SRS0@ecole.test', 'paul@ecole.test', ''])
    expect((await rig.messages(karim))[0]).toMatch(/^Return-Path: <anne@ailleurs\.test>\r\n/)
  })

  test('the operator may leave senders as they are', async () => {
    await close()
    await open({ srs: false })
    await script('redirect "loin@loin.test";')
    await deliver('anne@ailleurs.test')
    expect(sink.caught[0]?.from).toBe('anne@ailleurs.test')
  })

  /** By the door of strangers, who are verified. */
  const receive = async (text: string, to = 'lea@ecole.test'): Promise<string> => {
    const client = await talk(rig.ports.mx)
    const reply = await sendMail(client, 'anne@ailleurs.test', [to], text)
    client.close()
    await runner.idle()
    return reply
  }
  const publish = async (): Promise<void> => {
    for (const { name, value } of await dkimRecords(rig.delivery.ctx, 'ecole.test')) rig.zone[name] = { TXT: [[value]] }
  }
  /** As the next server sees it: it comes from us. */
  const seen = (text: string, sender = 'x@ecole.test') =>
    authenticate(text, {
      ip: '192.0.2.1',
      helo: 'mail.ecole.test',
      sender,
      mta: 'mx.loin.test',
      resolver: async (name, type) => (await fakeDns(rig.zone)(name, type)) as string[][],
      disableBimi: true,
    })
  const signed = async (text: string): Promise<string> =>
    `${(await dkimSign(text, { ...key, signatureData: [key] })).signatures.trimEnd()}\r\n${text}`

  test('what we verified is sealed, and the next server finds the seal whole', async () => {
    await publish()
    await script('redirect "loin@loin.test";')
    expect(await receive(mail)).toMatch(/^250/)
    const text = sink.caught[0]?.data ?? ''
    expect(text).toMatch(
      /^ARC-Seal: i=1;[\s\S]*\r\nARC-Message-Signature: i=1;[\s\S]*\r\nARC-Authentication-Results: i=1; mail\.ecole\.test;/,
    )
    expect(text).toMatch(/ARC-Authentication-Results: i=1;[^\r]*(?:\r\n\s[^\r]*)*spf=pass/)
    const { arc, dmarc } = await seen(text)
    expect(resultOf(arc)).toBe('pass')
    // Without the seal it is what it looks like: mail of ailleurs.test from somebody else.
    expect(resultOf(dmarc)).toBe('fail')
    const changed = await seen(text.replace('Jeudi', 'Lundi'))
    expect(resultOf(changed.arc)).toBe('fail')
  })

  test('the author’s own signature still holds after a detour', async () => {
    await publish()
    await script('redirect "loin@loin.test";')
    await receive(await signed(mail))
    const { arc, dmarc } = await seen(sink.caught[0]?.data ?? '')
    expect(resultOf(arc)).toBe('pass')
    expect(resultOf(dmarc)).toBe('pass')
  })

  test('a chain that holds gets another link; one that is broken gets none', async () => {
    await publish()
    await script('redirect "loin@loin.test";')
    // The library's types know half of its options.
    const set = {
      ...key,
      algorithm: 'rsa-sha256',
      authResults: 'mx.ailleurs.test; spf=pass smtp.mailfrom=anne@ailleurs.test',
      cv: 'none',
    }
    const first = await sealMessage(Buffer.from(mail), set)
    await receive(`${first.toString()}${mail}`)
    const text = sink.caught[0]?.data ?? ''
    expect(text).toMatch(/^ARC-Seal: i=2;[\s\S]*cv=pass/)
    const { arc } = await seen(text)
    expect([resultOf(arc), text.match(/^ARC-Seal:/gm)?.length]).toEqual(['pass', 2])
    await receive(`${first.toString()}${mail.replace('Jeudi', 'Lundi')}`)
    expect(sink.caught[1]?.data).toMatch(/^X-Convergence-Loop: /)
  })

  test('where nothing was verified nothing is sealed, nor for those who are here, nor when the operator does not want it', async () => {
    await publish()
    const karim = await rig.account('karim')
    await script('redirect "loin@loin.test"; redirect "karim@ecole.test";')
    await deliver('anne@ailleurs.test')
    expect(sink.caught[0]?.data).toMatch(/^X-Convergence-Loop: /)
    expect((await rig.messages(karim))[0]).not.toContain('ARC-Seal')
    await close()
    await open({ arc: false })
    await publish()
    await script('redirect "loin@loin.test";')
    await receive(mail)
    expect(sink.caught[0]?.data).toMatch(/^X-Convergence-Loop: /)
  })
})
