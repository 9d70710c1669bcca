/**
 * POST to a URL that a client named. It is an address chosen by a stranger (RFC 8620 §8.6): https only, never a private
 * address whatever the name resolves to, no redirection, little time, and nothing of the answer but its status.
 */
import { lookup } from 'node:dns'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublic, isPublicName } from '#domain/outside/address.ts'

export interface PostResult {
  readonly status: number
  /** Milliseconds to wait, when the service says so. */
  readonly retryAfter: number | undefined
}

export type Post = (url: string, headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<PostResult>

const timeout = 10_000

/** Resolves a name and refuses addresses that are not public: checked on what is connected to, not on a first answer. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    const usable = addresses.filter(({ address }) => isPublic(address))
    const [first] = usable
    if (!first) return callback(new Error('the name leads to no public address'), '', 0)
    if (options.all) return callback(null, usable)
    callback(null, first.address, first.family)
  })
}

const secondsOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined

/** Rejects when there is no answer. */
export const postToPublic: Post = (url, headers, body) =>
  new Promise((resolve, reject) => {
    const { protocol, hostname } = new URL(url)
    const literal = hostname.replace(/^\[|\]$/g, '')
    if (protocol !== 'https:' || !(isIP(literal) === 0 ? isPublicName(literal) : isPublic(literal))) {
      reject(new Error('only public https addresses are called'))
      return
    }
    const outgoing = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
        lookup: publicLookup,
        timeout,
        agent: false,
      },
      (response) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: secondsOf(response.headers['retry-after']) })
        response.destroy()
      },
    )
    const deadline = setTimeout(() => outgoing.destroy(new Error('no answer in time')), timeout)
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.on('close', () => clearTimeout(deadline))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
