/** What the law gives to whoever has an account: a copy of everything, and its end; and the rules of passwords. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { notifyOwner } from '#domain/people/alerts.ts'
import { askErasure } from '#domain/people/erase.ts'
import type { People } from '#domain/people/people.ts'
import { passwordGuidance, rulesOf } from '#domain/people/policy.ts'
import { populations } from '#format/password/rules.ts'
import { openPersonalArchive } from '../archive/personal.ts'
import { isForeign, signedInAtAll } from './auth.ts'
import { neededIn, ownerRoutes } from './owner.ts'

export interface PersonalOptions {
  /** True: people may have their account erased by themselves; otherwise they ask their administration. */
  readonly selfErasure: boolean
}

export const registerPersonal = (app: FastifyInstance, people: People, options: PersonalOptions): void => {
  const route = ownerRoutes(app, people)
  const exporting = new Set<number>()

  app.get('/auth/password/policy', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const principal = await signedInAtAll(people, request)
    if (principal) return passwordGuidance(people, principal.accountId)
    return { rules: Object.fromEntries(populations.map((population) => [population, rulesOf(people, population)])) }
  })

  route(
    'GET',
    '/auth/data/export',
    async ({ owner, request, reply }) => {
      if (isForeign(request)) throw new Failure('forbidden', 'the request does not come from our own page')
      const { accountId, login } = owner
      // One at a time: each reads the whole mailbox.
      if (exporting.has(accountId)) throw new Failure('throttled', 'an export is under way', { retryAfter: 60_000 })
      exporting.add(accountId)
      try {
        const archive = await openPersonalArchive(people, { actor: login, ip: request.ip }, accountId)
        archive.once('close', () => exporting.delete(accountId))
        reply.raw.once('close', () => archive.destroy())
        const userAgent = request.headers['user-agent'] ?? ''
        void notifyOwner(people, accountId, { kind: 'data-exported', ip: request.ip, userAgent })
        return reply
          .type('application/gzip')
          .header('content-disposition', 'attachment; filename="convergence-data.tar.gz"')
          .send(archive)
      } catch (error) {
        exporting.delete(accountId)
        throw error
      }
    },
    { stepUp: true },
  )

  route('GET', '/auth/erasure', async () => ({ allowed: options.selfErasure }))

  route(
    'POST',
    '/auth/erasure',
    async ({ owner, body }) => {
      if (!options.selfErasure) throw new Failure('forbidden', 'erasure is asked of the administration')
      // Typed by hand: nobody loses an account by one wrong click.
      if (neededIn(body, 'login').trim().toLowerCase() !== owner.login)
        throw new Failure('invalid', 'the identifier is not that of this account', { property: 'login' })
      return { dueAt: await askErasure(people, owner.login, owner.accountId, 'asked by its owner') }
    },
    { stepUp: true },
  )
}
