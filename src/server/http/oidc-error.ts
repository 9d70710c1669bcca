/** The page of a protocol error of OpenID Connect. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors } from '#protocol/oidc/library.ts'
import { errorPage, pagePolicy } from '#protocol/oidc/pages.ts'
import { languageOf } from './failure.ts'

/** Throws what is no protocol error. */
export const sendOidcError = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply => {
  if (!(error instanceof errors.OIDCProviderError)) throw error
  const { name, error: word, error_description: description } = error
  return reply
    .code(error.statusCode)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', pagePolicy())
    .send(errorPage(languageOf(request), { name, error: word, description }))
}
