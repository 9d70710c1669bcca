/** Everything by which people sign in and look after their account, put together. */
import type { FastifyInstance } from 'fastify'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import type { Demo } from '../demo/demo.ts'
import { registerAccount } from './account.ts'
import { registerFactors } from './factors.ts'
import { registerMethods } from './methods.ts'
import { registerPlainSignIn } from './plain-sign-in.ts'
import { createRelyingParty } from './relying-party.ts'
import { createTellSession, type MailSettings, registerSession } from './session.ts'
import { registerSignIn, type SignInRoutes } from './sign-in.ts'

export interface IdentityParts {
  readonly people: People
  readonly log: Log
  readonly mail: () => MailSettings
  readonly demo: Demo | undefined
  readonly signOutPath?: ((principal: Principal) => Promise<string | undefined>) | undefined
  readonly beginMail: SignInRoutes['beginMail']
}

export const registerIdentity = (app: FastifyInstance, parts: IdentityParts): void => {
  const { people, log, mail, demo, signOutPath, beginMail } = parts
  const relyingParty = createRelyingParty({ publicUrl: people.options.publicUrl, demo: demo !== undefined })
  const tell = createTellSession({ people, mail, demo })
  const routes = { people, log, relyingParty, tell, beginMail }
  registerSignIn(app, routes, registerPlainSignIn(app, routes))
  registerSession(app, { people, mail, demo, signOutPath }, tell)
  registerMethods(app, people)
  registerAccount(app, people)
  registerFactors(app, routes)
}
