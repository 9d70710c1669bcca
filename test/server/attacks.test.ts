/** What strangers and small accounts try over HTTP: each is refused, and the answer tells nothing. */
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPerson } from '#domain/directory/persons.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { principalFor } from '#domain/people/accounts.ts'
import { openSession } from '#domain/people/sessions.ts'
import { type Answer, addAccount, type HttpRig, openHttpRig, password } from './rig.ts'

const college = '0250001R'
/** Stands in what nobody here may read. */
const secret = 'Tilleuls'
let rig: HttpRig
let victim: number
let own = ''

const sessionOf = async (login: string, wanted: object, amr: readonly string[]): Promise<string> => {
  const { people, store } = rig.house
  const { id } = await createPerson(people, 'test', { login, givenName: 'Prénom', familyName: login, ...wanted })
  const { token } = await openSession(
    people,
    await store.read((tx) => principalFor(tx, id)),
    { ip: '127.0.0.1' },
    { amr },
  )
  return `session=${token}`
}

beforeAll(async () => {
  rig = await openHttpRig()
  await rig.house.store.writeGlobal((tx) =>
    putSchool(tx, 0, { uai: college, name: `Collège des ${secret}`, kind: 'college' }),
  )
  const { id } = await createPerson(rig.house.people, 'test', {
    login: 'victim',
    givenName: secret,
    familyName: secret,
    password,
    profiles: [{ kind: 'teacher', uai: college }],
  })
  victim = id
  own = await sessionOf('small', { profiles: [{ kind: 'pupil', uai: college }] }, ['pwd', 'otp', 'mfa'])
})
afterAll(() => rig.close())

const page = { 'x-csrf': '1', 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }

/** The routes of signed-in people, as the code declares them. */
const ownRoutes = (): { method: string; path: string }[] => {
  const folder = new URL('../../src/server/http/', import.meta.url)
  const found = readdirSync(folder)
    // Those of OpenID are not part of this rig: test/oidc/strangers.test.ts.
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('oidc'))
    .flatMap((name) => [
      ...readFileSync(new URL(name, folder), 'utf8').matchAll(
        /\b(?:route\(\s*'(GET|POST)',\s*|app\.(get|post)\(|(?<=\b)(get|post)\()\s*'(\/(?:admin|auth)\/[^']+)'/g,
      ),
    ])
    .map(([, upper, onApp, short, path = '']) => ({ method: (upper ?? onApp ?? short ?? '').toUpperCase(), path }))
  return found.map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+/g, String(victim)) }))
}

/** Routes of strangers: they are meant to answer signed out. */
const open =
  /^\/auth\/(?:login|logout|factor|passkey|passkey\/options|sign-in|session|methods|help|password\/policy|recover|activate)(?:\/|$)/

const ask = (method: string, path: string, cookie: string, body: object = {}): Promise<Answer> =>
  rig.call(path, {
    method,
    headers: { ...page, ...(cookie === '' ? {} : { cookie }) },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  })

test('no route of signed-in people answers a stranger', async () => {
  const routes = ownRoutes().filter(({ path }) => !open.test(path))
  expect(routes.length).toBeGreaterThan(60)
  const answered: string[] = []
  for (const { method, path } of routes) {
    const { status, body } = await ask(method, path, '')
    if (status !== 401 || body.includes(secret)) answered.push(`${method} ${path} ${status}`)
  }
  expect(answered).toEqual([])
})

test('no write of signed-in people is made by another site, whatever cookie comes with it', async () => {
  const taken: string[] = []
  for (const { method, path } of ownRoutes().filter((one) => one.method === 'POST' && !open.test(one.path))) {
    const foreign = { cookie: own, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const form = { ...foreign, 'content-type': 'application/x-www-form-urlencoded' }
    for (const headers of [form, { ...foreign, ...page, 'sec-fetch-site': 'cross-site' }]) {
      const { status } = await rig.call(path, { method, headers, body: '' })
      if (status !== 403 && status !== 400) taken.push(`${method} ${path} ${status}`)
    }
  }
  expect(taken).toEqual([])
})

test('administration shows and does nothing to somebody without a task, even with two factors', async () => {
  const said: string[] = []
  for (const { method, path } of ownRoutes().filter((one) => one.path.startsWith('/admin/'))) {
    const { status, body } = await ask(method, path, own, { ids: [victim], id: victim, accountId: victim })
    const refused = [400, 403, 404].includes(status) || (method === 'GET' && status === 200)
    if (!refused || body.includes(secret) || body.includes('victim')) said.push(`${method} ${path} ${status} ${body}`)
  }
  expect(said).toEqual([])
})

test('an administrator with one factor administers nothing', async () => {
  const weak = await sessionOf('chief', { admin: true, profiles: [{ kind: 'academy' }] }, ['pwd'])
  const done: string[] = []
  for (const { method, path } of ownRoutes().filter((one) => /^\/admin\/(?!scope)/.test(one.path))) {
    const { status, body } = await ask(method, path, weak, { ids: [victim], id: victim })
    if (status !== 403 || !body.includes('AUTH-13')) done.push(`${method} ${path} ${status}`)
  }
  expect(done).toEqual([])
})

test('what names a row of somebody else names nothing', async () => {
  const { people, store } = rig.house
  const { id } = await openSession(
    people,
    await store.read((tx) => principalFor(tx, victim)),
    { ip: '' },
    { amr: ['pwd'] },
  )
  expect((await ask('POST', '/auth/sessions/revoke', own, { id })).status).toBe(404)
  const credentials = await store.read((tx) =>
    tx.query((q) => q.selectFrom('credential').select('id').where('account_id', '=', victim)),
  )
  for (const row of credentials) {
    expect((await ask('POST', '/auth/factors/remove', own, row)).status).toBe(404)
    expect((await ask('POST', '/auth/app-passwords/revoke', own, row)).status).toBe(404)
  }
  const [profile] = await store.read((tx) =>
    tx.query((q) => q.selectFrom('profile').select('id').where('account_id', '=', victim)),
  )
  expect((await ask('POST', '/auth/profile', own, profile)).status).toBe(404)
  expect((await ask('POST', '/auth/trusted-contacts/answer', own, { accountId: victim, accept: true })).status).toBe(
    404,
  )
})

test('passkeys are asked for without saying whose: a name tells nothing', async () => {
  const options = async (body: object) => {
    const { challenge: _, ...rest } = JSON.parse((await ask('POST', '/auth/passkey/options', '', body)).body)
    return rest
  }
  expect(await options({ login: 'victim' })).toEqual(await options({ login: 'nobody' }))
  expect(await options({ login: 'victim' })).not.toHaveProperty('allowCredentials.0')
})

test('recovery and activation answer a stranger alike for somebody and nobody', async () => {
  const told = async (path: string, body: object) => {
    const { status, body: text } = await ask('POST', path, '', body)
    return `${status} ${text}`
  }
  const code = 'ABCD-EFGH-JKMN'
  for (const [path, body] of [
    ['/auth/recover/password', {}],
    ['/auth/recover/contact', { code: '1234 5678', birthDate: '1980-01-01' }],
    ['/auth/activate/check', { code, birthDate: '1980-01-01' }],
    ['/auth/activate', { code, birthDate: '1980-01-01', password: 'Trois-hiboux-lisent-47' }],
  ] as const)
    expect(await told(path, { ...body, login: 'victim' })).toBe(await told(path, { ...body, login: 'nobody' }))
})

test('without a trusted proxy no forwarded address buys more tries', async () => {
  await addAccount(rig.house, 'target')
  const statuses: number[] = []
  for (let at = 0; at < 8; at++) {
    const headers = {
      ...page,
      'x-forwarded-for': `198.51.100.${at}`,
      forwarded: `for=198.51.100.${at}`,
      'x-real-ip': '::1',
    }
    const body = JSON.stringify({ login: at % 2 ? 'target' : ' TARGET@ecole.test', password: 'faux' })
    statuses.push((await rig.call('/auth/login', { method: 'POST', headers, body })).status)
  }
  expect(statuses.slice(-2)).toEqual([429, 429])
})

test('tries made together count each', async () => {
  await addAccount(rig.house, 'parallel')
  const wrong = (at: number) =>
    rig.call('/auth/login', {
      method: 'POST',
      headers: page,
      body: JSON.stringify({ login: 'parallel', password: `faux ${at}` }),
    })
  const statuses = (await Promise.all(Array.from({ length: 20 }, (_, at) => wrong(at)))).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(14)
})

/** A request as bytes: what no client library would send. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(rig.port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => {
      answer += piece
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.end(text)
  })

test.each([
  ['a line in Host', 'GET /login/plain HTTP/1.1\r\nHost: evil.example\rX-Evil: 1\r\nConnection: close\r\n\r\n'],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n'],
  ['markup in Host', 'GET /cas/login HTTP/1.1\r\nHost: evil.example"><script>\r\nConnection: close\r\n\r\n'],
  [
    'forwarded names',
    'GET /cas/login HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n',
  ],
])('%s never comes back in an answer', async (_name, text) => {
  const answer = await raw(text)
  expect(answer).toMatch(/^(?:$|HTTP\/1\.1 (?:200|302|303|400))/)
  expect(answer).not.toMatch(/evil/i)
})

test.each([
  '/login/plain?then=%2Fmail%0D%0ASet-Cookie%3A%20session%3Dx',
  '/cas/login?service=https%3A%2F%2Fent.example%2F%0D%0ASet-Cookie%3A%20session%3Dx',
  '/cas/logout?service=https%3A%2F%2Fevil.example%2F',
  '/cas/logout?url=%2F%2Fevil.example%2F',
  '/federation/none/login?then=https%3A%2F%2Fevil.example%2F',
  '/federation/leave?to=https%3A%2F%2Fevil.example%2F',
  '/saml/continue?request=https%3A%2F%2Fevil.example%2F',
  '/saml/start?service=https%3A%2F%2Fevil.example%2F',
  '/saml/logout/next?after=https%3A%2F%2Fevil.example%2F',
])('nobody is sent elsewhere, and no header is added, by %s', async (path) => {
  const { headers, body } = await rig.call(path)
  expect(String(headers.location ?? '')).toMatch(/^(?:\/(?![/\\])|$)/)
  expect(String(headers['set-cookie'] ?? '')).not.toContain('session=x')
  expect(body).not.toMatch(/(?:href|action|url=)["']?(?:https?:)?\/\/evil/i)
})

test.each([
  '/',
  '/login/plain',
  '/login/factor',
  '/cas/login?service=https%3A%2F%2Fevil.example%2F%3Cscript%3E',
  '/cas/logout',
  '/saml/sso?SAMLRequest=%3Cscript%3E',
  '/saml/continue?request=x',
  '/federation/none/login',
  '/federation/none/finish?said=x',
  '/federation/link',
])('the page of %s cannot be framed, runs no inline script and is not kept', async (path) => {
  const { headers, body } = await rig.call(path, { headers: { accept: 'text/html' } })
  const policy = String(headers['content-security-policy'] ?? '')
  expect(policy).toMatch(/default-src 'none'/)
  expect(policy).toMatch(/frame-ancestors 'none'/)
  expect(policy).not.toMatch(/script-src[^;]*(?:unsafe|\*)/)
  expect(headers['x-frame-options']).toBe('DENY')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(String(headers['cache-control'] ?? '')).toMatch(/no-store|no-cache/)
  expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i)
})
