/** The public pages of help over HTTP: nobody is signed in, nothing runs. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listUnmatched } from '#domain/guides/unmatched.ts'
import { listVotes } from '#domain/guides/votes.ts'
import { demoSupport } from '#domain/support/demo.ts'
import { openIncident } from '#domain/support/incident-write.ts'
import { type HttpRig, openHttpRig } from '../server/rig.ts'

let rig: HttpRig
beforeAll(async () => {
  rig = await openHttpRig()
  await demoSupport(rig.house.ctx, 'ecole.test')
})
afterAll(() => rig.close())

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }

test.each([
  ['/aide', 'fr', 'Collez un message d’erreur'],
  ['/help', 'en', 'Paste an error message'],
  ['/aide/forgotten-password', 'fr', 'Mot de passe oublié'],
  ['/help/forgotten-password', 'en', 'Forgotten password'],
  ['/aide/code/AUTH-01', 'fr', 'Identifiant ou mot de passe incorrect'],
  ['/aide/code/auth-01', 'fr', 'Identifiant ou mot de passe incorrect'],
  ['/aide/code/5.1.1', 'fr', 'adresse inconnue'],
  ['/aide?q=telephone%20perdu', 'fr', 'J’ai perdu mon second moyen'],
  ['/help?profile=parent', 'en', 'Sign in with EduConnect'],
])('%s is a page in %s without cookie or script', async (path, language, text) => {
  const { status, headers, body } = await rig.call(path)
  expect(status).toBe(200)
  expect(body).toContain(`<html lang="${language}">`)
  expect(body).toContain(text)
  expect(body).not.toContain('<script')
  expect(headers['set-cookie']).toBeUndefined()
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'/)
  expect(body).toContain('Assistance EduConnect')
})

test('a page is not sent again to whom has it', async () => {
  const { headers } = await rig.call('/aide/totp')
  const tag = String(headers.etag)
  const again = await rig.call('/aide/totp', { headers: { 'if-none-match': tag } })
  expect([again.status, again.body]).toEqual([304, ''])
  expect((await rig.call('/aide/style.css')).headers['content-type']).toContain('text/css')
})

test.each(['/aide/nothing', '/help/code/XYZ-99', '/aide/code/%3Cscript%3E'])(
  '%s is not there, and says where to go on',
  async (path) => {
    const { status, body, headers } = await rig.call(path)
    expect(status).toBe(404)
    expect(body).toContain('name="q"')
    expect(body).not.toContain('<script')
    expect(headers['cache-control']).toBe('no-store')
  },
)

test('what is typed comes back as text', async () => {
  const typed = encodeURIComponent('"><img src=x onerror=alert(1)>')
  expect((await rig.call(`/aide?q=${typed}`)).body).not.toContain('<img')
  const decoded = await rig.call('/aide/decoder', { method: 'POST', headers: form, body: `text=${typed}` })
  expect(decoded.body).not.toContain('<img')
})

test('the decoder answers a form with a page, and JSON with JSON, with the contacts of the audience', async () => {
  const page = await rig.call('/aide/decoder', {
    method: 'POST',
    headers: form,
    body: 'text=550+5.1.1+User+unknown&audience=parent',
  })
  expect(page.status).toBe(200)
  expect(page.body).toContain('/aide/bounce-unknown')
  expect(page.body).toContain('Assistance EduConnect')
  expect(page.body).not.toContain('Support DSI')
  const answer = await rig.call('/help/decoder', { method: 'POST', headers: json, body: '{"text":"Y020018"}' })
  expect(JSON.parse(answer.body).answers[0]).toMatchObject({
    how: 'code',
    from: 'ProConnect',
    guide: { id: 'stronger-sign-in', url: '/help/stronger-sign-in' },
  })
})

test('an unknown text is kept without what is personal in it; the known ones are not kept at all', async () => {
  const body = `text=${encodeURIComponent('Bonjour Madame Dupont, flurb gnarfle zonk claire.dupont@ac-demo.test 06 11 22 33 44')}`
  const { body: page } = await rig.call('/aide/decoder', { method: 'POST', headers: form, body })
  expect(page).toContain('Nous ne connaissons pas encore ce message')
  const kept = (await listUnmatched(rig.house.ctx)).map(({ text }) => text)
  expect(kept).toHaveLength(1)
  expect(kept[0]).toContain('flurb gnarfle zonk')
  expect(kept[0]).not.toMatch(/dupont|@|06/i)
})

test('a large text is looked at as far as its bound', async () => {
  const text = 'AUTH-01 '.repeat(900)
  const answer = await rig.call('/help/decoder', { method: 'POST', headers: json, body: JSON.stringify({ text }) })
  expect(JSON.parse(answer.body).answers[0].guide.id).toBe('wrong-password')
  const huge = JSON.stringify({ text: 'x'.repeat(200_000) })
  expect((await rig.call('/help/decoder', { method: 'POST', headers: json, body: huge })).status).toBe(413)
})

test('“did this help?” is counted and thanked for; another site cannot answer', async () => {
  const vote = (headers: Record<string, string>, helped: string) =>
    rig.call('/aide/totp/vote', { method: 'POST', headers: { ...form, ...headers }, body: `helped=${helped}` })
  const yes = await vote({}, '1')
  expect([yes.status, yes.headers.location]).toEqual([303, '/aide/totp?thanks=1'])
  expect((await rig.call('/aide/totp?thanks=1')).body).toContain('Merci.')
  expect((await vote({ 'sec-fetch-site': 'cross-site' }, '1')).status).toBe(403)
  expect((await vote({}, 'perhaps')).status).toBe(400)
  expect(await listVotes(rig.house.ctx)).toEqual([
    { guide: 'totp', language: 'fr', version: 1, helped: 1, not_helped: 0 },
  ])
})

test('the web app reads guides, searches and codes as JSON', async () => {
  const read = async (path: string) => JSON.parse((await rig.call(path)).body)
  expect((await read('/help/api/search?q=grille&lang=fr')).results[0]).toMatchObject({
    id: 'printed-grid',
    url: '/aide/printed-grid',
  })
  expect((await read('/help/api/search?lang=en')).results.length).toBeGreaterThan(40)
  expect(await read('/help/api/guide/iphone?lang=en')).toMatchObject({ id: 'iphone', language: 'en', version: 1 })
  expect((await read('/help/api/code/SSO-31?lang=fr')).id).toBe('educonnect')
  expect((await rig.call('/help/api/guide/nothing')).status).toBe(404)
})

test('an incident is on every page', async () => {
  await openIncident(rig.house.ctx, 'test', { component: '*', severity: 'major', title: { fr: 'Panne du réseau' } })
  expect((await rig.call('/aide/android?profile=pupil')).body).toContain('Panne du réseau')
})
