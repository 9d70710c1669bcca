/** SCIM 2.0 at `/scim/v2`: the bearer token of a provisioning client (RFC 6750), JSON in and out (RFC 7644 §3.1). */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '#base/log.ts'
import { checkProvisioningToken, type ProvisioningClient } from '#domain/directory/provisioning-clients.ts'
import type { People } from '#domain/people/people.ts'
import { errorSchema, ScimError, scimFailure } from '#protocol/scim/failure.ts'
import { answerScim, type ScimRequest } from '#protocol/scim/scim.ts'
import { isObject, type Json, type JsonObject } from '#protocol/scim/value.ts'

const mount = '/scim/v2'
const type = 'application/scim+json'

const clientOf = async (people: People, request: FastifyRequest): Promise<ProvisioningClient> => {
  const match = /^bearer ([A-Za-z0-9_.~+/-]{1,200}=*)$/i.exec(request.headers.authorization ?? '')
  const client = match?.[1] === undefined ? undefined : await checkProvisioningToken(people, match[1])
  if (!client) throw new ScimError(401, 'a bearer token is needed')
  return client
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

const parse = (body: unknown): Json | undefined => {
  if (typeof body !== 'string' || body === '') return
  try {
    return JSON.parse(body) as Json
  } catch {
    throw new ScimError(400, 'the body is not JSON', 'invalidSyntax')
  }
}

const requestOf = (request: FastifyRequest): ScimRequest => {
  const [path = ''] = request.url.slice(mount.length).split('?')
  const [ifMatch, ifNoneMatch] = [header(request, 'if-match'), header(request, 'if-none-match')]
  const query: JsonObject = isObject(request.query) ? request.query : {}
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method,
    path: path.replace(/\/$/, ''),
    query,
    body: parse(request.body),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  }
}

const sendError = (error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply => {
  const known = scimFailure(error)
  if (known) {
    if (known.status === 401) reply.header('www-authenticate', 'Bearer realm="scim"')
    return reply.code(known.status).type(type).send(JSON.stringify(known.body))
  }
  const given = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  const status = given >= 400 && given < 500 ? given : 500
  const id = randomBytes(6).toString('hex')
  if (status === 500)
    log.error('scim.error', { id, method: request.method, url: request.routeOptions.url ?? '' }, error)
  const detail = status === 500 ? `something went wrong on our side (${id})` : 'the request is not understood'
  return reply
    .code(status)
    .type(type)
    .send(JSON.stringify({ schemas: [errorSchema], status: String(status), detail }))
}

export const registerScim = async (app: FastifyInstance, people: People, log: Log): Promise<void> => {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser([type, 'application/json'], { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler((error, request, reply) => sendError(error, request, reply, log))
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: `${mount}/*`,
      bodyLimit: 1024 * 1024,
      // Signed-out strangers are refused before a byte of their body is parsed.
      onRequest: async (request) => {
        await clientOf(people, request)
      },
      handler: async (request, reply) => {
        const client = await clientOf(people, request)
        const base = `${request.protocol}://${request.host}${mount}`
        const scim = { people, client, base, now: () => people.ctx.clock.now() }
        const answer = await answerScim(scim, requestOf(request))
        reply.header('cache-control', 'no-store').code(answer.status)
        if (answer.etag !== undefined) reply.header('etag', answer.etag)
        if (answer.location !== undefined && answer.location !== '') reply.header('location', answer.location)
        return answer.body === undefined ? reply.send() : reply.type(type).send(JSON.stringify(answer.body))
      },
    })
  })
}
