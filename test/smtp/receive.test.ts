import { afterAll, beforeAll, expect, test } from 'vitest'
import { route } from '#domain/delivery/route.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig, sendMail, talk } from './rig.ts'

onEveryEngine('mail in', (driver) => {
  let rig: Rig
  let anne: number
  let karim: number
  beforeAll(async () => {
    rig = await openRig({ driver, config: { maxSize: 2_000_000 } })
    anne = await rig.account('anne', { aliases: ['anne.martin@ecole.test'] })
    karim = await rig.account('karim')
  })
  afterAll(() => rig.close())

  const message = 'From: Zoé <zoe@ailleurs.test>\r\nSubject: Bonjour\r\n\r\n.Un point au début.\r\nÀ bientôt.\r\n'

  test('a message from outside arrives with its bytes after the trace fields', async () => {
    const client = await talk(rig.ports.mx)
    expect(await sendMail(client, 'zoe@ailleurs.test', ['anne@ecole.test'], message)).toMatch(/^250 2\.0\.0 /)
    const [stored = ''] = await rig.messages(anne)
    expect(stored.endsWith(message)).toBe(true)
    const trace = stored.slice(0, -message.length)
    expect(trace).toMatch(/^Return-Path: <zoe@ailleurs\.test>\r\nDelivered-To: anne@ecole\.test\r\n/)
    expect(trace).toMatch(/Authentication-Results: mail\.ecole\.test;\r\n/)
    expect(trace).toMatch(
      /Received: from client\.test \(\[127\.0\.0\.1\]\)\r\n by mail\.ecole\.test with UTF8SMTP\r\n id \w+\r\n for <anne@ecole\.test>;\r\n [A-Z][a-z]{2}, /,
    )
    client.close()
  })

  test('the extensions of a door are announced', async () => {
    const client = await talk(rig.ports.mx, '')
    const reply = await client.say('EHLO client.test')
    for (const keyword of [
      'PIPELINING',
      'SIZE 2000000',
      '8BITMIME',
      'SMTPUTF8',
      'CHUNKING',
      'ENHANCEDSTATUSCODES',
      'DSN',
      'LIMITS RCPTMAX=2000',
      'STARTTLS',
    ])
      expect(reply.split('\n').map((line) => line.slice(4))).toContain(keyword)
    expect(reply).not.toMatch(/AUTH|REQUIRETLS/)
    client.close()
  })

  test('an unknown recipient, a foreign one and one that is no address are refused', async () => {
    const client = await talk(rig.ports.mx)
    await client.say('MAIL FROM:<zoe@ailleurs.test>')
    expect(await client.say('RCPT TO:<personne@ecole.test>')).toMatch(/^550 5\.1\.1 /)
    expect(await client.say('RCPT TO:<zoe@ailleurs.test>')).toMatch(/^550 5\.7\.1 /)
    expect(await client.say('RCPT TO:<pas une adresse>')).toMatch(/^501 5\.1\.3 /)
    expect(await client.say('DATA')).toMatch(/^554 5\.5\.1 /)
    client.close()
  })

  test('aliases and subaddresses of one person make one delivery', async () => {
    const before = (await rig.messages(anne)).length
    const client = await talk(rig.ports.mx)
    const to = ['anne@ecole.test', 'anne.martin@ecole.test', 'Anne+listes@ECOLE.test', 'karim@ecole.test']
    expect(await sendMail(client, 'zoe@ailleurs.test', to, message)).toMatch(/^250 /)
    expect((await rig.messages(anne)).length).toBe(before + 1)
    expect((await rig.messages(karim)).length).toBe(1)
    const [stored = ''] = await rig.messages(karim)
    expect(stored).not.toContain('Delivered-To')
    expect(stored).not.toContain('anne')
    client.close()
  })

  test('a size above the limit is refused when it is announced and when it is sent', async () => {
    const client = await talk(rig.ports.mx)
    expect(await client.say('MAIL FROM:<zoe@ailleurs.test> SIZE=2000001')).toMatch(/^552 5\.3\.4 /)
    const large = `Subject: grand\r\n\r\n${'x'.repeat(998)}\r\n`.padEnd(2_100_000, `${'y'.repeat(998)}\r\n`)
    expect(await sendMail(client, 'zoe@ailleurs.test', ['karim@ecole.test'], large)).toMatch(/^552 5\.3\.4 /)
    expect(await client.say('NOOP')).toMatch(/^250 /)
    client.close()
  })

  test('a message larger than what is held in memory keeps its bytes', async () => {
    const client = await talk(rig.ports.mx)
    const body = Array.from({ length: 30_000 }, (_, i) => `ligne ${i} ${'é'.repeat(20)}\r\n`).join('')
    const large = `Subject: grand\r\n\r\n${body}`
    expect(await sendMail(client, 'zoe@ailleurs.test', ['karim@ecole.test'], large)).toMatch(/^250 /)
    const stored = (await rig.messages(karim)).at(-1) ?? ''
    expect(stored.endsWith(large)).toBe(true)
    client.close()
  })

  test('a header of a megabyte is taken, and what a large message was held in is left to the sweeper whole', async () => {
    const client = await talk(rig.ports.lmtp, 'LHLO relay.test')
    const field = `X-Long: ${'x'.repeat(900)}\r\n`
    const large = `Subject: long\r\n${field.repeat(1300)}\r\ncorps\r\n${'y\r\n'.repeat(200_000)}`
    expect(await sendMail(client, 'zoe@ailleurs.test', ['karim@ecole.test'], large, true)).toMatch(/^250 /)
    expect((await rig.messages(karim)).at(-1)?.endsWith(large)).toBe(true)
    const places = await rig.store.read((tx) =>
      tx.query((q) => q.selectFrom('blob').select(['id', 'size']).where('size', '>', 600_000)),
    )
    for (const { id, size } of places) expect((await rig.store.blobs.bytes(Number(id))).length).toBe(Number(size))
    client.close()
  })

  test('a message that has travelled through too many servers is in a loop', async () => {
    const client = await talk(rig.ports.mx)
    const hops = 'Received: from a by b; Mon, 31 Aug 2026 08:00:00 +0200\r\n'.repeat(51)
    expect(await sendMail(client, 'zoe@ailleurs.test', ['anne@ecole.test'], hops + message)).toMatch(/^554 5\.4\.6 /)
    client.close()
  })

  test('a message that was already delivered to the same person is in a loop', async () => {
    const client = await talk(rig.ports.mx)
    const [stored = ''] = await rig.messages(anne)
    expect(await sendMail(client, 'zoe@ailleurs.test', ['anne@ecole.test'], stored)).toMatch(/^554 5\.4\.6 /)
    expect(await sendMail(client, 'zoe@ailleurs.test', ['karim@ecole.test'], stored)).toMatch(/^250 /)
    client.close()
  })

  test('a bare line feed within a message from outside is refused and ends nothing', async () => {
    const client = await talk(rig.ports.mx)
    await client.pipeline('MAIL FROM:<zoe@ailleurs.test>', 'RCPT TO:<karim@ecole.test>', 'DATA')
    const before = (await rig.messages(karim)).length
    client.write(
      'Subject: a\r\n\r\nx\n.\nMAIL FROM:<chef@ecole.test>\r\nRCPT TO:<anne@ecole.test>\r\nDATA\r\n\r\n.\r\n',
    )
    expect(await client.reply()).toMatch(/^550 5\.6\.0 /)
    expect(await client.say('NOOP')).toMatch(/^250 /)
    expect((await rig.messages(karim)).length).toBe(before)
    client.close()
  })

  test('a message may come in chunks', async () => {
    const client = await talk(rig.ports.mx)
    await client.pipeline('MAIL FROM:<zoe@ailleurs.test> BODY=8BITMIME', 'RCPT TO:<karim@ecole.test>')
    const first = 'Subject: morceaux\r\n\r\n.\r\n'
    const second = '..\r\nfin\r\n'
    client.write(`BDAT ${first.length}\r\n${first}BDAT ${second.length} LAST\r\n${second}NOOP\r\n`)
    expect(await client.reply()).toMatch(/^250 2\.0\.0 24 octets/)
    expect(await client.reply()).toMatch(/^250 2\.0\.0 Taken/)
    expect(await client.reply()).toMatch(/^250 /)
    expect((await rig.messages(karim)).at(-1)).toMatch(/Subject: morceaux\r\n\r\n\.\r\n\.\.\r\nfin\r\n$/)
    client.close()
  })

  test('LMTP answers for each recipient', async () => {
    const tiny = await rig.account('tiny', { quotaBytes: 5000 })
    const client = await talk(rig.ports.lmtp, 'LHLO relay.test')
    const replies = await sendMail(
      client,
      'zoe@ailleurs.test',
      ['anne@ecole.test', 'tiny@ecole.test', 'karim@ecole.test'],
      `Subject: gros\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(6000, `${'y'.repeat(70)}\r\n`),
      true,
    )
    expect(replies.split('\n').map((line) => line.slice(0, 9))).toEqual(['250 2.1.5', '452 4.2.2', '250 2.1.5'])
    expect(await rig.messages(tiny)).toEqual([])
    client.close()
  })

  test('LMTP keeps bare line feeds as they came', async () => {
    const client = await talk(rig.ports.lmtp, 'LHLO relay.test')
    await client.pipeline('MAIL FROM:<>', 'RCPT TO:<karim@ecole.test>', 'DATA')
    client.write('Subject: nu\n\na\nb\r\n.\r\n')
    expect(await client.reply()).toMatch(/^250 /)
    expect((await rig.messages(karim)).at(-1)).toMatch(/^Return-Path: <>\r\n[\s\S]*Subject: nu\n\na\nb\r\n$/)
    client.close()
  })

  test('addresses with UTF-8 need SMTPUTF8, and reach their owner', async () => {
    const helene = await rig.account('helene', { aliases: ['hélène@académie.test'] })
    const client = await talk(rig.ports.mx)
    await client.say('MAIL FROM:<zoe@ailleurs.test>')
    expect(await client.say('RCPT TO:<hélène@académie.test>')).toMatch(/^553 5\.6\.7 /)
    await client.say('RSET')
    expect(await sendMail(client, 'zoé@ailleurs.test', ['hélène@académie.test'], message)).toMatch(/^250 /)
    expect((await rig.messages(helene)).length).toBe(1)
    client.close()
  })

  test('commands out of order are refused and the session goes on', async () => {
    const client = await talk(rig.ports.mx, '')
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^503 /)
    expect(await client.say('LHLO x')).toMatch(/^500 /)
    expect(await client.say('EHLO client.test')).toMatch(/^250-/)
    expect(await client.say('RCPT TO:<anne@ecole.test>')).toMatch(/^503 5\.5\.1 /)
    expect(await client.say('DATA')).toMatch(/^503 5\.5\.1 /)
    expect(await client.say('AUTH PLAIN AGEAYg==')).toMatch(/^502 5\.5\.1 /)
    expect(await client.say('MAIL FROM:<a@b.test> WHAT=EVER')).toMatch(/^555 5\.5\.4 /)
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^250 /)
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^503 5\.5\.1 /)
    expect(await client.say('RSET')).toMatch(/^250 /)
    expect(await client.say('VRFY anne')).toMatch(/^252 /)
    expect(await client.say('QUIT')).toMatch(/^221 /)
    expect(await client.reply()).toBe('')
  })

  test('a peer that makes too many errors is sent away', async () => {
    const client = await talk(rig.ports.mx)
    client.write('BLAH\r\n'.repeat(40))
    let last = await client.reply()
    while (last.startsWith('500')) last = await client.reply()
    expect(last).toMatch(/^421 4\.7\.0 /)
  })

  test('postmaster is always somebody', async () => {
    const admin = await rig.account('admin', { admin: true })
    const client = await talk(rig.ports.mx)
    await client.say('MAIL FROM:<>')
    expect(await client.say('RCPT TO:<Postmaster>')).toMatch(/^250 /)
    client.write('DATA\r\nSubject: p\r\n\r\n.\r\n')
    expect(await client.reply()).toMatch(/^354/)
    expect(await client.reply()).toMatch(/^250/)
    expect((await rig.messages(admin)).length).toBeGreaterThan(0)
    client.close()
  })

  test('names of the domain reach whoever has them, then whom the operator named, then an administrator', async () => {
    const own = await openRig()
    const { ctx, people } = own.delivery
    const look = (address: string, contact = '') =>
      ctx.store.read((tx) =>
        route(tx, { ...people, options: { ...people.options, contact } }, address, ctx.clock.now()),
      )
    expect(await look('abuse@ecole.test')).toEqual({ kind: 'unknown' })
    const admin = await own.account('admin', { admin: true })
    const karim = await own.account('karim')
    for (const name of ['abuse', 'Postmaster', 'SECURITY', 'noc', 'hostmaster', 'webmaster'])
      expect(await look(`${name}@ecole.test`), name).toMatchObject({ kind: 'local', accountId: admin })
    expect(await look('abuse@ecole.test', 'karim')).toMatchObject({ accountId: karim })
    expect(await look('abuse@ecole.test', 'nobody')).toMatchObject({ accountId: admin })
    expect(await look('direction@ecole.test')).toEqual({ kind: 'unknown' })
    expect(await look('abuse@ailleurs.test')).toMatchObject({ kind: 'remote' })
    const abuse = await own.account('abuse')
    expect(await look('abuse@ecole.test', 'karim')).toMatchObject({ accountId: abuse })
    await own.close()
  })
})
