/** Signing in over HTTP: cookies, other sites, programs; and what every answer carries. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, addAccount, type Call, type HttpRig, openHttpRig, password } from './rig.ts'

let rig: HttpRig
beforeAll(async () => {
  rig = await openHttpRig({
    demo: { accounts: [{ login: 'anne', name: 'Anne', profile: 'x' }], password, complete: true },
  })
  await addAccount(rig.house, 'anne')
  await addAccount(rig.house, 'paul')
})
afterAll(() => rig.close())

/** A literal property of this name would look like a promise. */
const afterwards = 'then'

const json = { 'content-type': 'application/json' }

const signIn = (extra: Call = {}, login = 'anne', secret = password): Promise<Answer> =>
  rig.call('/auth/login', {
    method: 'POST',
    body: JSON.stringify({ login, password: secret }),
    ...extra,
    headers: { ...json, ...extra.headers },
  })

const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']).split(';')[0] ?? ''

const origin = (secure = false) => (secure ? `https://127.0.0.1:${rig.securePort}` : `http://127.0.0.1:${rig.port}`)

test('over TLS the cookie is bound to the host, hidden from script, and not sent by the forms of other sites', async () => {
  const answer = await signIn({ secure: true })
  expect(answer.status).toBe(200)
  const cookie = String(answer.headers['set-cookie'])
  expect(cookie).toMatch(/^__Host-session=[A-Za-z0-9_-]{43};/)
  for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Max-Age='])
    expect(cookie).toContain(attribute)
  expect(cookie).not.toContain('Domain')
  expect(JSON.parse(answer.body)).toEqual({
    next: 'done',
    [afterwards]: '/',
    profile: null,
    signedIn: true,
    login: 'anne',
    name: 'Personne anne',
    email: 'anne@ecole.test',
    locale: 'fr',
    admin: false,
  })
  expect(answer.headers['cache-control']).toBe('no-store')
})

test('the cookie of a plain listener is not taken on the TLS one, nor the other way round', async () => {
  const plain = cookieOf(await signIn())
  const secure = cookieOf(await signIn({ secure: true }))
  expect(plain).toMatch(/^session=/)
  const session = async (cookie: string, overTls: boolean) =>
    JSON.parse((await rig.call('/auth/session', { headers: { cookie }, secure: overTls })).body).signedIn
  expect([await session(plain, false), await session(secure, true)]).toEqual([true, true])
  expect([await session(plain, true), await session(secure, false)]).toEqual([false, false])
})

test('a token planted beforehand is never the one of the session (fixation), and an earlier session ends', async () => {
  const planted = `session=${'A'.repeat(43)}`
  const first = cookieOf(await signIn({ headers: { cookie: planted } }))
  expect(first).not.toBe(planted)
  const second = cookieOf(await signIn({ headers: { cookie: first } }))
  expect(second).not.toBe(first)
  const signedIn = async (cookie: string) =>
    JSON.parse((await rig.call('/auth/session', { headers: { cookie } })).body).signedIn
  expect([await signedIn(planted), await signedIn(first), await signedIn(second)]).toEqual([false, false, true])
})

test('a cookie alone changes nothing: our header and our origin are needed', async () => {
  const cookie = cookieOf(await signIn())
  const act = async (headers: Record<string, string>) =>
    (await rig.call('/test/act', { method: 'POST', headers: { cookie, ...headers } })).status
  expect(await act({ 'x-csrf': '1' })).toBe(200)
  expect(await act({ 'x-requested-with': 'convergence', origin: origin() })).toBe(200)
  expect(await act({})).toBe(403)
  expect(await act({ 'x-requested-with': 'XMLHttpRequest' })).toBe(403)
  expect(await act({ 'x-csrf': '1', origin: 'https://evil.example' })).toBe(403)
  expect(await act({ 'x-csrf': '1', origin: 'null' })).toBe(403)
  expect(await act({ 'x-csrf': '1', 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await act({ 'x-csrf': '1', 'sec-fetch-site': 'same-site' })).toBe(403)
})

test('another site can neither sign a visitor in nor out', async () => {
  const foreign = { origin: 'https://evil.example' }
  expect((await signIn({ headers: foreign })).status).toBe(403)
  const cookie = cookieOf(await signIn())
  const out = await rig.call('/auth/logout', { method: 'POST', headers: { cookie, ...foreign, ...json }, body: '{}' })
  expect(out.status).toBe(403)
  expect(JSON.parse((await rig.call('/auth/session', { headers: { cookie } })).body).signedIn).toBe(true)
})

test('a wrong password and an unknown person get the same answer, with a code for the guide', async () => {
  const wrong = await signIn({}, 'paul', 'not it')
  const unknown = await signIn({}, 'nobody', 'not it')
  expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
  expect(JSON.parse(wrong.body)).toEqual({ code: 'AUTH-01', message: 'Identifiant ou mot de passe incorrect.' })
  const english = await signIn({ headers: { 'accept-language': 'en-GB,en;q=0.9,fr;q=0.1' } }, 'paul', 'not it')
  expect(JSON.parse(english.body).message).toBe('Wrong identifier or password.')
})

test('too many wrong passwords are answered with the time to wait', async () => {
  let answer = await signIn({}, 'ghost', 'x0')
  for (let i = 1; i < 10 && answer.status === 401; i++) answer = await signIn({}, 'ghost', `x${i}`)
  expect(answer.status).toBe(429)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'AUTH-02', retryAfter: Number(answer.headers['retry-after']) })
})

test('signing in works without script, and a mistake shows the form again with its code', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: origin() }
  const post = (body: string) => rig.call('/auth/login', { method: 'POST', headers: form, body })
  const right = await post(`login=anne&password=${encodeURIComponent(password)}`)
  expect([right.status, right.headers.location]).toEqual([303, '/'])
  expect(cookieOf(right)).toMatch(/^session=/)
  const wrong = await post('login=anne&password=no')
  expect(wrong.status).toBe(401)
  expect(wrong.body).toContain('AUTH-01')
  expect(wrong.body).toContain('<form method="post" action="/login">')
  const out = await rig.call('/auth/logout', {
    method: 'POST',
    headers: { ...form, cookie: cookieOf(right) },
    body: '',
  })
  expect([out.status, out.headers.location]).toEqual([303, '/login'])
  expect(String(out.headers['set-cookie'])).toContain('Max-Age=0')
})

test('signing out ends the session on the server, not only in the browser', async () => {
  const cookie = cookieOf(await signIn())
  await rig.call('/auth/logout', { method: 'POST', headers: { cookie, 'x-csrf': '1', ...json }, body: '{}' })
  expect(JSON.parse((await rig.call('/auth/session', { headers: { cookie } })).body).signedIn).toBe(false)
})

test('programs sign in with Basic authentication, and are asked for it', async () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  const act = (headers: Record<string, string>) => rig.call('/test/act', { method: 'POST', headers })
  expect(JSON.parse((await act(basic(`anne@ecole.test:${password}`))).body)).toEqual({ login: 'anne' })
  const refused = await act(basic('paul:no'))
  expect(refused.status).toBe(401)
  expect(refused.headers['www-authenticate']).toContain('Basic')
  for (const odd of ['Basic !!!', 'Basic bm9jb2xvbg==', 'Bearer x'])
    expect((await act({ authorization: odd })).status).toBe(401)
  // A page asks by fetch: the browser must not open its own box.
  expect((await act({ 'x-csrf': '1' })).headers['www-authenticate']).toBeUndefined()
  expect(JSON.parse((await act({ 'x-csrf': '1' })).body).code).toBe('AUTH-04')
})

test('the demonstration tells its password at this machine only', async () => {
  const ask = async (headers: Record<string, string>) =>
    JSON.parse((await rig.call('/auth/session', { headers })).body).demo
  expect(await ask({ host: `localhost:${rig.port}` })).toMatchObject({ password })
  expect(await ask({ host: 'rebound.evil.example' })).toBeUndefined()
  expect(await ask({ 'x-forwarded-for': '203.0.113.1' })).toBeUndefined()
})

test('every answer carries the headers that protect', async () => {
  for (const path of ['/', '/auth/session', '/nothing.js', '/health/live']) {
    const { headers } = await rig.call(path, { headers: { accept: 'text/html' } })
    expect(headers['x-content-type-options'], path).toBe('nosniff')
    expect(headers['referrer-policy'], path).toBe('no-referrer')
    const policy = String(headers['content-security-policy'])
    expect(policy, path).toContain("default-src 'none'")
    expect(policy, path).toContain("frame-ancestors 'none'")
    expect(policy, path).not.toMatch(/script-src[^;]*unsafe/)
  }
})

test('the page is never cached, its hashed files always, in their compressed form', async () => {
  const page = await rig.call('/mail/inbox/whatever', { headers: { accept: 'text/html' } })
  expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache'])
  expect(page.body).toContain('<title>Convergence')
  const script = await rig.call('/assets/main-abc123.js', { headers: { 'accept-encoding': 'br' } })
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect([script.headers['content-encoding'], script.body]).toEqual(['br', 'not really brotli'])
  expect((await rig.call('/assets/main-000000.js', { headers: { accept: 'text/html' } })).status).toBe(404)
})

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/%5c..%5csecret.txt'])(
  'nothing outside the web app is served: %s',
  async (path) => {
    const answer = await rig.call(path)
    expect(answer.body).not.toContain('outside')
    expect(answer.status).toBeGreaterThanOrEqual(400)
  },
)

test('an unknown error is opaque and named, without its inside', async () => {
  const answer = await rig.call('/test/crash')
  expect(answer.status).toBe(500)
  expect(answer.body).not.toContain('secret')
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'WEB-10', id: expect.stringMatching(/^[0-9a-f]{12}$/) })
})

test('a body that is too large or no JSON is refused plainly', async () => {
  const post = (body: string) => rig.call('/auth/login', { method: 'POST', headers: json, body })
  expect((await post('x'.repeat(20_000))).status).toBe(413)
  expect((await post('{"login":')).status).toBe(400)
  expect((await post('{"login":{"$ne":1},"password":["x"]}')).status).toBe(400)
  expect((await post('null')).status).toBe(400)
})

test('metrics are for this machine and not for what a proxy passes on', async () => {
  expect((await rig.call('/metrics')).body).toContain('convergence_http_request_seconds')
  expect((await rig.call('/metrics', { headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(404)
})

test('mail programs find their settings', async () => {
  for (const path of [
    '/.well-known/autoconfig/mail/config-v1.1.xml',
    '/mail/config-v1.1.xml?emailaddress=x@ecole.test',
  ]) {
    const { body, headers } = await rig.call(path)
    expect(headers['content-type']).toContain('xml')
    expect(body).toContain('<hostname>mail.ecole.test</hostname>')
    expect(body).toContain('<socketType>SSL</socketType>')
    expect(body).toMatch(/<addressBook type="carddav">[\s\S]*<serverURL>https:\/\/[^<]+\/dav\/<\/serverURL>/)
  }
})

test('people manage their own password, sessions and app passwords, from their browser only', async () => {
  await addAccount(rig.house, 'zoe')
  const cookie = cookieOf(await signIn({}, 'zoe'))
  const post = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = { cookie, 'x-csrf': '1' },
  ): Promise<Record<string, unknown>> => {
    const answer = await rig.call(path, {
      method: 'POST',
      headers: { ...json, ...headers },
      body: JSON.stringify(body),
    })
    return { status: answer.status, ...JSON.parse(answer.body) }
  }
  const get = async (path: string) =>
    JSON.parse((await rig.call(path, { headers: { cookie } })).body) as Record<string, unknown>

  const made = await post('/auth/app-passwords', { label: 'Téléphone', scopes: ['imap', 'smtp'] })
  expect(made).toMatchObject({ status: 200, password: expect.stringMatching(/^[a-z0-9-]{19}$/) })
  expect((await get('/auth/app-passwords')).appPasswords).toMatchObject([
    { label: 'Téléphone', scopes: ['imap', 'smtp'] },
  ])
  expect(await post('/auth/app-passwords/revoke', { id: made.id })).toMatchObject({ revoked: true })
  expect((await get('/auth/app-passwords')).appPasswords).toEqual([])

  const basic = { authorization: `Basic ${Buffer.from(`zoe:${password}`).toString('base64')}` }
  expect((await post('/auth/app-passwords', { label: 'x' }, basic)).status).toBe(401)
  expect((await post('/auth/app-passwords', { label: 'x' }, { cookie })).status).toBe(403)

  await signIn({}, 'zoe')
  expect((await get('/auth/sessions')).sessions).toHaveLength(2)
  expect((await post('/auth/password', { current: 'wrong', password: 'Une autre phrase 7' })).status).toBe(401)
  expect((await post('/auth/password', { current: password, password: 'court' })).status).toBe(400)
  expect((await post('/auth/password', { current: password, password: 'Une autre phrase 7' })).status).toBe(200)
  expect((await get('/auth/sessions')).sessions).toMatchObject([{ current: true }])
  expect((await signIn({}, 'zoe', 'Une autre phrase 7')).status).toBe(200)
})
