/**
 * The OpenID provider and OAuth 2.1 server: `oidc-provider`, told our policy. Code with PKCE only (no implicit, no
 * password), pairwise subjects, pushed requests, rotated refresh tokens, device flow, back-channel logout.
 */
import type { Configuration, KoaContextWithOIDC, Provider as ProviderType } from 'oidc-provider'
import { isFailure } from '#base/failure.ts'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { consentedScopes } from '#domain/access/oauth/apps.ts'
import type { Jwk } from '#domain/access/oauth/keys.ts'
import { noteGrantProfile } from '#domain/access/oauth/records.ts'
import { derivedKey } from '#domain/access/oauth/seal.ts'
import { personFor } from '#domain/access/oauth/subject.ts'
import { release } from '#domain/access/release.ts'
import { isSafeBackChannel } from '#domain/access/service-url.ts'
import type { People } from '#domain/people/people.ts'
import { acrOf, type Principal } from '#domain/people/principal.ts'
import { createAdapter } from './adapter.ts'
import { claimsByScope, claimsFrom } from './claims.ts'
import { oidcService, registeredScopes } from './clients.ts'
import { errors, Provider } from './library.ts'
import { renderError } from './pages.ts'
import { classTold, createPolicy } from './policy.ts'
import { mailScopes, scopes } from './scopes.data.ts'
import { followSessions, type Senders } from './session.ts'
import { subjectOf } from './subject.ts'

export interface ProviderParts {
  readonly people: People
  /** `https://host/oidc`: every address it gives begins with it, whatever a request's Host says. */
  readonly issuer: string
  readonly keys: readonly Jwk[]
  readonly senders: Senders
}

/** Name of the path below the web address. */
export const mount = '/oidc'

const minute = 60
const day = 24 * 3600

const acrValues = [
  'urn:convergence:acr:1',
  'urn:convergence:acr:2',
  'urn:convergence:acr:3',
  'eidas1',
  'https://refeds.org/profile/mfa',
]

const algorithms = ['ES256', 'EdDSA', 'RS256'] as const

/** Whether the service is still for the profile of a grant; how strongly its session was proved is known no more. */
const mayGoOn = async (people: People, person: Principal, clientId: string): Promise<boolean> => {
  const party = await oidcService(people, clientId)
  const kind = await people.ctx.store.read((tx) => profileKindOf(tx, person))
  const refusal = party && mayEnter(person, kind, party)
  return party !== undefined && refusal !== 'disabled' && refusal !== 'profile'
}

/** The person of an account id, for claims and subjects; undefined when they may no longer be spoken of. */
const findAccount =
  ({ people, senders }: ProviderParts): NonNullable<Configuration['findAccount']> =>
  async (ctx, sub, token) => {
    const sender = token === undefined ? senders.get(ctx.req) : undefined
    const origin =
      token === undefined
        ? { sessionId: sender?.sessionId }
        : {
            sessionId: 'sessionUid' in token ? token.sessionUid : undefined,
            grantId: 'grantId' in token ? token.grantId : undefined,
          }
    const person = await people.ctx.store.read((tx) => personFor(tx, people, Number(sub), origin))
    if (!person) return
    // A grant is asked again at each refresh: somebody who has left the profile does not go on for its sixty days.
    const isRefresh = token !== undefined && 'kind' in token && token.kind === 'RefreshToken'
    if (isRefresh && !(await mayGoOn(people, person, ctx.oidc.client?.clientId ?? ''))) return
    return {
      accountId: sub,
      claims: async () => {
        const party = await oidcService(people, ctx.oidc.client?.clientId ?? '')
        if (!party) throw new errors.AccessDenied('the service is not known any more')
        const { identifier, attributes } = await people.ctx.store.read((tx) => release(tx, people, person, party))
        const told = ctx.oidc.client?.subjectType === 'pairwise' ? sub : identifier
        return { sub: told, ...claimsFrom(attributes) }
      },
    }
  }

const subjectFor =
  ({ people }: ProviderParts): NonNullable<Configuration['pairwiseIdentifier']> =>
  async (ctx, accountId, client) => {
    const { AuthorizationCode, RefreshToken, DeviceCode, AccessToken } = ctx?.oidc?.entities ?? {}
    const source = AuthorizationCode ?? RefreshToken ?? DeviceCode ?? AccessToken
    const origin = { sessionId: ctx?.oidc?.session?.uid ?? source?.sessionUid, grantId: source?.grantId }
    const subject = await subjectOf(people, Number(accountId), client.clientId, origin)
    if (subject === undefined) throw new errors.AccessDenied('the person or the service is not known any more')
    return subject
  }

/** Our own services are entered without a question; others are asked for once, and what was agreed is remembered. */
const loadGrant =
  ({ people, senders }: ProviderParts): NonNullable<Configuration['loadExistingGrant']> =>
  async (ctx: KoaContextWithOIDC) => {
    const { oidc } = ctx
    const { client, session, account, provider } = oidc
    const principal = senders.get(ctx.req)
    if (!client || !session || !account || !principal) return
    // Told in the words of the request; the code and its tokens take it from here.
    session.acr = classTold(oidc.params ?? {}, acrOf(principal.amr), principal.amr)
    const grantId = oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId)
    const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId)
    const party = await oidcService(people, client.clientId)
    const usable = existing?.accountId === account.accountId ? existing : undefined
    if (!party || oidc.prompts.has('consent') || client.applicationType === 'native') return usable
    const now = people.ctx.clock.now()
    const agreed = party.rules.outside
      ? await people.ctx.store.read((tx) => consentedScopes(tx, now, principal.accountId, client.clientId))
      : [...oidc.requestParamOIDCScopes]
    const missing = [...oidc.requestParamOIDCScopes].filter((scope) => agreed.includes(scope))
    const claims = party.rules.outside ? [] : [...oidc.requestParamClaims]
    if (usable === undefined && missing.length === 0) return
    const grant = usable ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
    if (missing.length > 0) grant.addOIDCScope(missing.join(' '))
    if (claims.length > 0) grant.addOIDCClaims(claims)
    const id = await grant.save()
    await people.ctx.store.writeGlobal((tx) => noteGrantProfile(tx, id, session.uid, principal.profileId))
    return grant
  }

/** A confidential client that cannot do PKCE may be let off by its row; a public one never is. */
const pkceRequired = (client: { clientAuthMethod?: string | undefined } & object): boolean =>
  client.clientAuthMethod === 'none' || (client as { require_pkce?: boolean }).require_pkce !== false

const outgoing: NonNullable<Configuration['fetch']> = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input)
  // Addresses in a client's own metadata (its keys): never a way to reach inside this network in the clear.
  if (!isSafeBackChannel(url, false)) throw new Error('not an address that we fetch')
  return fetch(input, { ...init, signal: AbortSignal.timeout(5000), redirect: 'error' })
}

const features: NonNullable<Configuration['features']> = {
  devInteractions: { enabled: false },
  dPoP: { enabled: true },
  backchannelLogout: { enabled: true },
  claimsParameter: { enabled: true },
  clientCredentials: { enabled: true },
  deviceFlow: {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    deviceInfo: (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent').slice(0, 300) }),
  },
  introspection: {
    enabled: true,
    // A service sees its own tokens and nobody else's.
    allowedPolicy: (_ctx, client, token) => client.clientAuthMethod !== 'none' && token.clientId === client.clientId,
  },
  revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
  pushedAuthorizationRequests: { enabled: true },
  registration: {
    enabled: true,
    initialAccessToken: true,
    policies: {
      administrator: (_ctx, properties) => {
        // Who registers itself does not choose how strongly it is bound.
        Object.assign(properties, { subject_type: 'pairwise', scope: registeredScopes(properties.scope) })
      },
    },
  },
  registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
  requestObjects: { enabled: true },
  resourceIndicators: { enabled: false },
  rpInitiatedLogout: { enabled: true },
  userinfo: { enabled: true },
}

const configurationOf = (parts: ProviderParts): Configuration => {
  const { people, keys, senders } = parts
  return {
    adapter: createAdapter(people),
    jwks: { keys: [...keys] },
    acrValues,
    claims: { iss: null, sid: null, ...claimsByScope() },
    scopes,
    subjectTypes: ['pairwise', 'public'],
    pairwiseIdentifier: subjectFor(parts),
    findAccount: findAccount(parts),
    loadExistingGrant: loadGrant(parts),
    responseTypes: ['code'],
    pkce: { required: (_ctx, client) => pkceRequired(client) },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      // What a client that names none expects (Registration §2): many refuse any other.
      id_token_signed_response_alg: 'RS256',
      subject_type: 'pairwise',
      token_endpoint_auth_method: 'client_secret_basic',
    },
    enabledJWA: {
      idTokenSigningAlgValues: [...algorithms],
      userinfoSigningAlgValues: [...algorithms],
      introspectionSigningAlgValues: [...algorithms],
      authorizationSigningAlgValues: [...algorithms],
      // Asymmetric only: no confusion with a secret, and never `none`.
      requestObjectSigningAlgValues: [...algorithms, 'PS256'],
      clientAuthSigningAlgValues: [...algorithms, 'PS256'],
    },
    extraClientMetadata: { properties: ['require_pkce'] },
    features,
    cookies: {
      names: { session: 'oidc_session', interaction: 'oidc_interaction', resume: 'oidc_resume' },
      keys: [derivedKey(people.key, 'oidc.cookies').toString('base64url')],
      long: { httpOnly: true, sameSite: 'lax', path: mount },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    interactions: { policy: createPolicy(people, senders), url: (_ctx, one) => `${mount}/interaction/${one.uid}` },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') &&
      (source.scopes.has('offline_access') || mailScopes.some((scope) => source.scopes.has(scope))),
    // A mail program or a television goes on when the browser's session is over; a service of the portal does not.
    expiresWithSession: (_ctx, source) =>
      !source.scopes.has('offline_access') && !mailScopes.some((scope) => source.scopes.has(scope)),
    ttl: {
      // A mail connection lives as long as its token: an hour between two of them, a quarter for the rest.
      AccessToken: (_ctx, token) => (mailScopes.some((scope) => token.scopes.has(scope)) ? 60 : 15) * minute,
      AuthorizationCode: minute,
      ClientCredentials: 10 * minute,
      DeviceCode: 15 * minute,
      Grant: 365 * day,
      IdToken: 15 * minute,
      Interaction: 60 * minute,
      RefreshToken: 60 * day,
      Session: Math.ceil(people.options.sessionLife / 1000),
    },
    clientBasedCORS: (_ctx, origin, client) =>
      client.clientAuthMethod === 'none' &&
      origin !== 'null' &&
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    discovery: {
      service_documentation: undefined,
      ui_locales_supported: ['fr', 'en'],
      claims_locales_supported: ['fr'],
    },
    fetch: outgoing,
    renderError,
    conformIdTokenClaims: true,
    allowOmittingSingleRegisteredRedirectUri: false,
    acceptQueryParamAccessTokens: false,
    clockTolerance: 5,
    enableHttpPostMethods: false,
  }
}

/** Makes the provider for one set of keys; it is made again when they change. */
export const createProvider = (parts: ProviderParts): ProviderType => {
  const provider = new Provider(parts.issuer, configurationOf(parts))
  // Scheme and host come from the issuer, put into the request by the HTTP front: never from the network.
  provider.proxy = true
  const { log } = parts.people.ctx
  provider.on('server_error', (ctx, error) => {
    if (!isFailure(error)) log.error('oidc.fault', { route: ctx.oidc?.route ?? '' }, error)
  })
  provider.onerror = (error) => log.error('oidc.fault', { route: 'koa' }, error)
  followSessions(provider, parts.senders)
  // What people type by hand is short, and a page of the web app.
  const page = new URL('/device', parts.issuer).href
  provider.use(async (ctx, next) => {
    await next()
    const answer = ctx.body as { verification_uri?: unknown; verification_uri_complete?: unknown; user_code?: unknown }
    if (ctx.path !== '/device/auth' || typeof answer?.verification_uri !== 'string') return
    answer.verification_uri = page
    answer.verification_uri_complete = `${page}?user_code=${String(answer.user_code)}`
  })
  return provider
}
