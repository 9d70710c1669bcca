/** Diagnosis and requests for help, tried by every role act by act; every route is in test/server/rights.data.ts. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { putGrant } from '#domain/directory/grants.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { principalFor } from '#domain/people/accounts.ts'
import { openSession } from '#domain/people/sessions.ts'
import { type HttpRig, openHttpRig } from '../server/rig.ts'

const college = '0250001R'
const lycee = '0390001P'
let rig: HttpRig
let ticket = 0
const cookies = new Map<string, string>()
const ids = new Map<string, number>()

const persons: Readonly<Record<string, Partial<NewPerson>>> = {
  administrator: { admin: true, profiles: [{ kind: 'academy' }] },
  head: { profiles: [{ kind: 'head', uai: college }] },
  helpdesk: { profiles: [{ kind: 'administrative', uai: college }] },
  cpe: { profiles: [{ kind: 'school-life', uai: college }] },
  'other.head': { profiles: [{ kind: 'head', uai: lycee }] },
  teacher: { profiles: [{ kind: 'teacher', uai: college, discipline: 'SVT' }] },
  pupil: { profiles: [{ kind: 'pupil', uai: college }] },
  parent: { profiles: [{ kind: 'parent', uai: college }] },
}

const roles = [...Object.keys(persons), 'stranger'] as const

const call = async (role: string, method: 'GET' | 'POST', path: string, body: unknown = {}): Promise<number> => {
  const answer = await rig.call(path, {
    method,
    headers: {
      cookie: cookies.get(role) ?? '',
      'x-csrf': '1',
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  })
  return answer.status
}

beforeAll(async () => {
  rig = await openHttpRig()
  const { people, store } = rig.house
  await store.writeGlobal(async (tx) => {
    await putSchool(tx, 0, { uai: college, name: 'Collège des Tilleuls', kind: 'college' })
    await putSchool(tx, 0, { uai: lycee, name: 'Lycée du Val d’Amour', kind: 'lycee' })
  })
  for (const [login, wanted] of Object.entries(persons)) {
    const { id } = await createPerson(people, 'test', { login, givenName: 'Prénom', familyName: login, ...wanted })
    ids.set(login, id)
    const principal = await store.read((tx) => principalFor(tx, id))
    const { token } = await openSession(people, principal, { ip: '127.0.0.1' }, { amr: ['hwk', 'user', 'mfa'] })
    cookies.set(login, `session=${token}`)
  }
  await store.writeGlobal(async (tx) => {
    await putGrant(tx, 0, { account: ids.get('helpdesk') ?? 0, uai: college, task: 'tickets', by: 'head' })
    await putGrant(tx, 0, { account: ids.get('cpe') ?? 0, uai: college, task: 'reset', by: 'head' })
  })
  await call('teacher', 'POST', '/tickets/new', { subject: 'Aide', text: 'Rien ne va.' })
  const rows = await store.read((tx) => tx.query((q) => q.selectFrom('ticket').select('id')))
  ticket = rows[0]?.id ?? 0
})
afterAll(() => rig?.close())

test('everybody has a diagnosis of their own and nobody else’s', async () => {
  const wrong: string[] = []
  for (const role of roles) {
    for (const path of ['/diagnosis', '/diagnosis/mail', '/tickets/own']) {
      const status = await call(role, 'GET', path)
      if (status !== (role === 'stranger' ? 401 : 200)) wrong.push(`${role} ${path}: ${status}`)
    }
    // Not even an administrator sees it without the person's code.
    const status = await call(role, 'GET', `/admin/diagnosis/${ids.get('teacher')}`)
    if (status !== (role === 'stranger' ? 401 : 403)) wrong.push(`${role} looks: ${status}`)
    const path = await call(role, 'GET', `/admin/diagnosis/${ids.get('teacher')}/mail?sender=a.test`)
    const may = ['administrator', 'head', 'helpdesk'].includes(role)
    if (path !== (role === 'stranger' ? 401 : may ? 200 : 403)) wrong.push(`${role} traces: ${path}`)
  }
  expect(wrong).toEqual([])
})

test('a request is there for its writer and for those who answer, and for nobody else', async () => {
  const wrong: string[] = []
  const desk = ['administrator', 'head', 'helpdesk']
  const acts: readonly (readonly ['GET' | 'POST', string, unknown])[] = [
    ['GET', '', {}],
    ['POST', '/note', { text: 'Une note.' }],
    ['POST', '/move', { what: 'assign' }],
    ['POST', '/answer', { text: 'Une réponse.' }],
  ]
  for (const role of roles) {
    for (const [method, path, body] of acts) {
      const status = await call(role, method, `/tickets/one/${ticket}${path}`, body)
      const isDesk = desk.includes(role)
      const isOwner = role === 'teacher'
      const ownersToo = path === '' || path === '/answer'
      const expected = role === 'stranger' ? 401 : isDesk || (isOwner && ownersToo) ? 200 : isOwner ? 403 : 404
      if (status !== expected) wrong.push(`${role} ${method} ${path}: ${status}, not ${expected}`)
    }
    const queue = await call(role, 'GET', '/admin/tickets')
    const expected = role === 'stranger' ? 401 : [...desk, 'other.head'].includes(role) ? 200 : 403
    if (queue !== expected) wrong.push(`${role} queue: ${queue}, not ${expected}`)
  }
  expect(wrong).toEqual([])
})

test('the public pages need nobody, and their forms only our own page', async () => {
  for (const path of [
    '/etat',
    '/status',
    '/status/api',
    '/etat/atom.xml',
    '/status/rss.xml',
    '/status/maintenance.ics',
    '/aide/contacts',
  ])
    expect([path, await call('stranger', 'GET', path)]).toEqual([path, 200])
  const answer = await rig.call('/etat/subscribe', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    body: 'mail=a%40b.test',
  })
  expect(answer.status).toBe(403)
})
