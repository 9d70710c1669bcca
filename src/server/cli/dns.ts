/** What the DNS should say about our domains, and what it says. */
import { Resolver } from 'node:dns/promises'
import { type DkimRecord, dkimRecords } from '#domain/delivery/dkim.ts'
import type { House } from '../house.ts'

export interface DnsFinding {
  readonly name: string
  readonly type: 'MX' | 'TXT' | 'A' | 'PTR'
  /** What should be there, ready for the zone. */
  readonly expected: string
  readonly found: readonly string[]
  readonly ok: boolean
  /** Why it matters. */
  readonly why: string
}

const resolver = (): Resolver => new Resolver({ timeout: 3000, tries: 2 })

const orNothing = <T>(promise: Promise<T[]>): Promise<T[]> => promise.catch(() => [])

const texts = async (dns: Resolver, name: string): Promise<string[]> =>
  (await orNothing(dns.resolveTxt(name))).map((parts) => parts.join(''))

const withoutSpace = (text: string): string => text.replace(/\s+/g, '')

const checkDkim = async (dns: Resolver, { name, value }: DkimRecord): Promise<DnsFinding> => {
  const found = await texts(dns, name)
  const key = /p=([^;]+)/.exec(withoutSpace(value))?.[1] ?? ''
  const ok = found.some((text) => withoutSpace(text).includes(key))
  return { name, type: 'TXT', expected: value, found, ok, why: 'others verify our signatures with it (DKIM)' }
}

const checkDomain = async (house: House, dns: Resolver, domain: string): Promise<DnsFinding[]> => {
  const { hostname } = house.config
  const [mx, txt, dmarc] = await Promise.all([
    orNothing(dns.resolveMx(domain)),
    texts(dns, domain),
    texts(dns, `_dmarc.${domain}`),
  ])
  const exchanges = mx.map(({ priority, exchange }) => `${priority} ${exchange}`)
  const spf = txt.filter((text) => /^v=spf1\b/i.test(text))
  return [
    {
      name: domain,
      type: 'MX',
      expected: `10 ${hostname}.`,
      found: exchanges,
      ok: mx.some(({ exchange }) => exchange.toLowerCase() === hostname),
      why: 'mail finds its way here',
    },
    {
      name: domain,
      type: 'TXT',
      expected: 'v=spf1 mx -all',
      found: spf,
      ok: spf.length === 1,
      why: 'who may send for the domain (SPF); exactly one such record',
    },
    ...(await Promise.all((await dkimRecords(house.ctx, domain)).map((record) => checkDkim(dns, record)))),
    {
      name: `_dmarc.${domain}`,
      type: 'TXT',
      expected: `v=DMARC1; p=reject; rua=mailto:postmaster@${domain}`,
      found: dmarc,
      ok: dmarc.some((text) => /^v=DMARC1\b/i.test(text)),
      why: 'what others do with forgeries (DMARC)',
    },
  ]
}

const checkHost = async (dns: Resolver, hostname: string): Promise<DnsFinding[]> => {
  const [four, six] = await Promise.all([orNothing(dns.resolve4(hostname)), orNothing(dns.resolve6(hostname))])
  const addresses = [...four, ...six]
  const reverse = (await Promise.all(addresses.map((ip) => orNothing(dns.reverse(ip))))).flat()
  const pointsBack = reverse.some((name) => name.toLowerCase() === hostname)
  return [
    {
      name: hostname,
      type: 'A',
      expected: 'the public address of this server',
      found: addresses,
      ok: addresses.length > 0,
      why: 'programs and other servers connect to it',
    },
    {
      name: addresses[0] ?? hostname,
      type: 'PTR',
      expected: `${hostname}.`,
      found: reverse,
      ok: pointsBack,
      why: 'many servers refuse mail from an address without a name',
    },
  ]
}

/** Everything the DNS should say, with what it says now. */
export const checkDns = async (house: House): Promise<DnsFinding[]> => {
  const dns = resolver()
  const { domains, hostname } = house.config
  const findings = await Promise.all([
    checkHost(dns, hostname),
    ...domains.map((domain) => checkDomain(house, dns, domain)),
  ])
  return findings.flat()
}
