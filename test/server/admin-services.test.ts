/** Services and providers declared, tried, changed and removed over HTTP by an administrator of the platform. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPerson } from '#domain/directory/persons.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { linkIdentity } from '#domain/federation/match.ts'
import { findProvider } from '#domain/federation/providers.ts'
import { findAccount, principalFor } from '#domain/people/accounts.ts'
import { openSession } from '#domain/people/sessions.ts'
import { makeSelfSigned } from '#server/certificate.ts'
import { type HttpRig, openHttpRig } from './rig.ts'

const college = '0250001R'
let rig: HttpRig
const cookies = new Map<string, string>()

beforeAll(async () => {
  rig = await openHttpRig()
  const { people, store } = rig.house
  await store.writeGlobal((tx) => putSchool(tx, 0, { uai: college, name: 'Collège des Tilleuls', kind: 'college' }))
  const add = async (login: string, wanted: object) => {
    const { id } = await createPerson(people, 'test', { login, givenName: 'Camille', familyName: 'Roux', ...wanted })
    const principal = await store.read((tx) => principalFor(tx, id))
    const { token } = await openSession(people, principal, { ip: '127.0.0.1' }, { amr: ['hwk', 'user', 'mfa'] })
    cookies.set(login, `session=${token}`)
  }
  await add('dsi', { admin: true, profiles: [{ kind: 'academy' }] })
  await add('teacher', {
    profiles: [
      { kind: 'teacher', uai: college },
      { kind: 'parent', uai: college },
    ],
  })
})
afterAll(() => rig?.close())

// biome-ignore lint/suspicious/noExplicitAny: JSON of every shape, looked into by the tests.
const call = async (login: string, path: string, body?: unknown): Promise<{ status: number; json: any }> => {
  const answer = await rig.call(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      cookie: cookies.get(login) ?? '',
      'x-csrf': '1',
      'accept-language': 'en',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, json: JSON.parse(answer.body) }
}

const { certificate } = makeSelfSigned({ names: ['ent.test'], ips: [], from: 0, until: 4e12 })
const bare = certificate.replace(/-----[A-Z ]+-----|\s+/g, '')
const metadata = (role: string, entity = 'https://ent.test/saml') => `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
 entityID="${entity}"><md:${role} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
${
  role === 'SPSSODescriptor'
    ? '<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://ent.test/acs" index="0"/>'
    : '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://ent.test/sso"/>'
}
</md:${role}></md:EntityDescriptor>`

const cas = { protocol: 'cas', name: 'Notes', key: 'https://notes.test/app/', attributes: ['mail', 'ENTPersonProfils'] }

test('only an administrator of the platform declares', async () => {
  expect((await call('teacher', '/admin/services', cas)).json.code).toBe('ADM-02')
  expect((await call('teacher', '/admin/providers', {})).json.code).toBe('ADM-02')
  expect((await call('teacher', '/admin/services/preview', { login: 'dsi' })).json.code).toBe('ADM-02')
})

test('a CAS service is declared once, changed, closed, and only then removed', async () => {
  const made = await call('dsi', '/admin/services', cas)
  expect(made.status).toBe(201)
  const { id } = made.json.service
  expect((await call('dsi', '/admin/services', cas)).json.code).toBe('SVC-04')
  const changed = await call('dsi', `/admin/services/${id}`, { profiles: ['teacher'], attributesOnV2: true })
  expect(changed.json).toMatchObject({ rules: { profiles: ['teacher'], attributes: cas.attributes } })
  expect(changed.json.config.attributesOnV2).toBe(true)
  expect(
    (await call('dsi', '/admin/services/match', { address: 'https://notes.test/app/home' })).json.services,
  ).toEqual([{ id, name: 'Notes', key: cas.key, status: 'active' }])
  expect(
    (await call('dsi', '/admin/services/match', { address: 'https://notes.test.evil/app/' })).json.services,
  ).toEqual([])
  expect((await call('dsi', `/admin/services/${id}/remove`, {})).json.code).toBe('SVC-02')
  await call('dsi', `/admin/services/${id}/status`, { status: 'disabled' })
  expect((await call('dsi', `/admin/services/${id}/remove`, {})).status).toBe(200)
  expect((await call('dsi', `/admin/services/${id}`, {})).status).toBe(404)
  const { entries } = (await call('dsi', '/admin/audit')).json
  expect(entries.map((one: { action: string }) => one.action)).toEqual(
    expect.arrayContaining(['service.save', 'service.disable', 'service.remove']),
  )
})

test('a refusal names the field at fault', async () => {
  const wrong = async (change: object) => {
    const { status, json } = await call('dsi', '/admin/services', { ...cas, ...change })
    return [status, json.code, json.message]
  }
  expect(await wrong({ key: 'notes' })).toEqual([400, 'SVC-01', expect.stringContaining('address or identifier')])
  expect(await wrong({ attributes: ['birthplace'] })).toEqual([400, 'SVC-01', expect.stringContaining('attributes')])
  expect(await wrong({ profiles: [] })).toEqual([400, 'SVC-01', expect.stringContaining('Nobody could enter')])
  expect(await wrong({ name: ' ' })).toEqual([400, 'SVC-01', expect.stringContaining('A name is needed')])
  expect(await wrong({ protocol: 'saml', metadata: '<x/>' })).toEqual([400, 'SVC-01', expect.stringContaining('SAML')])
  expect(await wrong({ protocol: 'fax' })).toEqual([400, 'SVC-01', 'Choose a protocol.'])
})

test('the secret of an OpenID service is told when it is made, and never again', async () => {
  const oidc = { redirects: ['https://app.test/back'], scopes: ['openid', 'profile'], grants: ['authorization_code'] }
  const draft = { protocol: 'oidc', name: 'App', key: 'app', oidc, attributes: ['displayName'] }
  const made = await call('dsi', '/admin/services', draft)
  expect(made.json.secret).toMatch(/^[\w-]{43}$/)
  const { id } = made.json.service
  const listed = (await call('dsi', '/admin/services')).json
  expect(JSON.stringify(listed)).not.toContain(made.json.secret)
  expect(listed.services.find((one: { id: number }) => one.id === id).config.client.client_secret).toBe('…')
  expect(listed.choices.attributes).toContain('ENTPersonJointure')
  // A change of the addresses keeps the secret that the service has.
  const stored = async () => {
    const rows = await rig.house.store.read((tx) =>
      tx.query((q) => q.selectFrom('relying_party').select('config').where('id', '=', id)),
    )
    return JSON.parse(rows[0]?.config ?? '').config.client
  }
  const before = (await stored()).client_secret
  const moved = { ...oidc, redirects: ['https://app.test/other'] }
  await call('dsi', `/admin/services/${id}`, { oidc: moved })
  const after = await stored()
  expect(after.client_secret).toBe(before)
  expect(after.redirect_uris).toEqual(moved.redirects)
  const renewed = await call('dsi', `/admin/services/${id}/secret`, {})
  expect(renewed.json.secret).not.toBe(made.json.secret)
  const inTheClear = { ...draft, key: 'clear', oidc: { ...oidc, redirects: ['http://app.test/back'] } }
  expect((await call('dsi', '/admin/services', inTheClear)).json.code).toBe('SVC-01')
})

test('a SAML service comes from its metadata, read before it is declared', async () => {
  const read = await call('dsi', '/admin/services/metadata', { metadata: metadata('SPSSODescriptor') })
  expect(read.json).toMatchObject({ key: 'https://ent.test/saml', acs: ['https://ent.test/acs'] })
  expect(read.json.certificates[0].endsAt).toBe(4e12)
  const made = await call('dsi', '/admin/services', {
    protocol: 'saml',
    name: '',
    metadata: metadata('SPSSODescriptor'),
  })
  expect(made.json.service).toMatchObject({ name: 'ent.test', protocol: 'saml' })
  const other = { metadata: metadata('SPSSODescriptor', 'https://evil.test/saml') }
  const refused = await call('dsi', `/admin/services/${made.json.service.id}`, other)
  expect(refused.json.message).toBe('These metadata are of another service.')
})

test('a preview tells what a service would know of a person under each profile, and is in the journal', async () => {
  const rules = { identifier: 'login', attributes: ['ENTPersonProfils', 'mail'], profiles: ['teacher'] }
  const { json } = await call('dsi', '/admin/services/preview', { login: 'teacher@ecole.test', ...rules })
  expect(json.name).toBe('Camille Roux')
  const [teacher, parent] = json.profiles
  expect(teacher).toMatchObject({
    profile: { kind: 'teacher', schoolName: 'Collège des Tilleuls' },
    enters: true,
    identifier: 'teacher',
    attributes: { ENTPersonProfils: ['National_3'], mail: ['teacher@ecole.test'] },
  })
  expect(parent).toMatchObject({ enters: false, attributes: { ENTPersonProfils: ['National_2'] } })
  const noKey = await call('dsi', '/admin/services/preview', { login: 'teacher', identifier: 'joinKey' })
  expect(noKey.json.profiles[0].identifier).toBeUndefined()
  expect((await call('dsi', '/admin/services/preview', { login: 'nobody' })).status).toBe(404)
  const { entries } = (await call('dsi', '/admin/audit')).json
  expect(entries.map((one: { action: string }) => one.action)).toContain('service.preview')
})

test('a provider is declared from a preset, tried, changed and removed with the links to it', async () => {
  const saml = { protocol: 'saml', id: 'ent', name: 'ENT', preset: 'ent', audience: ['pupil'] }
  expect((await call('dsi', '/admin/providers', { ...saml, metadata: metadata('IDPSSODescriptor') })).status).toBe(201)
  expect((await call('dsi', '/admin/providers', { ...saml, metadata: metadata('IDPSSODescriptor') })).json.code).toBe(
    'SVC-04',
  )
  expect(
    (await call('dsi', '/admin/providers', { ...saml, id: 'x', metadata: metadata('SPSSODescriptor') })).json.code,
  ).toBe('SVC-01')
  expect((await call('dsi', '/admin/providers/ent/try', {})).json).toMatchObject({ certificates: [{ endsAt: 4e12 }] })
  await call('dsi', '/admin/providers/ent', { audience: ['pupil', 'parent'], create: true })
  const [provider] = (await call('dsi', '/admin/providers')).json.providers
  expect(provider).toMatchObject({ audience: ['pupil', 'parent'], config: { create: true, matching: ['joinKey'] } })
  const meaning = {
    claims: { subject: ['uid', 'NameID'], joinKey: ['ENTPersonJointure'], mail: [] },
    affiliations: { National_ELV: 'pupil', National_TUT: 'parent' },
    logout: 'rp-initiated',
    academy: '03',
    strongClasses: ['urn:strong'],
  }
  expect((await call('dsi', '/admin/providers/ent', meaning)).status).toBe(200)
  const { config } = (await call('dsi', '/admin/providers')).json.providers[0]
  expect(config).toMatchObject({ ...meaning, claims: { subject: ['uid', 'NameID'], joinKey: ['ENTPersonJointure'] } })
  expect(config.claims.mail).toBeUndefined()
  for (const wrong of [
    { claims: { joinKey: ['x'] } },
    { claims: { subject: ['uid'], password: ['x'] } },
    { claims: { subject: 'uid' } },
    { affiliations: { National_ELV: 'king' } },
    { affiliations: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${i}`, 'pupil'])) },
    { logout: 'sometimes' },
    { academy: 'x' },
  ])
    expect([wrong, (await call('dsi', '/admin/providers/ent', wrong)).json.code]).toEqual([wrong, 'SVC-01'])
  expect((await call('dsi', '/admin/providers')).json.providers[0].config).toEqual(config)
  expect((await call('dsi', '/admin/providers/ent/remove', {})).json.code).toBe('SVC-02')
  await call('dsi', '/admin/providers/ent/status', { status: 'disabled' })
  expect((await call('dsi', '/admin/providers/ent/remove', {})).status).toBe(200)

  const oidc = { protocol: 'oidc', id: 'gate', name: 'Gate', preset: 'agents', audience: ['staff'], clientId: 'us' }
  const away = { ...oidc, issuer: 'http://127.0.0.1:9', clientSecret: 'very-secret' }
  expect((await call('dsi', '/admin/providers', away)).status).toBe(201)
  expect((await call('dsi', '/admin/providers/gate/try', {})).json).toMatchObject({ reached: false })
  expect(JSON.stringify((await call('dsi', '/admin/providers')).json)).not.toContain('very-secret')
})

test('the owner sees which identities open the account, and takes one back', async () => {
  const { people, store } = rig.house
  const account = await store.read(async (tx) => (await findAccount(tx, 'teacher')).id)
  const gate = await store.read((tx) => findProvider(tx, 'gate'))
  if (!gate) throw new Error('the provider of the test before is not there')
  await linkIdentity(people, gate, 'x-42', { account, login: 'teacher', ip: '10.0.0.1', userAgent: '' })
  expect((await call('teacher', '/auth/links')).json.links).toMatchObject([{ provider: 'gate', name: 'Gate' }])
  expect((await call('dsi', '/auth/links')).json.links).toEqual([])
  expect((await call('dsi', '/auth/links/remove', { provider: 'gate' })).status).toBe(404)
  expect((await call('teacher', '/auth/links/remove', { provider: 'gate' })).status).toBe(200)
  expect((await call('teacher', '/auth/links')).json.links).toEqual([])
})
