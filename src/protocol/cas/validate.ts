/**
 * Validation of tickets (CAS Protocol 3.0.2 §2.4 to §2.6, §2.8, §2.9): a ticket is used up by the first look at it, right
 * or wrong; then its service, its session and the service's rules are checked.
 */
import { isFailure } from '#base/failure.ts'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { participate } from '#domain/access/participation.ts'
import { release } from '#domain/access/release.ts'
import { relyingPartyById } from '#domain/access/relying-parties.ts'
import { appendAudit } from '#domain/people/audit.ts'
import type { Principal } from '#domain/people/principal.ts'
import { principalOfSession } from '#domain/people/sessions.ts'
import type { Cas, Transaction } from './cas.ts'
import { CasFailure } from './failure.ts'
import { grantProxy } from './proxy.ts'
import { type CasParty, sameService } from './service.ts'
import { type Ticket, ticketName, ticketPrefix, useTicket } from './tickets.ts'

export interface ValidationRequest {
  readonly service: string | undefined
  readonly ticket: string | undefined
  readonly renew: boolean
  readonly pgtUrl: string | undefined
  /** `/proxyValidate` takes proxy tickets too. */
  readonly proxyTickets: boolean
}

export interface Validated {
  readonly party: CasParty
  readonly service: string
  readonly user: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
  /** When the person proved who they are, in milliseconds. */
  readonly authenticatedAt: number
  /** How: RFC 8176 words. */
  readonly amr: readonly string[]
  readonly fresh: boolean
  readonly proxies: readonly string[]
  readonly pgtIou: string | undefined
}

const needed = (request: ValidationRequest): { service: string; ticket: string } => {
  const { service, ticket } = request
  if (service === undefined || service === '' || ticket === undefined || ticket === '')
    throw new CasFailure('INVALID_REQUEST', "'service' and 'ticket' parameters are both required")
  return { service, ticket }
}

const invalidTicket = (why: string): CasFailure => new CasFailure('INVALID_TICKET', why)

interface Verdict {
  readonly ticket: Ticket
  readonly principal: Principal
  readonly party: CasParty
  readonly user: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/** Everything that must hold of a ticket that was used up a moment ago. */
const judge = async (
  tx: Transaction,
  cas: Cas,
  ticket: Ticket,
  service: string,
  renew: boolean,
): Promise<Verdict | CasFailure> => {
  const bound = sameService(ticket.service)
  if (bound === undefined || sameService(service) !== bound)
    return new CasFailure('INVALID_SERVICE', 'the ticket was issued for another service; it is void now')
  const party = await relyingPartyById(tx, ticket.party)
  if (party?.protocol !== 'cas' || party.status !== 'active')
    return new CasFailure('INVALID_SERVICE', 'the service is not registered any more')
  const principal = await principalOfSession(tx, cas.people, ticket.session)
  if (!principal || principal.accountId !== ticket.account) return invalidTicket('the session has ended')
  if (renew && !ticket.fresh)
    return invalidTicket("the ticket comes from an open session, and 'renew' asks for a new sign-in")
  if (mayEnter(principal, await profileKindOf(tx, principal), party) !== undefined)
    return invalidTicket('the service is not open to this person')
  const { identifier: user, attributes } = await release(tx, cas.people, principal, party)
  return { ticket, principal, party, user, attributes }
}

/** The service is told of the end of the session by the ticket it holds (§2.3.3). */
const noteEntry = async (tx: Transaction, { people }: Cas, verdict: Verdict, token: string): Promise<void> => {
  const { ticket, principal, party } = verdict
  const now = people.ctx.clock.now()
  await participate(tx, now, {
    session: ticket.session,
    account: ticket.account,
    party: party.id,
    protocol: 'cas',
    reference: token,
    logoutUrl: party.config.logoutUrl ?? ticket.service,
  })
  const about = { accountId: ticket.account, target: party.name, detail: 'cas' }
  await appendAudit(tx, now, { actor: principal.login, action: 'service.enter', ...about })
}

/** Validates a ticket. Throws CasFailure; the ticket is used up in every case. */
export const validate = async (cas: Cas, request: ValidationRequest): Promise<Validated> => {
  const { service, ticket: token } = needed(request)
  const prefix = ticketPrefix(token)
  if (prefix !== 'ST' && prefix !== 'PT') throw invalidTicket('the ticket is not recognised')
  const { store, log } = cas.people.ctx
  // The verdict leaves the transaction as a value: thrown, it would undo the use of the ticket (§3.1.1).
  const verdict = await store.writeGlobal(async (tx): Promise<Verdict | CasFailure> => {
    const ticket = await useTicket(tx, cas, prefix, token)
    if (ticket === 'replayed') log.warn('cas.replay', { ticket: ticketName(token) })
    if (ticket === undefined || ticket === 'replayed') return invalidTicket('the ticket is not recognised')
    if (prefix === 'PT' && !request.proxyTickets)
      return invalidTicket('a proxy ticket was passed; only /proxyValidate takes those')
    let judged: Verdict | CasFailure
    try {
      judged = await judge(tx, cas, ticket, service, request.renew)
    } catch (error) {
      if (!isFailure(error, 'invalid')) throw error
      // What the person lacks must not give the ticket back either.
      return invalidTicket('the person has no identifier of the kind this service asks for')
    }
    if (!(judged instanceof CasFailure)) await noteEntry(tx, cas, judged, token)
    return judged
  })
  if (verdict instanceof CasFailure) throw verdict
  const { ticket, party, principal, user, attributes } = verdict
  const { pgtUrl } = request
  return {
    party,
    service,
    user,
    attributes,
    authenticatedAt: principal.authenticatedAt,
    amr: principal.amr,
    fresh: ticket.fresh,
    proxies: ticket.proxies,
    pgtIou: pgtUrl === undefined || pgtUrl === '' ? undefined : await grantProxy(cas, party, ticket, pgtUrl),
  }
}
