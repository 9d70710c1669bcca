/** PushSubscription (RFC 8620 §7.2) over real HTTP; push services are stood in for by the harness. */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { postToPublic } from '#protocol/jmap/push/post.ts'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let serial = 0
let url: string

beforeAll(async () => {
  server = await openServer()
})
beforeEach(async () => {
  client = await server.client()
  url = `https://push.example/${++serial}`
  server.pushStatus = 201
})
afterAll(() => server?.close())

type SetError = { type: string; properties?: string[] }
interface SetResponse {
  created: Record<string, Json & { id: string }> | null
  updated: Record<string, Json | null> | null
  destroyed: string[] | null
  notCreated: Record<string, SetError> | null
  notUpdated: Record<string, SetError> | null
  notDestroyed: Record<string, SetError> | null
}
const set = async (args: Json) => (await client.call('PushSubscription/set', args)) as unknown as SetResponse
const create = async (properties: Json = {}): Promise<Json & { id: string }> => {
  const { created, notCreated } = await set({ create: { k: { deviceClientId: 'device-1', url, ...properties } } })
  if (!created) throw new Error(JSON.stringify(notCreated))
  return created.k!
}
const sentTo = (target: string) => server.pushed.filter((push) => push.url === target)
const nextTo = async (target: string, count: number) => {
  for (let i = 0; i < 1500 && sentTo(target).length < count; i++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const sent = sentTo(target)
  expect(sent.length).toBeGreaterThanOrEqual(count)
  return sent[count - 1]!
}
const json = (bytes: Uint8Array): Json => JSON.parse(Buffer.from(bytes).toString('utf8')) as Json
/** Proves to listen at the URL. */
const verify = async (id: string): Promise<void> => {
  const { verificationCode } = json((await nextTo(url, 1)).body)
  expect((await set({ update: { [id]: { verificationCode } } })).updated).toEqual({ [id]: null })
}

test('a new subscription is sent its verification code, and nothing else before it is proved', async () => {
  const { id, ...told } = await create()
  expect(told).toEqual({ keys: null, expires: expect.any(String) })
  const { headers, body } = await nextTo(url, 1)
  expect(headers).toMatchObject({ 'content-type': 'application/json', ttl: expect.stringMatching(/^\d+$/) })
  expect(json(body)).toEqual({
    '@type': 'PushVerification',
    pushSubscriptionId: id,
    verificationCode: expect.any(String),
  })
  await client.mailbox('Unverified')
  await new Promise((resolve) => setTimeout(resolve, 800))
  expect(sentTo(url)).toHaveLength(1)
})

test('a verified subscription is told of changes', async () => {
  const { id } = await create()
  await verify(id)
  await client.mailbox('Told')
  const { body } = await nextTo(url, 2)
  expect(json(body)).toEqual({
    '@type': 'StateChange',
    changed: { [client.accountId]: { Mailbox: await client.state() } },
  })
})

test('only of the types it asked for', async () => {
  const { id } = await create({ types: ['Email', 'Nonsense'] })
  await verify(id)
  await client.mailbox('Not told')
  await client.import('Subject: x\r\n\r\nx')
  const { body } = await nextTo(url, 2)
  expect(Object.keys((json(body).changed as Record<string, Json>)[client.accountId]!)).toEqual(['Email'])
})

test('a wrong code is invalidProperties and proves nothing', async () => {
  const { id } = await create()
  const { notUpdated } = await set({ update: { [id]: { verificationCode: 'guess' } } })
  expect(notUpdated![id]).toMatchObject({ type: 'invalidProperties', properties: ['verificationCode'] })
})

test('get tells neither url nor keys, and the code only once it is proved', async () => {
  const { id } = await create({ types: ['Email'] })
  const get = async (args: Json = {}) =>
    (await client.call('PushSubscription/get', { ids: [id], ...args })) as { list: Json[]; notFound: string[] }
  expect((await get()).list).toEqual([
    { id, deviceClientId: 'device-1', verificationCode: null, expires: expect.any(String), types: ['Email'] },
  ])
  await verify(id)
  expect((await get()).list[0]!.verificationCode).toBeTypeOf('string')
  expect(await client.call('PushSubscription/get', { ids: null })).not.toHaveProperty('state')
  expect(await client.error('PushSubscription/get', { properties: ['url'] })).toBe('forbidden')
  expect(await client.error('PushSubscription/get', { properties: ['keys'] })).toBe('forbidden')
  expect(await client.error('PushSubscription/get', { properties: ['nonsense'] })).toBe('invalidArguments')
  expect(await get({ ids: ['pnone'] })).toEqual({ list: [], notFound: ['pnone'] })
})

test("another person's subscription does not exist here", async () => {
  const { id } = await create()
  const other = await server.client()
  expect(await other.call('PushSubscription/get', { ids: null })).toEqual({ list: [], notFound: [] })
  expect(await other.call('PushSubscription/set', { destroy: [id] })).toMatchObject({
    notDestroyed: { [id]: { type: 'notFound' } },
  })
})

test('destroyed, it is told no more', async () => {
  const { id } = await create()
  await verify(id)
  expect((await set({ destroy: [id] })).destroyed).toEqual([id])
  await client.mailbox('After')
  await new Promise((resolve) => setTimeout(resolve, 800))
  expect(sentTo(url)).toHaveLength(1)
  expect((await set({ destroy: [id] })).notDestroyed![id]!.type).toBe('notFound')
})

test('a service that has forgotten the device ends the subscription', async () => {
  const { id } = await create()
  await verify(id)
  server.pushStatus = 410
  await client.mailbox('Gone')
  await nextTo(url, 2)
  for (let i = 0; i < 1000; i++) {
    const { notFound } = await client.call('PushSubscription/get', { ids: [id] })
    if ((notFound as string[]).length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect.fail('still there')
})

test('the time it lives is bounded, and can be prolonged and shortened', async () => {
  const now = server.ctx.clock.now()
  const { id, expires } = await create({ expires: new Date(now + 1e12).toISOString() })
  expect(Date.parse(String(expires)) - now).toBeGreaterThanOrEqual(7 * 86_400_000)
  const soon = new Date(now + 86_400_000).toISOString().replace('.000Z', 'Z')
  expect((await set({ update: { [id]: { expires: soon } } })).updated).toEqual({ [id]: null })
  const far = (await set({ update: { [id]: { expires: '2099-01-01T00:00:00Z' } } })).updated!
  expect(far[id]).toEqual({ expires: expect.any(String) })
  const past = await set({ update: { [id]: { expires: '2001-01-01T00:00:00Z' } } })
  expect(past.notUpdated![id]).toMatchObject({ type: 'invalidProperties', properties: ['expires'] })
})

test.each<[string, Json, string[]]>([
  ['a URL that is not https', { url: 'http://push.example/x' }, ['url']],
  ['a URL that is none', { url: 'https://' }, ['url']],
  ['a password in the URL', { url: 'https://a:b@push.example/' }, ['url']],
  ['no URL', { url: null }, ['url']],
  ['no device', { deviceClientId: null }, ['deviceClientId']],
  ['a verification code', { verificationCode: 'x' }, ['verificationCode']],
  ['keys that are none', { keys: { p256dh: 'x', auth: 'y' } }, ['keys']],
  ['types that are text', { types: 'Email' }, ['types']],
  ['an expiry that has passed', { expires: '2001-01-01T00:00:00Z' }, ['expires']],
  ['an id', { id: 'p1' }, ['id']],
])('with %s is invalidProperties', async (_what, properties, expected) => {
  const { notCreated } = await set({ create: { k: { deviceClientId: 'd', url, ...properties } } })
  expect(notCreated!.k).toMatchObject({ type: 'invalidProperties', properties: expected })
})

test('with keys, only the device can read what is sent', async () => {
  const device = createECDH('prime256v1')
  const p256dh = device.generateKeys()
  const auth = Buffer.alloc(16, 7)
  await create({ keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') } })
  const { headers, body } = await nextTo(url, 1)
  expect(headers['content-encoding']).toBe('aes128gcm')
  const bytes = Buffer.from(body)
  const ours = bytes.subarray(21, 86)
  const secret = Buffer.from(
    hkdfSync(
      'sha256',
      device.computeSecret(ours),
      auth,
      Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, ours]),
      32,
    ),
  )
  const salt = bytes.subarray(0, 16)
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12))
  const opened = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(bytes.subarray(-16))
  const plain = Buffer.concat([opened.update(bytes.subarray(86, -16)), opened.final()])
  expect(json(plain.subarray(0, -1))['@type']).toBe('PushVerification')
})

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://10.0.0.1/',
  'https://localhost/',
  'https://169.254.169.254/latest',
  'http://example.com/',
])('%s is never called', async (target) => {
  await expect(postToPublic(target, {}, new Uint8Array(0))).rejects.toThrow(/public/)
})
