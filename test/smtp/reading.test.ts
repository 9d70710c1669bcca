/** What is known of received mail beyond its own words: who proves it, who is known, what imitates, what is ours. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
import { notifyOwner } from '#domain/people/alerts.ts'
import { readEmail } from '#domain/reading/read.ts'
import { setImageTrust } from '#domain/reading/trust.ts'
import type { Reading } from '#format/jmap/reading.ts'
import { openRig, type Rig, sendMail, signIn, talk, type Zone } from './rig.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const published = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

const zone: Zone = {
  'honnete.test': { TXT: [['v=spf1 ip4:127.0.0.0/8 -all']], MX: [] },
  '_dmarc.honnete.test': { TXT: [['v=DMARC1; p=none']] },
  'sans-dmarc.test': { TXT: [['v=spf1 ip4:127.0.0.0/8 -all']], MX: [] },
  'liste.test': { TXT: [['v=spf1 -all']] },
  'cle._domainkey.liste.test': { TXT: [[`v=DKIM1; k=rsa; p=${published}`]] },
  'usurpe.test': { TXT: [['v=spf1 -all']] },
  '_dmarc.usurpe.test': { TXT: [['v=DMARC1; p=none']] },
  'panne.test': { TXT: 'ESERVFAIL' },
  '_dmarc.panne.test': { TXT: 'ESERVFAIL' },
}

/** A DKIM-Signature of these fields (RFC 6376, relaxed and simple; every field is of one line). */
const signature = (text: string, names: readonly string[]): string => {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const relaxed = (line: string) => line.replace(/^([^:]+):\s*/, (_all, name: string) => `${name.toLowerCase()}:`)
  const fields = names.map((name) => head.split('\r\n').find((line) => line.startsWith(`${name}:`)) ?? '')
  const hash = createHash('sha256').update(body).digest('base64')
  const field = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=liste.test; s=cle; h=${names.join(':')}; bh=${hash}; b=`
  const signed = [...fields, field].map(relaxed).join('\r\n')
  return `${field}${createSign('sha256').update(signed).sign(pem, 'base64')}\r\n`
}

let rig: Rig
let anne: number
beforeAll(async () => {
  rig = await openRig({ zone, config: { verifyTime: 2000 } })
  anne = await rig.account('anne')
  await rig.account('karim')
})
afterAll(() => rig.close())

const lastId = async (): Promise<number> => {
  const rows = await rig.store.read((tx) =>
    tx.query((q) => q.selectFrom('email').select('id').where('account_id', '=', anne).orderBy('id', 'desc').limit(1)),
  )
  return rows[0]?.id ?? 0
}

const read = async (): Promise<Reading> => {
  const reading = await readEmail(rig.people, anne, await lastId(), true)
  if (!reading) throw new Error('no email')
  return reading
}

const receive = async (from: string, text: string, door: 'mx' | 'lmtp' = 'mx'): Promise<Reading> => {
  const client = await talk(rig.ports[door], door === 'lmtp' ? 'LHLO client.test' : 'EHLO client.test')
  await sendMail(client, from, ['anne@ecole.test'], text, door === 'lmtp')
  client.close()
  return read()
}

const mail = (from: string, more = ''): string => `${more}From: ${from}\r\nSubject: Bonjour\r\n\r\nBonjour.\r\n`

test('a domain that vouches for its mail proves it, with a policy or without', async () => {
  expect(await receive('zoe@honnete.test', mail('zoe@honnete.test'))).toMatchObject({
    platform: '',
    proof: 'verified',
    provedBy: 'honnete.test',
    external: true,
    images: 'ask',
  })
  expect((await receive('zoe@sans-dmarc.test', mail('zoe@sans-dmarc.test'))).proof).toBe('verified')
})

test('a domain that denies its mail, or says nothing, proves nothing', async () => {
  expect((await receive('x@usurpe.test', mail('x@usurpe.test'))).proof).toBe('failed')
  expect((await receive('x@sans-dmarc.test', mail('x@inconnu.test'))).proof).toBe('unverified')
  expect((await receive('x@panne.test', mail('x@panne.test'))).proof).toBe('unknown')
})

test('results that come with a message in our name, or in another, count for nothing', async () => {
  const forged = 'Authentication-Results: mail.ecole.test; dmarc=pass header.from=usurpe.test\r\n'
  expect((await receive('x@usurpe.test', mail('x@usurpe.test', forged))).proof).toBe('failed')
  const other = 'Authentication-Results: (mail.ecole.test) other.test; dmarc=pass header.from=usurpe.test\r\n'
  expect((await receive('x@usurpe.test', mail('x@usurpe.test', other))).proof).toBe('failed')
  const received = 'Received: by mail.ecole.test with ESMTPSA id 1; Mon, 1 Sep 2025 08:00:00 +0000\r\n'
  expect((await receive('x@usurpe.test', mail('x@usurpe.test', received))).proof).toBe('failed')
  expect((await receive('x@usurpe.test', mail('x@usurpe.test', received), 'lmtp')).proof).toBe('unknown')
})

test('our own domain from outside is not proved; from a colleague who signed in it is', async () => {
  expect(await receive('x@inconnu.test', mail('direction@ecole.test'))).toMatchObject({
    proof: 'unverified',
    external: false,
  })
  const client = await signIn(rig, 'karim')
  await sendMail(client, 'karim@ecole.test', ['anne@ecole.test'], mail('Karim <karim@ecole.test>'))
  client.close()
  expect(await read()).toMatchObject({ proof: 'own', external: false, known: true, imitates: null })
})

test('two authors are no author', async () => {
  expect((await receive('zoe@honnete.test', mail('a@honnete.test, b@honnete.test'))).proof).toBe('unverified')
  const two = 'From: a@honnete.test\r\nFrom: direction@ecole.test\r\nSubject: x\r\n\r\nx\r\n'
  expect((await receive('zoe@honnete.test', two)).proof).toBe('unverified')
})

test('who is written to is known; a neighbour of their domain, and of ours, is seen', async () => {
  await rig.store.writeGlobal((tx) =>
    tx.execute((q) =>
      q
        .insertInto('correspondent')
        .values([{ account_id: anne, address: 'accueil@mairie-pontarlier.test', name: '', last_at: 1, uses: 1 }]),
    ),
  )
  expect(await receive('a@honnete.test', mail('accueil@mairie-pontarlier.test'))).toMatchObject({
    known: true,
    lookAlike: null,
  })
  expect(await receive('a@honnete.test', mail('accueil@mairie-pontarller.test'))).toMatchObject({
    lookAlike: 'mairie-pontarlier.test',
  })
})

test('names that imitate an address of ours, a person of ours and the platform are seen', async () => {
  expect((await receive('a@honnete.test', mail('"karim@ecole.test" <a@honnete.test>'))).imitates).toEqual({
    kind: 'address',
    name: 'karim@ecole.test',
  })
  expect((await receive('a@honnete.test', mail('Assistance Ecole <a@honnete.test>'))).imitates?.kind).toBe('platform')
})

test('a stranger who bears the name of the platform is seen by the name alone, somebody known is not', async () => {
  const named = mail('Convergence <b@sans-dmarc.test>')
  expect((await receive('b@sans-dmarc.test', named)).imitates).toEqual({ kind: 'platform', name: 'Convergence' })
  await rig.store.writeGlobal((tx) =>
    tx.execute((q) =>
      q
        .insertInto('correspondent')
        .values([{ account_id: anne, address: 'b@sans-dmarc.test', name: '', last_at: 1, uses: 1 }]),
    ),
  )
  expect((await receive('b@sans-dmarc.test', named)).imitates).toBeNull()
})

test('pictures of a trusted sender are shown only when the sender is proved', async () => {
  await setImageTrust(rig.delivery.ctx, anne, 'zoe@honnete.test', true)
  await setImageTrust(rig.delivery.ctx, anne, 'x@usurpe.test', true)
  expect((await receive('zoe@honnete.test', mail('zoe@honnete.test'))).images).toBe('allowed')
  expect((await receive('x@usurpe.test', mail('x@usurpe.test'))).images).toBe('ask')
})

test('a list is left with one press only when the signature covers both fields', async () => {
  const text = [
    'From: news@liste.test',
    'Subject: Nouvelles',
    'List-Unsubscribe: <mailto:leave@liste.test>, <https://liste.test/u>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    '',
    'Bonjour.',
    '',
  ].join('\r\n')
  const signed = (...names: string[]) => receive('news@liste.test', `${signature(text, names)}${text}`)
  expect((await signed('From', 'Subject', 'List-Unsubscribe', 'List-Unsubscribe-Post')).unsubscribe).toEqual({
    oneClick: true,
    web: 'https://liste.test/u',
    mail: 'mailto:leave@liste.test',
  })
  expect((await signed('From', 'Subject')).unsubscribe?.oneClick).toBe(false)
  expect((await receive('news@liste.test', text)).unsubscribe?.oneClick).toBe(false)
})

test('a message of the platform bears a seal that no message from any door can give itself', async () => {
  const forged = 'X-Convergence-Notice: password-changed\r\n'
  expect((await receive('a@honnete.test', mail('postmaster@ecole.test', forged))).platform).toBe('')
  expect((await receive('a@honnete.test', mail('postmaster@ecole.test', forged), 'lmtp')).platform).toBe('')
  await notifyOwner(rig.people, anne, { kind: 'password-changed' })
  const courier = { carry: () => Promise.reject(new Error('nothing leaves')), close: () => {} }
  const queue = createQueueRunner({ delivery: rig.delivery, courier })
  await queue.start()
  await queue.idle()
  await queue.stop()
  expect(await read()).toMatchObject({ platform: 'password-changed', proof: 'own', known: true, unsubscribe: null })
})
