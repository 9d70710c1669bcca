/** The three protocols by which services trust us, put together: their routes, and how each tells that a session ended. */
import type { FastifyInstance } from 'fastify'
import type { Log } from '#base/log.ts'
import type { PrepareLogout } from '#domain/access/logout.ts'
import { createLogoutRunner, type LogoutRunner } from '#domain/access/logout-runner.ts'
import type { SsoProtocol } from '#domain/access/relying-parties.ts'
import { logoutRequest } from '#protocol/cas/logout.ts'
import type { Oidc } from '#protocol/oidc/oidc.ts'
import type { House } from './house.ts'
import { type CasRoutes, registerCas } from './http/cas.ts'
import type { Trust } from './trust.ts'

/** The log-out message of each protocol, written when it is sent. */
export const prepareLogout = (
  { ctx }: House,
  oidc: Oidc,
  trust: Pick<Trust, 'prepareLogout'>,
): Partial<Record<SsoProtocol, PrepareLogout>> => ({
  cas: async (notice) => logoutRequest(notice, ctx.clock.now()),
  oidc: oidc.prepareLogout,
  saml: trust.prepareLogout,
})

/** Starts telling services that sessions ended. */
export const startLogoutRunner = (house: House, oidc: Oidc, trust: Pick<Trust, 'prepareLogout'>): LogoutRunner => {
  const runner = createLogoutRunner({ people: house.people, prepare: prepareLogout(house, oidc, trust) })
  runner.start()
  return runner
}

export const registerSingleSignOn = async (
  app: FastifyInstance,
  house: House,
  log: Log,
  signOutPath?: CasRoutes['signOutPath'],
): Promise<void> => {
  const { people, config } = house
  const ticketLife = config['sso.cas-ticket-seconds'] * 1000
  const cas = { people, log: log.with({ room: 'cas' }), ticketLife, issuer: config.hostname, signOutPath }
  await registerCas(app, cas)
}
