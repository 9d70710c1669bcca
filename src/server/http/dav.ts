/**
 * CardDAV and CalDAV over HTTP: routes around `protocol/dav`. Programs say who they are with an app password or an OAuth token, never
 * with the cookie of a browser.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { answerDav, davHeaders, davMethods, maxSourceOctets, mount, refusedMethods } from '#protocol/dav/dav.ts'
import { createAuthenticator } from './auth.ts'

const header =
  (request: FastifyRequest) =>
  (name: string): string | undefined => {
    const value = request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

export const registerDav = async (app: FastifyInstance, people: People, log: Log): Promise<void> => {
  const authenticator = createAuthenticator(people, 'dav')
  const all = ['OPTIONS', ...davMethods, ...refusedMethods]
  for (const method of all) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true })
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    // RFC 6764 §5: wherever a program begins, it is sent to the same place, with its method.
    for (const url of ['carddav', 'caldav'].flatMap((one) => [`/.well-known/${one}`, `/.well-known/${one}/`]))
      scope.route({ method: all, url, handler: async (_request, reply) => reply.redirect(`${mount}/`, 301) })
    for (const url of [mount, `${mount}/*`])
      scope.route({
        method: all,
        url,
        bodyLimit: maxSourceOctets,
        exposeHeadRoute: false,
        // Strangers are refused before a byte of their body is read.
        onRequest: async (request) => {
          if (request.method !== 'OPTIONS' && request.headers.authorization === undefined)
            throw new Failure('unauthenticated', 'a password or a token is needed')
        },
        handler: async (request, reply) => {
          for (const [name, value] of Object.entries(davHeaders)) reply.header(name, value)
          if (request.method === 'OPTIONS') return reply.code(204).send()
          const principal = await authenticator.principal(request)
          const answer = await answerDav(people.ctx, {
            method: request.method,
            path: request.url.split('?')[0] ?? '',
            header: header(request),
            body: typeof request.body === 'string' ? request.body : '',
            principal,
          })
          log.debug('dav.request', { method: request.method, status: answer.status })
          reply
            .code(answer.status)
            .header('cache-control', 'private, no-cache')
            .headers({ ...answer.headers })
          const { body } = answer
          if (body === undefined || typeof body === 'string') return reply.send(body ?? '')
          return reply.send(Readable.from(body, { objectMode: false }))
        },
      })
  })
}
