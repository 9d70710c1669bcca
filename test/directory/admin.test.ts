/** Administration over HTTP: who gets in, what a refusal says, and that nothing is written without a fresh proof. */
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
const cookies = new Map<string, string>()
const ids = new Map<string, number>()

const persons: Readonly<Record<string, Partial<NewPerson>>> = {
  dsi: { admin: true, profiles: [{ kind: 'academy' }] },
  editor: { profiles: [{ kind: 'academy' }] },
  head: { profiles: [{ kind: 'head', uai: college }] },
  helper: { profiles: [{ kind: 'administrative', uai: college }] },
  teacher: { profiles: [{ kind: 'teacher', uai: college, discipline: 'SVT' }] },
  pupil: { profiles: [{ kind: 'pupil', uai: college }] },
  stranger: { profiles: [{ kind: 'pupil', uai: lycee }] },
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
  await store.writeGlobal((tx) =>
    putGrant(tx, 0, { account: ids.get('helper') ?? 0, uai: college, task: 'identifier', by: 'head' }),
  )
})
afterAll(() => rig?.close())

interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: JSON of every shape, looked into by the tests.
  readonly json: any
}

const get = async (login: string, path: string, headers: Record<string, string> = {}): Promise<Reply> => {
  const cookie = cookies.get(login)
  const answer = await rig.call(path, { headers: { ...(cookie ? { cookie } : {}), ...headers } })
  return { status: answer.status, json: JSON.parse(answer.body) }
}

const post = async (login: string, path: string, body: unknown = {}, marked = true): Promise<Reply> => {
  const answer = await rig.call(path, {
    method: 'POST',
    headers: {
      cookie: cookies.get(login) ?? '',
      'content-type': 'application/json',
      ...(marked ? { 'x-csrf': '1' } : {}),
    },
    body: JSON.stringify(body),
  })
  return { status: answer.status, json: JSON.parse(answer.body) }
}

const id = (login: string): number => ids.get(login) ?? 0
const code = ({ status, json }: Reply) => [status, json.code]

test('signed out, and without a task, there is nothing to see', async () => {
  expect((await get('nobody', '/admin/scope')).status).toBe(401)
  expect(code(await get('teacher', '/admin/people'))).toEqual([403, 'ADM-01'])
  expect(code(await get('pupil', `/admin/people/${id('teacher')}`))).toEqual([403, 'ADM-01'])
  expect((await get('teacher', '/admin/scope')).json).toMatchObject({ platform: false, schools: [] })
  for (const path of [
    '/admin/incidents',
    '/admin/contacts',
    '/admin/services',
    '/admin/providers',
    '/admin/provisioning',
  ])
    expect(code(await get('head', path))).toEqual([403, 'ADM-02'])
})

test('the scope says which school, which role and which tasks', async () => {
  const { json } = await get('helper', '/admin/scope')
  expect(json.schools).toMatchObject([{ uai: college, role: 'delegated', tasks: ['identifier'] }])
  const head = (await get('head', '/admin/scope')).json
  expect(head.schools[0].tasks).toContain('delegate')
  expect(head.schools[0].tasks).not.toContain('services')
  expect((await get('dsi', '/admin/scope')).json).toMatchObject({ platform: true, schools: [{}, {}] })
})

test('what is given for the whole académie opens its part of the administration, and no other', async () => {
  const given = { account: id('editor'), uai: '', tasks: ['guides', 'contacts'] }
  expect(code(await post('head', '/admin/delegations', given))).toEqual([403, 'ADM-02'])
  expect((await post('dsi', '/admin/delegations', { ...given, uai: undefined })).status).toBe(400)
  expect((await post('dsi', '/admin/delegations', given)).status).toBe(200)
  const scope = (await get('editor', '/admin/scope')).json
  expect(scope).toMatchObject({ platform: false, academy: ['contacts', 'guides'], schools: [] })
  expect((await get('editor', '/auth/session')).json).toMatchObject({ delegated: true, administrator: false })
  expect((await get('editor', '/admin/guides')).status).toBe(200)
  expect((await get('editor', '/admin/contacts')).status).toBe(200)
  for (const path of ['/admin/incidents', '/admin/portal/tiles', '/admin/services', '/admin/provisioning'])
    expect(code(await get('editor', path))).toEqual([403, 'ADM-02'])
  expect((await get('dsi', '/admin/delegations')).json.delegations).toContainEqual(
    expect.objectContaining({ account: id('editor'), uai: '', task: 'guides' }),
  )
  expect((await post('dsi', '/admin/delegations/revoke', { account: id('editor'), uai: '' })).status).toBe(200)
  expect(code(await get('editor', '/admin/guides'))).toEqual([403, 'ADM-02'])
})

test('people are searched within one’s schools, and a card says what one may do', async () => {
  const logins = async (login: string, query: string) =>
    (await get(login, `/admin/people?${query}`)).json.people.map((one: { login: string }) => one.login)
  expect(await logins('head', 'q=pr%C3%A9nom&kind=pupil')).toEqual(['pupil'])
  expect(await logins('dsi', 'kind=pupil')).toEqual(['pupil', 'stranger'])
  expect(code(await get('head', `/admin/people?uai=${lycee}`))).toEqual([403, 'ADM-03'])
  expect((await get('head', '/admin/people?kind=king')).status).toBe(400)
  expect((await get('head', '/admin/people?uai=x')).status).toBe(400)
  const card = (await get('helper', `/admin/people/${id('pupil')}`)).json
  expect(card).toMatchObject({ login: 'pupil', state: 'pending', may: ['identifier'], factors: [] })
  expect(card.groups).toContainEqual({ key: `${college}:profile:pupil`, name: 'Élèves' })
  expect(code(await get('head', `/admin/people/${id('stranger')}`))).toEqual([403, 'ADM-03'])
  expect(code(await get('head', '/admin/people/999999'))).toEqual([403, 'ADM-03'])
  expect((await get('dsi', '/admin/people/999999')).status).toBe(404)
})

test('a write needs our own page and a fresh proof', async () => {
  const path = `/admin/people/${id('pupil')}/identifier`
  expect((await post('head', path, {}, false)).status).toBe(403)
  expect((await post('head', path)).json).toEqual({ login: 'pupil', email: 'pupil@ecole.test' })
  await rig.house.store.writeGlobal((tx) =>
    tx.execute((q) => q.updateTable('session').set({ stepped_up_at: 0 }).where('account_id', '=', id('helper'))),
  )
  expect(code(await post('helper', path))).toEqual([403, 'AUTH-12'])
})

test('tasks are done by those who hold them', async () => {
  expect(code(await post('head', `/admin/people/${id('stranger')}/block`, { reason: 'x' }))).toEqual([403, 'ADM-03'])
  expect(code(await post('head', `/admin/people/${id('head')}/block`, { reason: 'x' }))).toEqual([403, 'ADM-05'])
  expect((await post('head', `/admin/people/${id('pupil')}/block`, {})).status).toBe(400)
  expect((await post('head', `/admin/people/${id('pupil')}/block`, { reason: 'perdu' })).status).toBe(200)
  expect((await get('head', `/admin/people/${id('pupil')}`)).json.state).toBe('blocked')
  expect((await get('head', '/admin/people?state=blocked')).json.people).toHaveLength(1)
  expect((await post('head', `/admin/people/${id('pupil')}/unblock`)).status).toBe(200)
  const contact = { rescueMail: 'p@famille.example', phone: '06 12 34 56 78' }
  expect((await post('head', `/admin/people/${id('pupil')}/contact`, contact)).status).toBe(200)
  expect((await get('head', `/admin/people/${id('pupil')}`)).json).toMatchObject({
    rescueMail: 'p@famille.example',
    rescueVerifiedAt: null,
    phone: '0612345678',
  })
})

test('the head names a helper, who can then do that and no more', async () => {
  const give = { account: id('teacher'), uai: college, tasks: ['reset'] }
  expect((await post('head', '/admin/delegations', give)).status).toBe(200)
  expect((await get('head', `/admin/delegations?uai=${college}`)).json.delegations).toContainEqual(
    expect.objectContaining({ login: 'teacher', task: 'reset', grantedBy: 'head' }),
  )
  const reset = await post('teacher', '/admin/people/reset', { ids: [id('pupil')] })
  expect(reset.json.cases).toMatchObject([{ login: 'pupil' }])
  expect(code(await post('teacher', '/admin/people/reset', { ids: [id('head')] }))).toEqual([403, 'ADM-04'])
  expect(code(await post('teacher', `/admin/people/${id('pupil')}/block`, { reason: 'x' }))).toEqual([403, 'ADM-02'])
  expect(code(await post('teacher', '/admin/delegations', give))).toEqual([403, 'ADM-02'])
  expect((await post('head', '/admin/delegations/revoke', { account: id('teacher'), uai: college })).status).toBe(200)
  expect(code(await post('teacher', '/admin/people/reset', { ids: [id('pupil')] }))).toEqual([403, 'ADM-01'])
})

test('profiles, groups, duplicates, rates and the log answer for the school', async () => {
  const profile = { kind: 'parent', uai: college }
  const made = await post('head', `/admin/people/${id('teacher')}/profiles`, profile)
  expect(made.status).toBe(201)
  expect((await post('head', `/admin/people/${id('teacher')}/profiles`, profile)).status).toBe(409)
  const remove = `/admin/people/${id('teacher')}/profiles/${made.json.id}/remove`
  expect((await post('head', remove)).status).toBe(200)
  const group = await post('head', '/admin/groups', { uai: college, name: 'Chorale' })
  expect((await post('head', `/admin/groups/${group.json.id}`, { add: [id('pupil')] })).status).toBe(200)
  const groups = (await get('head', `/admin/groups?uai=${college}`)).json.groups
  expect(groups).toContainEqual({
    key: group.json.key,
    name: 'Chorale',
    kind: 'manual',
    uai: college,
    count: 1,
    id: group.json.id,
  })
  const members = await get('head', `/admin/groups/members?key=${encodeURIComponent(`${college}:profile:pupil`)}`)
  expect(members.json.members.map((one: { login: string }) => one.login)).toEqual(['pupil'])
  expect((await get('head', `/admin/duplicates?uai=${college}`)).json).toEqual({ pairs: [] })
  const [rate] = (await get('head', '/admin/activation')).json.schools
  expect(rate).toMatchObject({ uai: college, total: 4, activated: 0 })
  const log = (await get('head', `/admin/audit?account=${id('pupil')}`)).json
  expect(log.entries.map((one: { action: string }) => one.action)).toContain('person.block')
  expect(code(await get('helper', '/admin/audit'))).toEqual([403, 'ADM-02'])
})

test('a manual account is made with an end', async () => {
  const wanted = { givenName: 'Élise', familyName: 'Infirmière', profile: { kind: 'technical', uai: college } }
  expect((await post('head', '/admin/people', wanted)).status).toBe(400)
  const made = await post('head', '/admin/people', { ...wanted, endsAt: Date.now() + 86_400_000 })
  expect([made.status, made.json.login]).toEqual([201, 'elise.infirmiere'])
  const head = { ...wanted, profile: { kind: 'head', uai: college }, endsAt: Date.now() + 86_400_000 }
  expect(code(await post('head', '/admin/people', head))).toEqual([403, 'ADM-04'])
})

test('the platform’s rows are its administrators’', async () => {
  const incident = { component: '*', severity: 'major', title: { fr: 'Panne' } }
  const opened = await post('dsi', '/admin/incidents', incident)
  expect(opened.status).toBe(201)
  expect((await get('dsi', '/admin/incidents')).json.incidents).toMatchObject([{ title: { fr: 'Panne' } }])
  expect((await post('dsi', `/admin/incidents/${opened.json.id}/end`)).status).toBe(200)
  const contact = { name: 'DSI', phone: '03 81 00 00 00', hours: 'lun-ven 8:00-12:00' }
  const added = await post('dsi', '/admin/contacts', contact)
  expect(added.status).toBe(201)
  expect((await post('dsi', `/admin/contacts/${added.json.id}/remove`)).status).toBe(200)
  const token = await post('dsi', '/admin/provisioning', { name: 'ent', rights: 'read' })
  expect(token.json.token).toMatch(/^scim_/)
  const listed = (await get('dsi', '/admin/provisioning')).json
  expect(JSON.stringify(listed)).not.toContain(token.json.token)
  expect((await post('dsi', `/admin/provisioning/${token.json.id}/revoke`)).status).toBe(200)
  expect((await post('dsi', '/admin/schools', { uai: '0900001M', name: 'École', kind: 'ecole' })).json).toEqual({
    uai: '0900001M',
  })
  expect(code(await post('head', '/admin/schools', { uai: '0900001M', name: 'x', kind: 'ecole' }))).toEqual([
    403,
    'ADM-02',
  ])
  expect((await get('dsi', '/admin/services')).json).toMatchObject({ services: [] })
  expect((await get('dsi', '/admin/providers')).json).toMatchObject({ providers: [] })
})
