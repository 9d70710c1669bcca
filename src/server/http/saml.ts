/**
 * SAML 2.0 identity provider over HTTP: `/saml/metadata`, `/saml/sso` (redirect and post), `/saml/start` from the portal.
 * What a service asks becomes a one-time row at once, and the browser carries only its token: the rest of the way
 * (sign-in, second factor, profile, agreement) never depends on what stands in an address.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { relyingPartyById } from '#domain/access/relying-parties.ts'
import { issue, peek, redeem } from '#domain/people/one-time.ts'
import type { Strength } from '#domain/people/principal.ts'
import {
  claimedIssuer,
  contextRefusal,
  contextWanted,
  deniedRefusal,
  nameIdRefusal,
  nameIdWanted,
  openRequest,
  passiveRefusal,
  type SamlParty,
} from '#protocol/saml/idp.ts'
import { writeIdpMetadata } from '#protocol/saml/metadata.ts'
import { isForeign } from './auth.ts'
import { askAgreement, enter } from './saml-enter.ts'
import {
  createExchange,
  type Exchange,
  incomingOf,
  type Owner,
  type Pending,
  pendingKind,
  pendingLife,
  type SamlParts,
  wordIn,
} from './saml-exchange.ts'
import { postScript, sendSsoError, sendSsoFailure } from './sso-page.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

const onward = (reply: FastifyReply, token: string): FastifyReply =>
  // A post from another site brought no cookie of ours (SameSite=Lax): the next request, a plain GET, does.
  reply.header('cache-control', 'no-store').redirect(`/saml/continue?request=${token}`, 303)

/** A service asks. */
const accept =
  (exchange: Exchange): Handler =>
  async (request, reply) => {
    const incoming = incomingOf(request, 'SAMLRequest')
    const party = await exchange.partyNamed(claimedIssuer(incoming))
    const now = exchange.parts.people.ctx.clock.now()
    const asked = openRequest(incoming, party, { now, here: [exchange.here().sso] })
    const relayState = incoming.by === 'redirect' ? incoming.message.relayState : incoming.relayState
    const back = { acs: asked.acs, request: asked.id, ...(relayState === undefined ? {} : { relayState }) }
    const context = contextWanted(asked.context)
    if (!context) return exchange.answerError(request, reply, back, contextRefusal)
    const format = nameIdWanted(asked.nameIdFormat, party.config.nameIdFormat)
    if (!format) return exchange.answerError(request, reply, back, nameIdRefusal)
    const token = await exchange.store({
      ...back,
      party: party.id,
      force: asked.forceAuthn,
      passive: asked.isPassive,
      strength: Math.max(context.strength, party.rules.acr) as Strength,
      classes: context.classes,
      nameIdFormat: format,
      askedAt: now,
    })
    return onward(reply, token)
  }

/** The portal opens a service. */
const start =
  (exchange: Exchange): Handler =>
  async (request, reply) => {
    const party = await exchange.partyNamed(wordIn(request, 'service'))
    if (party.config.idpInitiated !== true) {
      // It must ask itself: an answer that nobody asked for can be planted in somebody's browser.
      if (party.rules.url === '') throw new Failure('forbidden', 'SAML: the service does not take unasked answers')
      return reply.redirect(party.rules.url, 303)
    }
    const [acs] = party.config.acs
    if (acs === undefined) throw new Failure('notFound', 'SAML: the service has no address')
    const { nameIdFormat } = party.config
    const way = { force: false, passive: false, strength: party.rules.acr, classes: [], nameIdFormat }
    const askedAt = exchange.parts.people.ctx.clock.now()
    return onward(reply, await exchange.store({ party: party.id, acs, ...way, askedAt }))
  }

const toSignIn = (reply: FastifyReply, token: string, { strength }: Pending, renew: boolean): FastifyReply => {
  const query = new URLSearchParams([['then', `/saml/continue?request=${token}`]])
  if (strength > 1) query.set('acr', String(strength))
  if (renew) query.set('renew', '1')
  return reply.header('cache-control', 'no-store').redirect(`/login?${query}`, 302)
}

/** What still stands between a person and the service. */
type Hurdle = 'sign-in' | 'again' | 'strength' | 'profile' | 'disabled' | 'agreement'

const hurdleOf = async (
  { parts: { people } }: Exchange,
  pending: Pending,
  party: SamlParty,
  person: Owner | undefined,
): Promise<Hurdle | undefined> => {
  if (!person) return 'sign-in'
  if (pending.force && person.authenticatedAt <= pending.askedAt) return 'again'
  const profile = await people.ctx.store.read((tx) => profileKindOf(tx, person))
  const rules = { ...party.rules, acr: pending.strength }
  const refusal = mayEnter(person, profile, { status: party.status, rules })
  if (refusal) return refusal
  return party.rules.outside && pending.agreed !== person.sessionId ? 'agreement' : undefined
}

/** Goes on with what was asked, as far as it can. */
const proceed =
  (exchange: Exchange): Handler =>
  async (request, reply) => {
    const { ctx } = exchange.parts.people
    const token = wordIn(request, 'request')
    const row = await ctx.store.read((tx) => peek(tx, ctx, pendingKind, token))
    if (!row) return sendSsoError(request, reply, 'SSO-22')
    const pending = JSON.parse(row.data) as Pending
    const party = await ctx.store.read((tx) => relyingPartyById(tx, pending.party))
    if (party?.protocol !== 'saml') return sendSsoError(request, reply, 'SSO-20')
    const person = await exchange.personOf(request)
    const hurdle = await hurdleOf(exchange, pending, party, person)
    if (hurdle === 'disabled') return sendSsoError(request, reply, 'SSO-20', [], 403)
    // saml-core §3.4.1: a passive question shows nothing to the person, whatever the answer is.
    if (hurdle !== undefined && pending.passive)
      return exchange.answerError(request, reply, pending, hurdle === 'profile' ? deniedRefusal : passiveRefusal)
    if (hurdle === 'profile') return sendSsoError(request, reply, 'SSO-23', [], 403)
    if (!person || (hurdle !== undefined && hurdle !== 'agreement'))
      return toSignIn(reply, token, pending, hurdle === 'again')
    try {
      return hurdle === 'agreement'
        ? await askAgreement(exchange, request, reply, token, party, person)
        : await enter(exchange, request, reply, token, pending, party, person)
    } catch (error) {
      if (!isFailure(error, 'invalid') || error.property !== 'identifier') throw error
      if (pending.passive) return exchange.answerError(request, reply, pending, deniedRefusal)
      return sendSsoError(request, reply, 'SSO-24', [], 403)
    }
  }

/** The person agrees that a service of others is told. */
const agree =
  (exchange: Exchange): Handler =>
  async (request, reply) => {
    if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
    const { ctx } = exchange.parts.people
    const { request: token } = (request.body ?? {}) as Record<string, unknown>
    const person = await exchange.personOf(request)
    const given = typeof token === 'string' ? token : ''
    const again = await ctx.store.writeGlobal(async (tx) => {
      const row = person && (await redeem(tx, ctx, pendingKind, given))
      if (!row) return
      const data = JSON.stringify({ ...(JSON.parse(row.data) as Pending), agreed: person.sessionId })
      return issue(tx, ctx, { kind: pendingKind, data, life: pendingLife })
    })
    return again === undefined ? sendSsoError(request, reply, 'SSO-22') : onward(reply, again)
  }

const metadata =
  ({ parts, here, keys }: Exchange): Handler =>
  async (_request, reply) => {
    const { active, all } = await keys()
    const { entityId, sso, logout } = here()
    const certificates = all.map(({ certificate }) => certificate)
    const ours = { entityId, now: parts.people.ctx.clock.now(), certificates, name: parts.name }
    return reply
      .type('application/samlmetadata+xml; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(writeIdpMetadata(ours, sso, logout, active))
  }

export const registerSaml = (app: FastifyInstance, parts: SamlParts): void => {
  const exchange = createExchange(parts)
  const guarded =
    (work: Handler): Handler =>
    async (request, reply) => {
      try {
        return await work(request, reply)
      } catch (error) {
        return sendSsoFailure(error, request, reply, parts.log)
      }
    }
  const largest = 512 * 1024
  app.get('/saml/sso', guarded(accept(exchange)))
  app.post('/saml/sso', { bodyLimit: largest }, guarded(accept(exchange)))
  app.get('/saml/start', guarded(start(exchange)))
  app.get('/saml/continue', guarded(proceed(exchange)))
  app.post('/saml/agree', { bodyLimit: 8192 }, guarded(agree(exchange)))
  app.get('/saml/metadata', metadata(exchange))
  app.get('/saml/post.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=86400').send(postScript),
  )
}
