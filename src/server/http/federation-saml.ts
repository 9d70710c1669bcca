/** Signing in by a SAML provider: our request, its answer, and the browser's own request after it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { samlKeys } from '#domain/federation/keys.ts'
import type { Provider, SamlProvider } from '#domain/federation/providers.ts'
import type { ProviderData } from '#domain/federation/sign-out.ts'
import { type RawClaims, readTold } from '#domain/federation/told.ts'
import { issue, peek, redeem, redeemNow, usedBefore } from '#domain/people/one-time.ts'
import { escapeXml } from '#format/xml/write.ts'
import { decodePost, encodeRedirect } from '#protocol/saml/bindings.ts'
import { newId } from '#protocol/saml/message.ts'
import { writeSpMetadata } from '#protocol/saml/metadata.ts'
import { writeAuthnRequest } from '#protocol/saml/request.ts'
import { openResponse, type Statement } from '#protocol/saml/sp.ts'
import { isForeign } from './auth.ts'
import { languageOf } from './failure.ts'
import { arrive } from './federation-arrival.ts'
import {
  demand,
  type FederationParts,
  guard,
  type Handler,
  type Provided,
  providerIn,
  type RoundTrip,
  roundTripKind,
  samlAddresses,
  tripOf,
  wordOf,
} from './federation-trip.ts'
import { linkTo, sendPage, sendSsoError } from './sso-page.ts'

/** What a SAML response said, on its way from the post (no cookie) to the browser's own request (cookie). */
interface Said {
  readonly provider: string
  readonly request?: string
  readonly raw: RawClaims
  readonly data: ProviderData
  readonly contextClass: string
}

const saidKind = 'federation-said'
const assertionKind = 'federation-assertion'
const saidLife = 2 * 60_000

const samlClaims = ({ attributes, nameId }: Statement): RawClaims => ({ ...attributes, NameID: [nameId.value] })

/** Our signed request: its id, and where the browser is sent. */
export const beginSaml = async (
  parts: FederationParts,
  id: string,
  config: SamlProvider,
  renew: boolean,
): Promise<{ token: string; url: string }> => {
  const { ctx } = parts.people
  const { active } = await samlKeys(ctx, parts.makeKey)
  const { entityId, acs } = samlAddresses(parts.origin(), id)
  const request = newId()
  const opening = { id: request, now: ctx.clock.now(), issuer: entityId, destination: config.sso }
  const format = config.nameIdFormat === undefined ? {} : { nameIdFormat: config.nameIdFormat }
  const xml = writeAuthnRequest(opening, { acs, forceAuthn: renew, ...format })
  return { token: request, url: encodeRedirect(config.sso, 'SAMLRequest', xml, undefined, active) }
}

/** The request of ours that a statement answers; undefined: nobody asked and the row allows it. */
const requestAnswered = async (
  { people: { ctx } }: FederationParts,
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
const takeOnce = async (
  { people: { ctx } }: FederationParts,
  provider: string,
  { assertionId, until }: Statement,
): Promise<void> => {
  const token = `${provider}/${assertionId}`
  const now = ctx.clock.now()
  const fresh = await ctx.store.writeGlobal(async (tx) => {
    if (await usedBefore(tx, assertionKind, token)) return false
    await issue(tx, ctx, { kind: assertionKind, token, life: Math.max(60_000, until - now) })
    return (await redeem(tx, ctx, assertionKind, token)) !== undefined
  })
  if (!fresh) throw new Failure('forbidden', 'SAML: the assertion was taken before')
}

/** The provider's answer, posted by its page: no cookie comes with it, nobody is signed in yet. */
const acs =
  (parts: FederationParts): Handler =>
  async (request, reply) => {
    const { people } = parts
    const { ctx } = people
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
    const asked = await requestAnswered(parts, provider, statement)
    await takeOnce(parts, id, statement)
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
  }

const finishSaml = async (
  parts: FederationParts,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: Provider,
  token: string,
  trip: Pick<RoundTrip, 'after' | 'profile'>,
): Promise<FastifyReply> => {
  const row = await redeemNow(parts.people.ctx, saidKind, token)
  const said = row && (JSON.parse(row.data) as Said)
  if (said?.provider !== provider.id) return sendSsoError(request, reply, 'SSO-22')
  const { raw, data, contextClass } = said
  return arrive(parts, request, reply, provider, { raw, data, contextClass, leave: undefined, trip })
}

/** The browser's own request, with its cookie. */
const finish =
  (parts: FederationParts): Handler =>
  async (request, reply) => {
    const { people } = parts
    const { ctx } = people
    const provider = demand(await providerIn(people, request), 'saml')
    const token = wordOf(request, 'said') ?? ''
    const row = await ctx.store.read((tx) => peek(tx, ctx, saidKind, token))
    const said = row && (JSON.parse(row.data) as Said)
    if (said?.provider !== provider.id) return sendSsoError(request, reply, 'SSO-22')
    if (said.request !== undefined)
      return finishSaml(parts, request, reply, provider, token, await tripOf(parts, request, provider.id, said.request))
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
  }

/** The person takes an answer that nobody asked for. */
const confirm =
  (parts: FederationParts): Handler =>
  async (request, reply) => {
    const { people } = parts
    const { ctx } = people
    if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
    const provider = demand(await providerIn(people, request), 'saml')
    const { said: token } = (request.body ?? {}) as Record<string, unknown>
    const given = typeof token === 'string' ? token : ''
    const row = await ctx.store.read((tx) => peek(tx, ctx, saidKind, given))
    if (row && (JSON.parse(row.data) as Said).request !== undefined)
      throw new Failure('forbidden', 'federation: this answer belongs to a round trip')
    return finishSaml(parts, request, reply, provider, given, { after: '/' })
  }

/** What a SAML provider is given. */
const metadata =
  (parts: FederationParts): Handler =>
  async (request, reply) => {
    const { people } = parts
    const { ctx } = people
    const { id } = demand(await providerIn(people, request), 'saml')
    const { active, all } = await samlKeys(ctx, parts.makeKey)
    const { entityId, acs, slo } = samlAddresses(parts.origin(), id)
    const certificates = all.map(({ certificate }) => certificate)
    const ours = { entityId, now: ctx.clock.now(), certificates, name: parts.name }
    const xml = writeSpMetadata(ours, acs, slo, active)
    return reply.type('application/samlmetadata+xml; charset=utf-8').send(xml)
  }

export const registerFederationSaml = (app: FastifyInstance, parts: FederationParts): void => {
  const guarded = guard(parts.log)
  app.post('/federation/:id/acs', { bodyLimit: 512 * 1024 }, guarded(acs(parts)))
  app.get('/federation/:id/finish', guarded(finish(parts)))
  app.post('/federation/:id/finish', { bodyLimit: 8192 }, guarded(confirm(parts)))
  app.get('/federation/:id/metadata', guarded(metadata(parts)))
}
