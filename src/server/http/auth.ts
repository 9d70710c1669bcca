/**
 * Who sends an HTTP request: a browser session (cookie) or Basic authentication (RFC 7617), and the defence of cookies
 * against other sites.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { verifyBearer } from '#domain/people/bearer.ts'
import type { People, Service } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { checkSession } from '#domain/people/sessions.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { bearerOf } from './challenge.ts'
import { clearCookie, cookieIn, isSecure, setCookie } from './cookies.ts'

export { isSecure }

/** The session token a request carries. */
export const sessionToken = (request: FastifyRequest): string | undefined => cookieIn(request, 'session')

export const setSessionCookie = (request: FastifyRequest, reply: FastifyReply, token: string, seconds?: number): void =>
  setCookie(request, reply, 'session', token, seconds)

export const clearSessionCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  clearCookie(request, reply, 'session')

/** The cookie of a browser that signed in before. */
export const deviceToken = (request: FastifyRequest): string | undefined => cookieIn(request, 'device')

/** The browser as it names itself, bounded. */
export const userAgentOf = (request: FastifyRequest): string => (request.headers['user-agent'] ?? '').slice(0, 300)

/**
 * Whose session this browser has, though it may be one that can do nothing but change the password. A session that turns
 * up in another kind of browser than the one it was opened in is nobody's.
 */
export const signedInAtAll = async (people: People, request: FastifyRequest): Promise<Principal | undefined> => {
  const token = sessionToken(request)
  return token === undefined ? undefined : checkSession(people, token, { userAgent: userAgentOf(request) })
}

/** Who is signed in in this browser, and free to act; undefined when nobody is. */
export const signedIn = async (people: People, request: FastifyRequest): Promise<Principal | undefined> => {
  const principal = await signedInAtAll(people, request)
  return principal?.held === undefined ? principal : undefined
}

/** Throws Failure passwordChangeRequired for a session that has to change its password first. */
export const checkFree = ({ held }: Pick<Principal, 'held'>): void => {
  if (held !== undefined) throw new Failure('passwordChangeRequired', 'the password has to be changed first')
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** True when the browser says that another site caused the request. */
export const isForeign = (request: FastifyRequest): boolean => {
  const site = request.headers['sec-fetch-site']
  // The browser's own word, when it gives one: under our no-referrer policy a plain form's Origin is `null`.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = request.headers
  if (origin === undefined) return false
  return !isOrigin(request, origin)
}

/**
 * Throws Failure forbidden unless a request that a cookie authenticates was made by our own page: a header that a
 * foreign form or image cannot send, and an origin that is ours.
 */
export const checkSameSite = (request: FastifyRequest): void => {
  if (safeMethods.has(request.method)) return
  const marked = request.headers['x-csrf'] === '1' || request.headers['x-requested-with'] === 'convergence'
  if (!marked || isForeign(request)) throw new Failure('forbidden', 'the request does not come from our own page')
}

/**
 * Throws Failure forbidden unless a WebSocket's handshake was begun by our own page, or by a program. Any page may begin
 * one, browsers send cookies and remembered passwords with it, and nothing else keeps its messages from that page (RFC
 * 6455 §10.2). A token no browser sends by itself.
 */
export const checkHandshake = (request: FastifyRequest): void => {
  if (bearerOf(request) !== undefined) return
  const { origin, authorization } = request.headers
  const isOwn = origin === undefined ? authorization !== undefined : !isForeign(request) && isOrigin(request, origin)
  if (!isOwn) throw new Failure('forbidden', 'the request does not come from our own page')
}

const isOrigin = (request: FastifyRequest, origin: string): boolean =>
  origin === `${request.protocol}://${request.host}`

const basic = (request: FastifyRequest): { login: string; password: string } | undefined => {
  const match = /^basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')
  if (!match) return
  const text = Buffer.from(match[1] ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { login: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Proves who sends a request. */
export interface Authenticator {
  /**
   * The sender. Throws Failure unauthenticated (nobody, or wrong), forbidden (cookie from another site), throttled.
   */
  principal(request: FastifyRequest): Promise<Principal>
  /** The same for pages that also work signed out; a bad password is still an error. */
  optional(request: FastifyRequest): Promise<Principal | undefined>
}

export const createAuthenticator = (people: People, service: Service = 'jmap'): Authenticator => {
  const optional = async (request: FastifyRequest): Promise<Principal | undefined> => {
    if (request.headers.authorization !== undefined) {
      const token = bearerOf(request)
      if (token !== undefined && service !== 'web') return verifyBearer(people, { token, service })
      const given = basic(request)
      if (!given) throw new Failure('unauthenticated', 'the Authorization header is not understood')
      const userAgent = request.headers['user-agent'] ?? ''
      return verifyPassword(people, { ...given, ip: request.ip, service, userAgent })
    }
    const principal = await signedInAtAll(people, request)
    if (principal) {
      checkSameSite(request)
      checkFree(principal)
    }
    return principal
  }
  return {
    optional,
    principal: async (request) => {
      const principal = await optional(request)
      if (!principal) throw new Failure('unauthenticated', 'nobody is signed in', { property: 'session' })
      return principal
    },
  }
}
