/** Attacks on us as an OpenID client: a provider, or somebody in its place, whose answers are not what they should be. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { oidcPresets } from '#domain/federation/presets.data.ts'
import type { OidcProvider } from '#domain/federation/providers.ts'
import { createOidcClient } from '#protocol/oidc-client/client.ts'

const secret = 'a secret that both sides know, long enough for HMAC'
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const others = generateKeyPairSync('rsa', { modulusLength: 2048 })

let server: Server
let issuer: string
let idToken = ''
let userinfo: Record<string, unknown> = {}
let asked: URLSearchParams | undefined

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  server = createServer((request, reply) => {
    const send = (value: unknown): void => {
      reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const path = request.url ?? ''
    if (path.startsWith('/.well-known/'))
      return send({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
        authorization_response_iss_parameter_supported: true,
      })
    if (path === '/keys') return send({ keys: [jwk] })
    if (path === '/userinfo') return send(userinfo)
    let body = ''
    request.on('data', (piece: Buffer) => {
      body += piece.toString()
    })
    request.on('end', () => {
      asked = new URLSearchParams(body)
      send({ access_token: 'a', token_type: 'Bearer', id_token: idToken })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const client = () =>
  createOidcClient({ ...(oidcPresets.ent as OidcProvider), issuer, clientId: 'us', clientSecret: secret }, systemClock)

interface Bent {
  readonly claims?: Record<string, unknown>
  readonly key?: KeyObject
  readonly by?: 'RS256' | 'HS256' | 'none'
  readonly answer?: Record<string, string>
  readonly info?: Record<string, unknown>
}

/** A whole round trip with what is bent in it. */
const roundTrip = async ({ claims = {}, key = keys.privateKey, by = 'RS256', answer = {}, info }: Bent = {}) => {
  const one = client()
  const back = 'https://us.example/federation/ent/callback'
  const { url, asked: trip } = await one.begin(back, {})
  const wanted = new URL(url).searchParams
  expect(wanted.get('code_challenge_method')).toBe('S256')
  const now = Math.floor(Date.now() / 1000)
  const all = { iss: issuer, sub: 'lea', aud: 'us', nonce: trip.nonce, iat: now, exp: now + 300, ...claims }
  if (by === 'none') idToken = new UnsecuredJWT(all).encode()
  else {
    const signer = by === 'HS256' ? new TextEncoder().encode(secret) : key
    idToken = await new SignJWT(all).setProtectedHeader({ alg: by, kid: 'one' }).sign(signer)
  }
  userinfo = info ?? { sub: 'lea', email: 'lea@ent.example' }
  const said = new URLSearchParams({ code: 'c', state: trip.state, iss: issuer, ...answer })
  for (const [name, value] of Object.entries(answer)) if (value === '') said.delete(name)
  return one.finish(new URL(`${back}?${said}`), trip)
}

test('a good answer is read, with the verifier of the request', async () => {
  const { claims } = await roundTrip()
  expect(claims).toMatchObject({ sub: 'lea', email: 'lea@ent.example' })
  expect(asked?.get('code_verifier')).toMatch(/^[\w-]{43,}$/)
})

test.each<[string, Bent]>([
  ['signed with the secret that both know', { by: 'HS256' }],
  ['not signed', { by: 'none' }],
  ['signed by another key', { key: others.privateKey }],
  ['of another issuer', { claims: { iss: 'https://evil.example' } }],
  ['for another client', { claims: { aud: 'them' } }],
  ['with another nonce', { claims: { nonce: 'other' } }],
  ['without a nonce', { claims: { nonce: undefined } }],
  ['that has expired', { claims: { exp: 1_600_000_000 } }],
])('an identity %s is refused', async (_what, bent) => {
  await expect(roundTrip(bent)).rejects.toThrow(/OpenID/)
})

test.each<[string, Bent]>([
  ['with another state', { answer: { state: 'other' } }],
  ['of another issuer (mix-up)', { answer: { iss: 'https://evil.example' } }],
  ['without the issuer that the provider promises', { answer: { iss: '' } }],
  ['that is an error', { answer: { code: '', error: 'access_denied' } }],
])('an answer %s is refused', async (_what, bent) => {
  await expect(roundTrip(bent)).rejects.toThrow(/OpenID/)
})

test('what the user information says of somebody else is not mixed in', async () => {
  await expect(roundTrip({ info: { sub: 'evil', email: 'evil@ent.example' } })).rejects.toThrow(/OpenID/)
})

test('metadata of another issuer than the row’s are refused', async () => {
  const config = {
    ...(oidcPresets.ent as OidcProvider),
    issuer,
    clientId: 'us',
    clientSecret: secret,
    metadata: { issuer: 'https://evil.example', authorization_endpoint: `${issuer}/authorize` },
  }
  await expect(createOidcClient(config, systemClock).begin('https://us.example/cb', {})).rejects.toThrow(
    /another issuer/,
  )
})

test('a provider that does not answer is unavailable, not an open door', async () => {
  const config = { ...(oidcPresets.ent as OidcProvider), issuer: 'http://127.0.0.1:1', clientId: 'us' }
  await expect(createOidcClient(config, systemClock).begin('https://us.example/cb', {})).rejects.toMatchObject({
    code: 'unavailable',
  })
})
