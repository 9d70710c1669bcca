/** A password that has to be changed, over HTTP and IMAP of the whole server: what is closed meanwhile, and the way out. */
import { once } from 'node:events'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setPassword } from '#domain/people/accounts.ts'
import { openPeerServer, type PeerServer, password } from '../peers/rig.ts'

const given = 'Neuf-cigognes-au-lac-7'
const chosen = 'quatre marronniers sous la pluie'
/** Where the person wanted to be. */
const onward = Object.fromEntries([['then', '/calendar']])

let server: PeerServer
const ids: Record<string, number> = {}

beforeAll(async () => {
  server = await openPeerServer()
  for (const login of ['anne', 'karim']) {
    ids[login] = await server.account(login)
    await setPassword(server.running.house.people, 'root', ids[login] ?? 0, given, { mustChange: true })
  }
}, 60_000)
afterAll(() => server?.close())

/** A browser: keeps its cookies, follows nothing. */
const browser = () => {
  const cookies = new Map<string, string>()
  const send = async (path: string, init: RequestInit) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), cookie, 'accept-language': 'fr' }
    const answer = await fetch(new URL(path, server.url), { ...init, headers, redirect: 'manual' })
    for (const one of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = one.slice(0, one.indexOf(';')).split('=')
      cookies.set(name, value)
    }
    return answer
  }
  const json = async (path: string, body?: unknown) => {
    const answer = await send(path, {
      headers: { 'x-csrf': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const form = (path: string, fields: Record<string, string>) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields) })
  return { json, form, page: (path: string) => send(path, {}) }
}

test('the session can do nothing but change the password, and is free afterwards', async () => {
  const { json, page } = browser()
  const step = await json('/auth/login', { login: 'anne', password: given })
  expect(step.body).toMatchObject({ next: 'password', signedIn: true })
  expect((await json('/auth/session')).body).toMatchObject({ signedIn: true, mustChangePassword: true })
  const closed = ['/auth/sessions', '/auth/app-passwords', '/auth/factors', '/auth/profiles', '/jmap/session']
  for (const path of closed) {
    const { status, body } = await json(path)
    expect([path, status, body.code]).toEqual([path, 403, 'AUTH-17'])
  }
  const made = await json('/auth/app-passwords', { label: 'x', scopes: ['imap'] })
  expect([made.status, made.body.code]).toEqual([403, 'AUTH-17'])
  // A service sends them back to the gate: no ticket is given.
  const cas = await page(`/cas/login?service=${encodeURIComponent('http://localhost:1/')}`)
  expect(cas.headers.get('location') ?? '').not.toContain('ticket=')

  const same = await json('/auth/password', { current: given, password: given })
  expect([same.status, same.body.code]).toEqual([400, 'AUTH-14'])
  const wrong = await json('/auth/password', { current: password, password: chosen })
  expect([wrong.status, wrong.body.code]).toEqual([401, 'AUTH-01'])
  expect((await json('/auth/password', { current: given, password: chosen })).body).toEqual({ changed: true })
  expect((await json('/auth/session')).body).toMatchObject({ signedIn: true, mustChangePassword: false })
  expect((await json('/auth/sessions')).status).toBe(200)
})

test('without script a plain page asks for it, says what is wrong, and goes on to where one wanted to be', async () => {
  const { form, page } = browser()
  const entered = await form('/login?then=%2Fcalendar', { login: 'karim', password: given })
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/login/password?then=%2Fcalendar'])
  const asked = await (await page('/login/password?then=%2Fcalendar')).text()
  expect(asked).toContain('ne sert qu’à vous connecter une fois')
  expect(asked).toContain('name="current"')
  // Neither the sign-in page nor another opens anything meanwhile.
  expect((await page('/login/profile')).headers.get('location')).toBe('/login')
  const weak = await form('/login/password', { current: given, password: 'court', ...onward })
  expect(weak.status).toBe(400)
  expect(await weak.text()).toContain('trop court')
  const done = await form('/login/password', { current: given, password: chosen, ...onward })
  expect([done.status, done.headers.get('location')]).toEqual([303, '/calendar'])
  const again = await page('/login/password?then=%2Fcalendar')
  expect([again.status, again.headers.get('location')]).toEqual([303, '/calendar'])
})

test('a mail program is told why it is refused', async () => {
  await setPassword(server.running.house.people, 'root', ids.anne ?? 0, given, { mustChange: true })
  const socket = connect({ host: '127.0.0.1', port: server.ports.imaps, rejectUnauthorized: false })
  await once(socket, 'data')
  let said = ''
  socket.on('data', (chunk: Buffer) => {
    said += String(chunk)
  })
  socket.write(`a LOGIN anne "${given}"\r\n`)
  await expect.poll(() => said).toMatch(/^a .*\r\n/m)
  expect(said).toMatch(/^a NO \[ALERT\] Choose a new password first/m)
  socket.destroy()
})
