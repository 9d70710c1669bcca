/** Who may do what with notices, notifications and requests, over HTTP: every role by every route. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audience } from '#domain/directory/audience-rules.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { createNotice, publishNotice } from '#domain/notices/write.ts'
import { principalFor } from '#domain/people/accounts.ts'
import { openSession } from '#domain/people/sessions.ts'
import { createRequest, openRequest } from '#domain/requests/ask.ts'
import { runRequests } from '#domain/requests/run.ts'
import { type HttpRig, openHttpRig } from '../server/rig.ts'

const college = '0250001R'
const lycee = '0390001P'
const day = 86_400_000
let rig: HttpRig
const cookies = new Map<string, string>()
const ids = new Map<string, number>()
const id = (login: string): number => ids.get(login) ?? 0

const persons: Readonly<Record<string, Partial<NewPerson>>> = {
  dsi: { admin: true, profiles: [{ kind: 'academy' }] },
  head: { profiles: [{ kind: 'head', uai: college }] },
  writer: { profiles: [{ kind: 'administrative', uai: college }] },
  clerk: { profiles: [{ kind: 'administrative', uai: college }] },
  'other.head': { profiles: [{ kind: 'head', uai: lycee }] },
  teacher: { profiles: [{ kind: 'teacher', uai: college }] },
  pupil: { profiles: [{ kind: 'pupil', uai: college }] },
  parent: { profiles: [{ kind: 'parent', uai: college }] },
}

let notice = 0
let request = 0
const whom = audience({ schools: [college], profiles: ['teacher'] })

beforeAll(async () => {
  rig = await openHttpRig()
  const { people, store, ctx } = rig.house
  await store.writeGlobal(async (tx) => {
    await putSchool(tx, 0, { uai: college, name: 'Collège des Tilleuls', kind: 'college' })
    await putSchool(tx, 0, { uai: lycee, name: 'Lycée du Val d’Amour', kind: 'lycee' })
  })
  for (const [login, wanted] of Object.entries(persons)) {
    const { id: account } = await createPerson(people, 'test', { login, givenName: 'P', familyName: login, ...wanted })
    ids.set(login, account)
    const principal = await store.read((tx) => principalFor(tx, account))
    const { token } = await openSession(people, principal, { ip: '127.0.0.1' }, { amr: ['hwk', 'user', 'mfa'] })
    cookies.set(login, `session=${token}`)
  }
  await store.writeGlobal(async (tx) => {
    await putGrant(tx, 0, { account: id('writer'), uai: college, task: 'notices', by: 'head' })
    await putGrant(tx, 0, { account: id('clerk'), uai: college, task: 'identifier', by: 'head' })
  })
  const head = { accountId: id('head'), login: 'head', admin: false }
  const now = ctx.clock.now()
  notice = await createNotice(people, head, {
    uai: college,
    title: { fr: 'Réunion', en: '' },
    body: { fr: 'Mardi.', en: '' },
    audience: whom,
    urgent: true,
    acknowledge: true,
    expiresAt: null,
  })
  await publishNotice(people, head, notice)
  await runNotices(people)
  request = await createRequest(people, head, {
    uai: college,
    title: 'Attestation',
    text: '',
    audience: whom,
    dueAt: now + day,
    keepUntil: now + 2 * day,
    kinds: [],
    maxFiles: 1,
    maxBytes: 100_000,
    asksRemark: false,
  })
  await openRequest(people, head, request)
  await runRequests(ctx)
}, 120_000)
afterAll(() => rig?.close())

const call = async (login: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<number> => {
  const answer = await rig.call(path, {
    method,
    headers: {
      cookie: cookies.get(login) ?? '',
      'x-csrf': '1',
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
  })
  return answer.status
}

const draft = {
  uai: college,
  title: { fr: 'x', en: '' },
  body: { fr: 'x', en: '' },
  audience: whom,
  urgent: false,
  acknowledge: false,
}

test('the table of role × route', { timeout: 120_000 }, async () => {
  const authors = ['dsi', 'head', 'writer']
  const routes: readonly (readonly ['GET' | 'POST', () => string, unknown, readonly string[], number])[] = [
    ['GET', () => '/admin/notices', undefined, [...authors, 'other.head'], 403],
    ['POST', () => '/admin/notices', draft, authors, 403],
    ['POST', () => '/admin/audience/count', { audience: whom }, authors, 403],
    ['GET', () => `/admin/audience?uai=${college}`, undefined, authors, 403],
    ['GET', () => `/admin/notices/${notice}`, undefined, authors, 404],
    ['GET', () => `/admin/notices/${notice}/statistics`, undefined, authors, 404],
    ['GET', () => `/admin/notices/${notice}/readers`, undefined, authors, 404],
    ['GET', () => '/admin/requests', undefined, [...authors, 'other.head'], 403],
    ['GET', () => `/admin/requests/${request}`, undefined, authors, 404],
    ['GET', () => `/admin/requests/${request}/answers`, undefined, authors, 404],
    ['GET', () => `/admin/requests/${request}/zip`, undefined, authors, 404],
    ['GET', () => '/auth/notifications', undefined, Object.keys(persons), 401],
  ]
  for (const [method, path, body, allowed, otherwise] of routes)
    for (const login of [...Object.keys(persons), 'nobody']) {
      const status = await call(login, method, path(), body)
      const expected =
        login === 'nobody'
          ? 401
          : allowed.includes(login)
            ? method === 'POST' && path() === '/admin/notices'
              ? 201
              : 200
            : otherwise
      expect([login, method, path(), status]).toEqual([login, method, path(), expected])
    }
})

test('verbs of others’ notices and requests do not exist', { timeout: 120_000 }, async () => {
  const verbs = [
    ...['publish', 'unschedule', 'correct', 'withdraw', 'remind', 'delete', 'files'].map(
      (verb) => `/admin/notices/${notice}/${verb}`,
    ),
    ...['open', 'close', 'remind', 'purge', 'delete', 'extend'].map((verb) => `/admin/requests/${request}/${verb}`),
  ]
  const words = { title: { fr: 'a', en: '' }, body: { fr: 'a', en: '' }, note: { fr: 'a', en: '' } }
  for (const path of verbs)
    for (const login of ['clerk', 'other.head', 'teacher', 'pupil', 'parent']) {
      const blobId = 'G'.padEnd(65, 'a')
      const status = await call(login, 'POST', path, { ...words, name: 'a', blobId, dueAt: Date.now() + day })
      expect([login, path, [400, 404].includes(status)]).toEqual([login, path, true])
      expect([login, path, status === 400 ? path.endsWith('/files') : true]).toEqual([login, path, true])
    }
})

test('nobody hands in, or opens a file, who was not asked', async () => {
  for (const login of ['pupil', 'parent', 'head', 'dsi'])
    expect(await call(login, 'POST', `/requests/d${request.toString(36)}`, { files: [] })).toBe(404)
  expect(await call('teacher', 'POST', `/requests/d${request.toString(36)}`, { files: [] })).toBe(400)
  for (const login of ['pupil', 'parent', 'teacher'])
    expect(await call(login, 'GET', `/notices/n${notice.toString(36)}/files/1`)).toBe(404)
})

test('a change that another site causes is refused', async () => {
  const answer = await rig.call('/admin/notices', {
    method: 'POST',
    headers: { cookie: cookies.get('head') ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(draft),
  })
  expect(answer.status).toBe(403)
})
