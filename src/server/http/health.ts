/** Health, readiness and metrics, for monitoring. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Metrics } from '../metrics.ts'

export interface Readiness {
  /** Problems that keep this process from serving; empty when it is ready. */
  problems(): Promise<string[]>
  /** What somebody should look at, though the process serves. */
  warnings(): Promise<string[]>
}

/**
 * Who may read metrics on the public port: this machine, without a proxy in between. The address is the socket's own,
 * not one that a header claims.
 */
const isLocal = (request: FastifyRequest): boolean =>
  /^(?:127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined

export const registerHealth = (
  app: FastifyInstance,
  deps: { readonly readiness: Readiness; readonly metrics: Metrics; readonly open: boolean },
): void => {
  app.get('/health/live', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return { status: 'live' }
  })
  app.get('/health/ready', async (_request, reply) => {
    const problems = await deps.readiness.problems()
    reply.header('cache-control', 'no-store').code(problems.length === 0 ? 200 : 503)
    if (problems.length > 0) return { status: 'not ready', problems }
    const warnings = await deps.readiness.warnings()
    return warnings.length === 0 ? { status: 'ready' } : { status: 'ready', warnings }
  })
  app.get('/metrics', async (request, reply) => {
    if (!deps.open && !isLocal(request)) return reply.callNotFound()
    reply.header('cache-control', 'no-store').type(deps.metrics.contentType)
    return deps.metrics.text()
  })
}
