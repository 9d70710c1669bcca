/** What the DNS should say about our domains, and what it says. */
import { Resolver } from 'node:dns/promises'
import { type DkimRecord, dkimRecords } from '#domain/delivery/dkim.ts'
import { systemDns } from '#domain/delivery/dns.ts'
import { stsId, writeStsPolicy } from '#domain/delivery/sts/policy.ts'
import { askOutside } from '#domain/outside/outside.ts'
import type { House } from '../house.ts'
import { ownStsPolicy, stsHost } from '../http/mta-sts.ts'
import { createCarry, webProxyOf } from '../outside.ts'

export interface DnsFinding {
  readonly name: string
  readonly type: 'MX' | 'TXT' | 'A' | 'PTR' | 'HTTPS'
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

/** The policy as others fetch it: by a certificate they can check, from where the DNS leads them. */
const servedPolicy = async ({ config }: House, host: string): Promise<string> => {
  const outside = { resolve: systemDns(), carry: createCarry(webProxyOf(config['outgoing.web-proxy'])) }
  const url = `https://${host}/.well-known/mta-sts.txt`
  try {
    const { status, body } = await askOutside(outside, {
      method: 'GET',
      url,
      maxBytes: 65_536,
      time: 10_000,
      maxRedirects: 0,
    })
    return status === 200 ? Buffer.from(body).toString('latin1') : `the answer ${status}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The records that announce our own policy (RFC 8461 §3.1). A domain without them simply has none: that is allowed. */
const checkSts = async (house: House, dns: Resolver, domain: string): Promise<DnsFinding[]> => {
  const policy = ownStsPolicy(house.config)
  if (!policy) return []
  const { id, text } = writeStsPolicy(policy)
  const name = `_mta-sts.${domain}`
  const host = stsHost(domain)
  const expected = `v=STSv1; id=${id}`
  const found = (await texts(dns, name)).filter((one) => /^v=STSv1\b/i.test(one))
  // Nobody is obliged to have a policy; one that is announced must be the one that is served.
  if (found.length === 0) {
    const why = `no policy (MTA-STS) is announced; to announce it: "${expected}", once ${host} leads here`
    return [{ name, type: 'TXT', expected, found, ok: true, why }]
  }
  const served = await servedPolicy(house, host)
  const announced = found.length === 1 && stsId(found) === id
  const why = `others are asked to send by verified TLS (MTA-STS, ${policy.mode})`
  return [
    { name, type: 'TXT', expected, found, ok: announced, why },
    {
      name: host,
      type: 'HTTPS',
      expected: text.trim(),
      found: [served.trim()],
      ok: served === text,
      why: 'others fetch the policy there',
    },
  ]
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
    ...(await checkSts(house, dns, domain)),
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
