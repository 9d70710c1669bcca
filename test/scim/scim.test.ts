/** SCIM 2.0 over HTTP (RFC 7644), as a provisioning program uses it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseId } from '#base/ids.ts'
import { findPerson } from '#domain/directory/persons.ts'
import { createProvisioningClient, revokeProvisioningClient } from '#domain/directory/provisioning-clients.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { findAccount } from '#domain/people/accounts.ts'
import { type HttpRig, openHttpRig } from '../server/rig.ts'

const college = '0250001R'
const lycee = '0390001P'
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const person = 'urn:convergence:scim:2.0:Person'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

let rig: HttpRig
const tokens = { all: '', college: '', reader: '', ended: '' }

beforeAll(async () => {
  rig = await openHttpRig()
  const { people, store } = rig.house
  await store.writeGlobal(async (tx) => {
    await putSchool(tx, 0, { uai: college, name: 'Collège des Tilleuls', kind: 'college' })
    await putSchool(tx, 0, { uai: lycee, name: 'Lycée du Val d’Amour', kind: 'lycee' })
  })
  const make = (name: string, rights: 'read' | 'write', uais: string[] = []) =>
    createProvisioningClient(people, 'test', { name, rights, uais })
  tokens.all = (await make('ent', 'write')).token
  tokens.college = (await make('college', 'write', [college])).token
  tokens.reader = (await make('reader', 'read')).token
  const ended = await make('ended', 'write')
  tokens.ended = ended.token
  await revokeProvisioningClient(people, 'test', ended.id)
})
afterAll(() => rig?.close())

interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: JSON of every shape, looked into by the tests.
  readonly json: any
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

const ask = async (
  method: string,
  path: string,
  body?: unknown,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<Reply> => {
  const { token = tokens.all } = options
  const answer = await rig.call(`/scim/v2${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: answer.status,
    headers: answer.headers,
    json: answer.body === '' ? undefined : JSON.parse(answer.body),
  }
}

const pupil = (userName: string, more: Record<string, unknown> = {}, uai = college) => ({
  schemas: [core, person],
  userName,
  externalId: `e-${userName}`,
  name: { givenName: 'Léa', familyName: 'Garnier' },
  emails: [{ type: 'other', value: `${userName}@famille.example` }],
  [person]: {
    birthDate: '2012-02-08',
    profiles: [{ kind: 'pupil', uai }],
    classes: [{ uai, class: '3e B' }],
  },
  ...more,
})

const find = async (filter: string, token = tokens.all): Promise<string[]> => {
  const { status, json } = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`, undefined, { token })
  expect([filter, status]).toEqual([filter, 200])
  return json.Resources.map(({ userName }: { userName: string }) => userName)
}

test('nobody is told anything without a token that stands', async () => {
  for (const token of ['', 'scim_x', tokens.ended, `${tokens.all}x`]) {
    const { status, json, headers } = await ask('GET', '/Users', undefined, { token })
    expect([token, status, json.status]).toEqual([token, 401, '401'])
    expect(headers['www-authenticate']).toContain('Bearer')
  }
  expect((await ask('POST', '/Users', '{ not json', { token: '' })).status).toBe(401)
})

test('the service describes itself', async () => {
  const config = (await ask('GET', '/ServiceProviderConfig')).json
  expect([config.patch.supported, config.filter.supported, config.bulk.supported, config.etag.supported]).toEqual([
    true,
    true,
    false,
    true,
  ])
  const types = (await ask('GET', '/ResourceTypes')).json
  expect(types.Resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([
    '/Users',
    '/Groups',
    '/Schools',
  ])
  const schema = (await ask('GET', `/Schemas/${person}`)).json
  expect(schema.attributes.map(({ name }: { name: string }) => name)).toContain('joinKey')
  expect((await ask('GET', '/Schemas/urn:none')).status).toBe(404)
  expect((await ask('GET', '/Schemas?filter=id%20pr')).status).toBe(403)
  expect((await ask('POST', '/Bulk', {})).status).toBe(501)
  expect((await ask('GET', '/Me')).status).toBe(501)
})

test('a user is made and read; the same request again is told that it exists, and how it is found', async () => {
  const made = await ask('POST', '/Users', pupil('lea'))
  expect(made.status).toBe(201)
  const { id, meta } = made.json
  expect(made.headers.location).toBe(meta.location)
  expect(made.headers.etag).toBe(meta.version)
  expect(made.headers['content-type']).toContain('application/scim+json')
  expect(made.json).toMatchObject({
    userName: 'lea',
    externalId: 'e-lea',
    active: true,
    userType: 'pupil',
    emails: [
      { value: 'lea@ecole.test', type: 'work' },
      { value: 'lea@famille.example', type: 'other' },
    ],
  })
  expect(made.json.groups.map(({ value }: { value: string }) => value)).toContain(`${college}:class:3e%20B:pupils`)
  const again = await ask('POST', '/Users', pupil('lea'))
  expect([again.status, again.json.scimType]).toEqual([409, 'uniqueness'])
  expect(await find('externalId eq "e-lea"')).toEqual(['lea'])
  const other = await ask('POST', '/Users', pupil('lea', { name: { givenName: 'Paul', familyName: 'Petit' } }))
  expect([other.status, other.json.scimType]).toEqual([409, 'uniqueness'])
  const taken = await ask('POST', '/Users', pupil('lea', { externalId: 'another' }))
  expect([taken.status, taken.json.scimType]).toEqual([409, 'uniqueness'])
  expect((await ask('GET', `/Users/${id}`)).json).toEqual(made.json)
  const account = parseId('account', id) ?? 0
  const row = await rig.house.store.read((tx) => findPerson(tx, account))
  expect(row).toMatchObject({ source: 'scim:ent', activatedAt: null, birthDate: '2012-02-08' })
})

test('users are found by every kind of filter, page by page', async () => {
  for (const login of ['p1', 'p2', 'p3']) await ask('POST', '/Users', pupil(login, { displayName: `Page ${login}` }))
  expect(await find('userName eq "P1"')).toEqual(['p1'])
  expect(await find('externalId eq "e-p2"')).toEqual(['p2'])
  expect(await find('emails.value eq "p3@famille.example"')).toEqual(['p3'])
  expect(await find('emails[type eq "other" and value sw "p1"]')).toEqual(['p1'])
  expect(await find('displayName sw "page" and not (userName eq "p2")')).toEqual(['p1', 'p3'])
  expect(await find(`${person}:profiles.uai eq "${lycee}" and userName pr`)).toEqual([])
  expect(await find('userName eq "p1" and active eq false')).toEqual([])
  const page = (await ask('GET', '/Users?startIndex=2&count=2')).json
  expect([page.startIndex, page.itemsPerPage, page.totalResults]).toEqual([2, 2, 4])
  expect((await ask('GET', '/Users?count=0')).json).toMatchObject({ totalResults: 4, itemsPerPage: 0 })
  const bad = await ask('GET', '/Users?filter=userName%20eq')
  expect([bad.status, bad.json.scimType]).toEqual([400, 'invalidFilter'])
  const searched = await ask('POST', '/Users/.search', { filter: 'userName eq "p1"', attributes: ['userName'] })
  expect(searched.json.Resources[0]).toEqual({
    schemas: expect.anything(),
    id: expect.anything(),
    userName: 'p1',
  })
  const partly = (
    await ask('GET', `/Users?filter=userName%20eq%20%22p1%22&attributes=name.givenName,${person}:profiles`)
  ).json
  expect(partly.Resources[0].name).toEqual({ givenName: 'Léa' })
  expect(Object.keys(partly.Resources[0][person])).toEqual(['profiles'])
  const without = (await ask('GET', '/Users?count=1&excludedAttributes=name,groups')).json.Resources[0]
  expect([without.name, without.groups, typeof without.userName]).toEqual([undefined, undefined, 'string'])
})

test('a version that is old changes nothing, a version that is known costs nothing', async () => {
  const { json, headers } = await ask('POST', '/Users', pupil('versions'))
  const etag = String(headers.etag)
  const path = `/Users/${json.id}`
  expect((await ask('GET', path, undefined, { headers: { 'if-none-match': etag } })).status).toBe(304)
  const rename = (familyName: string) => ({
    schemas: [patchOp],
    Operations: [{ op: 'replace', path: 'name.familyName', value: familyName }],
  })
  const first = await ask('PATCH', path, rename('Petit'), { headers: { 'if-match': etag } })
  expect([first.status, first.json.name.familyName]).toEqual([200, 'Petit'])
  expect((await ask('PATCH', path, rename('Grand'), { headers: { 'if-match': etag } })).status).toBe(412)
  expect((await ask('GET', path)).json.name.familyName).toBe('Petit')
})

test('a patch changes what it says and leaves the rest; a put leaves only what it says', async () => {
  const { id } = (await ask('POST', '/Users', pupil('patched'))).json
  const patch = (...Operations: unknown[]) => ask('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
  const added = await patch({ op: 'add', path: `${person}:profiles`, value: [{ kind: 'pupil', uai: lycee }] })
  expect(added.json[person].profiles.map(({ uai }: { uai: string }) => uai)).toEqual([college, lycee])
  const gone = await patch({ op: 'remove', path: `${person}:profiles[uai eq "${college}"]` })
  expect(gone.json[person].profiles.map(({ uai }: { uai: string }) => uai)).toEqual([lycee])
  expect(gone.json[person]).toMatchObject({ birthDate: '2012-02-08', classes: [{ class: '3e B' }] })
  const { [person]: _, ...rest } = pupil('patched')
  const put = await ask('PUT', `/Users/${id}`, { ...rest, [person]: { profiles: [] } })
  expect(put.json[person].profiles).toBeUndefined()
  expect(put.json[person].classes).toMatchObject([{ class: '3e B' }])
  const renamed = await ask('PUT', `/Users/${id}`, pupil('other.name'))
  expect([renamed.status, renamed.json.scimType]).toEqual([400, 'mutability'])
  const nowhere = await patch({ op: 'add', path: `${person}:profiles`, value: [{ kind: 'pupil', uai: '0900001M' }] })
  expect([nowhere.status, nowhere.json.scimType]).toEqual([400, 'invalidValue'])
  const king = await patch({ op: 'add', path: `${person}:profiles`, value: [{ kind: 'king', uai: lycee }] })
  expect(king.status).toBe(400)
})

test('what a patch names must be there, and be the client’s to write', async () => {
  const { id } = (await ask('POST', '/Users', pupil('strict', { preferredLanguage: 'en' }))).json
  const patch = (operation: object) => ask('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [operation] })
  const refused = async (operation: object) => {
    const { status, json } = await patch(operation)
    return [status, json.scimType]
  }
  expect(await refused({ op: 'replace', path: 'nonsense', value: 'x' })).toEqual([400, 'invalidPath'])
  expect(await refused({ op: 'replace', path: 'name.nonsense', value: 'x' })).toEqual([400, 'invalidPath'])
  expect(await refused({ op: 'replace', path: 'urn:other:1.0:User:userName', value: 'x' })).toEqual([
    400,
    'invalidPath',
  ])
  expect(await refused({ op: 'replace', path: 'groups', value: [] })).toEqual([400, 'mutability'])
  expect(await refused({ op: 'replace', path: 'userType', value: 'staff' })).toEqual([400, 'mutability'])
  expect(await refused({ op: 'replace', path: 'id', value: 'u1' })).toEqual([400, 'mutability'])
  expect(await refused({ op: 'remove', path: 'userName' })).toEqual([400, 'mutability'])
  expect(await refused({ op: 'remove' })).toEqual([400, 'noTarget'])
  expect(await refused({ op: 'replace', path: 'emails[type eq "home"].value', value: 'h@x.fr' })).toEqual([
    400,
    'noTarget',
  ])
  const other = { op: 'replace', path: 'emails[type eq "work"].value', value: 'autre@ecole.test' }
  expect(await refused(other)).toEqual([400, 'mutability'])
  // What a directory sends by default and we keep nothing of is no reason to refuse the rest.
  expect((await patch({ op: 'add', path: 'addresses[type eq "work"].locality', value: 'Dole' })).status).toBe(200)
})

test('what is written is read back, and what is added last counts', async () => {
  const phoneNumbers = [{ type: 'mobile', value: '+33612345678' }]
  const { id } = (await ask('POST', '/Users', pupil('readback', { preferredLanguage: 'en', phoneNumbers }))).json
  const read = async () => (await ask('GET', `/Users/${id}`)).json
  expect(await read()).toMatchObject({ preferredLanguage: 'en', phoneNumbers })
  const Operations = [
    { op: 'add', path: 'phoneNumbers', value: [{ type: 'mobile', value: '+33698765432' }] },
    { op: 'add', path: 'emails', value: [{ type: 'home', value: 'nouveau@famille.example' }] },
    { op: 'replace', path: 'preferredLanguage', value: 'fr' },
  ]
  await ask('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
  const after = await read()
  expect(after.phoneNumbers).toEqual([{ type: 'mobile', value: '+33698765432' }])
  expect(after.emails.map(({ value }: { value: string }) => value)).toContain('nouveau@famille.example')
  expect(after.preferredLanguage).toBe('fr')
})

test('deactivation closes the account, deletion hides it, and coming back finds it again', async () => {
  const { id } = (await ask('POST', '/Users', pupil('leaver'))).json
  const account = parseId('account', id) ?? 0
  const status = async () => (await rig.house.store.read((tx) => findAccount(tx, 'leaver'))).status
  const set = (value: unknown) =>
    ask('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: 'Replace', value: { active: value } }] })
  expect((await set('False')).json.active).toBe(false)
  expect(await status()).toBe('disabled')
  expect((await set(true)).json.active).toBe(true)
  expect(await status()).toBe('active')
  expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204)
  expect((await ask('GET', `/Users/${id}`)).status).toBe(404)
  expect((await ask('DELETE', `/Users/${id}`)).status).toBe(404)
  expect(await find('userName eq "leaver"')).toEqual([])
  expect(await status()).toBe('disabled')
  const back = await ask('POST', '/Users', pupil('leaver'))
  expect([back.status, parseId('account', back.json.id), back.json.active]).toEqual([201, account, true])
  expect(await status()).toBe('active')
})

test('a client confined to a school sees and writes nothing else, and nobody else’s people', async () => {
  const token = tokens.college
  await ask('POST', '/Users', pupil('of.lycee', {}, lycee))
  expect(await find('userName eq "of.lycee"', token)).toEqual([])
  expect(await find('userName eq "p1"', token)).toEqual(['p1'])
  const [p1] = (await ask('GET', '/Users?filter=userName%20eq%20%22p1%22')).json.Resources
  const stolen = await ask('PUT', `/Users/${p1.id}`, pupil('p1'), { token })
  expect(stolen.status).toBe(403)
  expect((await ask('DELETE', `/Users/${p1.id}`, undefined, { token })).status).toBe(403)
  expect((await ask('POST', '/Users', pupil('sneaky', {}, lycee), { token })).status).toBe(403)
  expect(
    (
      await ask(
        'POST',
        '/Schools',
        { schemas: [`${'urn:convergence:scim:2.0:School'}`], uai: '0900001M', name: 'x' },
        { token },
      )
    ).status,
  ).toBe(403)
  expect((await ask('GET', `/Schools/${lycee}`, undefined, { token })).status).toBe(404)
  expect((await ask('POST', '/Users', pupil('written'), { token: tokens.reader })).status).toBe(403)
  expect((await ask('GET', '/Users?count=1', undefined, { token: tokens.reader })).status).toBe(200)
})

test('what another source vouches for is shown and stays', async () => {
  const { id } = (await ask('POST', '/Users', pupil('shared'))).json
  const account = parseId('account', id) ?? 0
  await rig.house.store.writeGlobal((tx) =>
    tx.execute((q) =>
      q.insertInto('profile').values({
        account_id: account,
        kind: 'parent',
        uai: lycee,
        function_code: '',
        discipline: '',
        title: '',
        source: 'manual',
        starts_at: null,
        ends_at: null,
        created_at: 0,
      }),
    ),
  )
  const Operations = [{ op: 'replace', path: 'name.givenName', value: 'Lou' }]
  const after = await ask('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
  expect(after.json[person].profiles.map((one: { kind: string; source: string }) => [one.kind, one.source])).toEqual([
    ['pupil', 'scim:ent'],
    ['parent', 'manual'],
  ])
})

test('computed groups are read, groups by hand are written by their client', async () => {
  const groups = (await ask('GET', '/Groups?count=100')).json
  const ids = groups.Resources.map(({ id }: { id: string }) => id)
  expect(ids).toContain(`${college}:class:3e%20B:pupils`)
  expect(groups.Resources[0].members).toBeUndefined()
  const computed = await ask('GET', `/Groups/${encodeURIComponent(`${college}:class:3e%20B:pupils`)}`)
  expect(computed.json.members.length).toBeGreaterThan(3)
  expect((await ask('DELETE', `/Groups/${encodeURIComponent(`${college}:profile:pupil`)}`)).status).toBe(400)
  // What is not told whole has no version that a later request could be held to.
  const light = await ask('GET', `/Groups/${encodeURIComponent(ids[0])}?excludedAttributes=members`)
  expect([light.status, light.json.members, light.headers.etag]).toEqual([200, undefined, undefined])
  expect(groups.Resources[0].meta.version).toBeUndefined()
  const [p1] = (await ask('GET', '/Users?filter=userName%20eq%20%22p1%22')).json.Resources
  const [p2] = (await ask('GET', '/Users?filter=userName%20eq%20%22p2%22')).json.Resources
  const made = await ask('POST', '/Groups', {
    schemas: [groupUrn],
    displayName: 'Chorale',
    externalId: 'g1',
    members: [{ value: p1.id }],
    'urn:convergence:scim:2.0:GroupKind': { uai: college },
  })
  expect([made.status, made.json.members.length]).toEqual([201, 1])
  const path = `/Groups/${encodeURIComponent(made.json.id)}`
  const change = (...Operations: unknown[]) => ask('PATCH', path, { schemas: [patchOp], Operations })
  expect((await change({ op: 'Add', path: 'members', value: [{ value: p2.id }] })).json.members.length).toBe(2)
  const removed = await change({ op: 'remove', path: `members[value eq "${p1.id}"]` })
  expect(removed.json.members.map(({ value }: { value: string }) => value)).toEqual([p2.id])
  expect((await change({ op: 'replace', path: 'displayName', value: 'Orchestre' })).json.displayName).toBe('Orchestre')
  expect((await change({ op: 'add', path: 'members', value: [{ value: 'u999999' }] })).status).toBe(400)
  expect((await ask('DELETE', path, undefined, { token: tokens.college })).status).toBe(403)
  const again = await ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'Autre', externalId: 'g1' })
  expect([again.status, again.json.scimType]).toEqual([409, 'uniqueness'])
  expect(
    (await ask('GET', `/Groups?filter=${encodeURIComponent('displayName eq "orchestre"')}`)).json.totalResults,
  ).toBe(1)
  expect((await ask('DELETE', path)).status).toBe(204)
  expect((await ask('GET', path)).status).toBe(404)
})

test('a group of no school is found again by its name and its members, and its identifier may be given later', async () => {
  const [p1] = (await ask('GET', '/Users?filter=userName%20eq%20%22p1%22')).json.Resources
  const made = await ask('POST', '/Groups', {
    schemas: [groupUrn],
    displayName: 'Académie entière',
    members: [{ value: p1.id }],
  })
  const found = async (filter: string, token = tokens.all) =>
    (await ask('GET', `/Groups?filter=${encodeURIComponent(filter)}`, undefined, { token })).json.totalResults
  expect(await found('displayName eq "académie entière"')).toBe(1)
  expect(await found(`id eq "${made.json.id}" and members eq "${p1.id}"`)).toBe(1)
  expect(await found('displayName eq "académie entière"', tokens.college)).toBe(0)
  const path = `/Groups/${encodeURIComponent(made.json.id)}`
  const put = await ask('PUT', path, { schemas: [groupUrn], displayName: 'Tous', externalId: 'later' })
  expect([put.status, put.json.externalId, put.json.members]).toEqual([200, 'later', undefined])
  const nameless = await ask('PUT', path, { schemas: [groupUrn] })
  expect([nameless.status, nameless.json.scimType]).toEqual([400, 'invalidValue'])
  const other = await ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'Autre groupe' })
  const taken = await ask('PATCH', `/Groups/${encodeURIComponent(other.json.id)}`, {
    schemas: [patchOp],
    Operations: [{ op: 'add', path: 'externalId', value: 'later' }],
  })
  expect([taken.status, taken.json.scimType]).toEqual([409, 'uniqueness'])
})

test('an address of another house is a way to reach the person, never the address here', async () => {
  const emails = [{ type: 'work', primary: true, value: 'lea@autre.example' }]
  const made = await ask('POST', '/Users', pupil('outsider', { emails }))
  const told = [
    { value: 'outsider@ecole.test', type: 'work', primary: true },
    { value: 'lea@autre.example', type: 'other' },
  ]
  expect([made.status, made.json.emails]).toEqual([201, told])
  const put = await ask('PUT', `/Users/${made.json.id}`, pupil('outsider', { emails }))
  expect([put.status, put.json.emails]).toEqual([200, told])
})

test('schools are a resource of their own, their UAI checked', async () => {
  const schemas = ['urn:convergence:scim:2.0:School']
  const made = await ask('POST', '/Schools', { schemas, uai: '0700001w', name: 'Collège de Vesoul', kind: 'college' })
  expect([made.status, made.json.id, made.json.department]).toEqual([201, '0700001W', '70'])
  expect((await ask('POST', '/Schools', { schemas, uai: '0700001X', name: 'x' })).status).toBe(400)
  expect((await ask('POST', '/Schools', { schemas, uai: '0700001W', name: 'x' })).status).toBe(409)
  const Operations = [{ op: 'replace', path: 'status', value: 'closed' }]
  const closed = await ask('PATCH', '/Schools/0700001W', { schemas: [patchOp], Operations })
  expect([closed.status, closed.json.status, closed.json.name]).toEqual([200, 'closed', 'Collège de Vesoul'])
  expect((await ask('DELETE', '/Schools/0700001W')).status).toBe(501)
})

test('what is no SCIM is refused as the RFC says', async () => {
  expect((await ask('POST', '/Users', '{ not json')).json.scimType).toBe('invalidSyntax')
  expect((await ask('POST', '/Users', { userName: 'x' })).json.scimType).toBe('invalidSyntax')
  expect((await ask('POST', '/Users', { schemas: [core] })).status).toBe(400)
  expect((await ask('POST', '/Users', pupil('x'), { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  expect((await ask('GET', '/Nothing')).status).toBe(404)
  expect((await ask('GET', '/Users/u1/extra')).status).toBe(404)
  expect((await ask('GET', '/__proto__')).status).toBe(404)
  expect((await ask('GET', '/Users/%E0%A4%A')).status).toBeGreaterThanOrEqual(400)
  const large = pupil('large', { displayName: 'x'.repeat(1_100_000) })
  expect((await ask('POST', '/Users', large)).status).toBe(413)
})
