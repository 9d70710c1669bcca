/** What every route of the SAML identity provider needs: who asks, what is pending, our addresses and keys. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { getRelyingParty } from '#domain/access/relying-parties.ts'
import { type MakeKey, type SamlKeys, samlKeys } from '#domain/federation/keys.ts'
import { issue } from '#domain/people/one-time.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal, Strength } from '#domain/people/principal.ts'
import { writeErrorResponse } from '#protocol/saml/assertion.ts'
import { checkRelayState, decodePost, decodeRedirect, encodePost } from '#protocol/saml/bindings.ts'
import type { Incoming, SamlParty } from '#protocol/saml/idp.ts'
import { signedIn } from './auth.ts'
import { sendPost } from './sso-page.ts'

export interface SamlParts {
  readonly people: People
  readonly log: Log
  /** Scheme and host that browsers and partners know us by. */
  readonly origin: () => string
  readonly makeKey: MakeKey
  /** Name of the authority, for partners' lists. */
  readonly name: string
}

/** What a service asked, while the person proves who they are. */
export interface Pending {
  readonly party: number
  readonly acs: string
  /** Absent: nobody asked, the portal opens the service. */
  readonly request?: string
  readonly relayState?: string
  readonly force: boolean
  readonly passive: boolean
  readonly strength: Strength
  readonly classes: readonly string[]
  readonly nameIdFormat: SamlParty['config']['nameIdFormat']
  readonly askedAt: number
  /** Session of the person who agreed that the service is told. */
  readonly agreed?: string
}

export const pendingKind = 'saml-request'
export const pendingLife = 15 * 60_000

export const samlEntityId = (origin: string): string => `${origin}/saml/metadata`

export const samlPlaces = (origin: string) => ({
  entityId: samlEntityId(origin),
  sso: `${origin}/saml/sso`,
  logout: `${origin}/saml/logout`,
})

const queryOf = (request: FastifyRequest): string => request.raw.url?.split('?', 2)[1]?.split('#', 1)[0] ?? ''

export const wordIn = (request: FastifyRequest, name: string): string => {
  const value = (request.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}

/** Reads what came by redirect or post. Throws Failure. */
export const incomingOf = (request: FastifyRequest, name: 'SAMLRequest' | 'SAMLResponse'): Incoming => {
  if (request.method === 'GET') return { by: 'redirect', message: decodeRedirect(queryOf(request)) }
  const body = (request.body ?? {}) as Record<string, unknown>
  const { [name]: message, RelayState: relayState } = body
  if (typeof message !== 'string') throw new Failure('invalid', `SAML: ${name} is missing`)
  const relay = checkRelayState(typeof relayState === 'string' ? relayState : undefined)
  return { by: 'post', xml: decodePost(message), relayState: relay }
}

export type Owner = Principal & { readonly sessionId: string }

export interface Exchange {
  readonly parts: SamlParts
  here(): ReturnType<typeof samlPlaces>
  keys(): Promise<SamlKeys>
  /** Who is signed in in this browser. */
  personOf(request: FastifyRequest): Promise<Owner | undefined>
  /** Throws Failure notFound unless the entity id is that of an active service. */
  partyNamed(key: string): Promise<SamlParty>
  /** Keeps what was asked; returns the token that the browser carries. */
  store(pending: Pending): Promise<string>
  /** Tells the service why not: it is trusted with that, for the address is one of its own. */
  answerError(
    request: FastifyRequest,
    reply: FastifyReply,
    pending: Pick<Pending, 'acs' | 'request' | 'relayState'>,
    codes: readonly string[],
  ): Promise<FastifyReply>
}

export const createExchange = (parts: SamlParts): Exchange => {
  const { people } = parts
  const { ctx } = people
  const here = () => samlPlaces(parts.origin())
  const keys = () => samlKeys(ctx, parts.makeKey)
  return {
    parts,
    here,
    keys,
    personOf: async (request) => {
      const principal = await signedIn(people, request)
      return principal?.sessionId === undefined ? undefined : { ...principal, sessionId: principal.sessionId }
    },
    partyNamed: async (key) => {
      const party = await ctx.store.read((tx) => getRelyingParty(tx, 'saml', key))
      if (party?.status !== 'active') throw new Failure('notFound', `SAML: no active service ${key.slice(0, 200)}`)
      return party
    },
    store: (pending) =>
      ctx.store.writeGlobal((tx) =>
        issue(tx, ctx, { kind: pendingKind, data: JSON.stringify(pending), life: pendingLife }),
      ),
    answerError: async (request, reply, { acs, request: inResponseTo, relayState }, codes) => {
      const { active } = await keys()
      const opening = { now: ctx.clock.now(), issuer: here().entityId, destination: acs, inResponseTo }
      const xml = writeErrorResponse(opening, codes, '', active)
      return sendPost(request, reply, acs, { SAMLResponse: encodePost(xml), RelayState: relayState })
    },
  }
}
