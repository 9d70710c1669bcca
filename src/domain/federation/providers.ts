/**
 * Identity providers that we trust, as rows (EduConnect, the agents' gate, ProConnect, an ENT): how to reach them, what
 * their attributes mean, whom they may vouch for, and how their word is matched to an account of ours.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import { isSealed, seal, unseal } from '../access/oauth/seal.ts'
import { isLoopback, parseServiceUrl } from '../access/service-url.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'

export const audiences = ['staff', 'pupil', 'parent', 'administrative'] as const
export type Audience = (typeof audiences)[number]

/** What we look for in what a provider tells. */
export const facts = [
  'subject',
  'joinKey',
  'ineHash',
  'mail',
  'mailVerified',
  'login',
  'givenName',
  'familyName',
  'birthDate',
  'affiliation',
  'function',
  'uai',
  'academy',
  'logoutUrl',
] as const
export type Fact = (typeof facts)[number]

/** Names of claims or attributes, the first that is there counts. */
export type ClaimMap = Readonly<Partial<Record<Fact, readonly string[]>>>

/** How somebody whom the provider vouches for is found among our people, in this order. */
export const matchings = ['joinKey', 'ineHash', 'mail', 'login'] as const
export type Matching = (typeof matchings)[number]

/** Where a sign-out goes on to: the address that the provider gave, its own end of session, or nowhere. */
export const logouts = ['none', 'rp-initiated', 'attribute'] as const

interface CommonConfig {
  readonly claims: ClaimMap
  /** Affiliations that may enter and the profile each means; empty: nobody is filtered by affiliation. */
  readonly affiliations: Readonly<Record<string, ProfileKind>>
  readonly matching: readonly Matching[]
  /** True: the provider owns these addresses and has verified them. Without it an address alone never links. */
  readonly trustMail: boolean
  /** True: an account that waits for its activation is opened by this provider's word. */
  readonly create: boolean
  readonly logout: (typeof logouts)[number]
  /** Code of the académie, for join keys that come without. */
  readonly academy?: string
  /** Values of the provider's `acr` or class that stand for two factors. */
  readonly strongClasses: readonly string[]
}

export interface OidcProvider extends CommonConfig {
  readonly issuer: string
  /** Discovery document, pasted; it is read from the issuer when absent. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly clientId: string
  /** In a row: sealed, to be read by `clientSecretOf`. In a draft: as the provider gave it, or as the row has it. */
  readonly clientSecret?: string
  readonly authMethod: 'client_secret_post' | 'client_secret_basic' | 'none'
  readonly scopes: readonly string[]
  /** Parameters added to the request: `acr_values`, `idp_hint`... */
  readonly parameters: Readonly<Record<string, string>>
  readonly userinfo: boolean
}

export interface SamlProvider extends CommonConfig {
  readonly entityId: string
  /** Single sign-on service, by redirect. */
  readonly sso: string
  readonly slo?: string
  /** PEM. */
  readonly certificates: readonly string[]
  /** True: answers that nobody asked for are taken, after a question to the person. */
  readonly unsolicited: boolean
  readonly nameIdFormat?: string
}

interface ProviderBase {
  readonly id: string
  readonly name: string
  readonly audience: readonly Audience[]
  readonly status: 'active' | 'disabled'
  readonly sortOrder: number
}

type ProviderProtocol =
  | { readonly protocol: 'oidc'; readonly config: OidcProvider }
  | { readonly protocol: 'saml'; readonly config: SamlProvider }

export type Provider = ProviderBase & ProviderProtocol

/** A provider as it is given to be saved; `isNew`: its identifier must not be taken yet. */
export type ProviderDraft = Omit<ProviderBase, 'status'> & ProviderProtocol & { readonly isNew?: boolean }

export const defaultCommon: CommonConfig = {
  claims: {
    subject: ['sub'],
    mail: ['email', 'mail'],
    givenName: ['given_name', 'givenName'],
    familyName: ['family_name', 'sn'],
  },
  affiliations: {},
  matching: ['joinKey'],
  trustMail: false,
  create: false,
  logout: 'none',
  strongClasses: [],
}

interface Row {
  readonly id: string
  readonly protocol: 'oidc' | 'saml'
  readonly name: string
  readonly audience: string
  readonly config: string
  readonly status: 'active' | 'disabled'
  readonly sort_order: number
}

const providerOf = ({ id, protocol, name, audience, config, status, sort_order: sortOrder }: Row): Provider => {
  const base = { id, name, status, sortOrder, audience: audiences.filter((one) => audience.split(' ').includes(one)) }
  // Written by saveProvider, which took a configuration of this protocol.
  const read: unknown = JSON.parse(config)
  return protocol === 'oidc'
    ? { ...base, protocol, config: { ...defaultCommon, ...(read as OidcProvider) } }
    : { ...base, protocol, config: { ...defaultCommon, ...(read as SamlProvider) } }
}

const all = statement((q) => q.selectFrom('identity_provider').selectAll().orderBy('sort_order').orderBy('id'))

const byId = statement((q, p: Params<{ id: string }>) =>
  q.selectFrom('identity_provider').selectAll().where('id', '=', p.id),
)

/** Every provider, disabled ones too. */
export const listProviders = async (tx: Reader): Promise<Provider[]> => (await tx.all(all, {})).map(providerOf)

export const findProvider = async (tx: Reader, id: string): Promise<Provider | undefined> => {
  const row = await tx.first(byId, { id })
  return row && providerOf(row)
}

/** The ways in that the sign-in page offers to an audience besides the password. */
export const providersFor = async (
  tx: Reader,
  audience: string,
): Promise<{ readonly id: string; readonly name: string; readonly url: string }[]> =>
  (await listProviders(tx))
    .filter((one) => one.status === 'active' && one.audience.some((each) => each === audience))
    .map(({ id, name }) => ({ id, name, url: `/federation/${id}/login` }))

const secretPurpose = (id: string): string => `federation.provider.${id}`

/** The secret that we show to a provider, opened; undefined when there is none. */
export const clientSecretOf = (people: People, id: string, config: OidcProvider): string | undefined => {
  const { clientSecret: secret } = config
  return secret !== undefined && isSealed(secret) ? unseal(people.key, secretPurpose(id), secret) : secret
}

/** The configuration as it rests: the secret sealed, unless it is the one that rests there already. */
const closed = (people: People, wanted: ProviderDraft, earlier: Provider | undefined): ProviderDraft['config'] => {
  if (wanted.protocol !== 'oidc' || wanted.config.clientSecret === undefined) return wanted.config
  const { clientSecret: given } = wanted.config
  const resting = earlier?.protocol === 'oidc' ? earlier.config.clientSecret : undefined
  if (given === resting && isSealed(given)) return wanted.config
  return { ...wanted.config, clientSecret: seal(people.key, secretPurpose(wanted.id), given) }
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', why, { property })
}

/** TLS, or this machine (demonstration, tests). */
const isSafeAddress = (text: string): boolean => {
  const url = parseServiceUrl(text)
  return url !== undefined && (url.protocol === 'https:' || isLoopback(url))
}

const check = (provider: ProviderDraft): void => {
  const { id, name, config } = provider
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) invalid('id', 'an identifier is of small letters, digits and hyphens')
  if (name.trim() === '' || name.length > 100 || /\p{Cc}/u.test(name)) invalid('name', 'a provider needs a name')
  if (provider.audience.length === 0) invalid('audience', 'a provider needs an audience')
  if ((config.claims.subject ?? []).length === 0) invalid('claims', 'a provider needs a claim for the subject')
  if (config.matching.some((one) => !matchings.includes(one))) invalid('matching', 'unknown way to match')
  if (provider.protocol === 'oidc') {
    if (!isSafeAddress(provider.config.issuer)) invalid('issuer', 'the issuer must be an https address')
    if (provider.config.clientId === '') invalid('clientId', 'a client id is needed')
    return
  }
  if (provider.config.entityId === '') invalid('entityId', 'an entity id is needed')
  if (!isSafeAddress(provider.config.sso)) invalid('sso', 'the sign-on service must be an https address')
  if (provider.config.certificates.length === 0) invalid('certificates', 'a certificate is needed')
}

const upsert = statement(
  (
    q,
    p: Params<{
      id: string
      protocol: 'oidc' | 'saml'
      name: string
      audience: string
      config: string
      order: number
      now: number
    }>,
  ) =>
    q
      .insertInto('identity_provider')
      .values({
        id: p.id,
        protocol: p.protocol,
        name: p.name,
        audience: p.audience,
        config: p.config,
        status: 'active',
        sort_order: p.order,
        created_at: p.now,
        updated_at: p.now,
      })
      .onConflict((on) =>
        on.column('id').doUpdateSet({
          name: p.name,
          audience: p.audience,
          config: p.config,
          sort_order: p.order,
          updated_at: p.now,
        }),
      ),
)

const changedEarlier = (earlier: Provider | undefined, wanted: Pick<Provider, 'protocol'>): boolean =>
  earlier !== undefined && earlier.protocol !== wanted.protocol

/** Adds a provider or changes it; audited. Throws Failure invalid, alreadyExists, conflict (the protocol of a row never changes). */
export const saveProvider = async (people: People, actor: string, wanted: ProviderDraft): Promise<void> => {
  check(wanted)
  const now = people.ctx.clock.now()
  const { id, protocol, name, sortOrder: order } = wanted
  await people.ctx.store.writeGlobal(async (tx) => {
    const earlier = await findProvider(tx, id)
    if (wanted.isNew && earlier)
      throw new Failure('alreadyExists', 'a provider of this identifier is declared already', { property: 'service' })
    if (changedEarlier(earlier, wanted)) throw new Failure('conflict', 'another protocol')
    const audience = wanted.audience.join(' ')
    const config = JSON.stringify(closed(people, wanted, earlier))
    await tx.run(upsert, { id, protocol, name: name.trim(), audience, config, order, now })
    await appendAudit(tx, now, { actor, action: 'provider.save', target: id, detail: protocol })
  })
}

const rewrite = statement((q, p: Params<{ id: string; config: string }>) =>
  q.updateTable('identity_provider').set({ config: p.config }).where('id', '=', p.id),
)

/** Seals the secrets of rows that were written when they still rested in clear. */
export const sealProviderSecrets = async (people: People): Promise<void> => {
  const { store } = people.ctx
  const isOpen = ({ protocol, config }: Provider): boolean =>
    protocol === 'oidc' &&
    'clientSecret' in config &&
    config.clientSecret !== undefined &&
    !isSealed(config.clientSecret)
  if (!(await store.read(listProviders)).some(isOpen)) return
  await store.writeGlobal(async (tx) => {
    for (const provider of (await listProviders(tx)).filter(isOpen))
      await tx.run(rewrite, { id: provider.id, config: JSON.stringify(closed(people, provider, undefined)) })
  })
}

const setStatus = statement((q, p: Params<{ id: string; status: 'active' | 'disabled'; now: number }>) =>
  q.updateTable('identity_provider').set({ status: p.status, updated_at: p.now }).where('id', '=', p.id),
)

/** Lets a provider vouch again, or no longer; audited. Throws Failure notFound. */
export const enableProvider = async (people: People, actor: string, id: string, active: boolean): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(setStatus, { id, status: active ? 'active' : 'disabled', now })
    if (changes === 0) throw new Failure('notFound', 'no such provider')
    await appendAudit(tx, now, { actor, action: active ? 'provider.enable' : 'provider.disable', target: id })
  })
}

const dropLinks = statement((q, p: Params<{ id: string }>) =>
  q.deleteFrom('federated_identity').where('provider_id', '=', p.id),
)
const drop = statement((q, p: Params<{ id: string }>) => q.deleteFrom('identity_provider').where('id', '=', p.id))

/**
 * Removes a closed provider and the links of people to it; audited. Throws Failure notFound, conflict (property
 * `service.open`: it is still open).
 */
export const removeProvider = async (people: People, actor: string, id: string): Promise<void> => {
  await people.ctx.store.writeGlobal(async (tx) => {
    const provider = await findProvider(tx, id)
    if (!provider) throw new Failure('notFound', 'no such provider')
    if (provider.status === 'active')
      throw new Failure('conflict', 'the provider is still open', { property: 'service.open' })
    const { changes } = await tx.run(dropLinks, { id })
    await tx.run(drop, { id })
    const detail = `${changes} links`
    await appendAudit(tx, people.ctx.clock.now(), { actor, action: 'provider.remove', target: id, detail })
  })
}
