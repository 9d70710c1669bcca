/** Which new mail wakes a device: rules and quiet hours, decided by the server; messages signed for the push service. */
import { createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFunctionMailbox } from '#domain/access/mailboxes/accounts.ts'
import { type Granter, grantMailbox } from '#domain/access/mailboxes/grants.ts'
import { deposit } from '#domain/delivery/deposit.ts'
import { readContent } from '#domain/mail/content.ts'
import { savePreferences, usualPreferences } from '#domain/notify/preferences.ts'
import {
  choosePushRules,
  functionListeners,
  type PushRules,
  readPushRules,
  savePushRules,
  usualRules,
  worthTelling,
  worthTellingOf,
} from '#domain/push/rules.ts'
import { vapidKey } from '#domain/push/vapid.ts'
import { createVapid } from '#protocol/jmap/push/vapid.ts'
import { readState } from '#store/changes.ts'
import { type Client, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let account: number

const always = { from: 0, to: 0, days: [], publicHolidays: false, schoolHolidays: false }
const quietHours = (quiet: { from?: number; to?: number }) =>
  server.ctx.store.write(account, (tx) =>
    savePreferences(tx, { ...usualPreferences([]), quiet: { ...always, ...quiet } }),
  )

beforeAll(async () => {
  server = await openServer()
})
beforeEach(async () => {
  client = await server.client()
  account = client.principal.accountId
  await quietHours({})
})
afterAll(() => server?.close())

const rules = (change: Partial<PushRules>) =>
  server.ctx.store.write(account, (tx) => savePushRules(tx, { ...usualRules, ...change }))

let serial = 0
const deliver = async (from: string, junk = false, to = account): Promise<void> => {
  const subject = `Essai ${++serial}`
  const bytes = Buffer.from(`From: Quelqu'un <${from}>\r\nTo: x@ac-demo.test\r\nSubject: ${subject}\r\n\r\nBonjour\r\n`)
  const blob = await server.ctx.store.blobs.prepare(bytes)
  const parcel = { blob, content: readContent(bytes), junk, receivedAt: server.ctx.clock.now() }
  expect((await deposit(server.ctx, [to], parcel)).size).toBe(0)
}
/** Delivers a message; how many emails the devices are told of. */
const told = async (from = 'paul@ailleurs.test', junk = false): Promise<number> => {
  const { modseq } = await server.ctx.store.read((tx) => readState(tx, account))
  await deliver(from, junk)
  return (await worthTelling(server.ctx, account, modseq))?.emails.length ?? 0
}

test('mail of the inbox is told of unless something else was chosen, junk never', async () => {
  expect(await told()).toBe(1)
  expect(await told('paul@ailleurs.test', true)).toBe(0)
  await rules({ places: 'all' })
  expect(await told('paul@ailleurs.test', true)).toBe(0)
})

test('only mailboxes that were chosen are told of', async () => {
  await rules({ places: 'chosen', mailboxes: [] })
  expect(await told()).toBe(0)
})

test('only those whom the person has written to, or has named', async () => {
  await rules({ senders: 'known' })
  expect(await told('inconnu@ailleurs.test')).toBe(0)
  await rules({ senders: 'chosen', favourites: ['Chef@Ecole.test'] })
  expect(await told('inconnu@ailleurs.test')).toBe(0)
  expect(await told('chef@ecole.test')).toBe(1)
})

test('a favourite is told of whatever the mailbox', async () => {
  await rules({ places: 'chosen', mailboxes: [], favourites: ['chef@ecole.test'] })
  expect(await told('chef@ecole.test')).toBe(1)
})

test('nothing is told in quiet hours, unless mail was excepted from them', async () => {
  await quietHours({ from: 0, to: 1439 })
  expect(await told()).toBe(0)
  await rules({ quiet: false })
  expect(await told()).toBe(1)
})

test('new mail of a function’s mailbox is told to the devices of who chose it, while they may read it', async () => {
  const { people } = server.delivery
  const admin: Granter = { actor: 'test', everywhere: true }
  const mailbox = await createFunctionMailbox(people, admin, { login: `accueil.${++serial}`, name: 'Accueil' })
  await grantMailbox(people, admin, mailbox.id, { person: client.principal.login, role: 'reader' })
  const arrives = async () => {
    const { modseq } = await server.ctx.store.read((tx) => readState(tx, mailbox.id))
    await deliver('parent@ailleurs.test', false, mailbox.id)
    return worthTellingOf(server.ctx, account, mailbox.id, modseq)
  }
  expect(await arrives()).toBeUndefined()
  const wanted = { ...usualRules, functions: [mailbox.id] }
  await choosePushRules(server.ctx, account, wanted)
  expect(await arrives()).toMatchObject({ name: 'Accueil', preview: true, emails: [expect.any(Number)] })
  expect(await functionListeners(server.ctx, [account])).toEqual(new Map([[mailbox.id, [account]]]))
  await quietHours({ from: 0, to: 1439 })
  expect(await arrives()).toBeUndefined()
  await quietHours({})
  const other = await server.client()
  await choosePushRules(server.ctx, other.principal.accountId, wanted)
  const { modseq } = await server.ctx.store.read((tx) => readState(tx, mailbox.id))
  await deliver('parent@ailleurs.test', false, mailbox.id)
  expect(await worthTellingOf(server.ctx, other.principal.accountId, mailbox.id, modseq)).toBeUndefined()
  expect(await worthTellingOf(server.ctx, account, mailbox.id, modseq)).toBeDefined()
})

test('rules that mean nothing are refused, and the good ones kept', async () => {
  await expect(rules({ favourites: ['pas une adresse'] })).rejects.toThrow(/favourites/)
  const kept = await rules({ favourites: ['A@b.test', 'a@b.test'], preview: false })
  expect(kept.favourites).toEqual(['a@b.test'])
  expect(await server.ctx.store.read((tx) => readPushRules(tx, account))).toEqual(kept)
})

test('a device is sent the ids of new mail and nothing of its content', async () => {
  const url = 'https://push.example/rules'
  const keys = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  }
  const { created } = (await client.call('PushSubscription/set', {
    create: { k: { deviceClientId: 'd', url, keys, types: ['EmailDelivery'] } },
  })) as unknown as { created: { k: { id: string } } }
  await expect.poll(() => server.pushed.some((one) => one.url === url)).toBe(true)
  // The code is sealed for a key that this test does not have: it is read where it is kept.
  const [row] = await server.ctx.store.read((tx) =>
    tx.query((q) => q.selectFrom('push_subscription').select('code').where('id', '=', created.k.id)),
  )
  await client.call('PushSubscription/set', { update: { [created.k.id]: { verificationCode: row?.code } } })
  const before = server.pushed.length
  await deliver('paul@ailleurs.test')
  await expect.poll(() => server.pushed.length).toBe(before + 1)
  const sent = server.pushed.at(-1)
  expect(sent?.headers).toMatchObject({ urgency: 'high', 'content-encoding': 'aes128gcm' })
  expect(Buffer.from(sent?.body ?? []).toString('latin1')).not.toContain('Essai')
  // What the rules keep quiet is not sent at all.
  await rules({ senders: 'chosen' })
  await deliver('paul@ailleurs.test')
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(server.pushed.length).toBe(before + 1)
  // What arrives for a function, once the person has chosen to be told of it.
  const { people } = server.delivery
  const admin: Granter = { actor: 'test', everywhere: true }
  const mailbox = await createFunctionMailbox(people, admin, { login: `bureau.${++serial}`, name: 'Bureau' })
  await grantMailbox(people, admin, mailbox.id, { person: client.principal.login, role: 'member' })
  await choosePushRules(server.ctx, account, { ...usualRules, functions: [mailbox.id] })
  const sentSoFar = server.pushed.length
  await expect
    .poll(async () => {
      await deliver('paul@ailleurs.test', false, mailbox.id)
      return server.pushed.length
    })
    .toBeGreaterThan(sentSoFar)
})

test('a push service can check who sends (RFC 8292), and the key stays the same', async () => {
  const key = await vapidKey(server.ctx)
  expect(await vapidKey(server.ctx)).toEqual(key)
  const header = createVapid({ key, subject: 'mailto:postmaster@ac-demo.test', now: () => 1_800_000_000_000 })(
    'https://push.example/send/abc',
  )
  const [, head = '', claims = '', signature = '', k = ''] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header) ?? []
  expect(k).toBe(key.publicKey)
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    aud: 'https://push.example',
    exp: 1_800_000_000 + 12 * 3600,
    sub: 'mailto:postmaster@ac-demo.test',
  })
  const point = Buffer.from(k, 'base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33, 65) }
  const publicKey = createPublicKey({ format: 'jwk', key: jwk })
  const signed = Buffer.from(`${head}.${claims}`)
  const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', signed, how, Buffer.from(signature, 'base64url'))).toBe(true)
})
