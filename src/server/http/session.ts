/** Who is signed in, under which profile, and signing out. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { participationsOf } from '#domain/access/participation.ts'
import { reachOf } from '#domain/directory/audience.ts'
import { powersOf } from '#domain/directory/delegation.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import { getAccount } from '#domain/people/accounts.ts'
import type { People } from '#domain/people/people.ts'
import { acrOf, type Principal, steppedUpUntil } from '#domain/people/principal.ts'
import { chooseProfile } from '#domain/people/profile-choice.ts'
import { revokeSession, wasEnded } from '#domain/people/session-end.ts'
import { mustEnrol } from '#domain/people/sign-in.ts'
import type { Demo } from '../demo/demo.ts'
import { checkSameSite, clearSessionCookie, isForeign, sessionToken, signedInAtAll } from './auth.ts'
import { bodyOf, idIn, ownerOf } from './owner.ts'

/** What a phone or a mail program needs to know. */
export interface MailSettings {
  readonly host: string
  readonly imap?: { readonly port: number; readonly security: 'tls' | 'starttls' }
  readonly smtp?: { readonly port: number; readonly security: 'tls' | 'starttls' }
}

export interface SessionRoutes {
  readonly people: People
  readonly mail: () => MailSettings
  readonly demo: Demo | undefined
  /** Where the browser goes on to after a sign-out, when services or a provider must be visited. */
  readonly signOutPath?: ((principal: Principal) => Promise<string | undefined>) | undefined
}

/** Name of the field that says where to go. */
const whereTo = 'then'

export const isPlainForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')

/** The demonstration's password is told only to somebody at this machine, under one of its own names. */
const atThisMachine = (request: FastifyRequest): boolean => {
  const here = /^(?:127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
  return (
    here &&
    request.headers['x-forwarded-for'] === undefined &&
    /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(request.host)
  )
}

/** What the page is told of whoever is signed in. */
const describeSession = async (people: People, principal: Principal) => {
  const { accountId, login, name, email, locale, admin, amr, authenticatedAt, profileId, provider, shared } = principal
  const now = people.ctx.clock.now()
  const { profiles, enrol, administrator, powers } = await people.ctx.store.read(async (tx) => ({
    profiles: await profilesOf(tx, accountId, now),
    enrol: await mustEnrol(tx, people, accountId),
    administrator: (await getAccount(tx, accountId)).admin,
    powers: await powersOf(tx, principal, now),
  }))
  const reach = reachOf(powers, 'notice')
  return {
    login,
    name,
    email,
    locale,
    admin,
    administrator,
    // Something to do for a school, as its head or by delegation, or for the académie, under the present profile.
    delegated: powers.schools.size > 0 || powers.academy.size > 0,
    // Somebody to write official notices to, and to ask for documents.
    addresses: administrator || reach === 'all' || reach.size > 0,
    mustEnrol: enrol,
    mustChangePassword: principal.held !== undefined,
    shared: shared === true,
    profiles,
    profile: profiles.find(({ id }) => id === profileId) ?? null,
    amr,
    acr: acrOf(amr),
    authenticatedAt,
    steppedUpUntil: steppedUpUntil(principal, now),
    ...(provider === undefined ? {} : { provider }),
  }
}

/** What the page is told of its session: by `/auth/session`, and by the answer to the sign-in that opened it. */
export type TellSession = (
  request: FastifyRequest,
  principal: Principal | undefined,
) => Promise<Readonly<Record<string, unknown>>>

export const createTellSession =
  ({ people, mail, demo }: Pick<SessionRoutes, 'people' | 'mail' | 'demo'>): TellSession =>
  async (request, principal) => {
    const shown = demo !== undefined && atThisMachine(request)
    const extra = shown
      ? { demo: { accounts: demo.accounts, password: demo.password, services: demo.services?.() ?? [] } }
      : {}
    if (!principal) {
      const token = sessionToken(request)
      // Then the browser erases what it kept; a session that ran out leaves it, sealed, for the next sign-in.
      const ended = token !== undefined && (await wasEnded(people, token))
      return { signedIn: false, ...(ended ? { ended: 'revoked' } : {}), ...extra }
    }
    return { signedIn: true, ...(await describeSession(people, principal)), mail: mail(), ...extra }
  }

export const registerSession = (app: FastifyInstance, parts: SessionRoutes, tell: TellSession): void => {
  const { people, signOutPath } = parts
  /** Names of the services that a session has opened, each once: they are told of its end after the answer. */
  const openedBy = async (session: string) => {
    const opened = await people.ctx.store.read((tx) => participationsOf(tx, session))
    return [...new Set(opened.map(({ name }) => name))].map((name) => ({ name, state: 'pending' }))
  }

  app.post('/auth/logout', { bodyLimit: 8192 }, async (request, reply) => {
    const principal = await signedInAtAll(people, request)
    // A plain form cannot send our header: its origin must do.
    if (principal && !(isPlainForm(request) && !isForeign(request))) checkSameSite(request)
    const path = principal && (await signOutPath?.(principal))
    const services = principal?.sessionId === undefined ? [] : await openedBy(principal.sessionId)
    if (principal?.sessionId !== undefined) await revokeSession(people, principal, principal.sessionId, request.ip)
    clearSessionCookie(request, reply)
    reply.header('cache-control', 'no-store').header('clear-site-data', '"cache"')
    if (isPlainForm(request)) return reply.redirect(path ?? '/login', 303)
    return { signedIn: false, services, ...(path === undefined ? {} : { [whereTo]: path }) }
  })

  app.get('/auth/session', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    return tell(request, await signedInAtAll(people, request))
  })

  const profilesFor = ({ accountId }: Principal) =>
    people.ctx.store.read((tx) => profilesOf(tx, accountId, people.ctx.clock.now()))

  app.get('/auth/profiles', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const owner = await ownerOf(people, request)
    return { profiles: await profilesFor(owner), profile: owner.profileId ?? null }
  })

  app.post('/auth/profile', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const owner = await ownerOf(people, request)
    return { profile: await chooseProfile(people, owner, idIn(bodyOf(request), 'id'), request.ip) }
  })
}
