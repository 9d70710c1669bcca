/**
 * What people do about their own account: password, sessions, browsers, app passwords. Only from a browser session of
 * theirs: a program that holds an app password must not be able to make others.
 */
import type { FastifyInstance } from 'fastify'
import { linksOf, unlinkIdentity } from '#domain/federation/match.ts'
import { readActivity } from '#domain/people/activity.ts'
import { notifyOwner } from '#domain/people/alerts.ts'
import { createAppPassword, listAppPasswords, revokeAppPassword } from '#domain/people/credentials.ts'
import { deviceIdOf, forgetDevices, readDevices } from '#domain/people/devices.ts'
import { chooseLanguage } from '#domain/people/language.ts'
import { type People, services } from '#domain/people/people.ts'
import { revokeOtherSessions, revokeSession } from '#domain/people/session-end.ts'
import { listSessions } from '#domain/people/sessions.ts'
import { deviceToken, userAgentOf } from './auth.ts'
import { changeOwnPassword } from './own-password.ts'
import { type Body, idIn, neededIn, type OwnerRoute, ownerRoutes } from './owner.ts'

const scopesIn = (body: Body) => {
  const wanted: unknown[] = Array.isArray(body.scopes) ? body.scopes : [...services]
  return services.filter((service) => wanted.includes(service))
}

export const registerAccount = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)

  const tell = ({ owner, request }: OwnerRoute, kind: 'session-revoked' | 'device-forgotten'): Promise<void> =>
    notifyOwner(people, owner.accountId, { kind, ip: request.ip, userAgent: userAgentOf(request) })

  route(
    'POST',
    '/auth/password',
    async ({ owner, body, request }) => {
      await changeOwnPassword(people, owner, body, request)
      return { changed: true }
    },
    { held: true },
  )

  route('GET', '/auth/sessions', async ({ owner: { accountId, sessionId } }) => ({
    sessions: (await listSessions(people, accountId)).map((one) => ({ ...one, current: one.id === sessionId })),
  }))

  route('POST', '/auth/sessions/revoke', async (given) => {
    const { owner, body, request } = given
    const one = body.others !== true
    if (one) await revokeSession(people, owner, neededIn(body, 'id', 64), request.ip)
    const revoked = one || (await revokeOtherSessions(people, owner, owner.sessionId, request.ip))
    if (revoked) await tell(given, 'session-revoked')
    return { revoked }
  })

  route('GET', '/auth/devices', async ({ owner: { accountId }, request }) => {
    const own = deviceIdOf(deviceToken(request))
    const devices = await people.ctx.store.read((tx) => readDevices(tx, people, accountId))
    return { devices: devices.map((one) => ({ ...one, current: one.id === own })) }
  })

  route('POST', '/auth/devices/forget', async (given) => {
    const { owner, body, request } = given
    const which = body.all === true ? 'all' : neededIn(body, 'id', 64)
    const forgotten = await forgetDevices(people, owner, which, request.ip)
    if (forgotten > 0) await tell(given, 'device-forgotten')
    return { forgotten }
  })

  route('POST', '/auth/language', async ({ owner: { accountId }, body }) => {
    await chooseLanguage(people, accountId, neededIn(body, 'language', 8))
    return { changed: true }
  })

  route('GET', '/auth/activity', async ({ owner }) => ({ activity: await readActivity(people, owner) }))

  route('GET', '/auth/app-passwords', async ({ owner }) => ({
    appPasswords: await listAppPasswords(people, owner.accountId),
  }))

  route('GET', '/auth/links', async ({ owner: { accountId } }) => ({
    links: (await people.ctx.store.read((tx) => linksOf(tx, accountId))).map(({ name, ...link }) => ({
      ...link,
      name: name ?? link.provider,
    })),
  }))

  route(
    'POST',
    '/auth/links/remove',
    async ({ owner: { login, accountId }, body, request }) => {
      const provider = neededIn(body, 'provider', 40)
      await unlinkIdentity(people, provider, { account: accountId, login, ip: request.ip })
      return { removed: true }
    },
    { stepUp: true },
  )

  route(
    'POST',
    '/auth/app-passwords',
    async ({ owner: { login, accountId }, body, request }) => {
      const label = neededIn(body, 'label')
      return createAppPassword(people, login, accountId, { label, scopes: scopesIn(body), ip: request.ip })
    },
    { stepUp: true },
  )

  route('POST', '/auth/app-passwords/revoke', async ({ owner: { login, accountId }, body, request }) => {
    await revokeAppPassword(people, login, accountId, idIn(body, 'id'), request.ip)
    return { revoked: true }
  })
}
