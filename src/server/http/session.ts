/** Signing in and out: `/auth/*`. Works with script (JSON) and without (a plain form). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { checkSession, openSession, revokeSession } from '#domain/people/sessions.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import type { Demo } from '../demo/demo.ts'
import { checkSameSite, clearSessionCookie, isForeign, sessionToken, setSessionCookie } from './auth.ts'
import { httpFailure, sendFailure } from './failure.ts'

/** What a phone or a mail program needs to know. */
export interface MailSettings {
  readonly host: string
  readonly imap?: { readonly port: number; readonly security: 'tls' | 'starttls' }
  readonly smtp?: { readonly port: number; readonly security: 'tls' | 'starttls' }
}

export interface SessionRoutes {
  readonly people: People
  readonly log: Log
  readonly mail: () => MailSettings
  readonly demo: Demo | undefined
}

interface Form {
  readonly login: string
  readonly password: string
}

const readForm = (body: unknown): Form => {
  const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const { login, password } = given
  if (typeof login !== 'string' || typeof password !== 'string')
    throw new Failure('invalid', 'login and password are needed')
  return { login, password }
}

const isPlainForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')

/** The demonstration's password is told only to somebody at this machine, under one of its own names. */
const atThisMachine = (request: FastifyRequest): boolean => {
  const here = /^(?:127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
  return (
    here &&
    request.headers['x-forwarded-for'] === undefined &&
    /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(request.host)
  )
}

export const registerSession = (app: FastifyInstance, { people, log, mail, demo }: SessionRoutes): void => {
  const signIn = async (request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> => {
    const userAgent = request.headers['user-agent'] ?? ''
    const principal = await verifyPassword(people, { ...form, ip: request.ip, service: 'web', userAgent })
    // A new token each time, and the old session ends: a token planted beforehand is worth nothing (fixation).
    const before = sessionToken(request)
    const earlier = before === undefined ? undefined : await checkSession(people, before)
    if (earlier?.sessionId !== undefined) await revokeSession(people, earlier, earlier.sessionId)
    const { token, expiresAt } = await openSession(people, principal, { ip: request.ip, userAgent })
    setSessionCookie(request, reply, token, Math.floor((expiresAt - people.ctx.clock.now()) / 1000))
    const { login, name, email, locale, admin } = principal
    return { signedIn: true, login, name, email, locale, admin }
  }

  app.post('/auth/login', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const plain = isPlainForm(request)
    try {
      // Signing somebody in under a stranger's account is an attack too.
      if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
      const answer = await signIn(request, reply, readForm(request.body))
      return plain ? reply.redirect('/', 303) : answer
    } catch (error) {
      if (!plain) return sendFailure(error, request, reply, log)
      return reply.redirect(`/login?error=${httpFailure(error, request, log).body.code}`, 303)
    }
  })

  app.post('/auth/logout', { bodyLimit: 8192 }, async (request, reply) => {
    const token = sessionToken(request)
    const principal = token === undefined ? undefined : await checkSession(people, token)
    // A plain form cannot send our header: its origin must do.
    if (principal && !(isPlainForm(request) && !isForeign(request))) checkSameSite(request)
    if (principal?.sessionId !== undefined) await revokeSession(people, principal, principal.sessionId)
    clearSessionCookie(request, reply)
    reply.header('cache-control', 'no-store').header('clear-site-data', '"cache"')
    return isPlainForm(request) ? reply.redirect('/login', 303) : { signedIn: false }
  })

  app.get('/auth/session', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const token = sessionToken(request)
    const principal = token === undefined ? undefined : await checkSession(people, token)
    const shown = demo !== undefined && atThisMachine(request)
    const extra = shown
      ? { demo: { accounts: demo.accounts, password: demo.password, services: demo.services?.() ?? [] } }
      : {}
    if (!principal) return { signedIn: false, ...extra }
    const { login, name, email, locale, admin } = principal
    return { signedIn: true, login, name, email, locale, admin, mail: mail(), ...extra }
  })
}
