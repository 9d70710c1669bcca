/** Connected applications of a person, and what administrators do for services that register themselves. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { connectedApps, revokeApp } from '#domain/access/oauth/apps.ts'
import { appendAudit } from '#domain/people/audit.ts'
import { requireStepUp } from '#domain/people/principal.ts'
import { scopesShown } from '#protocol/oidc/interaction.ts'
import { checkSameSite, userAgentOf } from './auth.ts'
import { languageOf } from './failure.ts'
import type { OidcHttp } from './oidc.ts'
import { fieldOf, signedOut } from './oidc-form.ts'

const day = 24 * 3600
const mostDays = 30

export const registerOidcApps = (app: FastifyInstance, http: OidcHttp): void => {
  const { oidc, people } = http

  app.get('/auth/apps', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await http.person(request)
    if (!person) throw signedOut()
    const apps = await connectedApps(people, person.accountId)
    return { apps: apps.map((one) => ({ ...one, scopes: scopesShown(one.scopes, languageOf(request)) })) }
  })

  app.post('/auth/apps/revoke', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await http.person(request)
    if (!person) throw signedOut()
    checkSameSite(request)
    await revokeApp(people, person, fieldOf(request, 'id').slice(0, 1000), {
      ip: request.ip,
      userAgent: userAgentOf(request),
    })
    return { revoked: true }
  })

  /** RFC 7591 §1.2: an initial access token, shown this once; whoever has it may register services until it expires. */
  app.post('/auth/admin/oidc/registration', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await http.person(request)
    if (!person) throw signedOut()
    checkSameSite(request)
    if (!person.admin) throw new Failure('forbidden', 'administrators only')
    const now = people.ctx.clock.now()
    requireStepUp(person, now)
    const label = fieldOf(request, 'label').trim().slice(0, 100)
    if (label === '') throw new Failure('invalid', 'a registration token needs a name', { property: 'label' })
    const { days = 1 } = (request.body ?? {}) as { days?: unknown }
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > mostDays)
      throw new Failure('invalid', `days must be from 1 to ${mostDays}`, { property: 'days' })
    const { InitialAccessToken } = await oidc.provider()
    const token = await new InitialAccessToken({ expiresIn: days * day, policies: ['administrator'] }).save()
    await people.ctx.store.writeGlobal((tx) =>
      appendAudit(tx, now, { actor: person.login, action: 'oidc.registration', target: label, ip: request.ip }),
    )
    return { token, expiresAt: now + days * day * 1000 }
  })
}
