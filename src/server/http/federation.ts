/**
 * Signing in by another provider: `/federation/<id>/login`, `/callback` (OpenID), `/acs` (SAML) and the end of both. The
 * round trip belongs to the browser that began it (cookie `federation`): an answer of somebody else's round trip signs
 * nobody in. Each provider has addresses of its own, so that the answer of one is never taken for another's.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { type MakeKey, samlKeys } from '#domain/federation/keys.ts'
import { acceptIdentity, matchAccount } from '#domain/federation/match.ts'
import { findProvider, type OidcProvider, type Provider, type SamlProvider } from '#domain/federation/providers.ts'
import type { ProviderData } from '#domain/federation/sign-out.ts'
import { isAdmitted, type RawClaims, rawClaims, readTold, type Told } from '#domain/federation/told.ts'
import { issue, peek, redeem, redeemNow, usedBefore } from '#domain/people/one-time.ts'
import type { People } from '#domain/people/people.ts'
import { openFederated } from '#domain/people/sign-in.ts'
import { escapeXml } from '#format/xml/write.ts'
import { createOidcClient, type OidcClient } from '#protocol/oidc-client/client.ts'
import { decodePost, encodeRedirect } from '#protocol/saml/bindings.ts'
import { newId } from '#protocol/saml/message.ts'
import { writeSpMetadata } from '#protocol/saml/metadata.ts'
import { writeAuthnRequest } from '#protocol/saml/request.ts'
import { openResponse, type Statement } from '#protocol/saml/sp.ts'
import { deviceToken, isForeign, signedIn, userAgentOf } from './auth.ts'
import { clearCookie, cookieIn, setCookie } from './cookies.ts'
import { languageOf } from './failure.ts'
import { linkTo, type PageLink, type SsoCode, sendPage, sendSsoError, sendSsoFailure } from './sso-page.ts'
import { finishInBrowser } from './steps.ts'
import { safeThen } from './then.ts'

export interface FederationParts {
  readonly people: People
  readonly log: Log
  readonly origin: () => string
  readonly makeKey: MakeKey
  /** Name of the authority, for providers' lists. */
  readonly name: string
}

/** A round trip under way; its token is the SAML request id or the OpenID state, and the cookie's value. */
interface RoundTrip {
  readonly provider: string
  readonly after: string
  readonly profile?: string
  readonly nonce?: string
  readonly verifier?: string
}

/** What a SAML response said, on its way from the post (no cookie) to the browser's own request (cookie). */
interface Said {
  readonly provider: string
  readonly request?: string
  readonly raw: RawClaims
  readonly data: ProviderData
  readonly contextClass: string
}

/** An identity that waits for the owner of an account to take it. */
export interface Unlinked {
  readonly provider: string
  readonly subject: string
  readonly name: string
}

const roundTripKind = 'federation'
const saidKind = 'federation-said'
const assertionKind = 'federation-assertion'
export const unlinkedKind = 'federation-link'

const roundTripLife = 15 * 60_000
const saidLife = 2 * 60_000
export const unlinkedLife = 15 * 60_000

export const samlAddresses = (origin: string, id: string) => ({
  entityId: `${origin}/federation/${id}/metadata`,
  acs: `${origin}/federation/${id}/acs`,
  slo: `${origin}/federation/${id}/slo`,
})

type Provided<P extends 'oidc' | 'saml'> = Extract<Provider, { protocol: P }>

const wordOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}

const samlClaims = ({ attributes, nameId }: Statement): RawClaims => ({ ...attributes, NameID: [nameId.value] })

/** What happens to people who come back, whatever the protocol. */
const createArrival = ({ people, log }: FederationParts) => {
  const { ctx } = people

  const refuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    code: SsoCode,
    leave: string | undefined,
    extra: readonly PageLink[] = [],
  ): Promise<FastifyReply> => {
    const fr = languageOf(request) === 'fr'
    const text = fr ? 'Se déconnecter du fournisseur et recommencer' : 'Sign out of the provider and start again'
    // Without this the provider's own session brings the same person back each time.
    const links = leave === undefined ? extra : [...extra, { href: leave, text }]
    return sendSsoError(request, reply, code, links, 403)
  }

  /** Nobody of ours for certain: whoever proves to own an account here may link it. */
  const offerLink = async (
    request: FastifyRequest,
    reply: FastifyReply,
    provider: Provider,
    told: Told,
    leave: string | undefined,
  ): Promise<FastifyReply> => {
    const name = `${told.givenName} ${told.familyName}`.trim()
    const data = JSON.stringify({ provider: provider.id, subject: told.subject, name } satisfies Unlinked)
    const token = await ctx.store.writeGlobal((tx) => issue(tx, ctx, { kind: unlinkedKind, data, life: unlinkedLife }))
    setCookie(request, reply, 'federation', token, unlinkedLife / 1000)
    const fr = languageOf(request) === 'fr'
    const text = fr
      ? 'J’ai un compte ici : m’identifier et le rattacher'
      : 'I have an account here: sign in and link it'
    return refuse(request, reply, 'SSO-32', leave, [{ href: '/login?then=%2Ffederation%2Flink&renew=1', text }])
  }

  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    provider: Provider,
    came: {
      readonly raw: RawClaims
      readonly data: ProviderData
      readonly contextClass: string
      readonly leave: string | undefined
      readonly trip: Pick<RoundTrip, 'after' | 'profile'>
    },
  ): Promise<FastifyReply> => {
    const told = readTold(provider, came.raw)
    const byAttribute = provider.config.logout === 'attribute' && told.logoutUrl !== '' ? told.logoutUrl : undefined
    const leave = byAttribute ?? came.leave
    if (!isAdmitted(provider, told)) {
      log.info('federation.affiliation', { provider: provider.id, affiliations: told.affiliations.join(' ') })
      return refuse(request, reply, 'SSO-31', leave)
    }
    const match = await ctx.store.read((tx) => matchAccount(tx, provider, told))
    log.info('federation.match', { provider: provider.id, kind: match.kind })
    if (!('account' in match))
      return match.kind === 'unknown'
        ? offerLink(request, reply, provider, told, leave)
        : refuse(request, reply, 'SSO-32', leave)
    try {
      await acceptIdentity(people, provider, told, match, request.ip)
      const data: ProviderData = byAttribute === undefined ? came.data : { ...came.data, logoutUrl: byAttribute }
      const strong = provider.config.strongClasses.includes(came.contextClass)
      const step = await openFederated(
        people,
        match.account,
        { provider: provider.id, providerData: JSON.stringify(data), amr: strong ? ['mfa'] : [] },
        {
          ip: request.ip,
          userAgent: userAgentOf(request),
          deviceToken: deviceToken(request),
          current: await signedIn(people, request),
          after: came.trip.after,
          profile: told.profile ?? came.trip.profile,
        },
      )
      clearCookie(request, reply, 'federation')
      return await finishInBrowser(request, reply, people, step)
    } catch (error) {
      const closed = isFailure(error) && (error.property === 'activation' || error.property === 'account')
      if (closed) return refuse(request, reply, 'SSO-32', leave)
      throw error
    }
  }
}

/** The clients of OpenID providers, kept while their row does not change. */
export const createOidcClients = (people: People): ((id: string, config: OidcProvider) => OidcClient) => {
  const clients = new Map<string, { readonly row: string; readonly client: OidcClient }>()
  return (id, config) => {
    const row = JSON.stringify(config)
    const before = clients.get(id)
    if (before?.row === row) return before.client
    const client = createOidcClient(config, people.ctx.clock)
    clients.set(id, { row, client })
    return client
  }
}

/** Throws Failure notFound unless the path names an active provider (of the protocol, when one is named). */
const providerIn = async (people: People, request: FastifyRequest): Promise<Provider> => {
  const { id } = request.params as { id: string }
  const provider = await people.ctx.store.read((tx) => findProvider(tx, id))
  if (provider?.status !== 'active') throw new Failure('notFound', 'no such provider')
  return provider
}

const demand = <P extends 'oidc' | 'saml'>(provider: Provider, protocol: P): Provided<P> => {
  if (provider.protocol !== protocol) throw new Failure('notFound', 'the provider speaks another protocol')
  return provider as Provided<P>
}

/** The failure of a round trip as a page: refused by the provider, out of reach, or not to be believed. */
const sendFailed = (error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply =>
  sendSsoFailure(error, request, reply, log, isFailure(error, 'unavailable') ? 'SSO-33' : 'SSO-30')

export const registerFederation = (app: FastifyInstance, parts: FederationParts): void => {
  const { people, log } = parts
  const { ctx } = people
  const arrive = createArrival(parts)
  const oidcClient = createOidcClients(people)
  const callbackOf = (id: string): string => `${parts.origin()}/federation/${id}/callback`

  const guarded =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      reply.header('cache-control', 'no-store')
      try {
        return await work(request, reply)
      } catch (error) {
        return sendFailed(error, request, reply, log)
      }
    }

  const remember = async (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    trip: RoundTrip,
  ): Promise<void> => {
    const data = JSON.stringify(trip)
    await ctx.store.writeGlobal((tx) => issue(tx, ctx, { kind: roundTripKind, token, data, life: roundTripLife }))
    setCookie(request, reply, 'federation', token, roundTripLife / 1000)
  }

  const beginSaml = async (id: string, config: SamlProvider, renew: boolean) => {
    const { active } = await samlKeys(ctx, parts.makeKey)
    const { entityId, acs } = samlAddresses(parts.origin(), id)
    const request = newId()
    const opening = { id: request, now: ctx.clock.now(), issuer: entityId, destination: config.sso }
    const format = config.nameIdFormat === undefined ? {} : { nameIdFormat: config.nameIdFormat }
    const xml = writeAuthnRequest(opening, { acs, forceAuthn: renew, ...format })
    return { token: request, url: encodeRedirect(config.sso, 'SAMLRequest', xml, undefined, active) }
  }

  app.get(
    '/federation/:id/login',
    guarded(async (request, reply) => {
      const provider = await providerIn(people, request)
      const { id } = provider
      const profile = wordOf(request, 'profile')
      const common = { provider: id, after: safeThen(wordOf(request, 'then')), ...(profile ? { profile } : {}) }
      const renew = wordOf(request, 'renew') === '1'
      if (provider.protocol === 'saml') {
        const { token, url } = await beginSaml(id, provider.config, renew)
        await remember(request, reply, token, common)
        return reply.redirect(url, 302)
      }
      const { url, asked } = await oidcClient(id, provider.config).begin(callbackOf(id), { renew })
      const { state, nonce, verifier } = asked
      await remember(request, reply, state, { ...common, nonce, verifier })
      return reply.redirect(url, 302)
    }),
  )

  /** The round trip that this browser began, used up. Throws Failure forbidden. */
  const tripOf = async (request: FastifyRequest, provider: string, token: string): Promise<RoundTrip> => {
    const own = cookieIn(request, 'federation')
    const row = own === token ? await redeemNow(ctx, roundTripKind, token) : undefined
    const trip = row && (JSON.parse(row.data) as RoundTrip)
    if (trip?.provider !== provider) throw new Failure('forbidden', 'federation: this browser did not ask for it')
    return trip
  }

  app.get(
    '/federation/:id/callback',
    guarded(async (request, reply) => {
      const provider = demand(await providerIn(people, request), 'oidc')
      const { id, config } = provider
      const state = wordOf(request, 'state') ?? ''
      const trip = await tripOf(request, id, state)
      const { nonce = '', verifier = '' } = trip
      const client = oidcClient(id, config)
      const answer = new URL(`${callbackOf(id)}?${request.raw.url?.split('?', 2)[1] ?? ''}`)
      const { claims, idToken } = await client.finish(answer, { state, nonce, verifier })
      const leave =
        config.logout === 'rp-initiated' ? await client.endSession(idToken, `${parts.origin()}/login`) : undefined
      const contextClass = typeof claims.acr === 'string' ? claims.acr : ''
      return arrive(request, reply, provider, {
        raw: rawClaims(claims),
        data: config.logout === 'rp-initiated' ? { idToken } : {},
        contextClass,
        leave,
        trip,
      })
    }),
  )

  /** The request of ours that a statement answers; undefined: nobody asked and the row allows it. */
  const requestAnswered = async (
    provider: Provided<'saml'>,
    { inResponseTo }: Statement,
  ): Promise<string | undefined> => {
    if (inResponseTo === undefined) {
      if (provider.config.unsolicited) return
      throw new Failure('forbidden', 'SAML: nobody asked for this answer')
    }
    const row = await ctx.store.read((tx) => peek(tx, ctx, roundTripKind, inResponseTo))
    if (!row || (JSON.parse(row.data) as RoundTrip).provider !== provider.id)
      throw new Failure('forbidden', 'SAML: it answers no request of ours')
    return inResponseTo
  }

  /** Throws Failure forbidden when the assertion was taken before. */
  const takeOnce = async (provider: string, { assertionId, until }: Statement): Promise<void> => {
    const token = `${provider}/${assertionId}`
    const now = ctx.clock.now()
    const fresh = await ctx.store.writeGlobal(async (tx) => {
      if (await usedBefore(tx, assertionKind, token)) return false
      await issue(tx, ctx, { kind: assertionKind, token, life: Math.max(60_000, until - now) })
      return (await redeem(tx, ctx, assertionKind, token)) !== undefined
    })
    if (!fresh) throw new Failure('forbidden', 'SAML: the assertion was taken before')
  }

  app.post(
    '/federation/:id/acs',
    { bodyLimit: 512 * 1024 },
    guarded(async (request, reply) => {
      const provider = demand(await providerIn(people, request), 'saml')
      const { id, config } = provider
      const { SAMLResponse: message } = (request.body ?? {}) as Record<string, unknown>
      if (typeof message !== 'string') throw new Failure('invalid', 'SAML: SAMLResponse is missing')
      const { all } = await samlKeys(ctx, parts.makeKey)
      const { entityId, acs } = samlAddresses(parts.origin(), id)
      const trusted = { issuer: config.entityId, certificates: config.certificates }
      const decryption = all.map(({ key }) => key)
      const here = { audience: entityId, acs, decryption, now: ctx.clock.now() }
      const statement = await openResponse(decodePost(message), trusted, here)
      const asked = await requestAnswered(provider, statement)
      await takeOnce(id, statement)
      const { nameId, sessionIndex, contextClass } = statement
      const data = { nameId: nameId.value, nameIdFormat: nameId.format ?? '', sessionIndex }
      const said: Said = {
        provider: id,
        raw: samlClaims(statement),
        data,
        contextClass,
        ...(asked ? { request: asked } : {}),
      }
      const token = await ctx.store.writeGlobal((tx) =>
        issue(tx, ctx, { kind: saidKind, data: JSON.stringify(said), life: saidLife }),
      )
      // The post of another site brings no cookie of ours; the next request, a plain GET, does.
      return reply.redirect(`/federation/${id}/finish?said=${token}`, 303)
    }),
  )

  const finishSaml = async (
    request: FastifyRequest,
    reply: FastifyReply,
    provider: Provider,
    token: string,
    trip: Pick<RoundTrip, 'after' | 'profile'>,
  ): Promise<FastifyReply> => {
    const row = await redeemNow(ctx, saidKind, token)
    const said = row && (JSON.parse(row.data) as Said)
    if (said?.provider !== provider.id) return sendSsoError(request, reply, 'SSO-22')
    const { raw, data, contextClass } = said
    return arrive(request, reply, provider, { raw, data, contextClass, leave: undefined, trip })
  }

  app.get(
    '/federation/:id/finish',
    guarded(async (request, reply) => {
      const provider = demand(await providerIn(people, request), 'saml')
      const token = wordOf(request, 'said') ?? ''
      const row = await ctx.store.read((tx) => peek(tx, ctx, saidKind, token))
      const said = row && (JSON.parse(row.data) as Said)
      if (said?.provider !== provider.id) return sendSsoError(request, reply, 'SSO-22')
      if (said.request !== undefined)
        return finishSaml(request, reply, provider, token, await tripOf(request, provider.id, said.request))
      // Nobody asked: the person is asked now, or anybody could sign them in under another name.
      const fr = languageOf(request) === 'fr'
      const told = readTold(provider, said.raw)
      const name = `${told.givenName} ${told.familyName}`.trim() || told.subject
      return sendPage(request, reply, {
        title: fr ? `Continuer en tant que ${name} ?` : `Continue as ${name}?`,
        body:
          `<p>${escapeXml(fr ? `${provider.name} propose de vous identifier.` : `${provider.name} offers to sign you in.`)}</p>` +
          `<form method="post" action="/federation/${provider.id}/finish"><input type="hidden" name="said" value="${escapeXml(token)}">` +
          `<button type="submit">${fr ? 'Continuer' : 'Continue'}</button></form>` +
          linkTo({ href: '/', text: fr ? 'Annuler' : 'Cancel' }),
      })
    }),
  )

  app.post(
    '/federation/:id/finish',
    { bodyLimit: 8192 },
    guarded(async (request, reply) => {
      if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
      const provider = demand(await providerIn(people, request), 'saml')
      const { said: token } = (request.body ?? {}) as Record<string, unknown>
      const given = typeof token === 'string' ? token : ''
      const row = await ctx.store.read((tx) => peek(tx, ctx, saidKind, given))
      if (row && (JSON.parse(row.data) as Said).request !== undefined)
        throw new Failure('forbidden', 'federation: this answer belongs to a round trip')
      return finishSaml(request, reply, provider, given, { after: '/' })
    }),
  )

  app.get(
    '/federation/:id/metadata',
    guarded(async (request, reply) => {
      const { id } = demand(await providerIn(people, request), 'saml')
      const { active, all } = await samlKeys(ctx, parts.makeKey)
      const { entityId, acs, slo } = samlAddresses(parts.origin(), id)
      const certificates = all.map(({ certificate }) => certificate)
      const ours = { entityId, now: ctx.clock.now(), certificates, name: parts.name }
      const xml = writeSpMetadata(ours, acs, slo, active)
      return reply.type('application/samlmetadata+xml; charset=utf-8').send(xml)
    }),
  )
}
