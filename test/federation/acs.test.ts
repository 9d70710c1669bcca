/** The way back from a SAML provider, on every engine: taken once, in the browser that asked, for what was asked. */
import { createPrivateKey } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createPerson } from '#domain/directory/persons.ts'
import { oidcPresets, samlPresets } from '#domain/federation/presets.data.ts'
import {
  clientSecretOf,
  enableProvider,
  listProviders,
  type OidcProvider,
  type ProviderDraft,
  removeProvider,
  type SamlProvider,
  saveProvider,
  sealProviderSecrets,
} from '#domain/federation/providers.ts'
import { checkSession, listSessions } from '#domain/people/sessions.ts'
import { writeResponse } from '#protocol/saml/assertion.ts'
import { decodeRedirect, encodePost, encodeRedirect } from '#protocol/saml/bindings.ts'
import { writeLogoutRequest } from '#protocol/saml/logout.ts'
import { newId } from '#protocol/saml/message.ts'
import { registerFederation } from '#server/http/federation.ts'
import { createFederationAccount } from '#server/http/federation-account.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig, password } from '../people/rig.ts'
import { formIn, get, keyNamed, origin, type Page, post } from '../saml/rig.ts'

const issuer = 'https://educonnect.example/idp'
const acs = `${origin}/federation/educonnect/acs`
const oid = (n: number) => `urn:oid:1.3.6.1.4.1.20326.10.999.1.${n}`

onEveryEngine('the way back from a provider', (driver) => {
  let rig: PeopleRig
  let app: FastifyInstance
  let account: number

  const save = (change: Partial<SamlProvider> = {}) =>
    saveProvider(rig.people, 'test', {
      id: 'educonnect',
      protocol: 'saml',
      name: 'EduConnect',
      audience: ['pupil', 'parent'],
      sortOrder: 1,
      config: {
        ...(samlPresets.educonnect as SamlProvider),
        entityId: issuer,
        sso: 'https://educonnect.example/sso',
        certificates: [keyNamed('provider').certificate],
        ...change,
      },
    })

  beforeAll(async () => {
    rig = await openPeople({}, driver)
    rig.clock.set(Date.now())
    const { people } = rig
    app = Fastify({ logger: false })
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    const makeKey = async () => keyNamed('us')
    const parts = { people, log: silentLog, origin: () => origin, makeKey, name: 'Académie' }
    registerFederation(app, parts)
    createFederationAccount(parts).register(app)
    const person = { login: 'lea.garnier', givenName: 'Léa', familyName: 'Garnier', joinKey: '03|20001', password }
    account = (await createPerson(people, 'test', person)).id
    await save()
  })
  afterAll(async () => {
    await app.close()
    await rig.close()
  })

  const cookieOf = (page: Page): string => String([page.headers['set-cookie']].flat()[0] ?? '').split(';')[0] ?? ''

  /** Begins a round trip; its request id and cookie. */
  const begin = async () => {
    const page = await get(app, '/federation/educonnect/login?then=/portal')
    const { xml } = decodeRedirect(page.location.slice(page.location.indexOf('?') + 1))
    return { request: /ID="([^"]+)"/.exec(xml)?.[1] ?? '', cookie: cookieOf(page), xml }
  }

  const answer = async (inResponseTo: string | undefined, change: { refIds?: string[]; id?: string } = {}) => {
    const { refIds = ['{AAF}3|x|20001'], id = 'educonnect-lea' } = change
    const now = rig.clock.now()
    const xml = await writeResponse(
      {
        issuer,
        audience: `${origin}/federation/educonnect/metadata`,
        acs,
        inResponseTo,
        now,
        nameId: { value: '_t', format: undefined },
        sessionIndex: '_s',
        authenticatedAt: now,
        contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        attributes: [
          { name: oid(57), values: [id] },
          { name: oid(7), values: ['eleve2d'] },
          { name: oid(5), values: ['javascript:alert(1)'] },
          { name: 'FrEduCtRefId', values: refIds },
          { name: 'givenName', values: ['Léa'] },
          { name: 'sn', values: ['Garnier'] },
        ],
      },
      {
        key: { key: createPrivateKey(keyNamed('provider').key), certificate: keyNamed('provider').certificate },
        sign: 'both',
        encryptFor: keyNamed('us').certificate,
      },
    )
    return encodePost(xml)
  }

  const bring = (message: string) => post(app, acs, { SAMLResponse: message })

  test('a request is signed, and its answer opens a session in the browser that asked', async () => {
    const { request, cookie, xml } = await begin()
    expect(xml).toContain(`AssertionConsumerServiceURL="${acs}"`)
    const page = await bring(await answer(request))
    expect(page.status).toBe(303)
    const end = await get(app, page.location, cookie)
    expect(end.location).toBe('/portal')
    expect(String(end.headers['set-cookie'])).toContain('session=')
    const [session] = await listSessions(rig.people, account)
    expect(session?.provider).toBe('educonnect')
  })

  test('an answer is taken once, by post and by its token', async () => {
    const { request, cookie } = await begin()
    const message = await answer(request)
    const page = await bring(message)
    expect((await bring(message)).body).toContain('SSO-30')
    expect((await get(app, page.location, cookie)).location).toBe('/portal')
    expect((await get(app, page.location, cookie)).body).toMatch(/SSO-2|SSO-3/)
    // Another assertion to the same request: the round trip is over.
    expect((await bring(await answer(request))).body).toContain('SSO-30')
  })

  test('an answer in another browser than the one that asked signs nobody in', async () => {
    const { request } = await begin()
    const other = await begin()
    const page = await bring(await answer(request))
    for (const cookie of ['', other.cookie]) {
      const end = await get(app, page.location, cookie)
      expect(end.body).toContain('SSO-30')
      expect(String(end.headers['set-cookie'] ?? '')).not.toContain('session=')
    }
  })

  test('an answer to no request of ours, or to one that is old, is refused', async () => {
    expect((await bring(await answer('_unheard'))).body).toContain('SSO-30')
    const { request } = await begin()
    rig.clock.advance(16 * 60_000)
    expect((await bring(await answer(request))).body).toContain('SSO-30')
  })

  test('an answer that nobody asked for is taken only when the row says so, and after a question', async () => {
    expect((await bring(await answer(undefined))).body).toContain('SSO-30')
    await save({ unsolicited: true })
    const page = await bring(await answer(undefined))
    const asked = await get(app, page.location)
    expect(asked.body).toContain('Continuer en tant que Léa Garnier')
    const { action, fields } = formIn(asked.body)
    expect((await post(app, action, fields, '', { 'sec-fetch-site': 'cross-site' })).body).toContain('SSO-30')
    const end = await post(app, action, fields, '', { 'sec-fetch-site': 'same-origin' })
    expect(end.location).toBe('/')
    await save()
  })

  test('a provider that signs ends the session that it opened in this browser, and no other', async () => {
    await save({ slo: 'https://educonnect.example/slo' })
    const { request, cookie } = await begin()
    const page = await bring(await answer(request))
    const end = await get(app, page.location, cookie)
    const session = [end.headers['set-cookie']]
      .flat()
      .map(String)
      .find((line) => line.startsWith('session='))
    const own = session?.split(';')[0] ?? ''
    const here = `${origin}/federation/educonnect/slo`
    const ask = async (by: string, name: string) => {
      const opening = { id: newId(), now: rig.clock.now(), issuer, destination: here }
      const key = { key: createPrivateKey(keyNamed(by).key), certificate: keyNamed(by).certificate }
      const xml = writeLogoutRequest(opening, { value: name, format: undefined }, '')
      return get(app, encodeRedirect(here, 'SAMLRequest', xml, undefined, key), own)
    }
    const lives = async () => (await checkSession(rig.people, own.slice('session='.length))) !== undefined
    expect((await ask('us', '_t')).body).toContain('SSO-30')
    expect((await ask('provider', '_other')).location).toContain('https://educonnect.example/slo?SAMLResponse=')
    expect(await lives()).toBe(true)
    await ask('provider', '_t')
    expect(await lives()).toBe(false)
    await save()
  })

  test('two accounts for one identity open neither', async () => {
    const twin = { login: 'lea.bis', givenName: 'Léa', familyName: 'Garnier', joinKey: '03|20099', password }
    await createPerson(rig.people, 'test', twin)
    const { request, cookie } = await begin()
    const two = { refIds: ['{AAF}03|x|20001', '{AAF}03|x|20099'], id: 'educonnect-other' }
    const page = await bring(await answer(request, two))
    expect((await get(app, page.location, cookie)).body).toContain('SSO-32')
  })

  test('a closed provider is as good as unknown', async () => {
    await enableProvider(rig.people, 'test', 'educonnect', false)
    expect((await get(app, '/federation/educonnect/login')).body).toContain('SSO-20')
    expect((await bring(await answer('_x'))).body).toContain('SSO-20')
    await enableProvider(rig.people, 'test', 'educonnect', true)
    expect((await rig.people.ctx.store.read((tx) => listProviders(tx)))[0]?.status).toBe('active')
  })

  test('what we show to a provider rests sealed, is kept when the row changes, and is sealed when it was not', async () => {
    const { people } = rig
    const { engine } = people.ctx.store
    const draft = (clientSecret: string): ProviderDraft => ({
      id: 'gate',
      protocol: 'oidc',
      name: 'Guichet',
      audience: ['staff'],
      sortOrder: 1,
      config: { ...(oidcPresets.ent as OidcProvider), issuer: 'https://gate.example', clientId: 'us', clientSecret },
    })
    const row = async () => {
      const [one] = await engine.read((tx) =>
        tx.query((q) => q.selectFrom('identity_provider').select('config').where('id', '=', 'gate')),
      )
      return one?.config ?? ''
    }
    const secret = async () => {
      const { config } = JSON.parse(`{"config":${await row()}}`) as { config: OidcProvider }
      return [config.clientSecret ?? '', clientSecretOf(people, 'gate', config)] as const
    }
    await saveProvider(people, 'test', draft('kept-from-all'))
    const [resting, opened] = await secret()
    expect([await row(), opened]).toEqual([expect.not.stringContaining('kept-from-all'), 'kept-from-all'])
    await saveProvider(people, 'test', { ...draft(resting), name: 'Guichet des agents' })
    expect(await secret()).toEqual([resting, 'kept-from-all'])
    // Somebody who gives a secret that looks sealed has it sealed like any other.
    await saveProvider(people, 'test', draft('sealed:abc'))
    expect((await secret())[1]).toBe('sealed:abc')
    const inClear = JSON.stringify(draft('from-before').config)
    await engine.write((tx) =>
      tx.execute((q) => q.updateTable('identity_provider').set({ config: inClear }).where('id', '=', 'gate')),
    )
    expect((await secret())[1]).toBe('from-before')
    await sealProviderSecrets(people)
    expect([await row(), (await secret())[1]]).toEqual([expect.not.stringContaining('from-before'), 'from-before'])
    await enableProvider(people, 'test', 'gate', false)
    await removeProvider(people, 'test', 'gate')
  })

  test('rows that could not be trusted are not saved', async () => {
    await expect(save({ sso: 'http://educonnect.example/sso' })).rejects.toMatchObject({ property: 'sso' })
    await expect(save({ certificates: [] })).rejects.toMatchObject({ property: 'certificates' })
    await expect(save({ claims: {} })).rejects.toMatchObject({ property: 'claims' })
  })
})
