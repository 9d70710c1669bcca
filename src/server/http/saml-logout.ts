/**
 * SAML single log-out over HTTP (saml-profiles §4.4). A service may end the session it names; and after a sign-out the
 * browser visits, one after another and a bounded number, the services that cannot be told from server to server.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { LogoutMessage, PrepareLogout } from '#domain/access/logout.ts'
import { getRelyingParty, relyingPartyById } from '#domain/access/relying-parties.ts'
import { endNamedSessions, type LogoutRound, roundKind } from '#domain/access/saml-sessions.ts'
import { samlKeys } from '#domain/federation/keys.ts'
import { peek, redeem, rewrite } from '#domain/people/one-time.ts'
import { checkSession } from '#domain/people/sessions.ts'
import { encodePost, encodeRedirect, type MessageName } from '#protocol/saml/bindings.ts'
import { claimedIssuer, type Incoming, openMessage, type SamlParty } from '#protocol/saml/idp.ts'
import { readLogout, soapEnvelope, writeLogoutRequest, writeLogoutResponse } from '#protocol/saml/logout.ts'
import { checkEnvelope, newId } from '#protocol/saml/message.ts'
import { status } from '#protocol/saml/names.ts'
import { type SigningKey, signXml } from '#protocol/saml/signature.ts'
import { clearSessionCookie, sessionToken } from './auth.ts'
import { incomingOf, type SamlParts, samlEntityId, wordIn } from './saml-exchange.ts'
import { sendPost, sendSsoError, sendSsoFailure } from './sso-page.ts'

type LogoutParts = Pick<SamlParts, 'people' | 'log' | 'origin' | 'makeKey'>

/** The message that tells a service of an ended session, from server to server (SOAP). */
export const prepareSamlLogout =
  ({ people, origin, makeKey }: LogoutParts): PrepareLogout =>
  async ({ url, party, reference, data }): Promise<LogoutMessage | undefined> => {
    const row = await people.ctx.store.read((tx) => relyingPartyById(tx, party))
    if (row?.protocol !== 'saml') return
    const { active } = await samlKeys(people.ctx, makeKey)
    const opening = { id: newId(), now: people.ctx.clock.now(), issuer: samlEntityId(origin()), destination: url }
    const nameId = { value: String(data.nameId), format: String(data.format), spQualifier: row.key }
    const xml = signXml(writeLogoutRequest(opening, nameId, reference), active)
    return { protocol: 'saml', url, body: soapEnvelope(xml), contentType: 'text/xml; charset=utf-8' }
  }

/** Sends a signed message to a service through the browser, by the binding of its row. */
const sendThrough = (
  request: FastifyRequest,
  reply: FastifyReply,
  { config }: SamlParty,
  url: string,
  message: { name: MessageName; xml: string; relayState: string | undefined },
  key: SigningKey,
): FastifyReply => {
  const { name, xml, relayState } = message
  if (config.sloBinding === 'post')
    return sendPost(request, reply, url, { [name]: encodePost(signXml(xml, key)), RelayState: relayState })
  return reply.header('cache-control', 'no-store').redirect(encodeRedirect(url, name, xml, relayState, key), 303)
}

const namesOf = (request: FastifyRequest): MessageName => {
  const given = (request.method === 'GET' ? request.query : (request.body ?? {})) as Record<string, unknown>
  return given.SAMLResponse === undefined ? 'SAMLRequest' : 'SAMLResponse'
}

/** Reads a log-out message that its service signed. Throws Failure. */
const openLogout = (incoming: Incoming, party: SamlParty, name: string, now: number, here: string) => {
  const { element, signed } = openMessage(incoming, name, party.config.certificates, true)
  const read = readLogout(element)
  const envelope = read.kind === 'request' ? read.request : read.response
  if (envelope.issuer !== party.key) throw new Failure('forbidden', 'SAML: the issuer changed')
  checkEnvelope(envelope, { now, here: [here], signed })
  return read
}

export const registerSamlLogout = (app: FastifyInstance, parts: LogoutParts): void => {
  const { people, log } = parts
  const { ctx } = people
  const here = () => `${parts.origin()}/saml/logout`
  const opening = (destination: string, inResponseTo?: string) => ({
    id: newId(),
    now: ctx.clock.now(),
    issuer: samlEntityId(parts.origin()),
    destination,
    inResponseTo,
  })

  const partyOf = async (id: number): Promise<SamlParty | undefined> => {
    const row = await ctx.store.read((tx) => relyingPartyById(tx, id))
    return row?.protocol === 'saml' ? row : undefined
  }

  /** A service asks: the sessions it names end here and everywhere. */
  const asked = async (request: FastifyRequest, reply: FastifyReply, incoming: Incoming): Promise<FastifyReply> => {
    const key = claimedIssuer(incoming)
    const party = await ctx.store.read((tx) => getRelyingParty(tx, 'saml', key))
    if (!party) throw new Failure('notFound', 'SAML: unknown service')
    const now = ctx.clock.now()
    const read = openLogout(incoming, party, 'LogoutRequest', now, here())
    if (read.kind !== 'request') throw new Failure('invalid', 'SAML: a request was expected')
    const { id, nameId, sessionIndexes, notOnOrAfter } = read.request
    if (notOnOrAfter !== undefined && notOnOrAfter < now) throw new Failure('invalid', 'SAML: the request has expired')
    const token = sessionToken(request)
    const own = token === undefined ? undefined : (await checkSession(people, token))?.sessionId
    const relayState = incoming.by === 'redirect' ? incoming.message.relayState : incoming.relayState
    const round = { party: party.id, id, ...(relayState === undefined ? {} : { relayState }) }
    const path = await endNamedSessions(
      people,
      { party: party.id, name: party.name },
      { nameId: nameId.value, indexes: sessionIndexes, own },
      round,
    )
    if (path !== undefined) return reply.header('cache-control', 'no-store').redirect(path, 303)
    // Its session had ended already: that is what it wanted.
    return finish(request, reply, { stops: [], asked: round })
  }

  const finish = async (request: FastifyRequest, reply: FastifyReply, round: LogoutRound): Promise<FastifyReply> => {
    clearSessionCookie(request, reply)
    const party = round.asked && (await partyOf(round.asked.party))
    const to = party?.config.sloResponse ?? party?.config.slo
    if (round.asked && party && to !== undefined) {
      const { active } = await samlKeys(ctx, parts.makeKey)
      const codes = round.partial ? [status.success, status.partialLogout] : [status.success]
      const xml = writeLogoutResponse(opening(to, round.asked.id), codes)
      const message = { name: 'SAMLResponse' as const, xml, relayState: round.asked.relayState }
      return sendThrough(request, reply, party, to, message, active)
    }
    if (round.partial) return sendSsoError(request, reply, 'SSO-25', [], 200)
    return reply.header('cache-control', 'no-store').redirect(round.after ?? '/login', 303)
  }

  /** The next service of a round; the end of it when there is none. */
  const next = async (request: FastifyRequest, reply: FastifyReply, token: string): Promise<FastifyReply> => {
    const row = await ctx.store.read((tx) => peek(tx, ctx, roundKind, token))
    if (!row) return reply.header('cache-control', 'no-store').redirect('/login', 303)
    const round = JSON.parse(row.data) as LogoutRound
    const [stop, ...stops] = round.stops
    if (!stop) {
      await ctx.store.writeGlobal((tx) => redeem(tx, ctx, roundKind, token))
      return finish(request, reply, round)
    }
    const party = await partyOf(stop.party)
    const id = newId()
    const waiting = { id, party: stop.party }
    const left: LogoutRound = { ...round, stops, ...(party ? { waiting } : {}) }
    await ctx.store.writeGlobal((tx) => rewrite(tx, row.id, JSON.stringify(left)))
    if (party?.config.slo === undefined) return next(request, reply, token)
    const { active } = await samlKeys(ctx, parts.makeKey)
    const nameId = { value: stop.nameId, format: stop.format, spQualifier: party.key }
    const xml = writeLogoutRequest({ ...opening(party.config.slo), id }, nameId, stop.index)
    const message = { name: 'SAMLRequest' as const, xml, relayState: token }
    return sendThrough(request, reply, party, party.config.slo, message, active)
  }

  /** A service answers: the round goes on, whatever it said. */
  const answered = async (reply: FastifyReply, incoming: Incoming): Promise<FastifyReply> => {
    const token = (incoming.by === 'redirect' ? incoming.message.relayState : incoming.relayState) ?? ''
    const row = await ctx.store.read((tx) => peek(tx, ctx, roundKind, token))
    if (!row) return reply.header('cache-control', 'no-store').redirect('/login', 303)
    const { waiting, ...round } = JSON.parse(row.data) as LogoutRound
    const party = waiting && (await partyOf(waiting.party))
    let well = false
    try {
      const read = party && openLogout(incoming, party, 'LogoutResponse', ctx.clock.now(), here())
      well = read?.kind === 'response' && read.response.inResponseTo === waiting?.id && read.response.success
    } catch (error) {
      log.info('saml.logout-answer', { party: party?.name ?? '', reason: error instanceof Error ? error.message : '' })
    }
    const left: LogoutRound = well ? round : { ...round, partial: true }
    await ctx.store.writeGlobal((tx) => rewrite(tx, row.id, JSON.stringify(left)))
    return reply.header('cache-control', 'no-store').redirect(`/saml/logout/next?round=${token}`, 303)
  }

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const name = namesOf(request)
      const incoming = incomingOf(request, name)
      return await (name === 'SAMLRequest' ? asked(request, reply, incoming) : answered(reply, incoming))
    } catch (error) {
      return sendSsoFailure(error, request, reply, log)
    }
  }

  app.get('/saml/logout', handle)
  app.post('/saml/logout', { bodyLimit: 512 * 1024 }, handle)
  app.get('/saml/logout/next', (request, reply) => next(request, reply, wordIn(request, 'round')))
}
