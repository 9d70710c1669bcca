/**
 * Clients (OpenID Connect Registration, RFC 7591, RFC 7592): the relying parties of protocol `oidc`. Their secrets rest
 * sealed. What registers itself with a token that an administrator made is an outside service until somebody says else.
 */
import { randomBytes } from 'node:crypto'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { Failure } from '#base/failure.ts'
import { seal, unseal } from '#domain/access/oauth/seal.ts'
import {
  enableRelyingParty,
  getRelyingParty,
  type PartyOf,
  type PartyRules,
  saveRelyingParty,
} from '#domain/access/relying-parties.ts'
import type { People } from '#domain/people/people.ts'
import { usualAttributes } from './claims.ts'
import { grantedScopes, isScope, scopes } from './scopes.data.ts'

const secretPurpose = (clientId: string): string => `oauth.client.${clientId}`

/** Metadata as it is stored: the secret sealed. */
export const closeMetadata = (people: People, clientId: string, metadata: object): Record<string, unknown> => {
  const stored: Record<string, unknown> = { ...metadata }
  if (typeof stored.client_secret === 'string')
    stored.client_secret = seal(people.key, secretPurpose(clientId), stored.client_secret)
  return stored
}

/**
 * The library works pairwise subjects out by the host of the redirection (Core §8.1). A service with none or several is
 * `public` to it alone: what it is told is pairwise all the same (`subjectOf` in subject.ts).
 */
const subjectType = (metadata: Record<string, unknown>): 'pairwise' | 'public' => {
  const uris = Array.isArray(metadata.redirect_uris) ? metadata.redirect_uris : []
  const hosts = new Set(uris.map((uri) => URL.parse(String(uri))?.host))
  return hosts.size === 1 || metadata.sector_identifier_uri !== undefined ? 'pairwise' : 'public'
}

/** A service's metadata as the protocol knows it. */
export const metadataOf = (people: People, party: PartyOf<'oidc'>): AdapterPayload => {
  const metadata: Record<string, unknown> = { ...party.config.client, client_id: party.key }
  if (typeof metadata.client_secret === 'string')
    metadata.client_secret = unseal(people.key, secretPurpose(party.key), metadata.client_secret)
  metadata.client_name ??= party.name
  metadata.subject_type = subjectType(metadata)
  // Without a list of its own a service may ask for anything but the mailbox and the portal.
  metadata.scope ??= scopes.filter((scope) => !grantedScopes.includes(scope)).join(' ')
  return metadata
}

/** A secret for a service that can keep one: 256 random bits. */
export const newClientSecret = (): string => randomBytes(32).toString('base64url')

export interface OidcServiceDraft {
  readonly clientId: string
  /** True: the client id must not be taken yet. */
  readonly isNew?: boolean
  readonly name: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly rules?: Partial<PartyRules>
}

/** Adds or changes an OpenID service; audited. Throws Failure invalid. */
export const saveOidcService = (people: People, actor: string, draft: OidcServiceDraft) =>
  saveRelyingParty(people, actor, {
    protocol: 'oidc',
    name: draft.name,
    key: draft.clientId,
    rules: { attributes: usualAttributes, ...draft.rules },
    config: { client: closeMetadata(people, draft.clientId, draft.metadata) },
    ...(draft.isNew === undefined ? {} : { isNew: draft.isNew }),
  })

/** Changes an OpenID service that is there; its secret stays what it was. Throws Failure invalid. */
export const changeOidcService = (
  people: People,
  actor: string,
  party: PartyOf<'oidc'>,
  change: Omit<OidcServiceDraft, 'clientId' | 'isNew'>,
) => {
  const { client_secret: sealed } = party.config.client
  const kept =
    sealed === undefined || change.metadata.token_endpoint_auth_method === 'none' ? {} : { client_secret: sealed }
  return saveRelyingParty(people, actor, {
    protocol: 'oidc',
    name: change.name,
    key: party.key,
    rules: { ...party.rules, ...change.rules },
    config: { client: { ...change.metadata, ...kept } },
  })
}

/** Gives a service another secret, which is returned this once; the one before is refused from now on. */
export const renewClientSecret = async (people: People, actor: string, party: PartyOf<'oidc'>): Promise<string> => {
  if (party.config.client.token_endpoint_auth_method === 'none')
    throw new Failure('invalid', 'a public client has no secret', { property: 'secret' })
  const secret = newClientSecret()
  const client = closeMetadata(people, party.key, { ...party.config.client, client_secret: secret })
  const { name, key, rules } = party
  await saveRelyingParty(people, actor, { protocol: 'oidc', name, key, rules, config: { client } })
  return secret
}

/** The active service of a client id. */
export const oidcService = async (people: People, clientId: string): Promise<PartyOf<'oidc'> | undefined> => {
  const party = await people.ctx.store.read((tx) => getRelyingParty(tx, 'oidc', clientId))
  return party?.status === 'active' ? party : undefined
}

/** What a registration asks for is what it may get; the mailbox and the portal are an administrator's decision. */
export const registeredScopes = (asked: unknown): string =>
  (typeof asked === 'string' ? asked.split(' ') : [...scopes])
    .filter((scope) => isScope(scope) && !grantedScopes.includes(scope))
    .join(' ')

const register = async (people: People, clientId: string, metadata: AdapterPayload): Promise<void> => {
  const before = await people.ctx.store.read((tx) => getRelyingParty(tx, 'oidc', clientId))
  const name = String(metadata.client_name ?? '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 100)
  await saveOidcService(people, before ? 'registration' : 'initial access token', {
    clientId,
    name: name === '' ? clientId : name,
    // Whoever registers itself does not choose to do without PKCE.
    metadata: { ...metadata, scope: registeredScopes(metadata.scope), require_pkce: true },
    rules: before?.rules ?? { outside: true },
  })
}

/** Clients for `oidc-provider`. */
export const clientAdapter = (people: People): Adapter => ({
  find: async (id) => {
    if (id.length > 1000 || id.includes('\0')) return
    const party = await oidcService(people, id)
    return party && metadataOf(people, party)
  },
  upsert: (id, payload) => register(people, id, payload),
  // RFC 7592 §2.3. The row stays, disabled: the audit log and the participations speak of it.
  destroy: async (id) => {
    const party = await people.ctx.store.read((tx) => getRelyingParty(tx, 'oidc', id))
    if (party) await enableRelyingParty(people, 'registration', party.id, false)
  },
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => {},
  revokeByGrantId: async () => {},
})
