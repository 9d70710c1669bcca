/** Headers that every answer carries, and the content security policy of the web app. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { isSecure } from './auth.ts'

/**
 * Nothing but our own files, and no inline script. Style attributes are allowed because accessible positioning needs
 * them; remote pictures never load in the page itself, only in the frame of a message (its own policy), when asked.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const contentSecurityPolicy = policy

const headers: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), browsing-topics=()',
}

/** Sets the headers on every answer that does not set its own. `pin` asks browsers to come back by TLS only. */
export const addSecurityHeaders = (app: FastifyInstance, options: { readonly pin: boolean }): void => {
  app.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(headers)) if (!reply.hasHeader(name)) reply.header(name, value)
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policy)
    if (options.pin && isSecure(request)) reply.header('strict-transport-security', 'max-age=63072000')
  })
}

/** Paths that monitoring and certificate renewal read without TLS. */
const plainPaths = /^\/(?:health|metrics|\.well-known\/acme-challenge)(?:\/|$)/

/**
 * Passwords and cookies travel by TLS only: a request that came from another machine in the clear is sent to `base`
 * (reading) or refused (anything else). This machine is trusted, because a proxy on it does the TLS.
 */
export const requireTls = (app: FastifyInstance, base: string): void => {
  app.addHook('onRequest', async (request, reply) => {
    const local = /^(?:127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
    if (isSecure(request) || local || plainPaths.test(request.url)) return
    if (request.method === 'GET' || request.method === 'HEAD') return reply.redirect(`${base}${request.url}`, 308)
    throw new Failure('forbidden', 'this is taken over TLS only')
  })
}
