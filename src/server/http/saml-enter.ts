/** The end of a SAML sign-on: the person's agreement when the service is not ours, and the answer. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { participate } from '#domain/access/participation.ts'
import { release } from '#domain/access/release.ts'
import { sessionIndexOf } from '#domain/access/saml-sessions.ts'
import { appendAudit } from '#domain/people/audit.ts'
import { redeem } from '#domain/people/one-time.ts'
import type { Principal } from '#domain/people/principal.ts'
import { escapeXml } from '#format/xml/write.ts'
import { writeResponse } from '#protocol/saml/assertion.ts'
import { encodePost } from '#protocol/saml/bindings.ts'
import { contextClassOf, type SamlParty } from '#protocol/saml/idp.ts'
import { newId } from '#protocol/saml/message.ts'
import { nameIdFormat } from '#protocol/saml/names.ts'
import { nameAttributes } from '#protocol/saml/party.ts'
import { languageOf } from './failure.ts'
import { type Exchange, type Owner, type Pending, pendingKind } from './saml-exchange.ts'
import { sendPage, sendPost, sendSsoError } from './sso-page.ts'

/** Asks before a service of others is told anything. */
export const askAgreement = async (
  { parts: { people } }: Exchange,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  party: SamlParty,
  principal: Principal,
): Promise<FastifyReply> => {
  const fr = languageOf(request) === 'fr'
  const told = await people.ctx.store.read((tx) => release(tx, people, principal, party))
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

/** The person enters: the request is used up, the service is noted for the sign-out, the answer is posted. */
export const enter = async (
  { parts: { people }, here, keys }: Exchange,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  pending: Pending,
  party: SamlParty,
  principal: Owner,
): Promise<FastifyReply> => {
  const { ctx } = people
  const told = await ctx.store.read((tx) => release(tx, people, principal, party))
  const now = ctx.clock.now()
  const format = nameIdFormat[pending.nameIdFormat]
  const nameId = { value: nameIdOf(pending, principal, told.identifier), format, spQualifier: party.key }
  const sessionIndex = sessionIndexOf(people, principal.sessionId, party.id)
  const used = await ctx.store.writeGlobal(async (tx) => {
    const row = await redeem(tx, ctx, pendingKind, token)
    if (row) {
      await participate(tx, now, {
        session: principal.sessionId,
        account: principal.accountId,
        party: party.id,
        protocol: 'saml',
        reference: sessionIndex,
        logoutUrl: party.config.sloSoap ?? '',
        data: { nameId: nameId.value, format },
      })
      const about = { accountId: principal.accountId, target: party.name, detail: 'saml' }
      await appendAudit(tx, now, { actor: principal.login, action: 'service.enter', ...about })
    }
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
