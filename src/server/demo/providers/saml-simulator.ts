/** The SAML half of the simulated EduConnect: signed and encrypted answers, attributes under their national numbers. */

import { createPrivateKey } from 'node:crypto'
import { escapeHtml } from '#format/html/escape.ts'
import { writeResponse } from '#protocol/saml/assertion.ts'
import { decodeRedirect, encodePost, encodeRedirect } from '#protocol/saml/bindings.ts'
import { claimedIssuer, type Incoming, openMessage } from '#protocol/saml/idp.ts'
import { readLogout, writeLogoutResponse } from '#protocol/saml/logout.ts'
import { newId } from '#protocol/saml/message.ts'
import { type EntityMetadata, readMetadata, writeIdpMetadata } from '#protocol/saml/metadata.ts'
import { authnContext, nameIdFormat, status } from '#protocol/saml/names.ts'
import { readAuthnRequest } from '#protocol/saml/request.ts'
import { createSessions, redirect, sendHtml, sendText, type Visit } from '../services/program.ts'
import { choosePage, signedOutPage } from './choose.ts'
import { families, type ProviderPerson } from './people.data.ts'

const oid = (n: number): string => `urn:oid:1.3.6.1.4.1.20326.10.999.1.${n}`

export interface SamlSimulatorOptions {
  readonly id: string
  readonly name: string
  /** Ours: scheme, host, port. */
  readonly here: string
  /** Metadata of the service that trusts us. */
  readonly serviceMetadata: string
  readonly home: string
  /** PEM. */
  readonly key: string
  readonly certificate: string
}

const attributesOf = (person: ProviderPerson, logoutUrl: string) =>
  (
    [
      [oid(5), [logoutUrl]],
      [oid(6), [new Date().toISOString().replace('T', ' ').replace('Z', '')]],
      [oid(7), [person.affiliation]],
      [oid(57), [`educonnect-${person.id}`]],
      [oid(64), person.ineHash === undefined ? [] : [person.ineHash]],
      [oid(67), [person.birthDate]],
      [oid(72), person.uai === undefined ? [] : [person.uai]],
      ['FrEduCtRefId', person.refIds],
      ['sn', [person.familyName]],
      ['givenName', [person.givenName]],
    ] as const
  ).flatMap(([name, values]) => (values.length === 0 ? [] : [{ name, values }]))

export const createSamlSimulator = (options: SamlSimulatorOptions) => {
  const { here, id } = options
  const key = { key: createPrivateKey(options.key), certificate: options.certificate }
  const entityId = `${here}/idp`
  const sso = `${here}/idp/profile/SAML2/Redirect/SSO`
  const slo = `${here}/idp/profile/SAML2/Redirect/SLO`
  const sessions = createSessions<ProviderPerson>(`${id}_saml`)
  let partner: Promise<EntityMetadata> | undefined

  const service = (): Promise<EntityMetadata> => {
    partner ??= fetch(options.serviceMetadata).then(async (answer) => readMetadata(await answer.text()))
    partner.catch(() => {
      partner = undefined
    })
    return partner
  }

  /** A message of the service, its signature verified. */
  const open = async (query: string, name: string) => {
    const message = decodeRedirect(query)
    const incoming: Incoming = { by: 'redirect', message }
    const { entityId: known, sp } = await service()
    if (claimedIssuer(incoming) !== known || !sp) throw new Error('unknown service')
    const { element } = openMessage(incoming, name, sp.signing, true)
    return { element, relayState: message.relayState, sp }
  }

  const answer = async (visit: Visit, person: ProviderPerson, query: string): Promise<void> => {
    const { element, relayState, sp } = await open(query, 'AuthnRequest')
    const asked = readAuthnRequest(element)
    const acs = sp.acs[0]?.location ?? ''
    if (asked.acsUrl !== undefined && asked.acsUrl !== acs) throw new Error('unknown address')
    sessions.open(visit, person)
    const xml = await writeResponse(
      {
        issuer: entityId,
        audience: asked.issuer,
        acs,
        inResponseTo: asked.id,
        now: Date.now(),
        nameId: { value: newId(), format: nameIdFormat.transient },
        sessionIndex: newId(),
        authenticatedAt: Date.now(),
        contextClass: authnContext.password,
        attributes: attributesOf(person, `${here}/logout`),
      },
      { key, sign: 'both', encryptFor: sp.encryption[0] },
    )
    const relay =
      relayState === undefined ? '' : `<input type="hidden" name="RelayState" value="${escapeHtml(relayState)}">`
    // A page of a demonstration: the script of ours is asked of the program itself.
    sendHtml(
      visit,
      `<!doctype html><html lang="fr"><title>EduConnect</title><body><form id="post" method="post" action="${escapeHtml(acs)}">` +
        `<input type="hidden" name="SAMLResponse" value="${encodePost(xml)}">${relay}` +
        '<button type="submit">Continuer</button></form><script src="/saml/post.js" defer></script></body></html>',
    )
  }

  const signOn = async (visit: Visit): Promise<void> => {
    const form = visit.method === 'POST' ? await visit.form() : undefined
    const query = form?.get('query') ?? visit.url.search.slice(1)
    // Somebody who only looks whether we are there.
    if (query === '') return sendText(visit, 'Aucune demande de connexion\n', 400)
    const { element } = await open(query, 'AuthnRequest')
    const forced = readAuthnRequest(element).forceAuthn
    const chosen = families.find(({ id: one }) => one === form?.get('person'))
    const person = chosen ?? (forced ? undefined : sessions.find(visit))
    if (person) return answer(visit, person, query)
    sendHtml(visit, choosePage(options, families, '/idp/profile/SAML2/Redirect/SSO', { query }))
  }

  const signOut = async (visit: Visit): Promise<void> => {
    const { element, relayState, sp } = await open(visit.url.search.slice(1), 'LogoutRequest')
    const read = readLogout(element)
    sessions.close(visit)
    const to = sp.slo[0]?.location
    if (read.kind !== 'request' || to === undefined) return sendHtml(visit, signedOutPage(options, options.home))
    const opening = { id: newId(), now: Date.now(), issuer: entityId, destination: to, inResponseTo: read.request.id }
    const xml = writeLogoutResponse(opening, [status.success])
    redirect(visit, encodeRedirect(to, 'SAMLResponse', xml, relayState, key))
  }

  const metadata = (visit: Visit): void => {
    const { certificate, name } = options
    const ours = { entityId, now: Date.now(), certificates: [certificate], name }
    sendText(visit, writeIdpMetadata(ours, sso, slo, key))
  }

  const routes: Readonly<Record<string, (visit: Visit) => void | Promise<void>>> = {
    'GET /idp/profile/SAML2/Redirect/SSO': signOn,
    'POST /idp/profile/SAML2/Redirect/SSO': signOn,
    'GET /idp/profile/SAML2/Redirect/SLO': signOut,
    'GET /idp/metadata': metadata,
    'GET /logout': (visit) => {
      sessions.close(visit)
      sendHtml(visit, signedOutPage(options, options.home))
    },
    'GET /saml/post.js': ({ reply }) => {
      reply.writeHead(200, { 'content-type': 'text/javascript' }).end("document.getElementById('post').submit()\n")
    },
  }
  return {
    handle: async (visit: Visit): Promise<boolean> => {
      const route = routes[`${visit.method} ${visit.url.pathname}`]
      await route?.(visit)
      return route !== undefined
    },
  }
}
