/**
 * What people do about their own account: password, sessions, app passwords. Only from a browser session of theirs: a
 * program that holds an app password must not be able to make others.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { setPassword } from '#domain/people/accounts.ts'
import { createAppPassword, listAppPasswords, revokeAppPassword } from '#domain/people/credentials.ts'
import { type People, services } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { checkSession, listSessions, revokeSession } from '#domain/people/sessions.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { checkSameSite, sessionToken } from './auth.ts'

type Owner = Principal & { readonly sessionId: string }

type Body = Readonly<Record<string, unknown>>

const bodyOf = (request: FastifyRequest): Body =>
  typeof request.body === 'object' && request.body !== null ? (request.body as Body) : {}

const textIn = (body: Body, name: string): string => {
  const value = body[name]
  if (typeof value !== 'string') throw new Failure('invalid', `${name} is needed`, { property: name })
  return value
}

export const registerAccount = (app: FastifyInstance, people: People): void => {
  const owner = async (request: FastifyRequest): Promise<Owner> => {
    const token = sessionToken(request)
    const principal = token === undefined ? undefined : await checkSession(people, token)
    const { sessionId } = principal ?? {}
    if (!principal || sessionId === undefined)
      throw new Failure('unauthenticated', 'nobody is signed in', { property: 'session' })
    checkSameSite(request)
    return { ...principal, sessionId }
  }

  /** A route of the person who is signed in; nothing of it is ever cached. */
  const route = (
    method: 'GET' | 'POST',
    path: string,
    work: (owner: Owner, body: Body, request: FastifyRequest) => Promise<unknown>,
  ) => {
    app.route({
      method,
      url: path,
      bodyLimit: 8192,
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        reply.header('cache-control', 'no-store')
        return work(await owner(request), bodyOf(request), request)
      },
    })
  }

  route('POST', '/auth/password', async ({ login, accountId, sessionId }, body, { ip }) => {
    // Whoever finds an unlocked screen must not be able to take the account over.
    await verifyPassword(people, { login, password: textIn(body, 'current'), ip, service: 'web' })
    await setPassword(people, login, accountId, textIn(body, 'password'), { keepSession: sessionId, ip })
    return { changed: true }
  })

  route('GET', '/auth/sessions', async ({ accountId, sessionId }) => ({
    sessions: (await listSessions(people, accountId)).map((one) => ({ ...one, current: one.id === sessionId })),
  }))

  route('POST', '/auth/sessions/revoke', async (person, body) => {
    await revokeSession(people, person, textIn(body, 'id'))
    return { revoked: true }
  })

  route('GET', '/auth/app-passwords', async ({ accountId }) => ({
    appPasswords: await listAppPasswords(people, accountId),
  }))

  route('POST', '/auth/app-passwords', async ({ login, accountId }, body, { ip }) => {
    const wanted = Array.isArray(body.scopes) ? body.scopes : services
    const scopes = services.filter((service) => wanted.includes(service))
    return createAppPassword(people, login, accountId, { label: textIn(body, 'label'), scopes, ip })
  })

  route('POST', '/auth/app-passwords/revoke', async ({ login, accountId }, body) => {
    const { id } = body
    if (typeof id !== 'number') throw new Failure('invalid', 'id is needed', { property: 'id' })
    await revokeAppPassword(people, login, accountId, id)
    return { revoked: true }
  })
}
