/** Files sent as links, over HTTP: whoever shares them, and whoever was sent the link. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAccount, type HttpRig, openHttpRig, password } from './rig.ts'

let rig: HttpRig
let cookie = ''
const own = { 'x-csrf': '1' }

beforeAll(async () => {
  rig = await openHttpRig()
  await addAccount(rig.house, 'anne')
  const answer = await rig.call('/auth/login', {
    method: 'POST',
    headers: { ...own, 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'anne', password }),
  })
  cookie = [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((one) => one.split(';')[0])
    .join('; ')
})
afterAll(() => rig.close())

const upload = (body: string, headers: Record<string, string> = { ...own, cookie }) =>
  rig.call('/files/upload?name=plan%20%C3%A9t%C3%A9.html&type=text/html&days=7', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body,
  })

test('only a page of ours, signed in, may share', async () => {
  expect((await upload('x', own)).status).toBe(401)
  expect((await upload('x', { cookie })).status).toBe(403)
  expect((await rig.call('/files')).status).toBe(401)
})

test('a link opens a page that names the file, and a download that never runs', async () => {
  const made = await upload('<script>alert(1)</script>')
  expect(made.status).toBe(201)
  const { url, id, token } = JSON.parse(made.body)
  expect(token).toBeUndefined()
  const path = new URL(url).pathname
  const page = await rig.call(path)
  expect(page.status).toBe(200)
  expect(page.body).toContain('plan été.html')
  expect(page.body).toContain('Personne anne')
  expect(page.headers['referrer-policy']).toBe('no-referrer')
  const file = await rig.call(`${path}/download`)
  expect(file.status).toBe(200)
  expect(file.body).toBe('<script>alert(1)</script>')
  expect(file.headers['content-disposition']).toMatch(/^attachment/)
  expect(file.headers['content-security-policy']).toContain('sandbox')
  const rest = await rig.call(`${path}/download`, { headers: { range: 'bytes=8-' } })
  expect([rest.status, rest.body]).toEqual([206, 'alert(1)</script>'])
  const { files } = JSON.parse((await rig.call('/files', { headers: { cookie } })).body)
  expect(files).toMatchObject([{ id, downloads: 1, name: 'plan été.html' }])
  const end = await rig.call('/files/end', {
    method: 'POST',
    headers: { ...own, cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  })
  expect(end.status).toBe(200)
  const gone = await rig.call(path)
  expect([gone.status, gone.body.includes('FILE-02')]).toEqual([404, true])
  expect((await rig.call(`${path}/download`)).status).toBe(404)
})
