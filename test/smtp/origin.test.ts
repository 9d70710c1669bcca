import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig, type Rig, sendMail, talk, type Zone } from './rig.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const published = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

const zone: Zone = {
  // The test connects from 127.0.0.1.
  'honnete.test': { TXT: [['v=spf1 ip4:127.0.0.0/8 -all']], MX: [] },
  '_dmarc.honnete.test': { TXT: [['v=DMARC1; p=reject']] },
  'cle._domainkey.honnete.test': { TXT: [[`v=DKIM1; k=rsa; p=${published}`]] },
  'usurpe.test': { TXT: [['v=spf1 -all']] },
  '_dmarc.usurpe.test': { TXT: [['v=DMARC1; p=reject']] },
  'prudent.test': { TXT: [['v=spf1 -all']] },
  '_dmarc.prudent.test': { TXT: [['v=DMARC1; p=quarantine']] },
  'panne.test': { TXT: 'ESERVFAIL' },
  '_dmarc.panne.test': { TXT: 'ESERVFAIL' },
}

let rig: Rig
let anne: number
beforeAll(async () => {
  rig = await openRig({ zone, config: { verifyTime: 2000 } })
  anne = await rig.account('anne')
})
afterAll(() => rig.close())

const receive = async (from: string, message: string): Promise<{ reply: string; inbox?: string; junk?: string }> => {
  const before = { inbox: (await rig.messages(anne)).length, junk: (await rig.messages(anne, 'junk')).length }
  const client = await talk(rig.ports.mx)
  const reply = await sendMail(client, from, ['anne@ecole.test'], message)
  client.close()
  const inbox = (await rig.messages(anne))[before.inbox]
  const junk = (await rig.messages(anne, 'junk'))[before.junk]
  return { reply, ...(inbox === undefined ? {} : { inbox }), ...(junk === undefined ? {} : { junk }) }
}

const resultsOf = (message = ''): string =>
  (/^Authentication-Results: mail\.ecole\.test;[\s\S]*?\r\n(?=\S)/m.exec(message)?.[0] ?? '').replace(/\r\n\s+/g, ' ')

test('SPF, DKIM and DMARC of honest mail pass and are written down', async () => {
  const text = 'From: zoe@honnete.test\r\nTo: anne@ecole.test\r\nSubject: Bonjour\r\n\r\n.Point\r\nBonjour.\r\n'
  const { signatures } = await dkimSign(text, {
    signingDomain: 'honnete.test',
    selector: 'cle',
    privateKey: pem,
    signatureData: [{ signingDomain: 'honnete.test', selector: 'cle', privateKey: pem }],
  })
  const { inbox } = await receive('zoe@honnete.test', `${signatures.trimEnd()}\r\n${text}`)
  const results = resultsOf(inbox)
  expect(results).toContain('dkim=pass')
  expect(results).toContain('spf=pass')
  expect(results).toContain('dmarc=pass')
})

test('a changed body breaks the signature', async () => {
  const text = 'From: zoe@ailleurs.test\r\nSubject: Bonjour\r\n\r\nBonjour.\r\n'
  const { signatures } = await dkimSign(text, {
    signingDomain: 'honnete.test',
    selector: 'cle',
    privateKey: pem,
    signatureData: [{ signingDomain: 'honnete.test', selector: 'cle', privateKey: pem }],
  })
  const { inbox } = await receive(
    'zoe@ailleurs.test',
    `${signatures.trimEnd()}\r\n${text.replace('Bonjour.', 'Argent.')}`,
  )
  expect(resultsOf(inbox)).toMatch(/dkim=(neutral|fail)/)
})

test('the policy of the author’s domain is honoured: reject refuses, quarantine goes to junk', async () => {
  const text = (domain: string) => `From: chef@${domain}\r\nSubject: Urgent\r\n\r\nCliquez.\r\n`
  expect((await receive('x@usurpe.test', text('usurpe.test'))).reply).toMatch(/^550 5\.7\.1 .*DMARC/)
  const { junk, inbox } = await receive('x@prudent.test', text('prudent.test'))
  expect(inbox).toBeUndefined()
  expect(resultsOf(junk)).toContain('dmarc=fail')
})

test('results in our name that come from outside are removed, those of others stay', async () => {
  const forged = [
    'Authentication-Results: mail.ecole.test; dmarc=pass',
    'authentication-results: (really)\r\n MAIL.ecole.TEST 1; spf=pass',
    'Authentication-Results: autre.test; dkim=pass',
  ].join('\r\n')
  const { inbox = '' } = await receive('zoe@ailleurs.test', `${forged}\r\nFrom: zoe@ailleurs.test\r\n\r\nx\r\n`)
  expect(inbox.match(/authentication-results:/gi)).toHaveLength(2)
  expect(inbox).toContain('Authentication-Results: autre.test; dkim=pass\r\n')
  expect(inbox).not.toContain('dmarc=pass')
  expect(inbox).not.toContain('really')
})

test('a DNS that does not answer delays nothing for long and loses nothing', async () => {
  const { reply, inbox } = await receive('x@panne.test', 'From: x@panne.test\r\n\r\nx\r\n')
  expect(reply).toMatch(/^250 /)
  expect(resultsOf(inbox)).toMatch(/temperror/)
})

test('hundreds of signatures cost no more than ten', async () => {
  const signature =
    'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=honnete.test; s=cle; h=from; bh=AAAA; b=AAAA\r\n'
  const { reply, inbox } = await receive('x@honnete.test', `${signature.repeat(300)}From: x@honnete.test\r\n\r\nx\r\n`)
  expect(reply).toMatch(/^250 /)
  expect(resultsOf(inbox).match(/dkim=/g)?.length).toBe(10)
  expect(inbox?.match(/DKIM-Signature:/g)).toHaveLength(300)
})

test('a message that begins with a continuation line cannot add to our results', async () => {
  const { inbox = '' } = await receive(
    'zoe@ailleurs.test',
    ' ; dmarc=pass header.from=chef@ecole.test\r\nFrom: zoe@ailleurs.test\r\n\r\nx\r\n',
  )
  expect(resultsOf(inbox)).not.toContain('dmarc=pass')
})
