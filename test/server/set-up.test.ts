/** Setting up devices over HTTP: the link of the QR code, the profile, what is watched, and the first day. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPerson } from '#domain/directory/persons.ts'
import { principalFor } from '#domain/people/accounts.ts'
import { openSession } from '#domain/people/sessions.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { type Answer, type HttpRig, openHttpRig } from './rig.ts'

const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15'
const android = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36'

let rig: HttpRig
let cookie: string
let account: number
let sessionId: string

const openFor = async (id: number): Promise<{ token: string; id: string }> => {
  const principal = await rig.house.store.read((tx) => principalFor(tx, id))
  return openSession(rig.house.people, principal, { ip: '127.0.0.1' }, { amr: ['pwd'] })
}

beforeAll(async () => {
  rig = await openHttpRig()
  const person = { login: 'anne', givenName: 'Anne', familyName: 'Martin', profiles: [{ kind: 'academy' as const }] }
  account = (await createPerson(rig.house.people, 'test', person)).id
  const session = await openFor(account)
  sessionId = session.id
  cookie = `session=${session.token}`
})
afterAll(() => rig?.close())

const phone = (path: string, method = 'GET', userAgent = iphone): Promise<Answer> =>
  rig.call(path, {
    method,
    headers: {
      'user-agent': userAgent,
      'accept-language': 'en',
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
  })

// biome-ignore lint/suspicious/noExplicitAny: JSON of every shape, looked into by the tests.
const own = async (path: string, body?: unknown): Promise<{ status: number; json: any }> => {
  const answer = await rig.call(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie, 'x-csrf': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, json: JSON.parse(answer.body) }
}

const passwordIn = (page: Answer): string => /<code>([a-z0-9-]{19})<\/code>/.exec(page.body)?.[1] ?? ''
const pathIn = (url: string): string => new URL(url).pathname

test('the link of a QR code gives a phone a password of its own, once, and looking does not use it up', async () => {
  const { json } = await own('/auth/setup/link', {})
  expect(json.qr).toMatch(/^<svg/)
  const path = pathIn(json.url)
  for (let n = 0; n < 3; n++) expect((await phone(path)).body).toContain('Set up this device (iPhone)')
  const ready = await phone(path, 'POST')
  expect(ready.status).toBe(200)
  expect(ready.headers['cache-control']).toBe('no-store')
  const password = passwordIn(ready)
  const proof = { login: 'anne@ecole.test', password, ip: '10.1.1.1', service: 'imap' as const }
  expect((await verifyPassword(rig.house.people, proof)).accountId).toBe(account)
  expect((await phone(path, 'POST')).status).toBe(410)
  expect((await phone(path)).body).toContain('DEV-01')
  const watched = await own(`/auth/setup/watch?since=${json.since}`)
  expect(watched.json.devices).toMatchObject([{ label: 'iPhone', failedAt: null }])
  expect(watched.json.devices[0].connectedAt).toBeGreaterThan(0)
})

test('the profile is signed by the certificate of the server, and names this person’s mailbox', async () => {
  const { json } = await own('/auth/setup/device', { device: 'mac', label: 'Le Mac du salon' })
  const answer = await rig.call(json.profile)
  expect(answer.headers['content-type']).toBe('application/x-apple-aspen-config')
  expect(answer.body).toContain('com.apple.mail.managed')
  expect(answer.body).toContain('<string>anne@ecole.test</string>')
  expect(answer.body).toContain(json.account.password)
  for (let n = 0; n < 3; n++) expect((await rig.call(json.profile)).status).toBe(200)
  expect((await rig.call(json.profile)).status).toBe(410)
  // What rests in the store opens nothing.
  const rows = await rig.house.store.read((tx) =>
    tx.query((q) => q.selectFrom('one_time').select('data').where('kind', '=', 'device-profile')),
  )
  expect(rows.length).toBeGreaterThan(0)
  for (const { data } of rows) expect(data).not.toContain(json.account.password)
})

test('an Android gets the code that Thunderbird reads, other devices the settings', async () => {
  const { json } = await own('/auth/setup/device', { device: 'android' })
  expect(json.thunderbird).toMatch(/^<svg/)
  expect(json.profile).toBeUndefined()
  const link = await own('/auth/setup/link', {})
  const page = await phone(pathIn(link.json.url), 'POST', android)
  expect(page.body).toContain('mail.ecole.test, 993, SSL/TLS')
  expect(page.body).not.toContain('/setup/profile/')
  expect((await own('/auth/setup/device', { device: 'toaster' })).status).toBe(400)
})

test('a newer link makes the older worthless, and both end with the session', async () => {
  const older = pathIn((await own('/auth/setup/link', {})).json.url)
  const newer = pathIn((await own('/auth/setup/link', {})).json.url)
  expect((await phone(older)).status).toBe(410)
  expect((await phone(newer)).status).toBe(200)
  const foreign = await rig.call(newer, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })
  expect(foreign.status).toBe(400)
  const other = await openFor(account)
  const before = cookie
  cookie = `session=${other.token}`
  const dying = pathIn((await own('/auth/setup/link', {})).json.url)
  await own('/auth/sessions/revoke', { id: other.id })
  cookie = before
  expect((await phone(dying, 'POST')).status).toBe(410)
  expect(sessionId).not.toBe(other.id)
})

test('why a program was refused is told to whoever sets it up, until it comes in', async () => {
  const { json } = await own('/auth/setup/device', { device: 'windows' })
  const { people } = rig.house
  const attempt = { login: 'anne', ip: '10.1.1.2', service: 'imap' as const }
  await expect(verifyPassword(people, { ...attempt, password: 'not this one' })).rejects.toThrow()
  const watch = () => own(`/auth/setup/watch?since=${json.since}`)
  await expect.poll(async () => (await watch()).json.refusal).toMatchObject({ service: 'imap' })
  const mistyped = `${json.account.password.slice(0, -1)}${json.account.password.endsWith('2') ? '3' : '2'}`
  await expect(verifyPassword(people, { ...attempt, password: mistyped })).rejects.toThrow()
  await expect.poll(async () => (await watch()).json.devices[0].failedAt).toBeGreaterThan(0)
  await verifyPassword(people, { ...attempt, password: json.account.password })
  await expect.poll(async () => (await watch()).json).toMatchObject({ devices: [{ failedAt: null }] })
  expect((await watch()).json.refusal).toBeUndefined()
})

test('the first day is three steps, each seen once it is done, and put away at will', async () => {
  const id = (await createPerson(rig.house.people, 'test', { login: 'neuf', givenName: 'Nina', familyName: 'Neuf' })).id
  const before = cookie
  cookie = `session=${(await openFor(id)).token}`
  const begun = (await own('/auth/first-day')).json
  expect(begun).toMatchObject({ shown: true, sentAt: null, deviceAt: null, finishedAt: null })
  const { json } = await own('/auth/setup/device', { device: 'linux' })
  const proof = { login: 'neuf', password: json.account.password, ip: '10.1.1.3', service: 'imap' as const }
  await verifyPassword(rig.house.people, proof)
  await expect.poll(async () => (await own('/auth/first-day')).json.deviceAt).toBeGreaterThan(0)
  expect((await own('/auth/first-day')).json.finishedAt).toBeNull()
  await rig.house.store.writeGlobal((tx) =>
    tx.execute((q) =>
      q.updateTable('mailbox').set({ total: 1 }).where('account_id', '=', id).where('role', '=', 'sent'),
    ),
  )
  const done = (await own('/auth/first-day')).json
  expect(done.finishedAt).toBeGreaterThanOrEqual(done.beganAt)
  expect((await own('/auth/first-day')).json).toEqual(done)
  await own('/auth/first-day/hide', {})
  expect((await own('/auth/first-day')).json.shown).toBe(false)
  cookie = before
})

test('Outlook finds the settings by itself, the same for every address', async () => {
  const ask = (address: string) =>
    rig.call('/Autodiscover/Autodiscover.xml', {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress></Request></Autodiscover>`,
    })
  const { body } = await ask('anne@ecole.test')
  expect(body).toContain('<Type>IMAP</Type><Server>mail.ecole.test</Server><Port>993</Port>')
  expect(body).toContain('<LoginName>anne@ecole.test</LoginName>')
  expect((await ask('nobody@ecole.test')).body.replace('nobody', 'anne')).toBe(body)
  expect(
    (
      await rig.call('/autodiscover/autodiscover.xml', {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body: '<x/>',
      })
    ).status,
  ).toBe(400)
})
