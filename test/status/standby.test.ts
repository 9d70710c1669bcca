/** The proof: the server is killed, and what everybody needs then is still there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../ports.ts'

const root = join(import.meta.dirname, '../..')

const folder = mkdtempSync(join(tmpdir(), 'convergence-standby-'))
const data = join(folder, 'data')
const picture = '/aide/pictures/sign-in-fr.900x560.webp'
let http = 0
let standby = 0
let server: ChildProcess
let environment: Record<string, string | undefined>

const read = async (port: number, path: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: answer.status, text: await answer.text() }
}

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 1500; i++) {
    if (await condition().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('it never came')
}

beforeAll(async () => {
  ;[http, standby] = await Promise.all([freePort(), freePort()])
  const off = ['HTTPS', 'IMAP', 'IMAPS', 'SMTP', 'SUBMISSION', 'SUBMISSIONS', 'LMTP', 'SIEVE'].map((name) => [
    `CONVERGENCE_LISTEN_${name}`,
    'off',
  ])
  environment = {
    ...process.env,
    ...Object.fromEntries(off),
    CONVERGENCE_LISTEN_HTTP: `127.0.0.1:${http}`,
    CONVERGENCE_LISTEN_STATUS: `127.0.0.1:${standby}`,
    CONVERGENCE_STATUS_INTERVAL_SECONDS: '1',
    CONVERGENCE_BRAND: join(folder, 'brand.json'),
  }
  writeFileSync(join(folder, 'brand.json'), '{"name":"Académie de Besançon","accent":"#1b4f8f"}')
  const args = ['src/server/main.ts', 'start', '--data', data, '--empty']
  server = spawn(process.execPath, args, { cwd: root, env: environment, stdio: 'ignore' })
  await until(async () => (await read(standby, '/etat')).text.includes('Identifiant et mot de passe'))
  // The copy is whole when its last files are there: the guides are written after the status, English after French.
  const last = [
    '/status',
    '/help/contacts',
    '/help/forgotten-password',
    '/aide/code/AUTH-01',
    '/status/rss.xml',
    picture,
  ]
  for (const path of last) await until(async () => (await read(standby, path)).status === 200)
}, 240_000)

afterAll(async () => {
  server.kill('SIGKILL')
  const args = ['src/server/main.ts', 'status-server', '--stop', '--data', data]
  const stop = spawn(process.execPath, args, { cwd: root, env: environment, stdio: 'ignore' })
  await new Promise((resolve) => stop.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

test('while the server lives the copy is fresh, and says nothing of its age', async () => {
  // A server that was starved for a moment is not news.
  await expect
    .poll(async () => {
      const { status, text } = await read(standby, '/etat')
      return [status, text.includes('class="news"')]
    })
    .toEqual([200, false])
})

test('when the server is killed, status, guides and contacts are still there, and say since when there is no news', async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  if (server.kill('SIGKILL')) await ended
  await expect(fetch(`http://127.0.0.1:${http}/etat`)).rejects.toThrow()
  await until(async () => (await read(standby, '/etat')).text.includes('Le serveur ne répond pas.'))
  const page = (await read(standby, '/etat')).text
  expect(page).toMatch(/dernières nouvelles sont du <time datetime="20\d\d-/)
  expect((await read(standby, '/status')).text).toContain('The server does not answer.')
  expect((await read(standby, '/aide')).text).toContain('Retrouver l’accès')
  expect((await read(standby, '/help/forgotten-password')).status).toBe(200)
  expect((await read(standby, '/aide/code/AUTH-01')).text).toContain('AUTH-01')
  expect((await read(standby, '/aide/contacts')).text).toContain('Vos contacts d’assistance')
  expect((await read(standby, '/aide/style.css')).text).toContain('.overall')
  // Under the name and colours of the académie.
  expect(page).toContain('Académie de Besançon')
  const colours = /href="(\/brand\/colours-[0-9a-f]+\.css)"/.exec(page)?.[1] ?? ''
  expect((await read(standby, colours)).text).toContain('--accent')
  expect(JSON.parse((await read(standby, '/status/api')).text)).toMatchObject({ current: [] })
  expect((await read(standby, '/etat/atom.xml')).text).toContain('<feed')
  expect((await read(standby, '/etat/rss.xml')).text).toContain('<rss version="2.0"')
  const shown = await fetch(`http://127.0.0.1:${standby}${picture}`)
  expect([shown.headers.get('content-type'), (await shown.bytes()).length > 5000]).toEqual(['image/webp', true])
  expect((await read(standby, '/status/maintenance.ics')).text).toContain('BEGIN:VCALENDAR')
}, 60_000)

test('anything else leads to what can be read, and nothing outside of it is served', async () => {
  for (const path of ['/mail/inbox', '/', '/pulse.json', '/aide/%2e%2e/pulse.json', '/etat/..%2f..%2fstore.sqlite']) {
    const { status, text } = await read(standby, path)
    expect([path, status, text.includes('href="/etat"') || text.includes('href="/status"')]).toEqual([path, 503, true])
    expect(text).not.toContain('"port"')
  }
  const posted = await fetch(`http://127.0.0.1:${standby}/etat/subscribe`, { method: 'POST', body: 'mail=a@b.test' })
  expect(posted.status).toBe(503)
}, 30_000)
