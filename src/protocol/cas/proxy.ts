/**
 * Proxy authentication (CAS Protocol 3.0.2 §2.5.4, §2.7): a service that may speak for its visitors gets a proxy-granting
 * ticket at a callback address of its own, registered beforehand, and with it tickets for other services.
 */
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { relyingPartyById } from '#domain/access/relying-parties.ts'
import { isSafeBackChannel, matchesPattern, parsePattern } from '#domain/access/service-url.ts'
import { principalOfSession } from '#domain/people/sessions.ts'
import type { Cas } from './cas.ts'
import { CasFailure } from './failure.ts'
import { type CasParty, partyOfService, sameService } from './service.ts'
import { issueTicket, makeTicket, readGrantingTicket, type Ticket, ticketPrefix } from './tickets.ts'

const patience = 5000
/** Services that speak for services that speak for services. */
const longestChain = 5

/** Throws CasFailure unless the service may have proxy tickets sent to this address. */
const checkCallback = (party: CasParty, pgtUrl: string): void => {
  const { proxy } = party.config
  if (!proxy) throw new CasFailure('UNAUTHORIZED_SERVICE_PROXY', 'the service may not act as a proxy')
  const pattern = parsePattern(proxy.callback)
  if (!pattern || !matchesPattern(pattern, pgtUrl) || !isSafeBackChannel(pgtUrl, party.rules.clearText))
    throw new CasFailure('INVALID_PROXY_CALLBACK', 'the callback is not the registered one, or not over TLS')
}

/** The status of the callback's answer. TLS is verified, redirects are not followed, the answer is not read. */
const call = async (pgtUrl: string, pgtId: string, pgtIou: string): Promise<number> => {
  const url = new URL(pgtUrl)
  // §2.5.4: parameters of the callback are kept.
  url.searchParams.append('pgtId', pgtId)
  url.searchParams.append('pgtIou', pgtIou)
  const signal = AbortSignal.timeout(patience)
  const answer = await fetch(url, { redirect: 'manual', headers: { 'user-agent': 'Convergence' }, signal })
  await answer.body?.cancel()
  return answer.status
}

/**
 * Gives a service a proxy-granting ticket through its callback; returns the IOU that it finds it by, or undefined when the
 * callback answered anything but 200. Throws CasFailure.
 */
export const grantProxy = async (
  cas: Cas,
  party: CasParty,
  ticket: Ticket,
  pgtUrl: string,
): Promise<string | undefined> => {
  checkCallback(party, pgtUrl)
  if (ticket.proxies.length >= longestChain)
    throw new CasFailure('UNAUTHORIZED_SERVICE_PROXY', 'the chain of proxies is too long')
  const pgt = makeTicket('PGT')
  const pgtIou = makeTicket('PGTIOU')
  let status: number
  try {
    status = await call(pgtUrl, pgt, pgtIou)
  } catch {
    throw new CasFailure('INVALID_PROXY_CALLBACK', 'the callback does not answer over a connection that can be trusted')
  }
  if (status !== 200) return
  const granting: Ticket = { ...ticket, party: party.id, proxies: [pgtUrl, ...ticket.proxies] }
  await cas.people.ctx.store.writeGlobal((tx) => issueTicket(tx, cas, 'PGT', granting, pgt))
  return pgtIou
}

/** `/cas/proxy`: a ticket for another service. Throws CasFailure. */
export const proxy = async (
  cas: Cas,
  request: { readonly pgt: string | undefined; readonly targetService: string | undefined },
): Promise<string> => {
  const { pgt, targetService } = request
  if (pgt === undefined || pgt === '' || targetService === undefined || targetService === '')
    throw new CasFailure('INVALID_REQUEST', "'pgt' and 'targetService' parameters are both required")
  const unknown = new CasFailure('INVALID_TICKET', 'the proxy-granting ticket is not recognised')
  if (ticketPrefix(pgt) !== 'PGT') throw unknown
  const target = await partyOfService(cas, targetService)
  return cas.people.ctx.store.writeGlobal(async (tx) => {
    const granting = await readGrantingTicket(tx, cas, pgt)
    const principal = granting && (await principalOfSession(tx, cas.people, granting.session))
    // §3.3.1: it ends with the session.
    if (!granting || principal?.accountId !== granting.account) throw unknown
    const holder = await relyingPartyById(tx, granting.party)
    if (holder?.protocol !== 'cas' || holder.status !== 'active' || !holder.config.proxy)
      throw new CasFailure('UNAUTHORIZED_SERVICE', 'the service may not act as a proxy any more')
    // A service outside our house is entered only with the person's consent, which cannot be asked here.
    const kind = await profileKindOf(tx, principal)
    if (
      !target ||
      sameService(targetService) === undefined ||
      target.rules.outside ||
      mayEnter(principal, kind, target)
    )
      throw new CasFailure('UNAUTHORIZED_SERVICE', 'the target is not registered, or not open to this person')
    return issueTicket(tx, cas, 'PT', { ...granting, service: targetService, party: target.id, fresh: false })
  })
}
