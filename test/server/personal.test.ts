/** What the owner of an account has over HTTP: rules of passwords, a copy of everything, and the end. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAccount, type HttpRig, openHttpRig, password } from './rig.ts'

let rig: HttpRig
let cookie = ''
const own = { 'content-type': 'application/json', 'x-csrf': '1' }

const post = (path: string, body: object) =>
  rig.call(path, { method: 'POST', headers: { ...own, cookie }, body: JSON.stringify(body) })

beforeAll(async () => {
  rig = await openHttpRig()
  await addAccount(rig.house, 'anne')
  const answer = await post('/auth/login', { login: 'anne', password })
  cookie = [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((one) => one.split(';')[0])
    .join('; ')
})
afterAll(() => rig.close())

test('signed out, the rules of each population are told, and nothing about anybody', async () => {
  const { rules, ...rest } = JSON.parse((await rig.call('/auth/password/policy')).body)
  expect(Object.keys(rules)).toEqual(['pupil', 'parent', 'staff', 'administrator'])
  expect(rest).toEqual({})
})

test('signed in, the owner is told what their password is weighed against', async () => {
  const { population, subject } = JSON.parse((await rig.call('/auth/password/policy', { headers: { cookie } })).body)
  expect(population).toBe('staff')
  expect(subject.login).toBe('anne')
})

test('a weak password is refused with every reason, in the language of the browser', async () => {
  const answer = await post('/auth/password', { current: password, password: 'Besancon25' })
  expect(answer.status).toBe(400)
  const { code, reasons } = JSON.parse(answer.body)
  expect(code).toBe('AUTH-26')
  expect(reasons.map((reason: { code: string }) => reason.code)).toContain('AUTH-20')
  expect(reasons[0].message).toContain('établissement')
  expect(answer.body).not.toContain('Besancon25')
})

test('the language of what the platform writes is the owner’s choice, and one of ours', async () => {
  expect((await post('/auth/language', { language: 'de' })).status).toBe(400)
  expect((await rig.call('/auth/language', { method: 'POST', headers: own, body: '{"language":"en"}' })).status).toBe(
    401,
  )
  const locale = async () => JSON.parse((await rig.call('/auth/session', { headers: { cookie } })).body).locale
  expect(await locale()).toBe('fr')
  expect((await post('/auth/language', { language: 'en' })).status).toBe(200)
  expect(await locale()).toBe('en')
  await post('/auth/language', { language: 'fr' })
})

test('nobody else reaches the export or the erasure', async () => {
  expect((await rig.call('/auth/data/export')).status).toBe(401)
  expect((await rig.call('/auth/erasure', { method: 'POST', headers: own, body: '{"login":"anne"}' })).status).toBe(401)
  const foreign = { cookie, 'sec-fetch-site': 'cross-site' }
  expect((await rig.call('/auth/data/export', { headers: foreign })).status).toBe(403)
})

test('the export is an attachment that nothing caches', async () => {
  const answer = await rig.call('/auth/data/export', { headers: { cookie } })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/gzip')
  expect(answer.headers['content-disposition']).toMatch(/^attachment/)
  expect(answer.headers['cache-control']).toBe('no-store')
})

test('without the setting people cannot erase themselves', async () => {
  expect(JSON.parse((await rig.call('/auth/erasure', { headers: { cookie } })).body)).toEqual({ allowed: false })
  expect((await post('/auth/erasure', { login: 'anne' })).status).toBe(403)
})
