/**
 * A small OpenID provider for the demonstration and the tests (OpenID Connect Core, code flow, PKCE, RFC 9207): real
 * protocol, fictional people, nothing kept. Not for anything else: whoever comes chooses who they are.
 */
import { createHash, generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { exportJWK, type JWK, SignJWT } from 'jose'
import { createSessions, redirect, sendHtml, type Visit } from '../services/program.ts'
import { choosePage, signedOutPage } from './choose.ts'
import type { ProviderPerson } from './people.data.ts'

export interface OidcSimulator {
  /** Handles the visit when it is one of its addresses. */
  handle(visit: Visit): Promise<boolean>
}

export interface OidcSimulatorOptions {
  readonly id: string
  readonly name: string
  readonly issuer: string
  /** Path before `/authorize`, `/token`...: `/idp/profile/oidc`. */
  readonly path: string
  readonly clientId: string
  readonly clientSecret: string
  /** The only address that codes are sent to. */
  readonly redirectUri: string
  /** Where a sign-out may go on to. */
  readonly home: string
  readonly people: readonly ProviderPerson[]
  claims(person: ProviderPerson): Readonly<Record<string, unknown>>
}

interface Code {
  readonly person: ProviderPerson
  readonly nonce: string | undefined
  readonly challenge: string
  readonly at: number
}

const sendJson = ({ reply }: Visit, value: unknown, status = 200): void => {
  reply
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
}

const same = (a: string, b: string): boolean => {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return x !== undefined && y !== undefined && timingSafeEqual(x, y)
}

const credentials = (visit: Visit, form: URLSearchParams): [string, string] => {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(visit.request.headers.authorization ?? '')?.[1]
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? '']
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':')
  return [decodeURIComponent(id), decodeURIComponent(secret)]
}

export const createOidcSimulator = (options: OidcSimulatorOptions): OidcSimulator => {
  const { issuer, path, people } = options
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, Code>()
  const tokens = new Map<string, ProviderPerson>()
  const sessions = createSessions<ProviderPerson>(`${options.id}_oidc`)

  const discovery = {
    issuer,
    authorization_endpoint: `${issuer}${path}/authorize`,
    token_endpoint: `${issuer}${path}/token`,
    userinfo_endpoint: `${issuer}${path}/userinfo`,
    end_session_endpoint: `${issuer}${path}/logout`,
    jwks_uri: `${issuer}${path}/keyset`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    authorization_response_iss_parameter_supported: true,
  }

  const authorize = async (visit: Visit): Promise<void> => {
    const asked = visit.method === 'POST' ? await visit.form() : visit.url.searchParams
    const [client, redirectUri] = [asked.get('client_id'), asked.get('redirect_uri')]
    if (client !== options.clientId || redirectUri !== options.redirectUri)
      return sendJson(visit, { error: 'invalid_request' }, 400)
    const known = asked.get('prompt') === 'login' ? undefined : sessions.find(visit)
    const person = visit.method === 'POST' ? people.find(({ id }) => id === asked.get('person')) : known
    if (!person) {
      const hidden = Object.fromEntries([...asked].filter(([name]) => name !== 'person' && name !== 'prompt'))
      return sendHtml(visit, choosePage(options, people, `${path}/authorize`, hidden))
    }
    sessions.open(visit, person)
    const code = randomBytes(24).toString('base64url')
    const [nonce, challenge] = [asked.get('nonce') ?? undefined, asked.get('code_challenge') ?? '']
    codes.set(code, { person, nonce, challenge, at: Date.now() })
    const answer = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer })
    redirect(visit, `${options.redirectUri}?${answer}`, 303)
  }

  const token = async (visit: Visit): Promise<void> => {
    const form = await visit.form()
    const [id, secret] = credentials(visit, form)
    if (!same(id, options.clientId) || !same(secret, options.clientSecret))
      return sendJson(visit, { error: 'invalid_client' }, 401)
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const good = code && code.at > Date.now() - 60_000 && code.challenge === challenge
    if (!good || form.get('redirect_uri') !== options.redirectUri)
      return sendJson(visit, { error: 'invalid_grant' }, 400)
    const claims = { ...(code.nonce === undefined ? {} : { nonce: code.nonce }), acr: 'eidas1', amr: ['pwd'] }
    const idToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setSubject(`${options.id}-${code.person.id}`)
      .setAudience(options.clientId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
    const access = randomBytes(24).toString('base64url')
    tokens.set(access, code.person)
    sendJson(visit, { access_token: access, token_type: 'Bearer', expires_in: 60, id_token: idToken })
  }

  const userinfo = (visit: Visit): void => {
    const access = /^Bearer (\S+)$/i.exec(visit.request.headers.authorization ?? '')?.[1] ?? ''
    const person = tokens.get(access)
    if (!person) sendJson(visit, { error: 'invalid_token' }, 401)
    else sendJson(visit, { sub: `${options.id}-${person.id}`, ...options.claims(person) })
  }

  const logout = (visit: Visit): void => {
    sessions.close(visit)
    const back = visit.url.searchParams.get('post_logout_redirect_uri') ?? ''
    if (back.startsWith(`${options.home}/`)) redirect(visit, back)
    else sendHtml(visit, signedOutPage(options, options.home))
  }

  const keyset = async (visit: Visit): Promise<void> => {
    const jwk: JWK = await exportJWK(publicKey)
    sendJson(visit, { keys: [{ ...jwk, kid: 'one', alg: 'RS256', use: 'sig' }] })
  }

  const routes: Readonly<Record<string, (visit: Visit) => void | Promise<void>>> = {
    'GET /.well-known/openid-configuration': (visit) => sendJson(visit, discovery),
    [`GET ${path}/authorize`]: authorize,
    [`POST ${path}/authorize`]: authorize,
    [`POST ${path}/token`]: token,
    [`GET ${path}/userinfo`]: userinfo,
    [`GET ${path}/logout`]: logout,
    [`GET ${path}/keyset`]: keyset,
  }
  return {
    handle: async (visit) => {
      const route = routes[`${visit.method} ${visit.url.pathname}`]
      await route?.(visit)
      return route !== undefined
    },
  }
}
