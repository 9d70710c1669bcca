/** SAML in both directions and federation, put together: what the composition root starts and what sign-out needs. */
import type { FastifyInstance } from 'fastify'
import type { Log } from '#base/log.ts'
import type { PrepareLogout } from '#domain/access/logout.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { registerFederation } from './http/federation.ts'
import { createFederationAccount } from './http/federation-account.ts'
import { registerSaml } from './http/saml.ts'
import { prepareSamlLogout, registerSamlLogout } from './http/saml-logout.ts'
import { samlKeyMaker } from './saml-key.ts'

export interface Trust {
  /** The log-out message of SAML services that have a back channel. */
  readonly prepareLogout: PrepareLogout
  /** Where the browser goes on to after its session has ended; to be asked before it ends. */
  signOutPath(principal: Pick<Principal, 'sessionId'>, after?: string): Promise<string | undefined>
  register(app: FastifyInstance): void
}

export interface TrustParts {
  readonly people: People
  readonly log: Log
  readonly origin: () => string
  readonly hostname: string
}

export const createTrust = ({ people, log, origin, hostname }: TrustParts): Trust => {
  const parts = { people, log, origin, makeKey: samlKeyMaker(hostname, people.ctx.clock), name: hostname }
  const account = createFederationAccount(parts)
  return {
    prepareLogout: prepareSamlLogout(parts),
    signOutPath: account.signOutPath,
    register: (app) => {
      registerSaml(app, parts)
      registerSamlLogout(app, parts)
      registerFederation(app, parts)
      account.register(app)
    },
  }
}
