/** Forms of our plain pages: a proof that the form was ours and this session's, and the fields they bring. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { People } from '#domain/people/people.ts'
import { isForeign } from './auth.ts'
import { languageOf } from './failure.ts'
import { type OidcErrorCode, oidcErrors } from './oidc-words.data.ts'

/** A word that only a page of ours, shown to this session for this purpose, can know. */
export const formProof = (people: People, session: string, about: string): string =>
  createHmac('sha256', people.key).update(`oidc form\n${session}\n${about}`).digest('base64url')

/** Throws Failure forbidden unless the form comes from our own page and bears its proof. */
export const checkForm = (request: FastifyRequest, people: People, session: string, about: string): void => {
  const given = Buffer.from(fieldOf(request, 'proof'))
  const wanted = Buffer.from(formProof(people, session, about))
  const right = given.length === wanted.length && timingSafeEqual(given, wanted)
  if (!right || isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
}

/** A text of the body; empty when it is not there. */
export const fieldOf = (request: FastifyRequest, name: string): string => {
  const { body } = request
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** `allow` or `deny`. Throws Failure invalid. */
export const decisionOf = (request: FastifyRequest): boolean => {
  const decision = fieldOf(request, 'decision')
  if (decision !== 'allow' && decision !== 'deny')
    throw new Failure('invalid', 'decision must be allow or deny', { property: 'decision' })
  return decision === 'allow'
}

/** An error of these routes, as JSON. */
export const sendOidcFailure = (request: FastifyRequest, reply: FastifyReply, code: OidcErrorCode): FastifyReply => {
  const { status, message } = oidcErrors[code]
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .send({ code, message: message[languageOf(request)] })
}

export const signedOut = (): Failure => new Failure('unauthenticated', 'nobody is signed in', { property: 'session' })
