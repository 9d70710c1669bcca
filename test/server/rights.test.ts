/** Every route of the rooms of the portal, tried by every role (rights.data.ts): nothing is visible without right. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { formatId } from '#base/ids.ts'
import { audience } from '#domain/directory/audience-rules.ts'
import { wholeAcademy } from '#domain/directory/delegation.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { createNotice, publishNotice } from '#domain/notices/write.ts'
import { principalFor } from '#domain/people/accounts.ts'
import { openSession } from '#domain/people/sessions.ts'
import { createRequest, openRequest } from '#domain/requests/ask.ts'
import { runRequests } from '#domain/requests/run.ts'
import { createLimits } from '#server/http/limits.ts'
import { type HttpRig, openHttpRig } from './rig.ts'
import { type Role, roles, rooms, table } from './rights.data.ts'

const college = '0250001R'
const lycee = '0390001P'
const day = 86_400_000
/** There is nothing of this number: those who are let in are told so, and change nothing. */
const nothing = 999_999
/** What the platform's administrators gave somebody for the whole académie. */
const editing = ['incidents', 'contacts', 'portal', 'guides', 'official', 'practice', 'content'] as const
const persons: Readonly<Record<Exclude<Role, 'stranger'>, Partial<NewPerson>>> = {
  administrator: { admin: true, profiles: [{ kind: 'academy' }] },
  editor: { profiles: [{ kind: 'academy' }] },
  head: { profiles: [{ kind: 'head', uai: college }] },
  writer: { profiles: [{ kind: 'administrative', uai: college }] },
  helpdesk: { profiles: [{ kind: 'administrative', uai: college }] },
  'other.head': { profiles: [{ kind: 'head', uai: lycee }] },
  teacher: { profiles: [{ kind: 'teacher', uai: college }] },
  cpe: { profiles: [{ kind: 'school-life', uai: college }] },
  clerk: { profiles: [{ kind: 'administrative', uai: college }] },
  pupil: { profiles: [{ kind: 'pupil', uai: college }] },
  parent: { profiles: [{ kind: 'parent', uai: college }] },
}

let rig: HttpRig
const cookies = new Map<string, string>()
const ids = new Map<string, number>()
/** What the paths of a room name, when it is there. */
const real = new Map<string, string | number>()

const call = async (role: Role, method: string, path: string, body: unknown = {}) => {
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
  // More is asked here than one network may; limits are tried in limits.test.ts.
  rig = await openHttpRig({ limits: createLimits(systemClock, {}) })
  const { people, store, ctx } = rig.house
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
  const id = (login: string) => ids.get(login) ?? 0
  await store.writeGlobal(async (tx) => {
    await putGrant(tx, 0, { account: id('writer'), uai: college, task: 'notices', by: 'head' })
    await putGrant(tx, 0, { account: id('helpdesk'), uai: college, task: 'tickets', by: 'head' })
    for (const task of editing)
      await putGrant(tx, 0, { account: id('editor'), uai: wholeAcademy, task, by: 'administrator' })
    await putGrant(tx, 0, { account: id('clerk'), uai: college, task: 'identifier', by: 'head' })
  })
  const head = { accountId: id('head'), login: 'head', admin: false }
  const whom = audience({ schools: [college], profiles: ['teacher'] })
  const now = ctx.clock.now()
  const said = { title: { fr: 'Réunion', en: '' }, body: { fr: 'Mardi.', en: '' }, audience: whom }
  const notice = await createNotice(people, head, {
    ...{ uai: college, ...said, urgent: false, acknowledge: true, expiresAt: null },
  })
  await publishNotice(people, head, notice)
  await runNotices(people)
  const request = await createRequest(people, head, {
    ...{ uai: college, title: 'Attestation', text: '', audience: whom, dueAt: now + day, keepUntil: now + 2 * day },
    ...{ kinds: [], maxFiles: 1, maxBytes: 100_000, asksRemark: false },
  })
  await openRequest(people, head, request)
  await runRequests(ctx)
  expect(await call('teacher', 'POST', '/tickets/new', { subject: 'Aide', text: 'Rien ne va.' })).toBeLessThan(300)
  const [ticket] = await store.read((tx) => tx.query((q) => q.selectFrom('ticket').select('id')))
  real.set('/admin/notices/', notice).set('/notices/', formatId('notice', notice))
  real.set('/admin/requests/', request).set('/requests/', formatId('request', request))
  real.set('/admin/tickets/', ticket?.id ?? 0).set('/tickets/one/', ticket?.id ?? 0)
  real.set('/admin/diagnosis/', id('teacher')).set('/portal/open/', formatId('tile', 1))
}, 120_000)
afterAll(() => rig?.close())

const roomOf = (url: string): string | undefined => rooms.find((room) => url === room || url.startsWith(`${room}/`))

/** The path with what its first parameter names; `isReal`: a row that is there. */
const pathOf = (url: string, isReal: boolean): string => {
  const before = url.slice(0, url.indexOf(':'))
  const first = isReal ? (real.get(before) ?? 1) : real.has(before) ? absent(before) : nothing
  return url
    .replace(/:\w+/, String(first))
    .replace(/:\w+/g, '1')
    .replace('/portal/choices', `/portal/choices?uai=${college}`)
    .replace('/why', '/why?login=teacher')
    .replace(/(\/diagnosis(?:\/\d+)?\/mail)$/, '$1?sender=a.test')
}

/** The name of a row that is not there, as its room writes it; people are always there. */
const absent = (before: string): string | number => {
  if (before === '/admin/diagnosis/') return ids.get('teacher') ?? 0
  const known = real.get(before)
  return typeof known === 'string' ? `${known.slice(0, 1)}${nothing.toString(36)}` : nothing
}

test('every route of the rooms has its row, and no row is of a route that is gone', () => {
  const served = rig.routes().filter(({ url }) => roomOf(url) !== undefined)
  expect(served.length).toBeGreaterThan(80)
  const names = served.map(({ method, url }) => `${method} ${url}`)
  expect(names.filter((name) => table[name] === undefined)).toEqual([])
  expect(Object.keys(table).filter((name) => !names.includes(name))).toEqual([])
})

/** Those who are let in may be told that there is nothing, or that a form is empty; they are not sent away. */
const isLetIn = (status: number): boolean => ![401, 403].includes(status) && status < 500
const isSentAway = (status: number, others: number, url: string): boolean =>
  status === others ||
  (others === 404 && status === 403) ||
  // A helper may try a code, and this one is wrong.
  (status === 401 && url === '/admin/diagnosis/:id/enter')

test('each role reaches exactly what the table says', { timeout: 240_000 }, async () => {
  const wrong: string[] = []
  for (const [name, { who, others, body }] of Object.entries(table)) {
    const [method = '', url = ''] = name.split(' ')
    for (const role of roles) {
      const may = who === 'everybody' || who.includes(role)
      // What changes something is tried on nothing by those who may, and on what is there by those who may not.
      const path = pathOf(url, !may || method === 'GET')
      const status = await call(role, method, path, body)
      const good = may
        ? isLetIn(status)
        : role === 'stranger'
          ? status === 401 || (url.startsWith('/portal/open') && status === 302)
          : url.startsWith('/portal/api')
            ? status === 401
            : isSentAway(status, others, url)
      if (!good) wrong.push(`${role} ${method} ${path}: ${status}${may ? '' : `, not ${others}`}`)
    }
  }
  expect(wrong).toEqual([])
})

test('the rest of the administration is closed to whoever has no task', { timeout: 240_000 }, async () => {
  const others = rig.routes().filter(({ url }) => url.startsWith('/admin/') && roomOf(url) === undefined)
  const wrong: string[] = []
  for (const { method, url } of others)
    for (const role of ['teacher', 'cpe', 'pupil', 'parent', 'stranger'] as const) {
      const path = url.replace(/:\w+/g, String(ids.get('teacher')))
      const status = await call(role, method, path)
      // Who may do nothing has a scope, lists and searches with nothing in them.
      const good = role === 'stranger' ? status === 401 : [400, 403, 404].includes(status) || method === 'GET'
      if (!good) wrong.push(`${role} ${method} ${path}: ${status}`)
    }
  expect(wrong).toEqual([])
})

test('nothing is changed because another site asks for it', { timeout: 120_000 }, async () => {
  const wrong: string[] = []
  for (const [name, { who, body = {} }] of Object.entries(table)) {
    const [method = '', url = ''] = name.split(' ')
    if (method === 'GET' || who === 'everybody' || who.length === 0) continue
    const answer = await rig.call(pathOf(url, true), {
      method,
      headers: { cookie: cookies.get(who[0] ?? '') ?? '', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.status !== 403) wrong.push(`${name}: ${answer.status}`)
  }
  expect(wrong).toEqual([])
})
