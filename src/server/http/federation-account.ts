/** Federation and the owner of an account: linking an identity by proving who one is, and signing out of the provider. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { beginLogoutRound } from '#domain/access/saml-sessions.ts'
import { samlKeys } from '#domain/federation/keys.ts'
import { linkIdentity } from '#domain/federation/match.ts'
import { findProvider, type Provider } from '#domain/federation/providers.ts'
import { providerOfSession } from '#domain/federation/sign-out.ts'
import { issue, peek, redeemNow } from '#domain/people/one-time.ts'
import type { Principal } from '#domain/people/principal.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { escapeXml } from '#format/xml/write.ts'
import { decodeRedirect, encodeRedirect } from '#protocol/saml/bindings.ts'
import { openMessage } from '#protocol/saml/idp.ts'
import { readLogout, writeLogoutRequest, writeLogoutResponse } from '#protocol/saml/logout.ts'
import { checkEnvelope, newId } from '#protocol/saml/message.ts'
import { status } from '#protocol/saml/names.ts'
import { clearSessionCookie, isForeign, signedIn, userAgentOf } from './auth.ts'
import { clearCookie, cookieIn } from './cookies.ts'
import { languageOf } from './failure.ts'
import { createOidcClients } from './federation.ts'
import { type FederationParts, samlAddresses, type Unlinked, unlinkedKind } from './federation-trip.ts'
import { sendPage, sendSsoError, sendSsoFailure } from './sso-page.ts'

/** Whoever links must have proved who they are within this time, by means of ours, in milliseconds. */
const freshness = 10 * 60_000
const leaveKind = 'federation-leave'

export interface FederationAccount {
  register(app: FastifyInstance): void
  /**
   * Before a session ends: the path that the browser follows once it has ended, so that SAML services without a back
   * channel and the provider that opened the session are told; undefined when there is nobody to tell. `after`: where to go
   * when the services have been visited, if no provider has the last word.
   */
  signOutPath(principal: Pick<Principal, 'sessionId'>, after?: string): Promise<string | undefined>
}

export const createFederationAccount = (parts: FederationParts): FederationAccount => {
  const { people, log } = parts
  const { ctx } = people
  const oidcClient = createOidcClients(people)

  /** Where the provider of a session wants its end to be told. */
  const leaveAddress = async (session: string): Promise<string | undefined> => {
    const opened = await ctx.store.read((tx) => providerOfSession(tx, session))
    const provider = opened && (await ctx.store.read((tx) => findProvider(tx, opened.provider)))
    if (!opened || !provider) return
    const { logout } = provider.config
    if (logout === 'attribute') return opened.data.logoutUrl
    if (logout === 'none') return
    if (provider.protocol === 'oidc')
      return oidcClient(provider.id, provider.config).endSession(opened.data.idToken ?? '', `${parts.origin()}/login`)
    const { slo } = provider.config
    if (slo === undefined || opened.data.nameId === undefined) return
    const { active } = await samlKeys(ctx, parts.makeKey)
    const { entityId } = samlAddresses(parts.origin(), provider.id)
    const opening = { id: newId(), now: ctx.clock.now(), issuer: entityId, destination: slo }
    const nameId = { value: opened.data.nameId, format: opened.data.nameIdFormat || undefined }
    const xml = writeLogoutRequest(opening, nameId, opened.data.sessionIndex ?? '')
    return encodeRedirect(slo, 'SAMLRequest', xml, undefined, active)
  }

  const signOutPath: FederationAccount['signOutPath'] = async ({ sessionId }, after) => {
    if (sessionId === undefined) return
    const leave = await leaveAddress(sessionId)
    if (leave === undefined) {
      const path = await beginLogoutRound(people, sessionId)
      return path === undefined || after === undefined ? path : beginLogoutRound(people, sessionId, { after })
    }
    const token = await ctx.store.writeGlobal((tx) =>
      issue(tx, ctx, { kind: leaveKind, data: leave, life: 5 * 60_000 }),
    )
    return beginLogoutRound(people, sessionId, { after: `/federation/leave?to=${token}` })
  }

  const unlinkedOf = async (request: FastifyRequest): Promise<{ token: string; unlinked: Unlinked } | undefined> => {
    const token = cookieIn(request, 'federation') ?? ''
    const row = await ctx.store.read((tx) => peek(tx, ctx, unlinkedKind, token))
    return row && { token, unlinked: JSON.parse(row.data) as Unlinked }
  }

  /** The owner, freshly proved by means of ours: another provider's word must not hand an account over. */
  const ownerOf = async (request: FastifyRequest): Promise<Principal | undefined> => {
    const principal = await signedIn(people, request)
    if (!principal || principal.amr.includes('fed')) return
    return principal.authenticatedAt > ctx.clock.now() - freshness ? principal : undefined
  }

  const askLink = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const found = await unlinkedOf(request)
    if (!found) return sendSsoError(request, reply, 'SSO-22')
    const owner = await ownerOf(request)
    if (!owner) return reply.redirect('/login?then=%2Ffederation%2Flink&renew=1', 303)
    const provider = await ctx.store.read((tx) => findProvider(tx, found.unlinked.provider))
    if (provider?.status !== 'active') return sendSsoError(request, reply, 'SSO-20')
    const fr = languageOf(request) === 'fr'
    const who = found.unlinked.name === '' ? provider.name : `${found.unlinked.name} (${provider.name})`
    return sendPage(request, reply, {
      title: fr ? 'Rattacher votre compte ?' : 'Link your account?',
      body:
        `<p>${escapeXml(
          fr
            ? `L’identité « ${who} » ouvrira désormais votre compte ${owner.login}.`
            : `The identity “${who}” will open your account ${owner.login} from now on.`,
        )}</p><form method="post" action="/federation/link">` +
        `<button type="submit">${fr ? 'Rattacher' : 'Link'}</button></form>` +
        `<p><a href="/">${fr ? 'Annuler' : 'Cancel'}</a></p>`,
    })
  }

  const link = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
    const owner = await ownerOf(request)
    const found = owner && (await unlinkedOf(request))
    const used = found && (await redeemNow(ctx, unlinkedKind, found.token))
    if (!used || !found || !owner) return sendSsoError(request, reply, 'SSO-22')
    const provider = await ctx.store.read((tx) => findProvider(tx, found.unlinked.provider))
    if (provider?.status !== 'active') return sendSsoError(request, reply, 'SSO-20')
    const { accountId: account, login } = owner
    const who = { account, login, ip: request.ip, userAgent: userAgentOf(request) }
    await linkIdentity(people, provider, found.unlinked.subject, who)
    clearCookie(request, reply, 'federation')
    return reply.redirect('/', 303)
  }

  /** The provider says that its session ended: the one of this browser that it opened ends with it. */
  const slo = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { id } = request.params as { id: string }
    const provider: Provider | undefined = await ctx.store.read((tx) => findProvider(tx, id))
    if (provider?.protocol !== 'saml') throw new Failure('notFound', 'no such provider')
    const message = decodeRedirect(request.raw.url?.split('?', 2)[1] ?? '')
    if (message.name === 'SAMLResponse') return reply.redirect('/login', 303)
    const { entityId, slo: here } = samlAddresses(parts.origin(), id)
    const { certificates, entityId: issuer, slo: answerTo } = provider.config
    const { element, signed } = openMessage({ by: 'redirect', message }, 'LogoutRequest', certificates, true)
    const read = readLogout(element)
    if (read.kind !== 'request' || read.request.issuer !== issuer)
      throw new Failure('forbidden', 'SAML: another issuer')
    checkEnvelope(read.request, { now: ctx.clock.now(), here: [here], signed })
    const principal = await signedIn(people, request)
    const session = principal?.sessionId
    const opened = session && (await ctx.store.read((tx) => providerOfSession(tx, session)))
    if (principal && session && opened && opened.provider === id && opened.data.nameId === read.request.nameId.value) {
      await revokeSession(people, principal, session, request.ip)
      clearSessionCookie(request, reply)
    }
    if (answerTo === undefined) return reply.redirect('/login', 303)
    const { active } = await samlKeys(ctx, parts.makeKey)
    const opening = { id: newId(), now: ctx.clock.now(), issuer: entityId, destination: answerTo }
    const xml = writeLogoutResponse({ ...opening, inResponseTo: read.request.id }, [status.success])
    return reply.redirect(encodeRedirect(answerTo, 'SAMLResponse', xml, message.relayState, active), 303)
  }

  const guarded =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      reply.header('cache-control', 'no-store')
      try {
        return await work(request, reply)
      } catch (error) {
        return sendSsoFailure(error, request, reply, log, isFailure(error, 'conflict') ? 'SSO-32' : 'SSO-30')
      }
    }

  return {
    signOutPath,
    register: (app) => {
      app.get('/federation/link', guarded(askLink))
      app.post('/federation/link', { bodyLimit: 8192 }, guarded(link))
      app.get('/federation/:id/slo', guarded(slo))
      app.get(
        '/federation/leave',
        guarded(async (request, reply) => {
          const token = (request.query as Record<string, unknown>).to
          const row = await redeemNow(ctx, leaveKind, typeof token === 'string' ? token : '')
          return reply.redirect(row?.data ?? '/login', 303)
        }),
      )
    },
  }
}
