/** What an attacker may try against the OpenID provider: each is refused, and nothing is told. */
import { generateKeyPairSync } from 'node:crypto'
import { type JWK, SignJWT } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, callback, exchange, type OidcRig, openOidc, type SignedIn, secret } from './rig.ts'

let rig: OidcRig
let person: SignedIn
const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })

beforeAll(async () => {
  rig = await openOidc()
  await rig.service('pratic', { grant_types: ['authorization_code', 'refresh_token'] })
  await rig.service('other')
  await rig.service('outside', {}, { outside: true })
  await rig.service('public', { token_endpoint_auth_method: 'none', client_secret: undefined, require_pkce: false })
  const jwk = { ...clientKey.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' }
  const signs = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] }, client_secret: undefined }
  await rig.service('signs', { ...signs, request_object_signing_alg: 'ES256' })
  person = await rig.signedIn()
})
afterAll(() => rig.close())

const token = (fields: Record<string, string>, basic?: [string, string]) =>
  fetch(`${rig.origin}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: basic ? { authorization: `Basic ${Buffer.from(basic.join(':')).toString('base64')}` } : {},
  })

const errorOf = (location: string): string | null => new URL(location).searchParams.get('error')

test.each(['pratic', 'public'])('a request of "%s" without PKCE, or with the plain method, is refused', async (id) => {
  const config = await rig.peer(id, id === 'public' ? client.None() : undefined)
  for (const change of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge_method: 'plain' },
    { code_challenge_method: undefined },
  ]) {
    const { url } = await ask(config)
    for (const [name, value] of Object.entries(change))
      if (value === undefined) url.searchParams.delete(name)
      else url.searchParams.set(name, value)
    expect(errorOf((await person.browser.follow(url.href)).location)).toBe('invalid_request')
  }
})

test('a code is worth nothing without its verifier, and with another one', async () => {
  const config = await rig.peer('pratic')
  for (const verifier of ['', client.randomPKCECodeVerifier()]) {
    const asked = await ask(config)
    const code = new URL((await person.browser.follow(asked.url.href)).location).searchParams.get('code') ?? ''
    const fields = { grant_type: 'authorization_code', code, redirect_uri: callback }
    const answer = await token(verifier === '' ? fields : { ...fields, code_verifier: verifier }, ['pratic', secret])
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  }
})

test('a code and a refresh token are those of one service', async () => {
  const config = await rig.peer('pratic')
  const asked = await ask(config)
  const code = new URL((await person.browser.follow(asked.url.href)).location).searchParams.get('code') ?? ''
  const fields = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: asked.verifier }
  expect((await token(fields, ['other', secret])).status).toBe(400)
  expect((await token(fields, ['pratic', 'wrong'])).status).toBe(401)
  // The attempt of another service did not use it up for its owner.
  expect((await token(fields, ['pratic', secret])).status).toBe(200)
})

test.each([
  'https://pratic.example/callback/',
  'https://pratic.example/callback?x=1',
  'https://pratic.example/callback#x',
  'https://pratic.example/CALLBACK',
  'https://pratic.example/callback/../evil',
  'https://pratic.example.evil.example/callback',
  'https://pratic.example@evil.example/callback',
  'http://pratic.example/callback',
  '//pratic.example/callback',
  'javascript:alert(1)',
  'https://evil.example/',
])('the way back must be the one that is registered: %s', async (redirect) => {
  const { url } = await ask(await rig.peer('pratic'), { redirect_uri: redirect })
  const page = await person.browser.follow(url.href)
  expect(page.status).toBe(400)
  expect(page.location).toBe('')
  expect(page.body).not.toContain('<script')
})

test('implicit and password grants do not exist', async () => {
  const config = await rig.peer('pratic')
  for (const type of ['token', 'id_token', 'code id_token']) {
    const { url } = await ask(config, { response_type: type })
    expect(errorOf((await person.browser.follow(url.href)).location.replace('#', '?'))).toBe(
      'unsupported_response_type',
    )
  }
  const answer = await token({ grant_type: 'password', username: 'anne.martin', password: 'x' }, ['pratic', secret])
  expect(await answer.json()).toMatchObject({ error: 'unsupported_grant_type' })
})

const assertion = (alg: string, key: Parameters<SignJWT['sign']>[0], claims: object = {}) =>
  new SignJWT({ iss: 'signs', sub: 'signs', aud: `${rig.origin}/oidc`, jti: crypto.randomUUID(), ...claims })
    .setProtectedHeader({ alg, kid: 'k' })
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key)

const unsigned = (claims: object): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + 60, ...claims })}.`
}

const byAssertion = (text: string) =>
  token({
    grant_type: 'client_credentials',
    client_id: 'signs',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: text,
  })

test('a client assertion is signed by the client, with the algorithm of its key, once', async () => {
  const jwk = clientKey.publicKey.export({ format: 'jwk' }) as JWK
  const { privateKey: stranger } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forged = [
    unsigned({ iss: 'signs', sub: 'signs', aud: `${rig.origin}/oidc`, jti: 'x' }),
    // The public key as a shared secret (algorithm confusion).
    await assertion('HS256', Buffer.from(JSON.stringify(jwk))),
    await assertion('HS256', Buffer.from(clientKey.publicKey.export({ format: 'pem', type: 'spki' }))),
    await assertion('ES256', stranger),
    await assertion('ES256', clientKey.privateKey, { aud: 'https://elsewhere.example' }),
    await assertion('ES256', clientKey.privateKey, { sub: 'pratic', iss: 'pratic' }),
  ]
  for (const text of forged) expect((await byAssertion(text)).status).toBeGreaterThanOrEqual(400)
  const good = await assertion('ES256', clientKey.privateKey)
  // Known, and not allowed this grant: that is another answer than not being known.
  expect(await (await byAssertion(good)).json()).toMatchObject({ error: 'invalid_request' })
  expect(await (await byAssertion(good)).json()).toMatchObject({ error: 'invalid_client' })
})

test('a request object is signed by the service, never "none", never by its public key', async () => {
  const claims = { client_id: 'signs', iss: 'signs', aud: `${rig.origin}/oidc`, redirect_uri: 'https://evil.example/' }
  const publicKey = Buffer.from(clientKey.publicKey.export({ format: 'pem', type: 'spki' }))
  const confused = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(publicKey)
  const config = await rig.peer('signs', client.PrivateKeyJwt(await key()))
  for (const request of [unsigned(claims), confused, 'x.y.z']) {
    const { url } = await ask(config, { request })
    const page = await person.browser.follow(url.href)
    expect(page.location).not.toContain('evil.example')
    expect(page.location === '' ? page.status : errorOf(page.location)).toSatisfy(
      (told: unknown) => told === 400 || told === 'invalid_request_object',
    )
  }
})

const key = () =>
  crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(clientKey.privateKey.export({ format: 'der', type: 'pkcs8' })),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )

test('addresses in answers come from our configuration, whatever Host a request names', async () => {
  const { port } = new URL(rig.origin)
  const { request } = await import('node:http')
  const body = await new Promise<string>((resolve, reject) => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const path = '/oidc/.well-known/openid-configuration'
    request({ host: 'localhost', port, path, headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => {
        text += String(chunk)
      })
      answer.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
  expect(body).not.toContain('evil')
  const metadata = JSON.parse(body) as Record<string, unknown>
  expect(metadata).toMatchObject({
    issuer: `${rig.origin}/oidc`,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code'],
    subject_types_supported: expect.arrayContaining(['pairwise']),
    backchannel_logout_session_supported: true,
  })
  expect(JSON.stringify(metadata)).not.toContain('"none"],"request')
  expect(metadata.grant_types_supported).not.toContain('implicit')
})

const consentOf = async (who: SignedIn): Promise<string> => {
  const { url } = await ask(await rig.peer('outside'))
  const page = await who.browser.follow(url.href)
  return /action="\/oidc\/consent\/([\w-]+)"/.exec(page.body)?.[1] ?? ''
}

test('an outside service is asked for, and a consent is answered by our page, in its own session', async () => {
  const one = await rig.signedIn()
  const uid = await consentOf(one)
  expect(uid).not.toBe('')
  const path = `/auth/consent/${uid}`
  // Another site, and a program without our header.
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  expect((await one.browser.json(path, { decision: 'allow' }, foreign)).status).toBe(403)
  const plain = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"decision":"allow"}' }
  expect((await one.browser.open(path, plain)).status).toBe(403)
  // A form without the word that only our page knows, or from elsewhere.
  expect((await one.browser.form(`/oidc/consent/${uid}`, { decision: 'allow' })).status).toBe(403)
  const other = await rig.signedIn()
  expect((await other.browser.json(path, { decision: 'allow' })).status).toBe(404)
  expect((await other.browser.open(path)).status).toBe(404)
  expect((await rig.stranger().json(path, { decision: 'allow' })).status).toBe(401)
})

test('a request begun in one browser cannot be finished by somebody signed in in another', async () => {
  const attacker = rig.stranger()
  const asked = await ask(await rig.peer('pratic'))
  const interaction = (await attacker.open(asked.url.href)).location
  // The victim is led to the attacker's address: without the cookie of the beginning, nothing.
  const victim = await rig.signedIn()
  const page = await victim.browser.follow(interaction)
  expect(page.status).toBe(400)
  expect(page.body).toContain('SSO-22')
  // And the attacker is still nobody.
  expect((await attacker.open(interaction)).location).toContain('/login?then=')
})

test('signing out is always confirmed, and leads only where the service registered', async () => {
  await rig.service('bye', { post_logout_redirect_uris: ['https://pratic.example/bye'] })
  const who = await rig.signedIn()
  const end = (query: Record<string, string>) => who.browser.open(`/oidc/session/end?${new URLSearchParams(query)}`)
  for (const query of [
    { post_logout_redirect_uri: 'https://pratic.example/bye' },
    { client_id: 'bye', post_logout_redirect_uri: 'https://evil.example/' },
    { client_id: 'unknown' },
    { id_token_hint: 'x.y.z' },
    { id_token_hint: unsigned({ aud: 'bye', iss: `${rig.origin}/oidc`, sub: 'x' }) },
  ] as Record<string, string>[]) {
    const page = await end(query)
    expect([page.status, page.location]).toEqual([400, ''])
  }
  const page = await end({ client_id: 'bye', post_logout_redirect_uri: 'https://pratic.example/bye', state: 's' })
  expect(page.status).toBe(200)
  expect(page.body).toContain('Service bye')
  // Posted by the service's own page, the question comes without our cookie: it is asked again with it.
  const fields = { client_id: 'bye', post_logout_redirect_uri: 'https://pratic.example/bye', state: 's' }
  const posted = await rig.stranger().form('/oidc/session/end', fields, { 'sec-fetch-site': 'cross-site' })
  expect([posted.status, posted.location]).toEqual([303, `/oidc/session/end?${new URLSearchParams(fields)}`])
  expect((await who.browser.open(posted.location)).body).toContain('Service bye')
  // A form that is not ours ends nothing.
  expect((await who.browser.form('/oidc/session/end/confirm', { answer: 'out' })).status).toBe(403)
  expect((await who.browser.open('/auth/apps')).status).toBe(200)
})

test('a service that is closed is not there any more', async () => {
  const { enableRelyingParty, getRelyingParty } = await import('#domain/access/relying-parties.ts')
  await rig.service('closing', { grant_types: ['authorization_code', 'refresh_token'] })
  const config = await rig.peer('closing')
  const asked = await ask(config)
  const tokens = await exchange(config, asked, (await person.browser.follow(asked.url.href)).location)
  const { people } = rig.people
  const party = await people.ctx.store.read((tx) => getRelyingParty(tx, 'oidc', 'closing'))
  await enableRelyingParty(people, 'test', party?.id ?? 0, false)
  expect((await person.browser.follow((await ask(config)).url.href)).body).toContain('SSO-20')
  await expect(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).rejects.toThrow()
})

test('errors name no inside, and cannot be made to carry markup', async () => {
  const evil = '<script>alert(1)</script>'
  const query = new URLSearchParams({ client_id: evil, redirect_uri: evil, scope: evil, state: evil })
  const page = await person.browser.open(`/oidc/auth?${query}`)
  expect(page.status).toBe(400)
  expect(page.body).not.toContain(evil)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})
