/** Routes of whoever is signed in by a browser session; nothing of them is ever cached. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { People } from '#domain/people/people.ts'
import { type Principal, requireStepUp, requireStrong } from '#domain/people/principal.ts'
import { checkFree, checkSameSite, signedInAtAll } from './auth.ts'

export type Body = Readonly<Record<string, unknown>>

/** The JSON object of a request; empty when there is none. */
export const bodyOf = (request: FastifyRequest): Body =>
  typeof request.body === 'object' && request.body !== null ? (request.body as Body) : {}

/** A text of the body, bounded; empty when it is absent. Throws Failure invalid. */
export const textIn = (body: Body, name: string, longest = 320): string => {
  const value = body[name] ?? ''
  if (typeof value !== 'string' || value.length > longest)
    throw new Failure('invalid', `${name} is not a text of at most ${longest} characters`, { property: name })
  return value
}

/** A text that must be there. Throws Failure invalid. */
export const neededIn = (body: Body, name: string, longest = 320): string => {
  const text = textIn(body, name, longest)
  if (text.trim() === '') throw new Failure('invalid', `${name} is needed`, { property: name })
  return text
}

/** A number that names a row. Throws Failure invalid. */
export const idIn = (body: Body, name: string): number => {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Failure('invalid', `${name} is needed`, { property: name })
  return value
}

/** Numbers that name rows. Throws Failure invalid. */
export const idsIn = (body: Body, name: string, most: number): number[] => {
  const value = body[name]
  const good = Array.isArray(value) && value.length <= most && value.every((id) => Number.isSafeInteger(id) && id >= 0)
  if (!good) throw new Failure('invalid', `${name} is a list of at most ${most}`, { property: name })
  return [...new Set(value as number[])]
}

/** A session's principal. */
export type Owner = Principal & { readonly sessionId: string }

/**
 * Throws Failure unauthenticated, forbidden (another site made the request), passwordChangeRequired (unless `held`: what
 * is needed to change it).
 */
export const ownerOf = async (people: People, request: FastifyRequest, held = false): Promise<Owner> => {
  const principal = await signedInAtAll(people, request)
  const { sessionId } = principal ?? {}
  if (!principal || sessionId === undefined)
    throw new Failure('unauthenticated', 'nobody is signed in', { property: 'session' })
  checkSameSite(request)
  if (!held) checkFree(principal)
  return { ...principal, sessionId }
}

export interface OwnerRoute {
  readonly owner: Owner
  readonly body: Body
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/**
 * Adds routes of signed-in people. `stepUp`: only after a fresh proof of who they are; `held`: also for those who have
 * to change their password first.
 */
export const ownerRoutes =
  (app: FastifyInstance, people: People) =>
  (
    method: 'GET' | 'POST',
    url: string,
    work: (given: OwnerRoute) => Promise<unknown>,
    options: { readonly stepUp?: boolean; readonly held?: boolean; readonly bodyLimit?: number } = {},
  ): void => {
    app.route({
      method,
      url,
      bodyLimit: options.bodyLimit ?? 8192,
      handler: async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const owner = await ownerOf(people, request, options.held)
        // Whoever may do something for a school does it with a second factor; what they may do is told without.
        const administers = url.startsWith('/admin/') && url !== '/admin/scope'
        if (administers && people.options.secondFactorFor.includes('administrator')) requireStrong(owner)
        if (options.stepUp) requireStepUp(owner, people.ctx.clock.now())
        return work({ owner, body: bodyOf(request), request, reply })
      },
    })
  }
