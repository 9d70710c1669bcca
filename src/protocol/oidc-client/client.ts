/**
 * We as a client of an OpenID provider: authorization code with PKCE (RFC 7636), state and nonce, the issuer of the answer
 * checked (RFC 9207), and one redirect address for each provider, so that answers cannot be mixed up. By `openid-client`,
 * which is certified; here is what we insist on.
 */
import * as client from 'openid-client'
import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { OidcProvider } from '#domain/federation/providers.ts'

/** What is kept between the request and its answer. */
export interface Asked {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface OidcAnswer {
  readonly claims: Readonly<Record<string, unknown>>
  readonly idToken: string
}

export interface OidcClient {
  /** Where the browser is sent. */
  begin(redirect: string, options: { readonly renew?: boolean }): Promise<{ url: string; asked: Asked }>
  /** What the provider says, once its answer is verified. Throws Failure unauthenticated, forbidden, unavailable. */
  finish(answer: URL, asked: Asked): Promise<OidcAnswer>
  /** The provider's own end of session; undefined when it has none. */
  endSession(idToken: string, back: string): Promise<string | undefined>
}

/** Longest that a provider may take, in seconds. */
const patience = 8
/** Discovery documents and keys are read again after this long, in milliseconds. */
const keep = 60 * 60_000

const authentication = (config: OidcProvider): client.ClientAuth => {
  if (config.clientSecret === undefined || config.authMethod === 'none') return client.None()
  return config.authMethod === 'client_secret_basic'
    ? client.ClientSecretBasic(config.clientSecret)
    : client.ClientSecretPost(config.clientSecret)
}

/** No HMAC: a client that takes what its secret signs could be told anything by who shares the secret. */
const signedBy = ['RS256', 'PS256', 'ES256', 'EdDSA', 'RS384', 'RS512', 'ES384', 'ES512', 'PS384', 'PS512']

/** What the library reads of them it checks where it uses it. */
const areMetadata = (value: Readonly<Record<string, unknown>>): value is client.ServerMetadata & typeof value =>
  typeof value.issuer === 'string'

const givenMetadata = ({ metadata }: OidcProvider): client.ServerMetadata | undefined => {
  if (metadata === undefined || areMetadata(metadata)) return metadata
  throw new Failure('invalid', 'OpenID: the metadata name no issuer', { property: 'metadata' })
}

const configure = async (config: OidcProvider): Promise<client.Configuration> => {
  const issuer = new URL(config.issuer)
  const loopback = issuer.protocol === 'http:'
  const execute = loopback ? [client.allowInsecureRequests] : []
  const auth = authentication(config)
  const given = givenMetadata(config)
  const found =
    given === undefined
      ? await client.discovery(issuer, config.clientId, {}, auth, { execute, timeout: patience })
      : new client.Configuration(given, config.clientId, {}, auth)
  if (given !== undefined && loopback) client.allowInsecureRequests(found)
  if (found.serverMetadata().issuer !== config.issuer)
    throw new Failure('forbidden', 'OpenID: the metadata are of another issuer')
  // By default the token endpoint's TLS is believed alone; we want the provider's own signature as well.
  client.enableNonRepudiationChecks(found)
  found.timeout = patience
  return found
}

const unavailable = (cause: unknown): Failure =>
  cause instanceof Failure ? cause : new Failure('unavailable', 'OpenID: the provider does not answer', { cause })

/** Answers of the provider that mean a refusal, not a fault of ours. */
const refusal = (cause: unknown): Failure => {
  if (cause instanceof client.AuthorizationResponseError)
    return new Failure('unauthenticated', `OpenID: ${cause.error}`, { property: 'status', cause })
  if (cause instanceof TypeError && /fetch failed/.test(cause.message)) return unavailable(cause)
  const why = cause instanceof Error ? cause.message : 'refused'
  return new Failure('forbidden', `OpenID: ${why}`, { cause })
}

const algorithmOf = (token: string): string => {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
    return typeof header === 'object' && header !== null && 'alg' in header ? String(header.alg) : ''
  } catch {
    return ''
  }
}

const finishWith = async (
  configuration: client.Configuration,
  config: OidcProvider,
  answer: URL,
  asked: Asked,
): Promise<OidcAnswer> => {
  // RFC 9207: openid-client checks `iss` when it is there, and insists on it when the provider says it sends it.
  const tokens = await client.authorizationCodeGrant(configuration, answer, {
    expectedState: asked.state,
    expectedNonce: asked.nonce,
    pkceCodeVerifier: asked.verifier,
    idTokenExpected: true,
  })
  const idToken = tokens.id_token ?? ''
  if (!signedBy.includes(algorithmOf(idToken))) throw new Failure('forbidden', 'OpenID: the method is not accepted')
  const claims = tokens.claims()
  if (!claims) throw new Failure('forbidden', 'OpenID: no identity came')
  if (!config.userinfo) return { claims, idToken }
  const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
  return { claims: { ...claims, ...more, sub: claims.sub }, idToken }
}

/** A client of one provider. */
export const createOidcClient = (config: OidcProvider, clock: Clock): OidcClient => {
  let known: { readonly at: number; readonly configuration: Promise<client.Configuration> } | undefined
  const configuration = (): Promise<client.Configuration> => {
    if (known && clock.now() - known.at < keep) return known.configuration
    const reading = configure(config)
    known = { at: clock.now(), configuration: reading }
    reading.catch(() => {
      known = undefined
    })
    return reading
  }
  return {
    begin: async (redirect, { renew }) => {
      const asked = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      try {
        const url = client.buildAuthorizationUrl(await configuration(), {
          ...config.parameters,
          redirect_uri: redirect,
          scope: config.scopes.join(' '),
          state: asked.state,
          nonce: asked.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(asked.verifier),
          code_challenge_method: 'S256',
          ...(renew ? { prompt: 'login' } : {}),
        })
        return { url: url.href, asked }
      } catch (cause) {
        throw unavailable(cause)
      }
    },
    finish: async (answer, asked) => {
      const ready = await configuration().catch((cause: unknown) => {
        throw unavailable(cause)
      })
      try {
        return await finishWith(ready, config, answer, asked)
      } catch (cause) {
        throw cause instanceof Failure ? cause : refusal(cause)
      }
    },
    endSession: async (idToken, back) => {
      try {
        const ready = await configuration()
        if (ready.serverMetadata().end_session_endpoint === undefined) return
        const wanted = { post_logout_redirect_uri: back, ...(idToken === '' ? {} : { id_token_hint: idToken }) }
        return client.buildEndSessionUrl(ready, wanted).href
      } catch {
        return
      }
    },
  }
}
