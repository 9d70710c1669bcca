/** People change their own password: by the security page, or because they have to, with script or without. */
import type { FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { setPassword } from '#domain/people/accounts.ts'
import { notifyOwner } from '#domain/people/alerts.ts'
import { refuseSame } from '#domain/people/must-change.ts'
import type { People } from '#domain/people/people.ts'
import { type Principal, requireStepUp, steppedUpUntil } from '#domain/people/principal.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { deviceToken, userAgentOf } from './auth.ts'
import { type Body, neededIn, type Owner } from './owner.ts'

/** True when the present password is not asked for: the person has just proved more than that. */
export const provedMore = (people: People, owner: Principal): boolean =>
  steppedUpUntil(owner, people.ctx.clock.now()) > 0 && owner.amr.includes('mfa')

/** Whoever finds an unlocked screen must not be able to take the account over. */
const prove = async (people: People, owner: Owner, body: Body, request: FastifyRequest): Promise<void> => {
  if (provedMore(people, owner)) return
  if (body.current === undefined) {
    requireStepUp(owner, people.ctx.clock.now())
    throw new Failure('invalid', 'current is needed', { property: 'current' })
  }
  const password = neededIn(body, 'current', 1024)
  const visitor = { ip: request.ip, userAgent: userAgentOf(request), deviceToken: deviceToken(request) }
  await verifyPassword(people, { login: owner.login, password, service: 'web', ...visitor })
}

/**
 * Changes the password to `password` of the body, proved by `current` or by a fresh second factor; this session goes on,
 * free. Throws Failure unauthenticated, throttled, stepUpRequired, invalid; WeakPassword.
 */
export const changeOwnPassword = async (
  people: People,
  owner: Owner,
  body: Body,
  request: FastifyRequest,
): Promise<void> => {
  await prove(people, owner, body, request)
  const password = neededIn(body, 'password', 1024)
  await refuseSame(people, owner.accountId, password)
  await setPassword(people, owner.login, owner.accountId, password, { keepSession: owner.sessionId, ip: request.ip })
  const device = { ip: request.ip, userAgent: userAgentOf(request) }
  await notifyOwner(people, owner.accountId, { kind: 'password-changed', ...device })
}
