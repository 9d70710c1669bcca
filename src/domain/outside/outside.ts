/**
 * A request to an address that a stranger chose: a picture of a message, the unsubscribe link of a list. The only way out
 * of this house for such addresses. Every hop is checked before it is made: scheme, port, name, and each address that the
 * name has; the connection then goes to the very address that was checked, so that a second answer of the DNS (rebinding)
 * changes nothing. Nothing of the reader travels with it.
 */
import { isIP } from 'node:net'
import { Failure } from '#base/failure.ts'
import { isAbsent, type ResolveDns } from '../delivery/dns.ts'
import { isPublic, isPublicName } from './address.ts'

export interface Hop {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** The checked address to connect to; the URL's host is only named in Host and in TLS. */
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  /** Octets of the answer; more ends it with Failure tooLarge. */
  readonly maxBytes: number
  /** Milliseconds for connecting, asking and reading, all together. */
  readonly time: number
}

export interface HopAnswer {
  readonly status: number
  readonly location: string | undefined
  /** Content-Type, as it was given. */
  readonly type?: string | undefined
  readonly body: Uint8Array
}

/** Makes one request without following anything; given by the composition root. Throws Failure unavailable, tooLarge. */
export type Carry = (hop: Hop) => Promise<HopAnswer>

export interface Outside {
  readonly resolve: ResolveDns
  readonly carry: Carry
}

export interface OutsideRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly accept?: string
  readonly body?: { readonly type: string; readonly bytes: Uint8Array }
  readonly maxBytes: number
  /** Milliseconds, redirects included. */
  readonly time: number
  readonly maxRedirects: number
}

const refused = (why: string): Failure => new Failure('forbidden', `not fetched: ${why}`, { property: 'outside' })

const maxUrl = 4096

/** An address of the web that may be asked for. Throws Failure forbidden. */
export const checkUrl = (text: string, base?: URL): URL => {
  if (text.length > maxUrl) throw refused('the address is too long')
  const url = URL.parse(text, base?.href)
  if (!url) throw refused('it is no address')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('it is not of the web')
  if (url.username !== '' || url.password !== '') throw refused('it carries a name and a password')
  if (url.port !== '' && url.port !== '80' && url.port !== '443') throw refused('its port is not one of the web')
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) === 0 ? !isPublicName(host) : !isPublic(host)) throw refused('it is not of the open Internet')
  url.hash = ''
  return url
}

/** The address to connect to. All that the name has are checked: one private among public ones is an attempt. */
const addressOf = async (resolve: ResolveDns, url: URL): Promise<string> => {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return host
  const answers = await Promise.allSettled([resolve(host, 'A'), resolve(host, 'AAAA')])
  const found = answers.flatMap((answer) =>
    answer.status === 'fulfilled' && Array.isArray(answer.value)
      ? answer.value.filter((address): address is string => typeof address === 'string')
      : [],
  )
  const [first] = found
  if (first === undefined) {
    const unsure = answers.some(
      ({ status, ...rest }) => status === 'rejected' && !isAbsent(Reflect.get(rest, 'reason')),
    )
    throw unsure ? new Failure('unavailable', 'the DNS does not answer') : new Failure('notFound', 'no such host')
  }
  if (!found.every(isPublic)) throw refused('its name leads to a private network')
  return first
}

/** Said of everybody who fetches through us: neither who reads, nor with what. */
const neutral = { 'user-agent': 'Mozilla/5.0', 'accept-encoding': 'identity' }

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/**
 * Asks. Resolves to the last answer's status and body. Throws Failure forbidden (address not allowed, at any hop),
 * notFound (no such host, too many redirects), tooLarge, unavailable (no answer in time).
 */
export const askOutside = async (outside: Outside, request: OutsideRequest): Promise<HopAnswer> => {
  const { method, body, accept, maxBytes, time, maxRedirects } = request
  const end = performance.now() + time
  let url = checkUrl(request.url)
  for (let hops = 0; ; hops++) {
    const address = await addressOf(outside.resolve, url)
    const left = end - performance.now()
    if (left <= 0) throw new Failure('unavailable', 'no answer in time')
    const headers = {
      ...neutral,
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined ? {} : { 'content-type': body.type, 'content-length': String(body.bytes.length) }),
    }
    const answer = await outside.carry({ method, url, address, headers, body: body?.bytes, maxBytes, time: left })
    if (!isRedirect(answer.status) || method !== 'GET') return answer
    if (hops >= maxRedirects || answer.location === undefined) throw new Failure('notFound', 'too many redirects')
    const next = checkUrl(answer.location, url)
    if (url.protocol === 'https:' && next.protocol === 'http:') throw refused('it leads out of TLS')
    url = next
  }
}
