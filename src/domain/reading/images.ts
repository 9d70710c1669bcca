/**
 * Pictures that a message keeps on other machines, fetched by us so that their owner learns neither who reads, nor when,
 * nor from where. An address is fetched only with a signature that we gave to the same session: nobody makes us fetch by a
 * link, and what one session was given is worth nothing to another.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { imageKind, isReasonable } from '#format/image/kind.ts'
import type { Outside } from '../outside/outside.ts'
import { askOutside, checkUrl } from '../outside/outside.ts'
import type { People } from '../people/people.ts'

export interface ImageOptions {
  readonly enabled: boolean
  /** Octets of the largest picture. */
  readonly maxBytes: number
  /** Octets kept in memory for all readers together. */
  readonly cacheBytes: number
}

export const defaultImageOptions: ImageOptions = {
  enabled: true,
  maxBytes: 10 * 1024 ** 2,
  cacheBytes: 64 * 1024 ** 2,
}

export interface RemoteImage {
  readonly type: string
  readonly bytes: Uint8Array
}

/** Whose signature it is. */
export interface Reader {
  readonly accountId: number
  readonly sessionId: string
}

const day = 24 * 3_600_000
/** Addresses of one message. */
export const maxImages = 300
const fetchTime = 15_000
const maxRedirects = 3
/** Fetched at the same time, for all readers; more wait, and beyond that are told to come back. */
const maxRunning = 32
const maxWaiting = 2000
/** Pictures that a reader may have fetched at once, and each second. */
const burst = 1500
const perSecond = 10
/** What could not be fetched is not tried again for a while. */
const badFor = 5 * 60_000
const keepFor = 12 * 3_600_000
const maxEntries = 5000

interface Kept {
  readonly image: RemoteImage | undefined
  readonly until: number
}

interface Bucket {
  tokens: number
  at: number
}

export interface Images {
  readonly enabled: boolean
  /**
   * Where our own page fetches each picture: a path for those that may be, undefined for the others. The same during a
   * day, so that a browser keeps it. Throws Failure tooMany, unsupported (the proxy is off).
   */
  sign(reader: Reader, urls: readonly string[]): (string | undefined)[]
  /**
   * The picture of a signed address. Throws Failure forbidden (signature, address), notFound (no picture), tooLarge,
   * throttled, unavailable, unsupported.
   */
  fetch(
    reader: Reader,
    given: { readonly url: string; readonly expires: number; readonly sign: string },
  ): Promise<RemoteImage>
}

/** The people's key signs; what is signed says for what, for whom and until when. */
const signature = (key: Uint8Array, { accountId, sessionId }: Reader, expires: number, url: string): Buffer =>
  createHmac('sha256', key).update(`remote image\n${accountId}\n${sessionId}\n${expires}\n${url}`).digest()

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Pictures in memory, the least recently asked for given up first. */
const createCache = (limit: number) => {
  const kept = new Map<string, Kept>()
  let size = 0
  const weight = ({ image }: Kept): number => (image?.bytes.length ?? 0) + 500
  const drop = (url: string): void => {
    const old = kept.get(url)
    if (!old) return
    kept.delete(url)
    size -= weight(old)
  }
  return {
    get: (url: string, now: number): Kept | undefined => {
      const found = kept.get(url)
      if (!found) return
      drop(url)
      if (found.until <= now) return
      kept.set(url, found)
      size += weight(found)
      return found
    },
    put: (url: string, one: Kept): void => {
      drop(url)
      if (weight(one) > limit) return
      kept.set(url, one)
      size += weight(one)
      while (size > limit || kept.size > maxEntries) drop(kept.keys().next().value as string)
    },
  }
}

/** At most so many at the same time; the others wait in line. */
const createGate = () => {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxRunning) {
      if (waiting.length >= maxWaiting) throw new Failure('unavailable', 'too many pictures are being fetched')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}

const accepted = 'image/avif,image/webp,image/png,image/jpeg,image/gif'

export const createImages = (people: People, outside: Outside, options: ImageOptions = defaultImageOptions): Images => {
  const { clock, log } = people.ctx
  const cache = createCache(options.cacheBytes)
  const gate = createGate()
  const flying = new Map<string, Promise<RemoteImage>>()
  const buckets = new Map<number, Bucket>()

  const spend = (account: number): void => {
    const now = clock.now()
    const { tokens, at } = buckets.get(account) ?? { tokens: burst, at: now }
    const left = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond)
    buckets.delete(account)
    if (left < 1) {
      buckets.set(account, { tokens: left, at: now })
      throw new Failure('throttled', 'too many pictures', { retryAfter: 1000 })
    }
    buckets.set(account, { tokens: left - 1, at: now })
    if (buckets.size > 50_000) buckets.delete(buckets.keys().next().value as number)
  }

  const get = async (url: string): Promise<RemoteImage> => {
    const { maxBytes } = options
    const request = { method: 'GET', url, accept: accepted, maxBytes, time: fetchTime, maxRedirects } as const
    const { status, body } = await gate(() => askOutside(outside, request))
    const kind = status === 200 ? imageKind(body) : undefined
    if (!kind || !isReasonable(kind)) throw new Failure('notFound', `no picture (${status})`)
    return { type: kind.type, bytes: body }
  }

  const getOnce = (url: string): Promise<RemoteImage> => {
    const known = flying.get(url)
    if (known) return known
    const now = clock.now()
    const fetching = get(url)
      .then((image) => {
        cache.put(url, { image, until: now + keepFor })
        return image
      })
      .catch((error) => {
        cache.put(url, { image: undefined, until: now + badFor })
        log.debug('reading.image', { message: error instanceof Error ? error.message : String(error) })
        throw error
      })
      .finally(() => flying.delete(url))
    flying.set(url, fetching)
    return fetching
  }

  const checkEnabled = (): void => {
    if (!options.enabled) throw new Failure('unsupported', 'remote pictures are not fetched here')
  }

  return {
    enabled: options.enabled,
    sign: (reader, urls) => {
      checkEnabled()
      if (urls.length > maxImages) throw new Failure('tooMany', `more than ${maxImages} pictures`)
      const expires = (Math.floor(clock.now() / day) + 2) * day
      return urls.map((text) => {
        try {
          const url = checkUrl(text).href
          const sign = signature(people.key, reader, expires, url).toString('base64url')
          return `/mail/image?${new URLSearchParams({ u: url, e: String(expires), s: sign })}`
        } catch {
          return undefined
        }
      })
    },
    fetch: async (reader, { url, expires, sign }) => {
      checkEnabled()
      const right = signature(people.key, reader, expires, url)
      if (!same(right, Buffer.from(sign, 'base64url')) || expires < clock.now())
        throw new Failure('forbidden', 'the address is not signed for this session', { property: 'outside' })
      const kept = cache.get(url, clock.now())
      if (kept) {
        if (kept.image) return kept.image
        throw new Failure('notFound', 'there was no picture a moment ago')
      }
      spend(reader.accountId)
      return getOnce(url)
    },
  }
}
