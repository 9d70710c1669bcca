/** JMAP over HTTP (RFC 8620 §2, §3, §6, §7): routes around `protocol/jmap`, which knows nothing of HTTP. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '#base/log.ts'
import type { Jmap } from '#protocol/jmap/jmap.ts'
import type { JmapPrincipal } from '#protocol/jmap/method.ts'
import { internalProblem, Problem } from '#protocol/jmap/problem.ts'
import { checkHandshake } from './auth.ts'
import { createWebSockets, webSocketPath } from './websocket.ts'

export interface JmapHttpParts {
  readonly jmap: Jmap
  /** Proves who sends a request; throws Failure, which the application's own error handler answers. */
  readonly authenticate: (request: FastifyRequest) => Promise<Omit<JmapPrincipal, 'ip'>>
  readonly log: Log
  /**
   * Calls `revoked` once when what proved the principal no longer does (session revoked, password changed, account
   * disabled); returns how to stop watching.
   */
  readonly watch?: (principal: JmapPrincipal, revoked: () => void) => () => void
  /** Takes one request from what the network of an address may ask; 0, or the milliseconds until it may. */
  readonly take?: (ip: string) => number
}

/** The address by which the client reached us. */
const baseUrlOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`

const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  reply
    .code(problem.details.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem.details)

/** What is left of a body that was refused is read and dropped, within reason, so that the connection can go on. */
const maxDropped = 268_435_456

const dropRest = ({ raw }: FastifyRequest): void => {
  if (raw.readableEnded || raw.destroyed) return
  let dropped = 0
  raw.on('data', (chunk: Uint8Array) => {
    dropped += chunk.length
    if (dropped > maxDropped) raw.destroy()
  })
  raw.resume()
}

/** Problems are answered here; failures of the domain (a wrong password) by the application. */
const answerErrors = (app: FastifyInstance, log: Log): void => {
  const outer = app.errorHandler
  app.setErrorHandler((error, request, reply) => {
    dropRest(request)
    if (error instanceof Problem) return sendProblem(reply, error)
    const known = error instanceof Error && (error.name === 'Failure' || 'statusCode' in error)
    if (known) return outer.call(app, error, request, reply)
    // The client went away while it was sending: nobody is left to answer, and nothing is wrong.
    if (request.raw.socket.destroyed) return reply.send()
    const id = crypto.randomUUID().slice(0, 8)
    log.error('jmap.http', { id, route: request.routeOptions.url ?? '' }, error)
    return sendProblem(reply, internalProblem(id))
  })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const queryOf = (request: FastifyRequest): Readonly<Record<string, unknown>> =>
  request.query as Readonly<Record<string, unknown>>

const paramsOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  request.params as Readonly<Record<string, string>>

/** The body's bytes. Refused halfway, the connection stays up: the answer must still reach the client. */
const bodyOf = (request: FastifyRequest): AsyncIterable<Uint8Array> =>
  request.body instanceof Readable ? request.body.iterator({ destroyOnReturn: false }) : Readable.from([])

/**
 * A program in a page of another origin may use JMAP with a token or a password of its own (Fetch, CORS protocol). Never
 * with our cookie: without `Access-Control-Allow-Credentials` browsers neither send it nor show the answer.
 */
const allowOtherOrigins = (scope: FastifyInstance): void => {
  scope.addHook('onRequest', async (request, reply) => {
    const { origin, authorization } = request.headers
    if (origin === undefined || (authorization === undefined && request.method !== 'OPTIONS')) return
    reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'WWW-Authenticate')
  })
  scope.options('/jmap/*', async (_request, reply) =>
    reply
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'Authorization, Content-Type, Last-Event-ID, Range')
      .header('access-control-max-age', '3600')
      .code(204)
      .send(),
  )
}

/** What JMAP knows of whoever sends a request. */
export const jmapPrincipal = (principal: Omit<JmapPrincipal, 'ip'> & { readonly ip: string }): JmapPrincipal => {
  const { accountId, login, name, email, ip, credentialId, sessionId, tokenId, profileId, scopes } = principal
  return {
    ...{ accountId, login, name, email, ip },
    ...(credentialId === undefined ? {} : { credentialId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(tokenId === undefined ? {} : { tokenId }),
    ...(tokenId === undefined || scopes === undefined ? {} : { scopes }),
    ...(profileId === undefined ? {} : { profileId }),
  }
}

/** Registers the routes, in a scope of their own: here no body is parsed but by JMAP itself. */
export const registerJmap = async (app: FastifyInstance, parts: JmapHttpParts): Promise<void> => {
  const { jmap, log } = parts
  const authenticate = async (request: FastifyRequest): Promise<JmapPrincipal> => {
    return jmapPrincipal({ ...(await parts.authenticate(request)), ip: request.ip })
  }
  app.get('/.well-known/jmap', async (_request, reply) => reply.redirect('/jmap/session', 307))
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    answerErrors(scope, log)
    allowOtherOrigins(scope)
    scope.addHook('onClose', async () => jmap.close())

    scope.get('/jmap/session', async (request, reply) => {
      const principal = await authenticate(request)
      reply.header('cache-control', 'no-cache, no-store, must-revalidate')
      return jmap.session(principal, baseUrlOf(request))
    })

    scope.post('/jmap/api', async (request, reply) => {
      const principal = await authenticate(request)
      const contentType = request.headers['content-type']
      const response = await jmap.api(principal, { contentType, body: bodyOf(request), baseUrl: baseUrlOf(request) })
      reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
      return reply.send(Readable.from(response, { objectMode: false }))
    })

    for (const path of ['/jmap/upload/:accountId', '/jmap/upload/:accountId/']) {
      scope.post(path, async (request, reply) => {
        const principal = await authenticate(request)
        const { accountId = '' } = paramsOf(request)
        const contentType = request.headers['content-type']
        const uploaded = await jmap.upload(principal, { accountId, contentType, body: bodyOf(request) })
        return reply.code(201).header('cache-control', 'no-store').send(uploaded)
      })
    }

    // The name is the rest of the path: encoded, a file name may be longer than the router lets a parameter be.
    scope.get('/jmap/download/:accountId/:blobId/*', async (request, reply) => {
      const principal = await authenticate(request)
      const { accountId = '', blobId = '', '*': name = '' } = paramsOf(request)
      const query = queryOf(request)
      const { status, headers, body } = await jmap.download(principal, {
        accountId,
        blobId,
        name,
        type: text(query.accept) ?? text(query.type),
        range: request.headers.range,
        ifNoneMatch: request.headers['if-none-match'],
      })
      reply.code(status).headers(headers)
      return body && request.method !== 'HEAD' ? reply.send(Readable.from(body, { objectMode: false })) : reply.send()
    })

    registerEventSource(scope, parts)
    registerWebSocket(scope, { ...parts, authenticate })
  })
}

/** Asked for without a handshake, or without the protocol that is spoken here (RFC 8887 §4.2). */
const upgradeRequired = new Problem({
  type: 'about:blank',
  status: 426,
  title: 'Upgrade Required',
  detail: 'This is for a WebSocket with the protocol "jmap"',
})

/** JMAP over a WebSocket (RFC 8887): who is there is proved once, by the handshake. */
const registerWebSocket = (
  scope: FastifyInstance,
  {
    jmap,
    authenticate,
    watch,
    take = () => 0,
    log,
  }: JmapHttpParts & { readonly authenticate: (request: FastifyRequest) => Promise<JmapPrincipal> },
): void => {
  const sockets = createWebSockets({ protocol: 'jmap', maxPayload: jmap.maxSizeMessage }, log)
  scope.addHook('preClose', async () => sockets.close())
  scope.get(webSocketPath, { exposeHeadRoute: false }, async (request, reply) => {
    if (!sockets.wanted(request)) {
      reply.header('upgrade', 'websocket').header('connection', 'upgrade, close')
      throw upgradeRequired
    }
    checkHandshake(request)
    const principal = await authenticate(request)
    request.raw.socket.once('close', jmap.admit(principal))
    const { ip } = request
    sockets.accept(request, reply, (socket) => {
      const conversation = jmap.converse(principal, {
        baseUrl: baseUrlOf(request),
        listener: socket,
        wait: () => take(ip),
      })
      const stop = watch?.(principal, () => {
        conversation.close()
        socket.end(1008, 'The session has ended')
      })
      return {
        hear: (message) => conversation.hear(message),
        close: () => {
          stop?.()
          conversation.close()
        },
      }
    })
    return reply
  })
}

const registerEventSource = (scope: FastifyInstance, { jmap, authenticate, watch }: JmapHttpParts): void => {
  const open = new Set<AbortController>()
  scope.addHook('preClose', async () => {
    for (const controller of open) controller.abort()
  })
  scope.get('/jmap/eventsource', { exposeHeadRoute: false }, async (request, reply) => {
    const principal = await authenticate(request)
    const query = queryOf(request)
    const controller = new AbortController()
    const stream = jmap.eventSource(
      principal,
      {
        types: text(query.types),
        closeafter: text(query.closeafter),
        ping: text(query.ping),
        lastEventId: text(request.headers['last-event-id']),
      },
      controller.signal,
    )
    const stop = watch?.(principal, () => controller.abort())
    open.add(controller)
    request.raw.socket.setNoDelay(true)
    reply.raw.once('close', () => {
      controller.abort()
      open.delete(controller)
      stop?.()
    })
    reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream')
    return reply.send(Readable.from(stream, { objectMode: false }))
  })
}
