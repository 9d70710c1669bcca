/**
 * `/cas/login` (CAS Protocol 3.0.2 §2.1, §2.2): our session is the ticket-granting cookie. Whoever has none, or one that is
 * not enough, is led to the sign-in page and comes back.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { isFailure } from '#base/failure.ts'
import { type EntryRefusal, mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { participationsOf } from '#domain/access/participation.ts'
import { release } from '#domain/access/release.ts'
import type { Principal } from '#domain/people/principal.ts'
import { askedNow, isFresh, spend } from './asked.ts'
import type { Cas } from './cas.ts'
import { asLocation, type CasParty, hostShown, partyOfService, sameService, withTicket } from './service.ts'
import { issueTicket } from './tickets.ts'

export interface LoginRequest {
  readonly service: string | undefined
  readonly renew: boolean
  readonly gateway: boolean
  /** How the ticket is sent to the service: in its address, or in a form that the browser posts. */
  readonly method: 'GET' | 'POST'
  /** The service asked as SAML 1.1 clients do: it named itself in `TARGET`, and looks for the ticket in `SAMLart`. */
  readonly artifact?: boolean
  /** The word of `asked.ts`, when the browser comes back from the sign-in page. */
  readonly asked: string | undefined
  /** What our consent page sends. */
  readonly consent: string | undefined
}

/** Why somebody is not let in; each is a page of its own. */
export type Refusal = 'unknown' | 'too-long' | 'identifier' | EntryRefusal

export type LoginAnswer =
  | { readonly kind: 'service'; readonly to: string }
  | { readonly kind: 'post'; readonly to: string; readonly fields: Readonly<Record<string, string>> }
  /** A path of ours. */
  | { readonly kind: 'sign-in'; readonly to: string }
  | { readonly kind: 'home' }
  | {
      readonly kind: 'refused'
      readonly why: Refusal
      readonly host: string
      readonly party?: CasParty
      readonly back: string
    }
  | {
      readonly kind: 'consent'
      readonly party: CasParty
      readonly host: string
      /** What the service will be told, by attribute. */
      readonly told: Readonly<Record<string, readonly string[]>>
      readonly fields: Readonly<Record<string, string>>
    }

/** Longest path that the sign-in page leads back to. */
const longestThen = 4096

/** How the service names itself, and what it calls its ticket. */
const serviceName = ({ artifact }: LoginRequest): 'TARGET' | 'service' => (artifact ? 'TARGET' : 'service')
const ticketName = ({ artifact }: LoginRequest): 'SAMLart' | 'ticket' => (artifact ? 'SAMLart' : 'ticket')

/** The path that asks this again, with a word for when it was asked. */
const againPath = (cas: Cas, request: LoginRequest, service: string): string => {
  const query = new URLSearchParams({ [serviceName(request)]: service })
  if (request.renew) query.set('renew', 'true')
  if (request.method === 'POST') query.set('method', 'POST')
  query.set('asked', askedNow(cas, service))
  return `/cas/login?${query}`
}

const signInPath = (then: string, more: Readonly<Record<string, string>>): string =>
  `/login?${new URLSearchParams({ then, ...more })}`

/** Ties a consent to this person's session and to this service. */
const consentWord = ({ people }: Cas, { sessionId = '' }: Principal, party: CasParty): string =>
  createHmac('sha256', people.key).update(`cas-consent\n${sessionId}\n${party.id}`).digest('base64url')

const hasConsented = async (
  cas: Cas,
  request: LoginRequest,
  principal: Principal,
  party: CasParty,
): Promise<boolean> => {
  if (!party.rules.outside) return true
  const word = Buffer.from(consentWord(cas, principal, party))
  const given = Buffer.from(request.consent ?? '')
  if (given.length === word.length && timingSafeEqual(given, word)) return true
  const opened = await cas.people.ctx.store.read((tx) => participationsOf(tx, principal.sessionId ?? ''))
  return opened.some((one) => one.party === party.id)
}

const consentFields = (cas: Cas, request: LoginRequest, principal: Principal, party: CasParty, service: string) => ({
  [serviceName(request)]: service,
  ...(request.renew ? { renew: 'true' } : {}),
  ...(request.method === 'POST' ? { method: 'POST' } : {}),
  ...(request.asked === undefined ? {} : { asked: request.asked }),
  consent: consentWord(cas, principal, party),
})

interface Entering {
  readonly request: LoginRequest
  readonly principal: Principal
  readonly party: CasParty
  readonly service: string
}

/** The ticket, once everything is in order. */
const giveTicket = async (cas: Cas, { request, principal, party, service }: Entering): Promise<LoginAnswer> => {
  const { store } = cas.people.ctx
  const { asked } = request
  const grant = () =>
    store.writeGlobal(async (tx) => {
      const fresh = await isFresh(tx, cas, asked, service, principal)
      const owner = { account: principal.accountId, session: principal.sessionId ?? '' }
      if (fresh && asked !== undefined) await spend(tx, cas, asked, owner.session)
      return issueTicket(tx, cas, 'ST', { ...owner, service, party: party.id, fresh, proxies: [] })
    })
  // Two requests with one word at the same moment: the one that came second finds it spent and tries again.
  const ticket = await grant().catch((error: unknown) => (asked === undefined ? Promise.reject(error) : grant()))
  const name = ticketName(request)
  if (request.method === 'POST') return { kind: 'post', to: asLocation(service), fields: { [name]: ticket } }
  return { kind: 'service', to: withTicket(service, ticket, name) }
}

/** True when the person has the kind of name that the service knows people by. */
const hasIdentifier = async (cas: Cas, principal: Principal, party: CasParty): Promise<boolean> => {
  try {
    await cas.people.ctx.store.read((tx) => release(tx, cas.people, principal, party))
    return true
  } catch (error) {
    if (isFailure(error, 'invalid')) return false
    throw error
  }
}

/** With an open session: whether it is enough for this service, and what to do when it is not. */
const enter = async (cas: Cas, entering: Entering): Promise<LoginAnswer> => {
  const { request, principal, party, service } = entering
  const { store } = cas.people.ctx
  const gateway = request.gateway && !request.renew
  const again = againPath(cas, request, service)
  const host = hostShown(service)
  if (request.renew && !(await store.read((tx) => isFresh(tx, cas, request.asked, service, principal))))
    return { kind: 'sign-in', to: signInPath(again, { renew: '1', login: principal.login }) }
  const kind = await store.read((tx) => profileKindOf(tx, principal))
  const why =
    mayEnter(principal, kind, party) ?? ((await hasIdentifier(cas, principal, party)) ? undefined : 'identifier')
  if (why !== undefined) {
    if (gateway) return { kind: 'service', to: asLocation(service) }
    // Asked once for a stronger proof; whoever comes back without one is told, not sent round in circles.
    if (why === 'strength' && request.asked === undefined)
      return { kind: 'sign-in', to: signInPath(again, { acr: String(party.rules.acr), login: principal.login }) }
    return { kind: 'refused', why, host, party, back: again }
  }
  if (await hasConsented(cas, request, principal, party)) return giveTicket(cas, entering)
  // A gateway request must not show anything.
  if (gateway) return { kind: 'service', to: asLocation(service) }
  const { attributes: told } = await store.read((tx) => release(tx, cas.people, principal, party))
  return { kind: 'consent', party, host, told, fields: consentFields(cas, request, principal, party, service) }
}

/** What `/cas/login` does for this browser. */
export const login = async (
  cas: Cas,
  request: LoginRequest,
  principal: Principal | undefined,
): Promise<LoginAnswer> => {
  const { service } = request
  if (service === undefined || service === '') return principal ? { kind: 'home' } : { kind: 'sign-in', to: '/login' }
  const party = await partyOfService(cas, service)
  if (!party || sameService(service) === undefined)
    return { kind: 'refused', why: 'unknown', host: hostShown(service), back: '/' }
  const again = againPath(cas, request, service)
  if (again.length > longestThen) return { kind: 'refused', why: 'too-long', host: hostShown(service), back: '/' }
  if (party.status !== 'active') return { kind: 'refused', why: 'disabled', host: hostShown(service), party, back: '/' }
  if (principal?.sessionId !== undefined) return enter(cas, { request, principal, party, service })
  // §2.1.1: gateway asks without showing anything; renew wins over it.
  if (request.gateway && !request.renew) return { kind: 'service', to: asLocation(service) }
  const strength = party.rules.acr > 1 ? { acr: String(party.rules.acr) } : {}
  return { kind: 'sign-in', to: signInPath(again, { ...(request.renew ? { renew: '1' } : {}), ...strength }) }
}
