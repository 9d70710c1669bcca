/**
 * How often a network may ask: a bucket of tokens for each /24 or /64 and class of routes. A whole school sits behind
 * one address, so the buckets are deep; guessing is slowed elsewhere, by account (domain/people/throttle.ts). State is
 * in memory, of this process alone and bounded: behind several processes each network has as many buckets.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { networkOf } from '#domain/people/throttle.ts'

export interface RateLimit {
  /** Requests at once. */
  readonly burst: number
  /** And then so many each second. */
  readonly perSecond: number
}

/** The limits of public routes, as an auditor reads them. */
export const rateLimits = {
  /** A password, a code, a key: a school that opens its door at eight. */
  'sign-in': { burst: 3000, perSecond: 30 },
  /** Writes mail or tries codes: few have forgotten at the same time. */
  recovery: { burst: 120, perSecond: 2 },
  /** Pages between a service and us. */
  'single-sign-on': { burst: 3000, perSecond: 50 },
  /** A service that asks about tickets and tokens, for all its users, from one address. */
  services: { burst: 5000, perSecond: 200 },
  /** A service that pushes cards, a hundred a request. */
  cards: { burst: 600, perSecond: 10 },
  /** What is public and read without signing in. */
  read: { burst: 5000, perSecond: 100 },
  /** Errors pasted into the decoder, answers to "did this help?": a class at once. */
  help: { burst: 600, perSecond: 5 },
  /** Pictures of messages: a page of a newsletter has dozens. */
  pictures: { burst: 6000, perSecond: 200 },
  /** Changes to one's own account, administration. */
  change: { burst: 1000, perSecond: 10 },
  /** Everything else: files of the web app, mail, calendars. A whole school at work; a flood is more than that. */
  rest: { burst: 60_000, perSecond: 2000 },
} as const satisfies Readonly<Record<string, RateLimit>>

export type RateClass = keyof typeof rateLimits

/** Which class a route is of: the first form that fits; no route is without one. */
const table: readonly (readonly [method: RegExp, url: RegExp, RateClass])[] = [
  [/POST/, /^\/(?:login|auth\/(?:login|factor|passkey|step-up))(?:\/|$)/, 'sign-in'],
  [/POST/, /^\/auth\/(?:recover|activate)(?:\/|$)/, 'recovery'],
  // Opened by whoever holds the link; its token cannot be guessed, and what it gives is worth protecting all the same.
  [/./, /^\/setup\/(?:link|profile)\//, 'recovery'],
  [/POST/, /^\/$/, 'sign-in'],
  // Codes that a television shows are short.
  [/POST/, /^\/(?:auth\/|oidc\/)?device$/, 'recovery'],
  [/./, /^\/cas\/(?:p3\/)?(?:validate|serviceValidate|proxyValidate|samlValidate|proxy)$/, 'services'],
  [/./, /^\/serviceValidate$/, 'services'],
  [/./, /^\/oidc\/(?:token|jwks|me|userinfo|introspect\w*|revoc\w*|par|request)\b/, 'services'],
  [/./, /^\/scim(?:\/|$)/, 'services'],
  [/POST/, /^\/portal\/api\//, 'cards'],
  [/GET|HEAD/, /^\/mail\/image$/, 'pictures'],
  [/GET|HEAD/, /^\/mail\/(?:zip\/|images\/trust$)/, 'read'],
  [/POST/, /^\/mail\//, 'change'],
  [/GET|HEAD/, /^\/portal\/(?:open|demonstration)\//, 'read'],
  [/./, /^\/(?:cas|oidc|saml|federation|device)(?:\/|$)/, 'single-sign-on'],
  [/./, /^\/\.well-known\/(?:openid|oauth|webfinger)/, 'services'],
  [/GET|HEAD/, /^\/(?:auth|admin|files|f|diagnosis|tickets)(?:\/|$)/, 'read'],
  [/GET|HEAD/, /^\/(?:aide|help|etat|status|practice)(?:\/|$)/, 'read'],
  [/POST/, /^\/(?:aide|help)\//, 'help'],
  // Writes mail to whatever address is given.
  [/POST/, /^\/(?:etat|status)\//, 'recovery'],
  // Outlook asks by POST; clients of DAV find their place by any method.
  [/./, /^\/(?:autodiscover\/|\.well-known\/(?:carddav|caldav))/i, 'read'],
  [/GET|HEAD/, /^\/(?:login\/|consent\/|mail\/config|\.well-known|config|accessibilite)/i, 'read'],
  [/GET|HEAD/, /^\/(?:functions|notices|requests)(?:\/|$)/, 'read'],
  [/./, /^\/(?:auth|admin|files|diagnosis|functions|notices|requests|tickets)(?:\/|$)/, 'change'],
]

/** The class of a route by its method and pattern. */
export const rateClassOf = (method: string, url: string): RateClass =>
  table.find(([methods, form]) => methods.test(method) && form.test(url))?.[2] ?? 'rest'

interface Bucket {
  tokens: number
  at: number
}

export interface Limits {
  /** Takes one token; 0, or the milliseconds until there is one. */
  take(kind: RateClass, ip: string): number
  readonly size: number
}

export const createLimits = (
  clock: Clock,
  limits: Readonly<Record<string, RateLimit>> = rateLimits,
  maxBuckets = 50_000,
): Limits => {
  const buckets = new Map<string, Bucket>()
  return {
    take: (kind, ip) => {
      const limit = limits[kind]
      if (!limit) return 0
      const key = `${kind} ${networkOf(ip)}`
      const now = clock.now()
      const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now }
      const tokens = Math.min(limit.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * limit.perSecond)
      const enough = tokens >= 1
      // Re-inserted at the end, so that the network heard from least recently is forgotten first.
      buckets.delete(key)
      buckets.set(key, { tokens: enough ? tokens - 1 : tokens, at: now })
      if (buckets.size > maxBuckets) buckets.delete(buckets.keys().next().value as string)
      return enough ? 0 : Math.ceil(((1 - tokens) / limit.perSecond) * 1000)
    },
    get size() {
      return buckets.size
    },
  }
}

const isForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')

/** Limits every route of the table; call it before the routes are added. */
export const addRateLimits = (app: FastifyInstance, limits: Limits, log: Log): void => {
  const classes = new Map<string, RateClass>()
  let toldAt = 0
  /** By the route's pattern; a pattern that stands for many routes (`/oidc/*`) by what was asked for. */
  const classOf = ({ method, routeOptions, url: path }: FastifyRequest): RateClass => {
    const url = routeOptions.url
    if (url === undefined || url === '/*') return 'rest'
    if (url.endsWith('*')) return rateClassOf(method, path.split('?', 1)[0] ?? '')
    const key = `${method} ${url}`
    const known = classes.get(key)
    if (known !== undefined) return known
    const found = rateClassOf(method, url)
    classes.set(key, found)
    return found
  }
  app.addHook('onRequest', async (request, reply) => {
    const kind = classOf(request)
    const wait = limits.take(kind, request.ip)
    if (wait === 0) return
    // Not a line for each: whoever floods us must not flood the log.
    if (performance.now() - toldAt > 10_000) {
      toldAt = performance.now()
      log.warn('http.limited', { class: kind, network: networkOf(request.ip) })
    }
    if (isForm(request) && /^\/(?:auth\/)?login$/.test(request.routeOptions.url ?? ''))
      return reply
        .header('retry-after', Math.ceil(wait / 1000))
        .header('cache-control', 'no-store')
        .redirect('/login?error=AUTH-02', 303)
    throw new Failure('throttled', 'too many requests from this network', { retryAfter: wait })
  })
}
