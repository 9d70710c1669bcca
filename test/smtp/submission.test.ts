import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFunctionMailbox } from '#domain/access/mailboxes/accounts.ts'
import { grantMailbox } from '#domain/access/mailboxes/grants.ts'
import { dkimRecords } from '#domain/delivery/dkim.ts'
import { bodyStart, Header } from '#domain/delivery/header.ts'
import { verifyOrigin } from '#domain/delivery/verify.ts'
import { fakeDns, openRig, password, plain, type Rig, sendMail, signIn, talk } from './rig.ts'

let rig: Rig
let anne: number
beforeAll(async () => {
  rig = await openRig({ config: { limits: { messagesPerHour: 50, recipientsPerDay: 1000 } } })
  anne = await rig.account('anne', { aliases: ['direction@ecole.test'] })
  await rig.account('karim')
})
afterAll(() => rig.close())

test('nobody signs in, or sends, without encryption', async () => {
  const client = await talk(rig.ports.submission)
  expect(await client.say('EHLO client.test')).not.toContain('AUTH')
  expect(await client.say(`AUTH PLAIN ${plain('anne', password)}`)).toMatch(/^538 5\.7\.11 /)
  expect(await client.say('MAIL FROM:<anne@ecole.test>')).toMatch(/^530 5\.7\.0 STARTTLS/)
  client.close()
})

test('after STARTTLS everything is asked again and AUTH is there', async () => {
  const client = await talk(rig.ports.submission)
  expect(await client.say('STARTTLS')).toMatch(/^220 2\.0\.0 /)
  await client.startTls()
  expect(await client.say('MAIL FROM:<anne@ecole.test>')).toMatch(/^503 /)
  const hello = await client.say('EHLO client.test')
  expect(hello).toContain('250-AUTH PLAIN LOGIN OAUTHBEARER XOAUTH2')
  expect(hello).toContain('REQUIRETLS')
  expect(hello).toContain('FUTURERELEASE 2592000 ')
  expect(hello).not.toContain('STARTTLS')
  expect(await client.say('MAIL FROM:<anne@ecole.test>')).toMatch(/^530 5\.7\.0 Auth/)
  expect(await client.say('AUTH PLAIN')).toBe('334')
  expect(await client.say(plain('anne', password))).toMatch(/^235 2\.7\.0 /)
  expect(await client.say('AUTH PLAIN')).toMatch(/^503 /)
  expect(await sendMail(client, 'anne@ecole.test', ['karim@ecole.test'], 'From: anne@ecole.test\n\nx\n')).toMatch(
    /^250/,
  )
  client.close()
})

test('commands slipped in behind STARTTLS are not obeyed', async () => {
  const client = await talk(rig.ports.submission)
  client.write('STARTTLS\r\nMAIL FROM:<anne@ecole.test>\r\n')
  expect(await client.reply()).toMatch(/^554 5\.5\.1 /)
  expect(await client.reply()).toBe('')
})

test('AUTH LOGIN works, wrong passwords and garbage do not', async () => {
  const client = await talk(rig.ports.submissions, 'EHLO client.test', true)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  expect(await client.say('AUTH CRAM-MD5')).toMatch(/^504 /)
  expect(await client.say('AUTH PLAIN !!!')).toMatch(/^501 5\.5\.2 /)
  await client.say('AUTH LOGIN')
  expect(await client.say('*')).toMatch(/^501 5\.7\.0 /)
  expect(await client.say(`AUTH PLAIN ${plain('anne', 'faux')}`)).toMatch(/^535 5\.7\.8 /)
  expect(await client.say(`AUTH PLAIN ${plain('personne', 'faux')}`)).toMatch(/^535 5\.7\.8 /)
  expect(await client.say('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6')
  expect(await client.say(base64('anne@ecole.test'))).toBe('334 UGFzc3dvcmQ6')
  expect(await client.say(base64(password))).toMatch(/^235 /)
  client.close()
})

test('the sender and the From field must be addresses of the account', async () => {
  const client = await signIn(rig, 'anne')
  const to = ['karim@ecole.test']
  expect(await sendMail(client, 'karim@ecole.test', to, 'From: anne@ecole.test\n\n')).toMatch(/^553 5\.7\.1 /)
  expect(await sendMail(client, 'anne@ecole.test', to, 'From: karim@ecole.test\n\n')).toMatch(/^550 5\.7\.1 /)
  expect(await sendMail(client, 'anne@ecole.test', to, 'From: a <anne@ecole.test>, b <karim@ecole.test>\n\n')).toMatch(
    /^550 5\.7\.1 /,
  )
  expect(await sendMail(client, 'anne@ecole.test', to, 'From: anne@ecole.test\nFrom: karim@ecole.test\n\n')).toMatch(
    /^550 5\.6\.0 /,
  )
  expect(await sendMail(client, 'anne@ecole.test', to, 'From: anne@ecole.test\nSender: karim@ecole.test\n\n')).toMatch(
    /^550 5\.7\.1 /,
  )
  expect(await sendMail(client, 'direction@ecole.test', to, 'From: Direction <direction@ecole.test>\n\n')).toMatch(
    /^250 /,
  )
  expect(await sendMail(client, 'anne+test@ecole.test', to, 'From: anne+test@ecole.test\n\n')).toMatch(/^250 /)
  client.close()
})

test('a person sends in the name of a function as far as their role goes', async () => {
  const by = { actor: 'test', everywhere: true } as const
  const wanted = { login: 'secretariat', name: 'Secrétariat', address: 'secretariat@ecole.test' }
  const { id } = await createFunctionMailbox(rig.people, by, wanted)
  const nadia = await rig.account('nadia')
  const to = ['nadia@ecole.test']
  const latest = async () => (await rig.messages(nadia)).at(-1) ?? ''
  const message = 'From: secretariat@ecole.test\nSubject: Au nom de\n\nx\n'
  const send = async (from: string, text = message) => {
    const client = await signIn(rig, 'anne')
    const answer = await sendMail(client, from, to, text)
    client.close()
    return answer
  }
  for (const role of ['reader', 'member'] as const) {
    await grantMailbox(rig.people, by, id, { person: 'anne', role })
    expect(await send('secretariat@ecole.test'), role).toMatch(/^553 5\.7\.1 /)
    expect(await send('anne@ecole.test'), role).toMatch(/^550 5\.7\.1 /)
  }
  await grantMailbox(rig.people, by, id, { person: 'anne', role: 'on-behalf' })
  expect(await send('secretariat@ecole.test')).toMatch(/^250/)
  expect(await latest()).toMatch(/^Sender: .*<anne@ecole\.test>\r$/m)
  expect(await send('secretariat@ecole.test', `Sender: secretariat@ecole.test\n${message}`)).toMatch(/^550 5\.7\.1 /)
  await grantMailbox(rig.people, by, id, { person: 'anne', role: 'send-as' })
  expect(await send('secretariat@ecole.test')).toMatch(/^250/)
  const sent = await latest()
  expect(sent).toContain('From: secretariat@ecole.test')
  expect(sent).not.toContain('anne')
})

test('what a message lacks is added, what must stay private is removed, and line ends are repaired', async () => {
  const luc = await rig.account('luc')
  const client = await signIn(rig, 'anne')
  await client.pipeline('MAIL FROM:<anne@ecole.test>', 'RCPT TO:<luc@ecole.test>', 'DATA')
  client.write(
    'Subject: nu\nBcc: secret@ecole.test\r\nAuthentication-Results: mail.ecole.test; spf=pass\r\n\r\na\nb\rc\r\n.\r\n',
  )
  expect(await client.reply()).toMatch(/^250 /)
  const [stored = ''] = await rig.messages(luc)
  expect(stored).toContain('\r\nFrom: anne <anne@ecole.test>\r\n')
  expect(stored).toMatch(/\r\nDate: [A-Z]/)
  expect(stored).toMatch(/\r\nMessage-ID: <\w+@mail\.ecole\.test>\r\n/)
  expect(stored).not.toMatch(/Bcc|secret|spf=pass|127\.0\.0\.1|client\.test/)
  expect(stored.endsWith('\r\n\r\na\r\nb\r\nc\r\n')).toBe(true)
  client.close()
})

test('text without a header is all body', async () => {
  const lea = await rig.account('lea')
  const client = await signIn(rig, 'anne')
  expect(await sendMail(client, 'anne@ecole.test', ['lea@ecole.test'], 'bonjour\nà tous\n\nanne\n')).toMatch(/^250 /)
  const [stored = ''] = await rig.messages(lea)
  expect(stored).toMatch(/\r\nMessage-ID: <\w+@mail\.ecole\.test>\r\n\r\nbonjour\r\nà tous\r\n\r\nanne\r\n$/)
  client.close()
})

test('an unknown recipient here is refused at once, whoever asks', async () => {
  const client = await signIn(rig, 'anne')
  await client.say('MAIL FROM:<anne@ecole.test>')
  expect(await client.say('RCPT TO:<rien@ecole.test>')).toMatch(/^550 5\.1\.1 /)
  expect(await client.say('RCPT TO:<zoe@ailleurs.test>')).toMatch(/^250 /)
  client.close()
})

test('signatures made with our keys verify against the records we publish', async () => {
  const records = await dkimRecords(rig.delivery.ctx, 'ecole.test')
  expect(records.map(({ name }) => name)).toEqual([
    'convergence-ed25519._domainkey.ecole.test',
    'convergence-rsa._domainkey.ecole.test',
  ])
  const eve = await rig.account('eve')
  const client = await signIn(rig, 'anne')
  await sendMail(
    client,
    'anne@ecole.test',
    ['eve@ecole.test'],
    'From: Anne <anne@ecole.test>\nSubject: Été\n\nBonjour  \n\n\n',
  )
  client.close()
  const [stored = ''] = await rig.messages(eve)
  const bytes = Buffer.from(stored)
  const zone = Object.fromEntries(records.map(({ name, value }) => [name, { TXT: [[value]] }]))
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const verdict = await verifyOrigin(
    {
      ip: '192.0.2.1',
      helo: 'x.test',
      sender: 'anne@ecole.test',
      header,
      message: async function* (block) {
        yield block
        yield bytes.subarray(header.bytes.length)
      },
    },
    {
      hostname: 'x.test',
      resolve: fakeDns({ ...zone, '_dmarc.ecole.test': { TXT: [['v=DMARC1; p=reject']] } }),
      time: 5000,
      log: rig.delivery.ctx.log,
    },
  )
  expect(verdict.field.match(/dkim=pass/g)).toHaveLength(2)
  expect(verdict).toMatchObject({ dmarc: 'pass', policy: 'reject' })
})

test('an account that sends too much is slowed down', async () => {
  const client = await signIn(rig, 'karim')
  let last = ''
  for (let i = 0; i < 51; i++)
    last = await sendMail(client, 'karim@ecole.test', ['anne@ecole.test'], 'From: karim@ecole.test\n\n')
  expect(last).toMatch(/^450 4\.7\.1 /)
  client.close()
})

test('a disabled account is sent away in the middle of its session', async () => {
  const { disableAccount } = await import('#domain/people/accounts.ts')
  const id = await rig.account('partant')
  const client = await signIn(rig, 'partant')
  expect(await client.say('NOOP')).toMatch(/^250/)
  await disableAccount(rig.people, 'test', id)
  expect(await client.reply()).toMatch(/^421 4\.7\.0 /)
  expect(anne).toBeGreaterThan(0)
})
