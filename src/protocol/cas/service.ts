/** Addresses of services as CAS uses them: whose they are, when two of them are the same, and how a ticket is added. */
import { listPartiesOf, type PartyOf } from '#domain/access/relying-parties.ts'
import { matchesPattern, parsePattern, parseServiceUrl } from '#domain/access/service-url.ts'
import type { Cas } from './cas.ts'

export type CasParty = PartyOf<'cas'>

/**
 * The registered service an address belongs to: the longest pattern that it lies under, among active services first.
 * Undefined when nobody declared it, or when the address could be read in two ways.
 */
export const partyOfService = async ({ people }: Cas, service: string): Promise<CasParty | undefined> => {
  if (!parseServiceUrl(service)) return
  const parties = await people.ctx.store.read((tx) => listPartiesOf(tx, 'cas'))
  const fits = parties.filter((party) => {
    const pattern = parsePattern(party.key)
    return pattern !== undefined && matchesPattern(pattern, service)
  })
  const active = (party: CasParty) => (party.status === 'active' ? 1 : 0)
  return fits.sort((a, b) => active(b) - active(a) || b.key.length - a.key.length)[0]
}

/** RFC 3986 §6.2.2: escapes in upper case, and none for characters that need none. */
const normaliseEscapes = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (written, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : written.toUpperCase()
  })

/**
 * The one form of a service's address that tickets are bound to. Like Apereo's server: a `;jsessionid=` that a servlet
 * container added is not part of it. Scheme, host, default port and escapes are compared as RFC 3986 §6.2 wants;
 * path and query exactly. Undefined when the text is not an address.
 */
export const sameService = (service: string): string | undefined => {
  const url = parseServiceUrl(service)
  if (!url) return
  const path = url.pathname.replace(/;jsessionid=[^/;]*/i, '')
  return `${url.origin}${normaliseEscapes(path)}${normaliseEscapes(url.search)}`
}

/** The address as a Location header can hold it: letters beyond ASCII in its path or query are escaped. */
export const asLocation = (service: string): string => service.toWellFormed().replace(/[^!-~]+/g, encodeURIComponent)

/** The service's address with the ticket; its own query is kept as it is. */
export const withTicket = (address: string, ticket: string, name = 'ticket'): string => {
  const service = asLocation(address)
  const joint = service.includes('?') ? (/[?&]$/.test(service) ? '' : '&') : '?'
  return `${service}${joint}${name}=${ticket}`
}

/** Host of an address, to show to a person as text; whatever was sent that is not an address is not repeated. */
export const hostShown = (service: string): string => parseServiceUrl(service)?.host ?? ''
