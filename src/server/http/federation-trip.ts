/** What both protocols of federation share: round trips bound to their browser, providers by their path, pages of failure. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { MakeKey } from '#domain/federation/keys.ts'
import { findProvider, type Provider } from '#domain/federation/providers.ts'
import { issue, redeemNow } from '#domain/people/one-time.ts'
import type { People } from '#domain/people/people.ts'
import { cookieIn, setCookie } from './cookies.ts'
import { sendSsoFailure } from './sso-page.ts'

export interface FederationParts {
  readonly people: People
  readonly log: Log
  readonly origin: () => string
  readonly makeKey: MakeKey
  /** Name of the authority, for providers' lists. */
  readonly name: string
}

/** A round trip under way; its token is the SAML request id or the OpenID state, and the cookie's value. */
export interface RoundTrip {
  readonly provider: string
  readonly after: string
  readonly profile?: string
  readonly nonce?: string
  readonly verifier?: string
}

/** An identity that waits for the owner of an account to take it. */
export interface Unlinked {
  readonly provider: string
  readonly subject: string
  readonly name: string
}

export const roundTripKind = 'federation'
export const unlinkedKind = 'federation-link'
const roundTripLife = 15 * 60_000
export const unlinkedLife = 15 * 60_000

export const samlAddresses = (origin: string, id: string) => ({
  entityId: `${origin}/federation/${id}/metadata`,
  acs: `${origin}/federation/${id}/acs`,
  slo: `${origin}/federation/${id}/slo`,
})

export const wordOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}

/** Keeps a round trip that this browser begins. */
export const remember = async (
  { people: { ctx } }: FederationParts,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  trip: RoundTrip,
): Promise<void> => {
  const data = JSON.stringify(trip)
  await ctx.store.writeGlobal((tx) => issue(tx, ctx, { kind: roundTripKind, token, data, life: roundTripLife }))
  setCookie(request, reply, 'federation', token, roundTripLife / 1000)
}

/** The round trip that this browser began, used up. Throws Failure forbidden. */
export const tripOf = async (
  { people: { ctx } }: FederationParts,
  request: FastifyRequest,
  provider: string,
  token: string,
): Promise<RoundTrip> => {
  const own = cookieIn(request, 'federation')
  const row = own === token ? await redeemNow(ctx, roundTripKind, token) : undefined
  const trip = row && (JSON.parse(row.data) as RoundTrip)
  if (trip?.provider !== provider) throw new Failure('forbidden', 'federation: this browser did not ask for it')
  return trip
}

export type Provided<P extends 'oidc' | 'saml'> = Extract<Provider, { protocol: P }>

/** Throws Failure notFound unless the path names an active provider. */
export const providerIn = async (people: People, request: FastifyRequest): Promise<Provider> => {
  const { id } = request.params as { id: string }
  const provider = await people.ctx.store.read((tx) => findProvider(tx, id))
  if (provider?.status !== 'active') throw new Failure('notFound', 'no such provider')
  return provider
}

/** Throws Failure notFound when the provider speaks another protocol. */
export const demand = <P extends 'oidc' | 'saml'>(provider: Provider, protocol: P): Provided<P> => {
  if (provider.protocol !== protocol) throw new Failure('notFound', 'the provider speaks another protocol')
  return provider as Provided<P>
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Never cached; a failure of a round trip is a page: refused by the provider, out of reach, or not to be believed. */
export const guard =
  (log: Log) =>
  (work: Handler): Handler =>
  async (request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      return await work(request, reply)
    } catch (error) {
      return sendSsoFailure(error, request, reply, log, isFailure(error, 'unavailable') ? 'SSO-33' : 'SSO-30')
    }
  }
