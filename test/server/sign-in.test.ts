/** Signing in step by step over HTTP, with script and without, and what must be refused on the way. */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adoptAccounts } from '#domain/directory/adopt.ts'
import { addProfile } from '#domain/directory/profiles.ts'
import { setAdmin } from '#domain/people/accounts.ts'
import { Authenticator } from '../people/authenticator.ts'
import { type Answer, addAccount, type HttpRig, openHttpRig, password } from './rig.ts'

let rig: HttpRig
beforeAll(async () => {
  rig = await openHttpRig({ demo: { accounts: [], password, complete: true } })
})
afterAll(() => rig.close())

let people = 0
/** An account of this test alone. */
const person = async (): Promise<{ id: number; login: string }> => {
  const login = `person${++people}`
  return { id: await addAccount(rig.house, login), login }
}

/** Where to go afterwards. */
const then = 'then'
const to = <T>(path: T) => ({ [then]: path })

const form = 'application/x-www-form-urlencoded'

/** A browser: keeps its cookies, sends what our own page would. */
class Browser {
  readonly cookies = new Map<string, string>()
  userAgent = 'Mozilla/5.0 Firefox/140.0'

  get host(): string {
    return `localhost:${rig.port}`
  }

  async send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const all = { host: this.host, cookie, 'user-agent': this.userAgent, ...headers }
    const answer = await rig.call(path, { method, headers: all, ...(body === undefined ? {} : { body }) })
    const given = answer.headers['set-cookie'] ?? []
    for (const line of Array.isArray(given) ? given : [given]) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (line.includes('Max-Age=0')) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return answer
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const own = { 'content-type': 'application/json', 'x-csrf': '1', 'sec-fetch-site': 'same-origin' }
    const answer = await this.send('POST', path, JSON.stringify(body), { ...own, ...headers })
    return { ...JSON.parse(answer.body), status: answer.status }
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return JSON.parse((await this.send('GET', path)).body)
  }

  submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const own = { 'content-type': form, 'sec-fetch-site': 'same-origin' }
    return this.send('POST', path, new URLSearchParams(fields).toString(), { ...own, ...headers })
  }

  signIn(login: string, more: Record<string, unknown> = {}) {
    return this.post('/auth/login', { login, password, ...more })
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Enrols a generator in a browser that is signed in; gives a code that was never used. */
const enrolTotp = async (browser: Browser): Promise<() => string> => {
  const begun = await browser.post('/auth/totp/begin', { label: 'Téléphone' })
  expect(begun).toMatchObject({ status: 200, uri: expect.stringMatching(/^otpauth:\/\/totp\//) })
  const totp = new TOTP({ secret: Secret.fromBase32(text(begun.secret).replaceAll(' ', '')) })
  // One step of tolerance either way: three codes, each later than the one before, whatever the time is.
  let step = -1
  const code = () => totp.generate({ timestamp: Date.now() + 30_000 * step++ })
  expect(await browser.post('/auth/totp/confirm', { token: begun.token, code: code() })).toMatchObject({ status: 200 })
  return code
}

test('a sign-in without a second factor ends at once, where it was to go, and nowhere else', async () => {
  const { login } = await person()
  const mine = await new Browser().signIn(login, to('/cas/login?service=x'))
  expect(mine).toMatchObject({ next: 'done', ...to('/cas/login?service=x'), signedIn: true, login })
  for (const path of ['https://evil.example/', '//evil.example', '/\\evil.example', '/auth/logout', 7])
    expect(await new Browser().signIn(login, to(path))).toMatchObject(to('/'))
})

test('the answer that opens a session says of it what the next request would be told, to whoever asks for that', async () => {
  const { login } = await person()
  const browser = new Browser()
  expect(await browser.signIn(login)).not.toHaveProperty('session')
  const begun = await browser.signIn(login, { begin: true })
  expect(begun).toMatchObject({ next: 'done', session: { signedIn: true, login, shared: false }, mail: { of: login } })
  expect(begun.session).toEqual(await browser.get('/auth/session'))
  expect((await new Browser().signIn(login, { begin: true, shared: true })).session).toMatchObject({ shared: true })
  expect(await browser.post('/auth/login', { login, password: 'wrong', begin: true })).not.toHaveProperty('session')
  const code = await enrolTotp(browser)
  const other = new Browser()
  const step = await other.signIn(login, { begin: true })
  expect(step).toMatchObject({ next: 'factor' })
  expect([step.session, step.mail]).toEqual([undefined, undefined])
  const done = await other.post('/auth/factor', { kind: 'totp', code: code(), begin: true })
  expect(done.session).toEqual(await other.get('/auth/session'))
})

test('with a second factor the password alone opens nothing, and the step survives a reload', async () => {
  const { login } = await person()
  const first = new Browser()
  await first.signIn(login)
  const code = await enrolTotp(first)
  const browser = new Browser()
  const step = await browser.signIn(login, to('/mail'))
  expect(step).toMatchObject({ next: 'factor', factors: ['totp'], preferred: 'totp', remember: true })
  expect(step).not.toHaveProperty('signedIn')
  expect(await browser.get('/auth/session')).toMatchObject({ signedIn: false })
  expect(await browser.get('/auth/sign-in')).toMatchObject({ next: 'factor', factors: ['totp'] })
  expect(await browser.post('/auth/factor', { kind: 'totp', code: '000000' })).toMatchObject({
    status: 401,
    code: 'AUTH-05',
  })
  const done = await browser.post('/auth/factor', { kind: 'totp', code: code(), remember: true })
  expect(done).toMatchObject({ next: 'done', ...to('/mail'), signedIn: true })
  expect(await browser.get('/auth/session')).toMatchObject({
    signedIn: true,
    amr: ['pwd', 'otp', 'mfa'],
    acr: 'urn:convergence:acr:2',
    mustEnrol: false,
  })
  // The browser is trusted: its cookie spares the factor, and is not the session's.
  await browser.post('/auth/logout', {})
  expect(await browser.signIn(login)).toMatchObject({ next: 'done' })
  expect(await new Browser().signIn(login)).toMatchObject({ next: 'factor' })
  expect(await browser.signIn(login, { acr: '2' })).toMatchObject({ next: 'factor' })
})

test('a sign-in under way belongs to the browser that began it', async () => {
  const { login } = await person()
  const first = new Browser()
  await first.signIn(login)
  const code = await enrolTotp(first)
  await new Browser().signIn(login)
  const stranger = await new Browser().post('/auth/factor', { kind: 'totp', code: code() })
  expect(stranger).toMatchObject({ status: 401, code: 'AUTH-06' })
})

test('every session has a new token, whatever cookies were planted, and the earlier one ends', async () => {
  const { login } = await person()
  const browser = new Browser()
  const planted = 'A'.repeat(43)
  for (const name of ['session', 'signin', 'device', 'webauthn']) browser.cookies.set(name, planted)
  await browser.signIn(login)
  const first = browser.cookies.get('session') ?? ''
  expect(first).not.toBe(planted)
  await browser.signIn(login)
  const thief = new Browser()
  thief.cookies.set('session', first)
  expect(await thief.get('/auth/session')).toMatchObject({ signedIn: false })
  expect(await browser.get('/auth/session')).toMatchObject({ signedIn: true })
})

test('another person who signs in in the same browser ends the session that was there', async () => {
  const [anne, paul] = [await person(), await person()]
  const browser = new Browser()
  await browser.signIn(anne.login)
  const before = new Browser()
  before.cookies.set('session', browser.cookies.get('session') ?? '')
  await browser.signIn(paul.login)
  expect(await browser.get('/auth/session')).toMatchObject({ login: paul.login })
  expect(await before.get('/auth/session')).toMatchObject({ signedIn: false })
})

test('a cookie that turns up in another kind of browser opens nothing', async () => {
  const { login } = await person()
  const browser = new Browser()
  await browser.signIn(login)
  const thief = new Browser()
  thief.userAgent = 'Mozilla/5.0 Chrome/139.0 Safari/537.36'
  thief.cookies.set('session', browser.cookies.get('session') ?? '')
  expect(await thief.get('/auth/session')).toMatchObject({ signedIn: false })
})

test('no step of a sign-in can be made by another site', async () => {
  const { login } = await person()
  const browser = new Browser()
  await browser.signIn(login)
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  for (const path of [
    '/auth/login',
    '/auth/factor',
    '/auth/passkey',
    '/auth/passkey/options',
    '/auth/profile',
    '/auth/step-up',
    '/auth/totp/begin',
    '/auth/factors/remove',
    '/auth/passkeys/options',
    '/auth/recovery-codes',
    '/auth/grid',
    '/auth/devices/forget',
  ])
    expect([path, (await browser.post(path, { login, password }, foreign)).status]).toEqual([path, 403])
  for (const path of ['/login', '/login/factor', '/login/profile'])
    expect([path, (await browser.submit(path, { login, password }, foreign)).status]).toEqual([path, 403])
})

test('an unknown person, a wrong password and an account with a factor are told the same', async () => {
  const [plain, strong] = [await person(), await person()]
  const browser = new Browser()
  await browser.signIn(strong.login)
  await enrolTotp(browser)
  const told = await Promise.all(
    ['nobody-at-all', plain.login, strong.login].map((login) =>
      new Browser().post('/auth/login', { login, password: 'wrong' }),
    ),
  )
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1)
})

test('five tries end a sign-in', async () => {
  const { login } = await person()
  const first = new Browser()
  await first.signIn(login)
  const code = await enrolTotp(first)
  const browser = new Browser()
  await browser.signIn(login)
  const codes: unknown[] = []
  for (let i = 0; i < 5; i++) codes.push((await browser.post('/auth/factor', { kind: 'totp', code: '000000' })).code)
  expect(codes).toEqual(Array(5).fill('AUTH-05'))
  expect(await browser.post('/auth/factor', { kind: 'totp', code: code() })).toMatchObject({ code: 'AUTH-06' })
  expect(browser.cookies.has('signin')).toBe(false)
})

test('a passkey is made, signs in alone, and steps up', async () => {
  const { login } = await person()
  const browser = new Browser()
  await browser.signIn(login)
  const key = new Authenticator(`http://${browser.host}`)
  const options = await browser.post('/auth/passkeys/options', {})
  expect(options).toMatchObject({ rp: { id: 'localhost' }, attestation: 'none' })
  const attestation = key.create(options)
  expect(await browser.post('/auth/passkeys', { attestation, label: 'Clé' })).toMatchObject({ status: 200 })
  // The same answer again: its challenge is used.
  expect(await browser.post('/auth/passkeys', { attestation, label: 'Clé' })).toMatchObject({ code: 'AUTH-08' })
  expect(await browser.get('/auth/session')).toMatchObject({ acr: 'urn:convergence:acr:3' })

  const other = new Browser()
  const asked = await other.post('/auth/passkey/options', { for: 'sign-in' })
  expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
  const assertion = key.get(asked)
  expect(await other.post('/auth/passkey', { assertion, ...to('/mail') })).toMatchObject({
    next: 'done',
    ...to('/mail'),
  })
  expect(await new Browser().post('/auth/passkey', { assertion })).toMatchObject({ code: 'AUTH-08' })

  const again = await other.post('/auth/step-up/options', {})
  const proof = { kind: 'passkey', assertion: key.get(again) }
  expect(await other.post('/auth/step-up', proof)).toMatchObject({ status: 200 })

  // As a second factor after the password.
  const third = new Browser()
  expect(await third.signIn(login)).toMatchObject({ next: 'factor', factors: ['passkey'] })
  const factor = await third.post('/auth/passkey/options', {})
  expect(factor.allowCredentials).toMatchObject([{ id: key.id }])
  expect(await third.post('/auth/factor', { kind: 'passkey', assertion: key.get(factor) })).toMatchObject({
    next: 'done',
  })
})

test('under another name than its own the site takes no passkey', async () => {
  const browser = new Browser()
  const asked = await browser.post('/auth/passkey/options', {}, { host: `127.0.0.1:${rig.port}` })
  const key = new Authenticator(`http://127.0.0.1:${rig.port}`)
  const assertion = key.get(asked)
  const answer = await browser.post('/auth/passkey', { assertion }, { host: `127.0.0.1:${rig.port}` })
  expect(answer).toMatchObject({ code: 'AUTH-08' })
})

test('a sensitive act wants a fresh proof', async () => {
  const { login } = await person()
  const browser = new Browser()
  await browser.signIn(login)
  expect((await browser.post('/auth/totp/begin', {})).status).toBe(200)
  await rig.house.store.engine.write((tx) => tx.execute((q) => q.updateTable('session').set({ stepped_up_at: 1 })))
  for (const path of [
    '/auth/totp/begin',
    '/auth/totp/confirm',
    '/auth/passkeys/options',
    '/auth/passkeys',
    '/auth/recovery-codes',
    '/auth/grid',
    '/auth/factors/remove',
    '/auth/app-passwords',
    '/auth/password',
  ])
    expect([path, await browser.post(path, {})]).toMatchObject([path, { status: 403, code: 'AUTH-12' }])
  expect(JSON.parse((await browser.send('GET', '/auth/grid/page')).body)).toMatchObject({ code: 'AUTH-12' })
  expect(await browser.get('/auth/step-up')).toEqual({ methods: ['password'] })
  expect(await browser.post('/auth/step-up', { kind: 'password', password: 'no' })).toMatchObject({ code: 'AUTH-01' })
  expect(await browser.post('/auth/step-up', { kind: 'password', password })).toMatchObject({ status: 200 })
  expect((await browser.post('/auth/totp/begin', {})).status).toBe(200)
})

test('the grid is printed as a table, signs in, and the codes for the day it is lost too', async () => {
  const { login } = await person()
  const browser = new Browser()
  await browser.signIn(login)
  expect(await browser.post('/auth/recovery-codes', {})).toMatchObject({ status: 400 })
  const grid = (await browser.post('/auth/grid', {})) as {
    columns: string[]
    rows: { name: string; cells: string[] }[]
  }
  const page = await browser.send('GET', '/auth/grid/page')
  expect(page.headers['cache-control']).toBe('no-store')
  expect(page.body).toContain('<th scope="row">1</th>')
  expect(page.body).toContain(`<td>${grid.rows[7]?.cells[7]}</td>`)
  const { codes } = (await browser.post('/auth/recovery-codes', {})) as { codes: string[] }

  const other = new Browser()
  const step = await other.signIn(login)
  const asked = (step.grid as { cells: string[] }).cells
  expect((await other.get('/auth/sign-in')).grid).toEqual(step.grid)
  expect(((await new Browser().signIn(login)).grid as { cells: string[] }).cells).toEqual(asked)
  const cells = asked.map((name) => {
    const row = grid.rows.find((one) => one.name === name[1])
    return row?.cells[grid.columns.indexOf(name[0] ?? '')] ?? ''
  })
  expect(await other.post('/auth/factor', { kind: 'grid', cells })).toMatchObject({ next: 'done' })

  const last = new Browser()
  await last.signIn(login)
  const answer = await last.post('/auth/factor', { kind: 'recovery', code: codes[3] })
  expect(answer).toMatchObject({ next: 'done', recoveryLeft: 9 })
  expect(await last.get('/auth/factors')).toMatchObject({ factors: [{ kind: 'grid' }], recovery: { left: 9 } })
})

test('factors are named, renamed and removed by their owner alone', async () => {
  const [anne, paul] = [await person(), await person()]
  const [hers, his] = [new Browser(), new Browser()]
  await hers.signIn(anne.login)
  await his.signIn(paul.login)
  await enrolTotp(hers)
  const { factors } = (await hers.get('/auth/factors')) as { factors: { id: number; label: string }[] }
  const id = factors[0]?.id
  expect(factors).toMatchObject([{ kind: 'totp', label: 'Téléphone' }])
  expect((await his.post('/auth/factors/remove', { id })).status).toBe(404)
  expect((await his.post('/auth/factors/rename', { id, label: 'x' })).status).toBe(404)
  expect((await hers.post('/auth/factors/rename', { id, label: 'Mon téléphone' })).status).toBe(200)
  expect((await hers.post('/auth/factors/remove', { id })).status).toBe(200)
  expect(await hers.get('/auth/factors')).toMatchObject({ factors: [], recovery: { left: 0 } })
  const { activity } = (await hers.get('/auth/activity')) as { activity: { action: string }[] }
  expect(activity.map(({ action }) => action)).toEqual(expect.arrayContaining(['factor.add', 'factor.remove']))
})

test('an administrator is led to enrol, and administers in the same session once it is done', async () => {
  const { id, login } = await person()
  await setAdmin(rig.house.people, 'test', id, true)
  const browser = new Browser()
  expect(await browser.signIn(login)).toMatchObject({ next: 'enrol', admin: false, signedIn: true })
  expect(await browser.get('/auth/session')).toMatchObject({ admin: false, administrator: true, mustEnrol: true })
  await enrolTotp(browser)
  expect(await browser.get('/auth/session')).toMatchObject({ admin: true, administrator: true, mustEnrol: false })
  expect(await new Browser().signIn(login)).toMatchObject({ next: 'factor', remember: false })
})

test('who has several profiles chooses one, of their own, and may switch', async () => {
  const [{ id, login }, other] = [await person(), await person()]
  await adoptAccounts(rig.house.people)
  const add = (account: number, kind: 'academy' | 'parent') =>
    rig.house.store.writeGlobal((tx) => addProfile(tx, Date.now(), account, { kind }))
  await add(id, 'academy')
  await add(id, 'parent')
  const foreign = await add(other.id, 'academy')
  const browser = new Browser()
  const step = await browser.signIn(login, to('/mail'))
  expect(step).toMatchObject({ next: 'profile', ...to('/mail'), profile: null })
  const profiles = step.profiles as { id: number; kind: string }[]
  expect(profiles.map(({ kind }) => kind).sort()).toEqual(['academy', 'parent'])
  const parent = profiles.find(({ kind }) => kind === 'parent')?.id
  expect(await browser.post('/auth/profile', { id: parent })).toMatchObject({ profile: { kind: 'parent' } })
  expect(await browser.get('/auth/session')).toMatchObject({ profile: { id: parent, kind: 'parent' } })
  expect((await browser.post('/auth/profile', { id: foreign })).status).toBe(404)
  // Asked for on the sign-in page, it needs no question.
  expect(await new Browser().signIn(login, { profile: 'academy' })).toMatchObject({ next: 'done' })
})

test('browsers and sessions are listed, and forgetting one ends what it had open', async () => {
  const { login } = await person()
  const [here, there] = [new Browser(), new Browser()]
  await here.signIn(login)
  await there.signIn(login)
  const { devices } = (await here.get('/auth/devices')) as { devices: { id: string; current: boolean }[] }
  expect(devices.map(({ current }) => current).sort()).toEqual([false, true])
  const other = devices.find(({ current }) => !current)?.id
  expect(await here.post('/auth/devices/forget', { id: other })).toMatchObject({ forgotten: 1 })
  expect(await there.get('/auth/session')).toMatchObject({ signedIn: false })
  await there.signIn(login)
  expect(await here.post('/auth/sessions/revoke', { others: true })).toMatchObject({ revoked: 1 })
  expect((await here.get('/auth/sessions')).sessions).toMatchObject([{ current: true, amr: ['pwd'], shared: false }])
})

test('on a shared computer no cookie outlives the browser, and no browser becomes known', async () => {
  const { login } = await person()
  const browser = new Browser()
  const body = JSON.stringify({ login, password, shared: true })
  const answer = await browser.send('POST', '/auth/login', body, { 'content-type': 'application/json', 'x-csrf': '1' })
  expect(String(answer.headers['set-cookie'])).not.toMatch(/session=[^;]+;[^,]*Max-Age=[1-9]/)
  expect(browser.cookies.has('device')).toBe(false)
})

test('a program is told to use an app password', async () => {
  const { login } = await person()
  const browser = new Browser()
  await browser.signIn(login)
  const basic = { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` }
  expect((await rig.call('/test/act', { method: 'POST', headers: basic })).status).toBe(200)
  await enrolTotp(browser)
  const refused = await rig.call('/test/act', { method: 'POST', headers: basic })
  expect([refused.status, JSON.parse(refused.body).code]).toEqual([401, 'AUTH-09'])
})

test('everything works without script: password, factor, and on to a service', async () => {
  const { login } = await person()
  const first = new Browser()
  await first.signIn(login)
  const code = await enrolTotp(first)
  await first.post('/auth/recovery-codes', {})

  const browser = new Browser()
  const page = await browser.send('GET', '/login/plain?then=%2Fcas%2Flogin%3Fservice%3Dx')
  expect(page.body).toContain('<input type="hidden" name="then" value="/cas/login?service=x">')
  expect(String(page.headers['content-security-policy'])).toContain("form-action 'self'")
  const wrong = await browser.submit('/login', { login, password: 'no', ...to('/mail') })
  expect(wrong.status).toBe(401)
  expect(wrong.body).toContain('AUTH-01')
  expect(wrong.body).toContain(`value="${login}"`)
  const step = await browser.submit('/login?then=%2Fcas%2Flogin%3Fservice%3Dx', { login, password })
  expect([step.status, step.headers.location]).toEqual([303, '/login/factor'])
  const asked = await browser.send('GET', '/login/factor')
  expect(asked.body).toContain('autocomplete="one-time-code"')
  const mistake = await browser.submit('/login/factor', { kind: 'totp', code: '000000' })
  expect([mistake.status, mistake.body.includes('AUTH-05')]).toEqual([401, true])
  const done = await browser.submit('/login/factor', { kind: 'totp', code: code() })
  // No redirection may follow a form to another origin: the page goes on by itself.
  expect([done.status, done.headers.refresh]).toEqual([200, '0; url=/cas/login?service=x'])
  expect(done.body).toContain('<a href="/cas/login?service=x">')
  expect(await browser.get('/auth/session')).toMatchObject({ signedIn: true })
})

test('what a plain page shows of a request is text', async () => {
  const browser = new Browser()
  const attack = '"><script>alert(1)</script>'
  const page = await browser.submit('/login', { login: attack, password: 'x', ...to(attack), profile: attack })
  expect(page.body).not.toContain('<script')
  const query = await browser.send(
    'GET',
    `/login/plain?then=${encodeURIComponent(attack)}&profile=${encodeURIComponent(attack)}`,
  )
  expect(query.body).not.toContain('<script')
})

test('the ways in of an audience are told with what does not work and who helps', async () => {
  const answer = await new Browser().get('/auth/methods?audience=parent')
  expect(answer).toMatchObject({ audience: 'parent', contacts: expect.any(Array), address: expect.any(String) })
  expect((answer.methods as { id: string }[]).map(({ id }) => id)).toEqual(['password', 'passkey'])
  expect(await new Browser().get('/auth/methods?audience=nobody')).toMatchObject({ audience: 'staff' })
})
