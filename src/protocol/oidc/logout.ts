/**
 * Signing out: what a service may ask (OpenID Connect RP-Initiated Logout) and how services are told (Back-Channel
 * Logout). Nothing ends without the person's word: any page can lead a browser to the end-session address.
 */
import { randomUUID } from 'node:crypto'
import type { Provider } from 'oidc-provider'
import type { PrepareLogout } from '#domain/access/logout.ts'
import { relyingPartyById } from '#domain/access/relying-parties.ts'
import type { People } from '#domain/people/people.ts'
import { errors } from './library.ts'
import { subjectOf } from './subject.ts'

export interface LogoutRequest {
  /** The service that asks, when it says so and is known. */
  readonly service?: { readonly clientId: string; readonly name: string }
  /** Where the browser may go afterwards: registered by that service, with its `state`. */
  readonly back?: string
}

type Given = Readonly<Record<string, unknown>>

const bounded = (given: Given, name: string): string | undefined => {
  const value = given[name]
  if (value === undefined) return
  if (typeof value !== 'string' || value.length > 8192) throw new errors.InvalidRequest(`${name} must be given once`)
  return value
}

/** `aud` of a token that is not verified yet. */
const audienceOf = (token: string): string => {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      aud?: unknown
    } | null
    if (typeof payload?.aud === 'string') return payload.aud
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw new errors.InvalidRequest('id_token_hint cannot be read')
}

/** Reads an end-session request (§2). Throws the provider's errors. */
export const readLogoutRequest = async (provider: Provider, given: Given): Promise<LogoutRequest> => {
  const hint = bounded(given, 'id_token_hint')
  const named = bounded(given, 'client_id')
  const back = bounded(given, 'post_logout_redirect_uri')
  const state = bounded(given, 'state')
  const clientId = hint === undefined ? named : audienceOf(hint)
  if (named !== undefined && clientId !== named)
    throw new errors.InvalidRequest('client_id is not that of id_token_hint')
  if (clientId === undefined) {
    // Without a service nobody has registered the address (§3).
    if (back !== undefined) throw new errors.InvalidRequest('post_logout_redirect_uri needs client_id or id_token_hint')
    return {}
  }
  const client = await provider.Client.find(clientId)
  if (!client) throw new errors.InvalidClient('client not found')
  if (hint !== undefined) {
    try {
      await provider.IdToken.validate(hint, client)
    } catch {
      throw new errors.InvalidRequest('id_token_hint is not one of ours')
    }
  }
  const service = { clientId, name: client.clientName ?? clientId }
  if (back === undefined) return { service }
  if (!client.postLogoutRedirectUriAllowed(back))
    throw new errors.InvalidRequest('post_logout_redirect_uri is not registered')
  const address = new URL(back)
  if (state !== undefined) address.searchParams.set('state', state)
  return { service, back: address.href }
}

/** The logout token (Back-Channel Logout §2.4), signed at the moment it is posted. */
export const prepareOidcLogout =
  (people: People, current: () => Promise<Provider>): PrepareLogout =>
  async (notice) => {
    const party = await people.ctx.store.read((tx) => relyingPartyById(tx, notice.party))
    if (party?.protocol !== 'oidc' || party.status !== 'active') return
    const provider = await current()
    const client = await provider.Client.find(party.key)
    if (!client) return
    const account = String(notice.account)
    const sub = client.subjectType === 'pairwise' ? account : await subjectOf(people, notice.account, party.key)
    if (sub === undefined) return
    const token = new provider.IdToken({ sub }, { client })
    // Which claims it holds, as for an ID token; the types of the library leave it out.
    Object.assign(token, { mask: { sub: null } })
    token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} })
    token.set('jti', randomUUID())
    token.set('sid', notice.reference)
    const body = new URLSearchParams({ logout_token: await token.issue({ use: 'logout' }) })
    const contentType = 'application/x-www-form-urlencoded'
    return { protocol: 'oidc', url: notice.url, body: body.toString(), contentType }
  }
