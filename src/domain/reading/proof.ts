/**
 * Whether the sender of a stored message is who it says, from what this server itself wrote when it came in. Fields that
 * came with the message never count: the doors take away those that bear our name (`noForgedResults`).
 */

import { parseAddresses } from '#format/address/parse.ts'
import type { SenderProof, UnsubscribeWays } from '#format/jmap/reading.ts'
import { type AuthResult, parseAuthResults, parseDkimTags } from '#format/mime/auth-results.ts'
import { parseUrls } from '#format/mime/headers.ts'
import { registered } from '#format/warning/domain.ts'
import type { Header } from '../delivery/header.ts'

export interface Author {
  readonly name: string
  /** Folded. */
  readonly address: string
  readonly domain: string
}

/** The one author; undefined when From names nobody, or several (RFC 5322 allows it, and readers see but one). */
export const authorOf = (header: Header): Author | undefined => {
  const fields = header.all('from')
  const [only, another] = fields.flatMap((value) => parseAddresses(value))
  if (!only || another || fields.length !== 1) return undefined
  const address = only.email.toLowerCase()
  return { name: only.name ?? '', address, domain: address.slice(address.lastIndexOf('@') + 1) }
}

/** How our Received field of a submitted message ends: no `from`, and a protocol with a sign-in (trace.ts). */
const submitted = /^by (\S+) with (?:E?SMTPS?A|ESMTPSA|UTF8SMTPS?A|JMAP)\b/i

const bySubmission = (header: Header, hostname: string): boolean => {
  const by = submitted.exec((header.all('received')[0] ?? '').replace(/\s+/g, ' ').trim())?.[1]
  return by?.toLowerCase() === hostname
}

/** Domains align in the relaxed way (RFC 7489 §3.1.1). */
const aligned = (domain: string | undefined, author: string): boolean =>
  domain !== undefined && domain !== '' && registered(domain.slice(domain.lastIndexOf('@') + 1)) === registered(author)

const domainOf = ({ properties }: AuthResult): string =>
  (properties.get('header.d') ?? properties.get('header.i') ?? properties.get('smtp.mailfrom') ?? '').replace(
    /^.*@/,
    '',
  )

export interface Proof {
  readonly proof: SenderProof
  readonly by: string | null
}

/** Our own results, the topmost field of our name. */
const ownResults = (header: Header, hostname: string): readonly AuthResult[] | undefined => {
  for (const value of header.all('authentication-results').slice(0, 20)) {
    const parsed = parseAuthResults(value)
    if (parsed?.server === hostname) return parsed.results
  }
  return undefined
}

/** @param hostname our name, as in Authentication-Results */
export const proofOf = (header: Header, author: Author | undefined, hostname: string): Proof => {
  const ours = hostname.toLowerCase()
  const results = ownResults(header, ours)
  if (results === undefined)
    return bySubmission(header, ours) ? { proof: 'own', by: null } : { proof: 'unknown', by: null }
  if (!author) return { proof: 'unverified', by: null }
  const dmarc = results.find(({ method }) => method === 'dmarc')
  if (dmarc?.result === 'pass') return { proof: 'verified', by: author.domain }
  if (dmarc?.result === 'fail') return { proof: 'failed', by: null }
  if (dmarc?.result === 'temperror') return { proof: 'unknown', by: null }
  // The domain publishes no policy: what DMARC would have looked at.
  const vouching = results.find(
    (one) =>
      (one.method === 'dkim' || one.method === 'spf') && one.result === 'pass' && aligned(domainOf(one), author.domain),
  )
  if (vouching) return { proof: 'verified', by: domainOf(vouching) }
  const unsure = results.some(({ method, result }) => /^(?:dkim|spf)$/.test(method) && result === 'temperror')
  return { proof: unsure ? 'unknown' : 'unverified', by: null }
}

/** True when a signature that we verified covers both List-Unsubscribe fields (RFC 8058 §4). */
const coversUnsubscribe = (header: Header, hostname: string): boolean => {
  const passed = (ownResults(header, hostname) ?? []).filter(
    ({ method, result }) => method === 'dkim' && result === 'pass',
  )
  return header
    .all('dkim-signature')
    .slice(0, 10)
    .some((value) => {
      const tags = parseDkimTags(value)
      const covered = (tags.get('h') ?? '').toLowerCase().split(':')
      if (!covered.includes('list-unsubscribe') || !covered.includes('list-unsubscribe-post')) return false
      const domain = tags.get('d')?.toLowerCase()
      const signature = tags.get('b')?.toLowerCase() ?? ''
      return passed.some(({ properties }) => {
        const named = properties.get('header.d') ?? properties.get('header.i')?.replace(/^.*@/, '')
        const begins = properties.get('header.b')
        return named === domain && (begins === undefined || signature.startsWith(begins))
      })
    })
}

/** Ways out of a list (RFC 2369 §3.2, RFC 8058 §3.1); null when it names none. */
export const unsubscribeWays = (
  header: Header,
  hostname: string,
): (UnsubscribeWays & { readonly post: string | null }) | null => {
  const fields = header.all('list-unsubscribe')
  const urls = parseUrls(fields[0] ?? '') ?? []
  const web = urls.find((url) => /^https:\/\//i.test(url)) ?? urls.find((url) => /^http:\/\//i.test(url)) ?? null
  const mail = urls.find((url) => /^mailto:[^\s<>"]{3,1000}$/i.test(url)) ?? null
  if (web === null && mail === null) return null
  const asks = /^\s*List-Unsubscribe\s*=\s*One-Click\s*$/i.test(header.all('list-unsubscribe-post')[0] ?? '')
  // §3: one of each field, https, and covered by a signature.
  const oneClick =
    asks &&
    fields.length === 1 &&
    header.count('list-unsubscribe-post') === 1 &&
    web !== null &&
    /^https:/i.test(web) &&
    coversUnsubscribe(header, hostname.toLowerCase())
  return { oneClick, web, mail, post: oneClick ? web : null }
}
