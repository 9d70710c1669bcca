/**
 * SAML 2.0 identity provider over HTTP: `/saml/metadata`, `/saml/sso` (redirect and post), `/saml/start` from the portal,
 * `/saml/logout`. What a service asks becomes a one-time row at once, and the browser carries only its token: the rest of
 * the way (sign-in, second factor, profile, consent) never depends on what stands in an address.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { participate } from '#domain/access/participation.ts'
import { release } from '#domain/access/release.ts'
import { getRelyingParty, relyingPartyById } from '#domain/access/relying-parties.ts'
import { sessionIndexOf } from '#domain/access/saml-sessions.ts'
import { type MakeKey, type SamlKeys, samlKeys } from '#domain/federation/keys.ts'
import { issue, peek, redeem } from '#domain/people/one-time.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal, Strength } from '#domain/people/principal.ts'
import { checkSession } from '#domain/people/sessions.ts'
import { escapeXml } from '#format/xml/write.ts'
import { writeErrorResponse, writeResponse } from '#protocol/saml/assertion.ts'
import { checkRelayState, decodePost, decodeRedirect, encodePost } from '#protocol/saml/bindings.ts'
import {
  claimedIssuer,
  contextClassOf,
  contextRefusal,
  contextWanted,
  type Incoming,
  nameIdRefusal,
  nameIdWanted,
  openRequest,
  passiveRefusal,
  type SamlParty,
} from '#protocol/saml/idp.ts'
import { newId } from '#protocol/saml/message.ts'
import { writeIdpMetadata } from '#protocol/saml/metadata.ts'
import { nameIdFormat } from '#protocol/saml/names.ts'
import { nameAttributes } from '#protocol/saml/party.ts'
import { isForeign, sessionToken } from './auth.ts'
import { languageOf } from './failure.ts'
import { postScript, sendPage, sendPost, sendSsoError, sendSsoFailure } from './sso-page.ts'

export interface SamlParts {
  readonly people: People
  readonly log: Log
  /** Scheme and host that browsers and partners know us by. */
  readonly origin: () => string
  readonly makeKey: MakeKey
  /** Name of the authority, for partners' lists. */
  readonly name: string
}

/** What a service asked, while the person proves who they are. */
interface Pending {
  readonly party: number
  readonly acs: string
  /** Absent: nobody asked, the portal opens the service. */
  readonly request?: string
  readonly relayState?: string
  readonly force: boolean
  readonly passive: boolean
  readonly strength: Strength
  readonly classes: readonly string[]
  readonly nameIdFormat: SamlParty['config']['nameIdFormat']
  readonly askedAt: number
  /** Session of the person who agreed that the service is told. */
  readonly agreed?: string
}

const kind = 'saml-request'
const life = 15 * 60_000

export const samlEntityId = (origin: string): string => `${origin}/saml/metadata`

const addresses = (origin: string) => ({
  entityId: samlEntityId(origin),
  sso: `${origin}/saml/sso`,
  logout: `${origin}/saml/logout`,
})

const queryOf = (request: FastifyRequest): string => request.raw.url?.split('?', 2)[1]?.split('#', 1)[0] ?? ''

export const wordIn = (request: FastifyRequest, name: string): string => {
  const value = (request.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}

/** Reads what came by redirect or post. Throws Failure. */
export const incomingOf = (request: FastifyRequest, name: 'SAMLRequest' | 'SAMLResponse'): Incoming => {
  if (request.method === 'GET') return { by: 'redirect', message: decodeRedirect(queryOf(request)) }
  const body = (request.body ?? {}) as Record<string, unknown>
  const { [name]: message, RelayState: relayState } = body
  if (typeof message !== 'string') throw new Failure('invalid', `SAML: ${name} is missing`)
  const relay = checkRelayState(typeof relayState === 'string' ? relayState : undefined)
  return { by: 'post', xml: decodePost(message), relayState: relay }
}

const relayStateOf = (incoming: Incoming): string | undefined =>
  incoming.by === 'redirect' ? incoming.message.relayState : incoming.relayState

export const registerSaml = (app: FastifyInstance, parts: SamlParts): void => {
  const { people, log } = parts
  const { ctx } = people
  const here = () => addresses(parts.origin())
  const keys = (): Promise<SamlKeys> => samlKeys(ctx, parts.makeKey)

  const personOf = async (request: FastifyRequest): Promise<(Principal & { sessionId: string }) | undefined> => {
    const token = sessionToken(request)
    const userAgent = request.headers['user-agent'] ?? ''
    const principal = token === undefined ? undefined : await checkSession(people, token, { userAgent })
    return principal?.sessionId === undefined ? undefined : { ...principal, sessionId: principal.sessionId }
  }

  const partyNamed = async (key: string): Promise<SamlParty> => {
    const party = await ctx.store.read((tx) => getRelyingParty(tx, 'saml', key))
    if (party?.status !== 'active') throw new Failure('notFound', `SAML: no active service ${key.slice(0, 200)}`)
    return party
  }

  const store = (pending: Pending): Promise<string> =>
    ctx.store.writeGlobal((tx) => issue(tx, ctx, { kind, data: JSON.stringify(pending), life }))

  /** Tells the service why not: it is trusted with that, for the address is one of its own. */
  const answerError = async (
    request: FastifyRequest,
    reply: FastifyReply,
    pending: Pick<Pending, 'acs' | 'request' | 'relayState'>,
    codes: readonly string[],
  ): Promise<FastifyReply> => {
    const { active } = await keys()
    const now = ctx.clock.now()
    const { acs, request: inResponseTo, relayState } = pending
    const xml = writeErrorResponse({ now, issuer: here().entityId, destination: acs, inResponseTo }, codes, '', active)
    return sendPost(request, reply, acs, { SAMLResponse: encodePost(xml), RelayState: relayState })
  }

  const accept = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const incoming = incomingOf(request, 'SAMLRequest')
    const party = await partyNamed(claimedIssuer(incoming))
    const now = ctx.clock.now()
    const asked = openRequest(incoming, party, { now, here: [here().sso] })
    const relayState = relayStateOf(incoming)
    const back = { acs: asked.acs, request: asked.id, ...(relayState === undefined ? {} : { relayState }) }
    const context = contextWanted(asked.context)
    if (!context) return answerError(request, reply, back, contextRefusal)
    const format = nameIdWanted(asked.nameIdFormat, party.config.nameIdFormat)
    if (!format) return answerError(request, reply, back, nameIdRefusal)
    const token = await store({
      ...back,
      party: party.id,
      force: asked.forceAuthn,
      passive: asked.isPassive,
      strength: Math.max(context.strength, party.rules.acr) as Strength,
      classes: context.classes,
      nameIdFormat: format,
      askedAt: now,
    })
    // A post from another site brought no cookie of ours (SameSite=Lax): the next request, a plain GET, does.
    return reply.header('cache-control', 'no-store').redirect(`/saml/continue?request=${token}`, 303)
  }

  const guarded =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      try {
        return await work(request, reply)
      } catch (error) {
        return sendSsoFailure(error, request, reply, log)
      }
    }

  app.get('/saml/sso', guarded(accept))
  app.post('/saml/sso', { bodyLimit: 512 * 1024 }, guarded(accept))

  app.get(
    '/saml/start',
    guarded(async (request, reply) => {
      const party = await partyNamed(wordIn(request, 'service'))
      if (party.config.idpInitiated !== true) {
        // It must ask itself: an answer that nobody asked for can be planted in somebody's browser.
        if (party.rules.url === '') throw new Failure('forbidden', 'SAML: the service does not take unasked answers')
        return reply.redirect(party.rules.url, 303)
      }
      const [acs] = party.config.acs
      if (acs === undefined) throw new Failure('notFound', 'SAML: the service has no address')
      const { nameIdFormat: format } = party.config
      const way = { force: false, passive: false, strength: party.rules.acr, classes: [], nameIdFormat: format }
      const token = await store({ party: party.id, acs, ...way, askedAt: ctx.clock.now() })
      return reply.header('cache-control', 'no-store').redirect(`/saml/continue?request=${token}`, 303)
    }),
  )

  const toSignIn = (reply: FastifyReply, token: string, { strength }: Pending, renew: boolean): FastifyReply => {
    const query = new URLSearchParams([['then', `/saml/continue?request=${token}`]])
    if (strength > 1) query.set('acr', String(strength))
    if (renew) query.set('renew', '1')
    return reply.header('cache-control', 'no-store').redirect(`/login?${query}`, 302)
  }

  const askAgreement = async (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    party: SamlParty,
    principal: Principal,
  ): Promise<FastifyReply> => {
    const fr = languageOf(request) === 'fr'
    const told = await ctx.store.read((tx) => release(tx, people, principal, party))
    const rows = Object.entries(told.attributes)
      .map(([name, values]) => `<li><strong>${escapeXml(name)}</strong> : ${escapeXml(values.join(', '))}</li>`)
      .join('')
    const nothing = fr ? 'Rien d’autre qu’un identifiant propre à ce service.' : 'Only an identifier for this service.'
    return sendPage(request, reply, {
      title: fr ? `Continuer vers ${party.name} ?` : `Continue to ${party.name}?`,
      body:
        `<p>${fr ? 'Ce service n’appartient pas à l’académie. Il recevra :' : 'This service is not one of the authority’s own. It will be told:'}</p>` +
        (rows === '' ? `<p>${nothing}</p>` : `<ul>${rows}</ul>`) +
        `<form method="post" action="/saml/agree"><input type="hidden" name="request" value="${escapeXml(token)}">` +
        `<button type="submit">${fr ? 'Continuer' : 'Continue'}</button></form>` +
        `<p><a href="/">${fr ? 'Annuler' : 'Cancel'}</a></p>`,
    })
  }

  const nameIdOf = (pending: Pending, principal: Principal, identifier: string): string => {
    if (pending.nameIdFormat === 'transient') return newId()
    if (pending.nameIdFormat !== 'emailAddress') return identifier
    if (principal.email === '') throw new Failure('invalid', 'the person has no address', { property: 'identifier' })
    return principal.email
  }

  const enter = async (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    pending: Pending,
    party: SamlParty,
    principal: Principal & { sessionId: string },
  ): Promise<FastifyReply> => {
    const told = await ctx.store.read((tx) => release(tx, people, principal, party))
    const now = ctx.clock.now()
    const format = nameIdFormat[pending.nameIdFormat]
    const nameId = { value: nameIdOf(pending, principal, told.identifier), format, spQualifier: party.key }
    const sessionIndex = sessionIndexOf(people, principal.sessionId, party.id)
    const used = await ctx.store.writeGlobal(async (tx) => {
      const row = await redeem(tx, ctx, kind, token)
      if (row)
        await participate(tx, now, {
          session: principal.sessionId,
          account: principal.accountId,
          party: party.id,
          protocol: 'saml',
          reference: sessionIndex,
          logoutUrl: party.config.sloSoap ?? '',
          data: { nameId: nameId.value, format },
        })
      return row !== undefined
    })
    if (!used) return sendSsoError(request, reply, 'SSO-22')
    const { active } = await keys()
    const xml = await writeResponse(
      {
        issuer: here().entityId,
        audience: party.key,
        acs: pending.acs,
        inResponseTo: pending.request,
        now,
        nameId,
        sessionIndex,
        authenticatedAt: principal.authenticatedAt,
        contextClass: contextClassOf(principal.amr, pending.classes),
        attributes: nameAttributes(told.attributes, party.config.attributeNames),
      },
      { key: active, sign: party.config.sign ?? 'both', encryptFor: party.config.encryptionCertificate },
    )
    return sendPost(request, reply, pending.acs, { SAMLResponse: encodePost(xml), RelayState: pending.relayState })
  }

  const proceed = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const token = wordIn(request, 'request')
    const row = await ctx.store.read((tx) => peek(tx, ctx, kind, token))
    if (!row) return sendSsoError(request, reply, 'SSO-22')
    const pending = JSON.parse(row.data) as Pending
    const party = await ctx.store.read((tx) => relyingPartyById(tx, pending.party))
    if (party?.protocol !== 'saml') return sendSsoError(request, reply, 'SSO-20')
    const principal = await personOf(request)
    const stale = principal !== undefined && pending.force && principal.authenticatedAt <= pending.askedAt
    if (!principal || stale)
      return pending.passive
        ? answerError(request, reply, pending, passiveRefusal)
        : toSignIn(reply, token, pending, stale)
    const profile = await ctx.store.read((tx) => profileKindOf(tx, principal))
    const rules = { ...party.rules, acr: pending.strength }
    const refusal = mayEnter(principal, profile, { status: party.status, rules })
    if (refusal === 'strength')
      return pending.passive
        ? answerError(request, reply, pending, passiveRefusal)
        : toSignIn(reply, token, pending, false)
    if (refusal === 'profile') return sendSsoError(request, reply, 'SSO-23', [], 403)
    if (refusal) return sendSsoError(request, reply, 'SSO-20', [], 403)
    if (party.rules.outside && pending.agreed !== principal.sessionId)
      return pending.passive
        ? answerError(request, reply, pending, passiveRefusal)
        : askAgreement(request, reply, token, party, principal)
    try {
      return await enter(request, reply, token, pending, party, principal)
    } catch (error) {
      if (isFailure(error, 'invalid') && error.property === 'identifier')
        return sendSsoError(request, reply, 'SSO-24', [], 403)
      throw error
    }
  }

  app.get('/saml/continue', guarded(proceed))

  app.post(
    '/saml/agree',
    { bodyLimit: 8192 },
    guarded(async (request, reply) => {
      if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
      const { request: token } = (request.body ?? {}) as Record<string, unknown>
      const principal = await personOf(request)
      const given = typeof token === 'string' ? token : ''
      const again = await ctx.store.writeGlobal(async (tx) => {
        const row = principal && (await redeem(tx, ctx, kind, given))
        if (!row) return
        const data = JSON.stringify({ ...(JSON.parse(row.data) as Pending), agreed: principal.sessionId })
        return issue(tx, ctx, { kind, data, life })
      })
      if (again === undefined) return sendSsoError(request, reply, 'SSO-22')
      return reply.redirect(`/saml/continue?request=${again}`, 303)
    }),
  )

  app.get('/saml/metadata', async (_request, reply) => {
    const { active, all } = await keys()
    const { entityId, sso, logout } = here()
    const certificates = all.map(({ certificate }) => certificate)
    const ours = { entityId, now: ctx.clock.now(), certificates, name: parts.name }
    return reply
      .type('application/samlmetadata+xml; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(writeIdpMetadata(ours, sso, logout, active))
  })

  app.get('/saml/post.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=86400').send(postScript),
  )
}
