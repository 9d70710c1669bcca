/** What happens to people who come back from a provider, whatever the protocol. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import { acceptIdentity, matchAccount } from '#domain/federation/match.ts'
import type { Provider } from '#domain/federation/providers.ts'
import type { ProviderData } from '#domain/federation/sign-out.ts'
import { isAdmitted, type RawClaims, readTold, type Told } from '#domain/federation/told.ts'
import { issue } from '#domain/people/one-time.ts'
import { openFederated } from '#domain/people/sign-in.ts'
import { deviceToken, signedIn, userAgentOf } from './auth.ts'
import { clearCookie, setCookie } from './cookies.ts'
import { languageOf } from './failure.ts'
import { type FederationParts, type RoundTrip, type Unlinked, unlinkedKind, unlinkedLife } from './federation-trip.ts'
import { type PageLink, type SsoCode, sendSsoError } from './sso-page.ts'
import { finishInBrowser } from './steps.ts'

const refuse = async (
  request: FastifyRequest,
  reply: FastifyReply,
  code: SsoCode,
  leave: string | undefined,
  extra: readonly PageLink[] = [],
): Promise<FastifyReply> => {
  const fr = languageOf(request) === 'fr'
  const text = fr ? 'Se déconnecter du fournisseur et recommencer' : 'Sign out of the provider and start again'
  // Without this the provider's own session brings the same person back each time.
  const links = leave === undefined ? extra : [...extra, { href: leave, text }]
  return sendSsoError(request, reply, code, links, 403)
}

/** Nobody of ours for certain: whoever proves to own an account here may link it. */
const offerLink = async (
  { people: { ctx } }: FederationParts,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: Provider,
  told: Told,
  leave: string | undefined,
): Promise<FastifyReply> => {
  const name = `${told.givenName} ${told.familyName}`.trim()
  const data = JSON.stringify({ provider: provider.id, subject: told.subject, name } satisfies Unlinked)
  const token = await ctx.store.writeGlobal((tx) => issue(tx, ctx, { kind: unlinkedKind, data, life: unlinkedLife }))
  setCookie(request, reply, 'federation', token, unlinkedLife / 1000)
  const fr = languageOf(request) === 'fr'
  const text = fr ? 'J’ai un compte ici : m’identifier et le rattacher' : 'I have an account here: sign in and link it'
  return refuse(request, reply, 'SSO-32', leave, [{ href: '/login?then=%2Ffederation%2Flink&renew=1', text }])
}

export interface Came {
  readonly raw: RawClaims
  readonly data: ProviderData
  readonly contextClass: string
  readonly leave: string | undefined
  readonly trip: Pick<RoundTrip, 'after' | 'profile'>
}

/** Admits, finds the account, opens the session, or says why not. */
export const arrive = async (
  parts: FederationParts,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: Provider,
  came: Came,
): Promise<FastifyReply> => {
  const { people, log } = parts
  const told = readTold(provider, came.raw)
  const byAttribute = provider.config.logout === 'attribute' && told.logoutUrl !== '' ? told.logoutUrl : undefined
  const leave = byAttribute ?? came.leave
  if (!isAdmitted(provider, told)) {
    log.info('federation.affiliation', { provider: provider.id, affiliations: told.affiliations.join(' ') })
    return refuse(request, reply, 'SSO-31', leave)
  }
  const match = await people.ctx.store.read((tx) => matchAccount(tx, provider, told))
  log.info('federation.match', { provider: provider.id, kind: match.kind })
  if (!('account' in match))
    return match.kind === 'unknown'
      ? offerLink(parts, request, reply, provider, told, leave)
      : refuse(request, reply, 'SSO-32', leave)
  try {
    await acceptIdentity(people, provider, told, match, request.ip)
    const data: ProviderData = byAttribute === undefined ? came.data : { ...came.data, logoutUrl: byAttribute }
    const strong = provider.config.strongClasses.includes(came.contextClass)
    const step = await openFederated(
      people,
      match.account,
      { provider: provider.id, providerData: JSON.stringify(data), amr: strong ? ['mfa'] : [] },
      {
        ip: request.ip,
        userAgent: userAgentOf(request),
        deviceToken: deviceToken(request),
        current: await signedIn(people, request),
        after: came.trip.after,
        profile: told.profile ?? came.trip.profile,
      },
    )
    clearCookie(request, reply, 'federation')
    return await finishInBrowser(request, reply, people, step)
  } catch (error) {
    const closed = isFailure(error) && (error.property === 'activation' || error.property === 'account')
    if (closed) return refuse(request, reply, 'SSO-32', leave)
    throw error
  }
}
