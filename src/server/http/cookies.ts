/** Our cookies: all hidden from script, tied to this host where TLS allows it, and never sent by forms of other sites. */
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * `session`: who is signed in. `signin`: a sign-in under way. `device`: a known browser. `webauthn`: a challenge.
 * `federation`: a round trip to an identity provider.
 */
export type CookieName = 'session' | 'signin' | 'device' | 'webauthn' | 'federation'

export const isSecure = (request: FastifyRequest): boolean => request.protocol === 'https'

/** `__Host-` ties a cookie to this host, the whole path and TLS; without TLS (this machine only) browsers refuse it. */
const nameOf = (request: FastifyRequest, name: CookieName): string => (isSecure(request) ? `__Host-${name}` : name)

/** The value of a cookie of ours; undefined when the request carries none. */
export const cookieIn = (request: FastifyRequest, name: CookieName): string | undefined => {
  const wanted = nameOf(request, name)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === wanted) return pair.slice(at + 1).trim() || undefined
  }
  return
}

/**
 * Lax: a service that sends the browser here to sign in must find the session (Strict would hide it); requests that
 * change anything are protected by `checkSameSite`.
 */
const attributes = (request: FastifyRequest): string =>
  `Path=/; HttpOnly; SameSite=Lax${isSecure(request) ? '; Secure' : ''}`

/** Adds a cookie to the answer. `seconds` absent: it ends with the browser. */
export const setCookie = (
  request: FastifyRequest,
  reply: FastifyReply,
  name: CookieName,
  value: string,
  seconds?: number,
): void => {
  const age = seconds === undefined ? '' : `; Max-Age=${Math.floor(seconds)}`
  // Several cookies of one answer: Fastify keeps each set-cookie header.
  reply.header('set-cookie', `${nameOf(request, name)}=${value}; ${attributes(request)}${age}`)
}

/** Has the browser forget a cookie. */
export const clearCookie = (request: FastifyRequest, reply: FastifyReply, name: CookieName): void =>
  setCookie(request, reply, name, '', 0)
