/** Which servers take mail for a domain (RFC 5321 §5; RFC 7505 for those that take none). */
import { BlockList, isIP } from 'node:net'
import type { Answer, Host, TlsDemand } from './courier.ts'
import { daneOf } from './dane.ts'
import type { Delivery } from './delivery.ts'
import { isAbsent, isUnknownName } from './dns.ts'
import type { ResolveSecurely } from './dnssec.ts'
import { namesServer } from './sts/policy.ts'
import type { PolicyInForce } from './sts/sts.ts'

/** A domain that cannot be reached; the answer says why and whether to try again. */
export class NoDestination extends Error {
  readonly answer: Answer

  constructor(code: number, status: string, text: string) {
    super(text)
    this.answer = { code, status, text }
  }
}

/** Exchanges tried in one attempt; a hostile zone may list any number. */
const maxExchanges = 10
const maxAddresses = 4

/** Addresses where no public mail server is: a zone that points there aims at our own network. */
const privateAddresses = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  privateAddresses.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  privateAddresses.addSubnet(net, prefix, 'ipv6')

/**
 * True for an address where no public server is. IPv4 within IPv6 (`::ffff:10.0.0.1`) has no place in a zone; as an entry
 * of the list it would stand for all of IPv4.
 */
export const isPrivate = (address: string): boolean =>
  /^::ffff:/i.test(address) || privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

interface Exchange {
  readonly name: string
  readonly preference: number
}

const readExchanges = (records: unknown): Exchange[] =>
  (Array.isArray(records) ? records : []).flatMap((record: unknown) => {
    const { exchange, priority } = (record ?? {}) as { exchange?: unknown; priority?: unknown }
    return typeof exchange === 'string'
      ? [{ name: exchange.replace(/\.$/, '').toLowerCase(), preference: Number(priority) || 0 }]
      : []
  })

/** Lowest preference first, those of the same preference in random order (RFC 5321 §5.1). */
const ordered = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges
    .map((exchange) => ({ exchange, chance: Math.random() }))
    .sort((a, b) => a.exchange.preference - b.exchange.preference || a.chance - b.chance)
    .map(({ exchange }) => exchange)

/** How names are looked up here: by a resolver that validates when there is one. */
const lookOf = ({ dnssec, resolve }: Delivery): ResolveSecurely =>
  dnssec ??
  (async (name, type) => {
    const records = await resolve(name, type)
    return { records: Array.isArray(records) ? records : [], secure: false }
  })

interface Exchanges {
  readonly exchanges: readonly Exchange[]
  /** That these are they was proved (DNSSEC). */
  readonly secure: boolean
}

/** The exchanges of a domain; the domain itself when it names none but exists. */
const exchangesOf = async (look: ResolveSecurely, domain: string): Promise<Exchanges> => {
  const itself: Exchanges = { exchanges: [{ name: domain, preference: 0 }], secure: false }
  try {
    const { records, secure } = await look(domain, 'MX')
    const found = readExchanges(records)
    if (found.length === 1 && found[0]?.name === '')
      throw new NoDestination(556, '5.1.10', `${domain} takes no mail (null MX)`)
    const named = found.filter(({ name }) => name !== '')
    return named.length > 0 ? { exchanges: named, secure } : itself
  } catch (error) {
    if (error instanceof NoDestination) throw error
    if (isUnknownName(error)) throw new NoDestination(550, '5.1.2', `The domain ${domain} does not exist`)
    if (isAbsent(error)) return itself
    throw new NoDestination(451, '4.4.3', `The DNS does not answer for ${domain}`)
  }
}

/** We are not asked to send to ourselves, nor to those who would send to us (RFC 5321 §5.1). */
const withoutOurselves = (exchanges: readonly Exchange[], hostname: string, domain: string): Exchange[] => {
  const own = exchanges.find(({ name }) => name === hostname.toLowerCase())
  if (!own) return [...exchanges]
  const better = exchanges.filter(({ preference }) => preference < own.preference)
  if (better.length === 0) throw new NoDestination(554, '5.4.6', `Mail for ${domain} comes back to this server`)
  return better
}

interface Addresses {
  readonly found: string[]
  /** The DNS did not answer: there may be more. */
  readonly unsure: boolean
  /** All of them were proved (DNSSEC). */
  readonly secure: boolean
}

const addressesOf = async (look: ResolveSecurely, name: string): Promise<Addresses> => {
  const answers = await Promise.allSettled([look(name, 'A'), look(name, 'AAAA')])
  const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  const found = given
    .flatMap(({ records }) => records)
    .filter((address): address is string => typeof address === 'string' && isIP(address) !== 0)
  const unsure = answers.some((answer) => answer.status === 'rejected' && !isAbsent(answer.reason))
  return { found: found.slice(0, maxAddresses), unsure, secure: given.every(({ secure }) => secure) }
}

const literalAddress = (domain: string): string | undefined => {
  const address = /^\[(?:IPv6:)?([^\]]+)\]$/i.exec(domain)?.[1]
  return address !== undefined && isIP(address) !== 0 ? address : undefined
}

/** The servers that may be used under the policy of the domain (RFC 8461 §5): all of them while it is only tested. */
const allowed = (exchanges: readonly Exchange[], policy: PolicyInForce | undefined, domain: string): Exchange[] => {
  if (policy?.mode !== 'enforce') return [...exchanges]
  const named = exchanges.filter(({ name }) => namesServer(policy, name))
  if (named.length > 0) return named
  const found = exchanges.slice(0, 3).map(({ name }) => name)
  throw new NoDestination(
    451,
    '4.7.5',
    `${domain} accepts mail only at the servers that its policy names, and ${found.join(', ')} is not among them (MTA-STS)`,
  )
}

const demandOf = (policy: PolicyInForce | undefined, name: string): TlsDemand | undefined =>
  policy?.mode === 'enforce' || policy?.mode === 'testing'
    ? { by: 'mta-sts', mode: policy.mode, named: namesServer(policy, name) }
    : undefined

/** The connections to one exchange, with what the domain asks of them. */
const hostsAt = async (
  delivery: Delivery,
  name: string,
  asked: { readonly domain: string; readonly policy: PolicyInForce | undefined; readonly secure: boolean },
): Promise<{ readonly hosts: readonly Host[]; readonly unsure: boolean }> => {
  const { port } = delivery.config.queue
  const addresses = await addressesOf(lookOf(delivery), name)
  const proved = asked.secure && addresses.secure && addresses.found.length > 0
  const dane = proved && delivery.dnssec ? await daneOf(delivery.dnssec, { name, port }, asked.domain) : undefined
  if (dane === 'unknown') return { hosts: [], unsure: true }
  // DANE comes before a policy (RFC 8461 §2): it does not rest on the first visit, nor on authorities.
  const demand: TlsDemand | undefined = dane
    ? { by: 'dane', mode: 'enforce', named: true }
    : demandOf(asked.policy, name)
  const tls = demand?.mode === 'enforce' ? 'starttls' : 'try'
  const more = { ...(demand ? { demand } : {}), ...(dane ? { dane } : {}) }
  const hosts = addresses.found
    .filter((address) => isUsable(delivery, address))
    .map((address): Host => ({ name, address, port, tls, ...more }))
  return { hosts, unsure: addresses.unsure }
}

const isUsable = ({ config }: Delivery, address: string): boolean => config.queue.allowPrivate || !isPrivate(address)

const lookUp = async (delivery: Delivery, domain: string, tlsOptional: boolean): Promise<Host[]> => {
  const { config } = delivery
  const literal = literalAddress(domain)
  if (literal !== undefined) {
    if (!isUsable(delivery, literal)) throw new NoDestination(550, '5.4.4', `${domain} is no public mail server`)
    return [{ name: domain, address: literal, port: config.queue.port, tls: 'try' }]
  }
  if (domain.startsWith('[')) throw new NoDestination(550, '5.1.3', `${domain} is no address`)
  const [found, policy] = await Promise.all([
    exchangesOf(lookOf(delivery), domain),
    tlsOptional ? undefined : delivery.sts?.policyFor(domain),
  ])
  const exchanges = allowed(withoutOurselves(found.exchanges, config.hostname, domain), policy, domain)
  const hosts: Host[] = []
  let unsure = false
  for (const { name } of ordered(exchanges).slice(0, maxExchanges)) {
    const at = await hostsAt(delivery, name, { domain, policy, secure: found.secure && !tlsOptional })
    unsure ||= at.unsure
    hosts.push(...at.hosts)
  }
  if (hosts.length > 0) return hosts
  throw unsure
    ? new NoDestination(451, '4.4.3', `The DNS does not answer for ${domain}`)
    : new NoDestination(550, '5.4.4', `No mail server was found for ${domain}`)
}

/**
 * The servers to try for a domain, in order. `tlsOptional`: what the domain asks of connections to it is passed over, as
 * the sender wishes (RFC 8689 §4.2.2). Throws NoDestination.
 */
export const destinationsOf = (delivery: Delivery, domain: string, tlsOptional = false): Promise<readonly Host[]> => {
  const { smarthost } = delivery.config
  if (!smarthost) return lookUp(delivery, domain, tlsOptional)
  const { host, port, tls, login, password } = smarthost
  const credentials = login !== undefined && password !== undefined ? { login, password } : {}
  return Promise.resolve([{ name: host, address: host, port, tls, ...credentials }])
}
