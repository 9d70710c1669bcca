/** How programs are asked to say who they are: Basic (RFC 7617) and Bearer (RFC 6750 §3). */
import type { FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import { scopeOf } from '#domain/people/bearer.ts'

/** The access token of the Authorization header; empty when the header is malformed; undefined without one. */
export const bearerOf = (request: FastifyRequest): string | undefined => {
  const header = request.headers.authorization ?? ''
  if (!/^bearer(?: |$)/i.test(header)) return
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1] ?? ''
}

const realm = 'realm="Convergence"'

/** The WWW-Authenticate header of an answer; undefined when it has none. */
export const challengeFor = (
  request: FastifyRequest,
  status: number,
  error: unknown,
): string[] | string | undefined => {
  if (bearerOf(request) !== undefined) {
    if (isFailure(error, 'forbidden') && error.property === 'scope')
      return `Bearer ${realm}, error="insufficient_scope", scope="${scopeOf[request.url.startsWith('/dav') ? 'dav' : 'jmap']}"`
    return status === 401 ? `Bearer ${realm}, error="invalid_token"` : undefined
  }
  return status === 401 ? [`Basic ${realm}, charset="UTF-8"`, `Bearer ${realm}`] : undefined
}
