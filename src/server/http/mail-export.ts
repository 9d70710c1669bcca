/** A person takes their mail away: a mailbox, or all of them. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { notifyOwner } from '#domain/people/alerts.ts'
import { audit } from '#domain/people/audit.ts'
import type { People } from '#domain/people/people.ts'
import { openAllMail, openMailbox } from '../archive/mail-stream.ts'
import { isForeign } from './auth.ts'
import { ownerRoutes } from './owner.ts'

export const registerMailExport = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  /** One at a time: each reads whole mailboxes. */
  const under = new Set<number>()
  const { ctx } = people

  route(
    'GET',
    '/auth/mail/export',
    async ({ owner, request, reply }) => {
      if (isForeign(request)) throw new Failure('forbidden', 'the request does not come from our own page')
      const { accountId, login } = owner
      const { mailbox } = request.query as { mailbox?: string }
      const id = mailbox === undefined ? undefined : parseId('mailbox', mailbox)
      if (mailbox !== undefined && id === undefined) throw new Failure('notFound', 'no such mailbox')
      if (under.has(accountId)) throw new Failure('throttled', 'an export is under way', { retryAfter: 60_000 })
      under.add(accountId)
      try {
        const file = id === undefined ? await openAllMail(ctx, accountId) : await openMailbox(ctx, accountId, id)
        const entry = { actor: login, action: 'account.export', accountId, target: login, ip: request.ip } as const
        await audit(ctx, entry)
        void notifyOwner(people, accountId, {
          kind: 'data-exported',
          ip: request.ip,
          userAgent: request.headers['user-agent'] ?? '',
        })
        const stream = Readable.from(file.content, { objectMode: false })
        // A file that breaks off must not look complete.
        stream.once('error', () => reply.raw.destroy())
        reply.raw.once('close', () => {
          under.delete(accountId)
          stream.destroy()
        })
        const name = `attachment; filename="mail"; filename*=UTF-8''${encodeURIComponent(file.name)}`
        return reply.type(file.type).header('content-disposition', name).send(stream)
      } catch (error) {
        under.delete(accountId)
        throw error
      }
    },
    { stepUp: true },
  )
}
