/** An OpenID Connect service as an administrator describes it, and the client metadata (RFC 7591 §2) that it means. */
import { Failure } from '#base/failure.ts'
import { isLoopback, parseServiceUrl } from '#domain/access/service-url.ts'
import { isScope } from './scopes.data.ts'

export const grants = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  // RFC 8628 §3.4: televisions and scripts.
  'urn:ietf:params:oauth:grant-type:device_code',
] as const
export const algorithms = ['ES256', 'EdDSA', 'RS256'] as const

export interface OidcDeclaration {
  /** Where browsers go back to, exactly. */
  readonly redirects: readonly string[]
  readonly afterLogout: readonly string[]
  /** Told when a session ends; empty: not told. */
  readonly backchannelLogout: string
  readonly scopes: readonly string[]
  readonly grants: readonly string[]
  readonly algorithm: string
  /** A program on people's devices, which can keep no secret. */
  readonly isPublic: boolean
  /** False: an old service that keeps a secret and knows no PKCE. */
  readonly pkce: boolean
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', why, { property })
}

/** TLS, this machine, or the scheme of a program of one's own (RFC 8252 §7.1), which a public client alone may have. */
const checkRedirect = (address: string, isPublic: boolean): void => {
  const url = URL.parse(address)
  if (url?.hash !== '' || address.length > 1000) invalid('redirects', `${address} is not an address`)
  const scheme = url?.protocol ?? ''
  const own = isPublic && /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/.test(scheme)
  const web = parseServiceUrl(address)
  const safe = web !== undefined && (web.protocol === 'https:' || isLoopback(web))
  if (!own && !safe) invalid('redirects', `${address} is not an https address`)
}

/** The client metadata, without a secret. Throws Failure invalid with the name of the property at fault. */
export const oidcMetadata = (declared: OidcDeclaration): Record<string, unknown> => {
  const { redirects, afterLogout, backchannelLogout, scopes, algorithm, isPublic, pkce } = declared
  const unknownGrant = declared.grants.find((one) => !grants.some((known) => known === one))
  if (unknownGrant !== undefined || declared.grants.length === 0) invalid('grants', 'unknown grant')
  if (!algorithms.some((known) => known === algorithm)) invalid('algorithm', 'unknown algorithm')
  const unknownScope = scopes.find((one) => !isScope(one))
  if (unknownScope !== undefined || scopes.length === 0) invalid('scopes', `unknown scope ${unknownScope ?? ''}`)
  if (isPublic && !pkce) invalid('pkce', 'a public client needs PKCE')
  if (isPublic && declared.grants.includes('client_credentials'))
    invalid('grants', 'a public client has no credentials')
  if (redirects.length === 0 && declared.grants.includes('authorization_code'))
    invalid('redirects', 'a service that people enter needs an address to go back to')
  if (redirects.length > 50 || afterLogout.length > 50) invalid('redirects', 'too many addresses')
  for (const address of [...redirects, ...afterLogout]) checkRedirect(address, isPublic)
  if (backchannelLogout !== '') checkRedirect(backchannelLogout, false)
  return {
    ...(isPublic
      ? { token_endpoint_auth_method: 'none', application_type: 'native' }
      : { token_endpoint_auth_method: 'client_secret_basic' }),
    redirect_uris: redirects,
    ...(redirects.length === 0 ? { response_types: [] } : {}),
    grant_types: declared.grants,
    scope: scopes.join(' '),
    id_token_signed_response_alg: algorithm,
    ...(afterLogout.length === 0 ? {} : { post_logout_redirect_uris: afterLogout }),
    ...(backchannelLogout === ''
      ? {}
      : { backchannel_logout_uri: backchannelLogout, backchannel_logout_session_required: true }),
    ...(pkce ? {} : { require_pkce: false }),
  }
}
