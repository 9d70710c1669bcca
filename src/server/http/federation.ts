/**
 * Signing in by another provider: `/federation/<id>/login`, `/callback` (OpenID), `/acs` (SAML) and the end of both. The
 * round trip belongs to the browser that began it (cookie `federation`): an answer of somebody else's round trip signs
 * nobody in. Each provider has addresses of its own, so that the answer of one is never taken for another's.
 */
import type { FastifyInstance } from 'fastify'
import { clientSecretOf, type OidcProvider } from '#domain/federation/providers.ts'
import { rawClaims } from '#domain/federation/told.ts'
import type { People } from '#domain/people/people.ts'
import { createOidcClient, type OidcClient } from '#protocol/oidc-client/client.ts'
import { arrive } from './federation-arrival.ts'
import { beginSaml, registerFederationSaml } from './federation-saml.ts'
import {
  demand,
  type FederationParts,
  guard,
  type Handler,
  providerIn,
  remember,
  tripOf,
  wordOf,
} from './federation-trip.ts'
import { safeThen } from './then.ts'

type OidcClients = (id: string, config: OidcProvider) => OidcClient

/** The clients of OpenID providers, kept while their row does not change. */
export const createOidcClients = (people: People): OidcClients => {
  const clients = new Map<string, { readonly row: string; readonly client: OidcClient }>()
  return (id, config) => {
    const row = JSON.stringify(config)
    const before = clients.get(id)
    if (before?.row === row) return before.client
    const { clientSecret: _, ...open } = config
    const clientSecret = clientSecretOf(people, id, config)
    const client = createOidcClient(clientSecret === undefined ? open : { ...open, clientSecret }, people.ctx.clock)
    clients.set(id, { row, client })
    return client
  }
}

const callbackOf = ({ origin }: FederationParts, id: string): string => `${origin()}/federation/${id}/callback`

/** The browser is sent to the provider. */
const login =
  (parts: FederationParts, oidcClient: OidcClients): Handler =>
  async (request, reply) => {
    const provider = await providerIn(parts.people, request)
    const { id } = provider
    const profile = wordOf(request, 'profile')
    const common = { provider: id, after: safeThen(wordOf(request, 'then')), ...(profile ? { profile } : {}) }
    const renew = wordOf(request, 'renew') === '1'
    if (provider.protocol === 'saml') {
      const { token, url } = await beginSaml(parts, id, provider.config, renew)
      await remember(parts, request, reply, token, common)
      return reply.redirect(url, 302)
    }
    const { url, asked } = await oidcClient(id, provider.config).begin(callbackOf(parts, id), { renew })
    const { state, nonce, verifier } = asked
    await remember(parts, request, reply, state, { ...common, nonce, verifier })
    return reply.redirect(url, 302)
  }

/** The OpenID provider's answer. */
const callback =
  (parts: FederationParts, oidcClient: OidcClients): Handler =>
  async (request, reply) => {
    const provider = demand(await providerIn(parts.people, request), 'oidc')
    const { id, config } = provider
    const state = wordOf(request, 'state') ?? ''
    const trip = await tripOf(parts, request, id, state)
    const { nonce = '', verifier = '' } = trip
    const client = oidcClient(id, config)
    const answer = new URL(`${callbackOf(parts, id)}?${request.raw.url?.split('?', 2)[1] ?? ''}`)
    const { claims, idToken } = await client.finish(answer, { state, nonce, verifier })
    const leave =
      config.logout === 'rp-initiated' ? await client.endSession(idToken, `${parts.origin()}/login`) : undefined
    const contextClass = typeof claims.acr === 'string' ? claims.acr : ''
    return arrive(parts, request, reply, provider, {
      raw: rawClaims(claims),
      data: config.logout === 'rp-initiated' ? { idToken } : {},
      contextClass,
      leave,
      trip,
    })
  }

export const registerFederation = (app: FastifyInstance, parts: FederationParts): void => {
  const clients = createOidcClients(parts.people)
  const guarded = guard(parts.log)
  app.get('/federation/:id/login', guarded(login(parts, clients)))
  app.get('/federation/:id/callback', guarded(callback(parts, clients)))
  registerFederationSaml(app, parts)
}
