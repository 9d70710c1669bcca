/**
 * The provider's session is ours: it is found by our own cookie, bears our session's id as `uid`, and ends with it. The
 * cookie of `oidc-provider` identifies nobody and is not even sent.
 */
import type { IncomingMessage } from 'node:http'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { acrOf, type Principal } from '#domain/people/principal.ts'
import { errors } from './library.ts'

type Session = InstanceType<Provider['Session']>

/** Who sends each request that is being handled. */
export type Senders = WeakMap<IncomingMessage, Principal>

const second = 1000

/** An anonymous session must never be signed in by what a stored interaction says: only our own session does that. */
const anonymous = (provider: Provider): Session => {
  const session = new provider.Session()
  Object.defineProperty(session, 'loginAccount', {
    value: () => {
      throw new errors.SessionNotFound('the sign-in took place in another browser')
    },
  })
  return session
}

const sessionOf = async (provider: Provider, principal: Principal & { sessionId: string }): Promise<Session> => {
  const session = (await provider.Session.findByUid(principal.sessionId)) ?? new provider.Session()
  session.uid = principal.sessionId
  session.accountId = String(principal.accountId)
  session.loginTs = Math.floor(principal.authenticatedAt / second)
  session.amr = [...principal.amr]
  session.acr = acrOf(principal.amr)
  return session
}

/** Makes `provider` follow our sessions. `senders` knows who sends each request, as the HTTP front has proved it. */
export const followSessions = (provider: Provider, senders: Senders): void => {
  provider.Session.get = async (ctx) => {
    const principal = senders.get(ctx.req)
    const session =
      principal?.sessionId === undefined
        ? anonymous(provider)
        : await sessionOf(provider, { ...principal, sessionId: principal.sessionId })
    const { oidc } = ctx as KoaContextWithOIDC
    oidc?.entity('Session', session)
    return session
  }
  const cookie = new RegExp(`^${provider.cookieName('session')}(?:\\.sig)?=`)
  provider.use(async (ctx, next) => {
    await next()
    const sent = ctx.res.getHeader('set-cookie')
    const kept = (Array.isArray(sent) ? sent : sent === undefined ? [] : [String(sent)]).filter(
      (line) => !cookie.test(line),
    )
    if (kept.length > 0) ctx.res.setHeader('set-cookie', kept)
    else ctx.res.removeHeader('set-cookie')
  })
}
