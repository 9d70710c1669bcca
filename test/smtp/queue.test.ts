import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { ensureDkimKeys } from '#domain/delivery/dkim.ts'
import { queueSize } from '#domain/delivery/queue.ts'
import { waitingMail } from '#domain/delivery/queue-list.ts'
import { deleteQueued, holdQueued, releaseQueued, retryQueued } from '#domain/delivery/queue-operate.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { readAudit } from '#domain/people/audit.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig, sendMail, signIn, talk } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

onEveryEngine('the queue', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let sink: Sink
  let runner: QueueRunner
  let anne: number

  const minute = 60_000
  const hour = 60 * minute
  const message =
    'From: anne@ecole.test\r\nTo: zoe@ailleurs.test\r\nBcc: secret@ailleurs.test\r\nSubject: Bonjour\r\n\r\n.Un point.\r\nÀ bientôt.\r\n'

  beforeEach(async () => {
    clock = manualClock(Date.UTC(2026, 8, 1, 8))
    sink = await openSink()
    rig = await openRig({
      driver,
      clock,
      zone: {
        'ailleurs.test': { MX: [{ exchange: 'mx.ailleurs.test', priority: 10 }] },
        'mx.ailleurs.test': { A: ['127.0.0.1'] },
        'muet.test': { MX: [{ exchange: '', priority: 0 }] },
        'seul.test': { A: ['127.0.0.1'] },
        'boucle.test': {
          MX: [
            { exchange: 'mail.ecole.test', priority: 5 },
            { exchange: 'mx.ailleurs.test', priority: 10 },
          ],
        },
        'panne.test': { MX: 'ESERVFAIL' },
      },
      config: { queue: { port: sink.port, allowPrivate: true } },
    })
    anne = await rig.account('anne')
    const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog })
    runner = createQueueRunner({ delivery: rig.delivery, courier })
    await runner.start()
  })
  afterEach(async () => {
    await runner.stop()
    sink.close()
    await rig.close()
  })

  const submit = async (to: readonly string[], text = message): Promise<string> => {
    const client = await signIn(rig, 'anne')
    const reply = await sendMail(client, 'anne@ecole.test', to, text)
    client.close()
    await runner.idle()
    return reply
  }

  /** Lets time pass in steps, and the queue work at each. */
  const wait = async (time: number, step = 10 * minute): Promise<void> => {
    for (let passed = 0; passed < time; passed += step) {
      clock.advance(step)
      runner.kick()
      await runner.idle()
    }
  }

  test('a submitted message leaves for the MX of its domain, once, signed and without Bcc', async () => {
    await ensureDkimKeys(rig.delivery.ctx, ['ecole.test'])
    expect(await submit(['zoe@ailleurs.test', 'yan@ailleurs.test'])).toMatch(/^250 2\.0\.0 /)
    expect(sink.caught).toHaveLength(1)
    const [caught] = sink.caught
    expect(caught).toMatchObject({ from: 'anne@ecole.test', to: ['zoe@ailleurs.test', 'yan@ailleurs.test'] })
    expect(caught?.data).toMatch(
      /^DKIM-Signature: v=1;[\s\S]*\r\nDKIM-Signature: [\s\S]*\r\nReceived: by mail\.ecole\.test with UTF8SMTPSA id \w+;/,
    )
    expect(caught?.data).not.toMatch(/Bcc|secret|Return-Path|127\.0\.0\.1/)
    expect(caught?.data).toMatch(/\r\nMessage-ID: <.+@mail\.ecole\.test>\r\n/)
    expect(caught?.data.endsWith('\r\n\r\n.Un point.\r\nÀ bientôt.\r\n')).toBe(true)
    expect(await queueSize(rig.delivery)).toEqual({ delivered: 2 })
  })

  test('recipients here get the same message at once, and the others through the queue', async () => {
    const karim = await rig.account('karim')
    await submit(['karim@ecole.test', 'zoe@ailleurs.test'])
    const [mine = ''] = await rig.messages(karim)
    expect(mine).toMatch(/^Return-Path: <anne@ecole\.test>\r\n/)
    expect(mine.slice('Return-Path: <anne@ecole.test>\r\n'.length)).toBe(sink.caught[0]?.data)
  })

  test('a refused recipient is reported to the sender, the others are served', async () => {
    sink.options = { answer: (command) => (command.includes('<nul@') ? '550 5.1.1 Nobody here\u00e9' : undefined) }
    await submit(['zoe@ailleurs.test', 'nul@ailleurs.test'])
    expect(sink.caught[0]?.to).toEqual(['zoe@ailleurs.test'])
    const [report = ''] = await rig.messages(anne)
    expect(report).toMatch(/^Return-Path: <>\r\n|^Received|^From: "Convergence" <postmaster@ecole\.test>|^Date: /)
    expect(report).toContain('Content-Type: multipart/report; report-type=delivery-status;')
    expect(report).toContain('Final-Recipient: rfc822; nul@ailleurs.test\r\nAction: failed\r\nStatus: 5.1.1\r\n')
    expect(report).toContain('Remote-MTA: dns; mx.ailleurs.test\r\nDiagnostic-Code: smtp; 550 5.1.1 Nobody here?\r\n')
    expect(report).toContain('cette adresse n’existe pas')
    expect(report).toContain('this address does not exist')
    expect(report).toContain('À bientôt.')
    expect(report).not.toContain('zoe@ailleurs.test\r\nAction')
  })

  test('a server that is not ready is tried again later, the sender warned after four hours and told after five days', async () => {
    sink.options = { answer: (command) => (command.startsWith('RCPT') ? '451 4.3.0 Later' : undefined) }
    await submit(['zoe@ailleurs.test'])
    expect(await queueSize(rig.delivery)).toEqual({ pending: 1 })
    const waiting = await rig.delivery.ctx.store.read((tx) => waitingMail(tx, 10))
    expect(waiting).toMatchObject([
      { sender: 'anne@ecole.test', recipient: 'zoe@ailleurs.test', status: 'pending', attempts: 1 },
    ])
    expect(waiting[0]?.lastReply).toContain('451 4.3.0 Later')
    expect(await rig.messages(anne)).toHaveLength(0)
    await wait(9 * hour)
    const warned = await rig.messages(anne)
    expect(warned).toHaveLength(1)
    expect(warned[0]).toContain('Action: delayed\r\nStatus: 4.3.0\r\n')
    expect(warned[0]).toContain('Will-Retry-Until: ')
    await wait(5 * 24 * hour, hour)
    const all = await rig.messages(anne)
    expect(all).toHaveLength(2)
    expect(all[1]).toContain('Action: failed\r\nStatus: 5.4.7\r\n')
    const attempts = sink.commands.filter((command) => command.startsWith('RCPT')).length
    expect(attempts).toBeGreaterThan(20)
    expect(attempts).toBeLessThan(50)
  })

  test('a server that recovers gets the message', async () => {
    sink.options = { final: () => '451 4.3.0 Disk full' }
    await submit(['zoe@ailleurs.test'])
    expect(sink.caught).toHaveLength(0)
    sink.options = {}
    await wait(20 * minute)
    expect(sink.caught).toHaveLength(1)
    expect(await rig.messages(anne)).toHaveLength(0)
  })

  test('a domain without mail, without name, without server or that leads back here is reported at once', async () => {
    await submit(['a@muet.test', 'b@inconnu.test', 'c@boucle.test'])
    const reports = (await rig.messages(anne)).join('')
    expect(reports).toContain('Final-Recipient: rfc822; a@muet.test\r\nAction: failed\r\nStatus: 5.1.10\r\n')
    expect(reports).toContain('Final-Recipient: rfc822; b@inconnu.test\r\nAction: failed\r\nStatus: 5.1.2\r\n')
    expect(reports).toContain('Final-Recipient: rfc822; c@boucle.test\r\nAction: failed\r\nStatus: 5.4.6\r\n')
  })

  test('a domain without MX is its own mail server, and a silent DNS is asked again', async () => {
    await submit(['a@seul.test', 'b@panne.test'])
    expect(sink.caught.map(({ to }) => to)).toEqual([['a@seul.test']])
    expect(await queueSize(rig.delivery)).toEqual({ delivered: 1, pending: 1 })
  })

  test('a bounce is not bounced', async () => {
    const client = await signIn(rig, 'anne')
    sink.options = { answer: (command) => (command.startsWith('RCPT') ? '550 5.1.1 No' : undefined) }
    await sendMail(client, '', ['zoe@ailleurs.test'], message)
    client.close()
    await runner.idle()
    expect(await queueSize(rig.delivery)).toEqual({ failed: 1 })
    expect(await rig.messages(anne)).toHaveLength(0)
  })

  test('wishes for reports are honoured: never, on success, by servers that know how and by those that do not', async () => {
    const client = await signIn(rig, 'anne')
    const send = async (rcpt: string): Promise<void> => {
      await client.say('MAIL FROM:<anne@ecole.test> RET=HDRS ENVID=abc+2B1')
      await client.say(`RCPT TO:${rcpt}`)
      await client.say('DATA')
      expect(await client.say(`${message}.`)).toMatch(/^250/)
      await runner.idle()
    }
    sink.options = { extensions: ['PIPELINING', 'DSN'] }
    await send('<zoe@ailleurs.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Zoe+2B@ailleurs.test')
    expect(sink.commands).toContain('MAIL FROM:<anne@ecole.test> RET=HDRS ENVID=abc+2B1')
    expect(sink.commands).toContain(
      'RCPT TO:<zoe@ailleurs.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Zoe+2B@ailleurs.test',
    )
    expect(await rig.messages(anne)).toHaveLength(0)
    sink.options = {}
    sink.drop()
    await send('<zoe@ailleurs.test> NOTIFY=SUCCESS ORCPT=rfc822;Zoe+2B@ailleurs.test')
    const [relayed = ''] = await rig.messages(anne)
    expect(relayed).toContain('Original-Envelope-Id: abc+1\r\n')
    expect(relayed).toContain(
      'Original-Recipient: rfc822; Zoe+@ailleurs.test\r\nFinal-Recipient: rfc822; zoe@ailleurs.test\r\nAction: relayed\r\n',
    )
    expect(relayed).not.toContain('À bientôt')
    sink.options = { answer: (command) => (command.startsWith('RCPT') ? '550 5.1.1 No' : undefined) }
    await send('<zoe@ailleurs.test> NOTIFY=NEVER')
    expect(await rig.messages(anne)).toHaveLength(1)
    await rig.account('karim')
    await send('<karim@ecole.test> NOTIFY=SUCCESS')
    expect((await rig.messages(anne))[1]).toContain(
      'Final-Recipient: rfc822; karim@ecole.test\r\nAction: delivered\r\n',
    )
    client.close()
  })

  test('one domain never has more than its share of connections', async () => {
    const client = await signIn(rig, 'anne')
    for (let i = 0; i < 20; i++) await sendMail(client, 'anne@ecole.test', [`p${i}@ailleurs.test`], message)
    client.close()
    await runner.idle()
    expect(sink.caught).toHaveLength(20)
    expect(sink.peak).toBeLessThanOrEqual(6)
  })

  test('a message may be held until a time', async () => {
    const client = await signIn(rig, 'anne')
    await client.say('MAIL FROM:<anne@ecole.test> HOLDFOR=3600')
    await client.say('RCPT TO:<zoe@ailleurs.test>')
    await client.say('RCPT TO:<anne@ecole.test>')
    await client.say('DATA')
    await client.say(`${message}.`)
    client.close()
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    // Nor is it sent sooner when an operator has everything tried, or keeps it back and lets it go.
    expect(await retryQueued(rig.delivery, { everything: true }, 'op')).toEqual({ done: 0, sending: 0 })
    expect(await holdQueued(rig.delivery, { everything: true }, 'op')).toEqual({ done: 2, sending: 0 })
    expect(await releaseQueued(rig.delivery, { everything: true }, 'op')).toEqual({ done: 2, sending: 0 })
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    await wait(70 * minute)
    expect(sink.caught).toHaveLength(1)
    expect(await rig.messages(anne)).toHaveLength(1)
  })

  test('a bounce from outside for a message that came in reaches its sender through the queue', async () => {
    const small = await rig.account('petit', { quotaBytes: 1_000 })
    const client = await talk(rig.ports.mx)
    const text = `From: zoe@ailleurs.test\r\nSubject: gros\r\n\r\n${'x'.repeat(900)}\r\n`
    // Room when it is named, none when it is delivered: the message is taken for the other, and this one is queued.
    expect(await sendMail(client, 'zoe@ailleurs.test', ['petit@ecole.test', 'anne@ecole.test'], text)).toMatch(/^250/)
    client.close()
    await runner.idle()
    expect(await rig.messages(anne)).toHaveLength(1)
    expect(await rig.messages(small)).toHaveLength(0)
    expect(await queueSize(rig.delivery)).toMatchObject({ pending: 1 })
    await wait(5 * 24 * hour + hour, hour)
    const bounce = sink.caught.at(-1)
    expect(bounce).toMatchObject({ from: '', to: ['zoe@ailleurs.test'] })
    expect(bounce?.data).toContain('Action: failed\r\nStatus: 5.4.7\r\n')
  })

  test('an operator tries, keeps back, lets go and deletes what waits', async () => {
    const { delivery } = rig
    const { store } = delivery.ctx
    const listed = () => store.read((tx) => waitingMail(tx, 10))
    let isReady = false
    sink.options = { answer: (command) => (isReady || !command.startsWith('RCPT') ? undefined : '451 4.3.0 Later') }
    await submit(['zoe@ailleurs.test'])
    await submit(['yan@ailleurs.test', 'paul@seul.test'])
    const [first, second] = [...new Set((await listed()).map(({ id }) => id))].sort((a, b) => a - b)
    if (first === undefined || second === undefined) throw new Error('two messages should wait')
    expect(await holdQueued(delivery, { messages: [first] }, 'op')).toEqual({ done: 1, sending: 0 })
    isReady = true
    // Kept back for longer than any patience, it is neither tried nor given up.
    await wait(6 * 24 * hour, hour)
    expect(sink.caught.flatMap(({ to }) => to).sort()).toEqual(['paul@seul.test', 'yan@ailleurs.test'])
    expect(await listed()).toMatchObject([{ recipient: 'zoe@ailleurs.test', status: 'held' }])
    expect(await retryQueued(delivery, { everything: true }, 'op')).toEqual({ done: 0, sending: 0 })
    isReady = false
    expect(await releaseQueued(delivery, { messages: [first, 999] }, 'op')).toEqual({ done: 1, sending: 0 })
    await runner.idle()
    // Tried and not given up, though it is older than five days.
    expect(await listed()).toMatchObject([{ status: 'pending', attempts: 2 }])
    isReady = true
    expect(await retryQueued(delivery, { domain: 'ailleurs.test' }, 'op')).toEqual({ done: 1, sending: 0 })
    await runner.idle()
    expect(sink.caught.at(-1)?.to).toEqual(['zoe@ailleurs.test'])
    expect(await listed()).toEqual([])
    isReady = false
    const before = (await rig.messages(anne)).length
    await submit(['un@ailleurs.test'])
    await submit(['deux@ailleurs.test'])
    const [quiet, told] = (await listed()).map(({ id }) => id).sort((a, b) => a - b)
    await deleteQueued(delivery, { messages: [quiet ?? 0] }, { actor: 'op', tell: false })
    await deleteQueued(delivery, { messages: [told ?? 0] }, { actor: 'op', tell: true })
    await runner.idle()
    expect(await listed()).toEqual([])
    const reports = (await rig.messages(anne)).slice(before)
    expect(reports).toHaveLength(1)
    expect(reports[0]).toContain('Final-Recipient: rfc822; deux@ailleurs.test\r\nAction: failed\r\nStatus: 5.7.0\r\n')
    isReady = true
    await wait(6 * hour)
    expect(sink.caught).toHaveLength(3)
    const acts = (await readAudit(delivery.ctx, 20))
      .map(({ action }) => action)
      .filter((one) => one.startsWith('queue.'))
    expect(acts.reverse()).toEqual(['queue.hold', 'queue.release', 'queue.retry', 'queue.delete', 'queue.delete'])
  })
})
