/**
 * The services that trust us, whatever protocol they speak: one row each. What is common to all (who may enter, how
 * strongly, which identity and attributes they are given) is `rules`; what only their protocol knows is `config`.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { RelyingPartyTable } from '#store/schema/access.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { Strength } from '../people/principal.ts'
import { attributeNames } from './attributes.ts'
import { isSafeBackChannel, parsePattern } from './service-url.ts'

export type SsoProtocol = RelyingPartyTable['protocol']

/** Which of a person's names a service knows them by. */
export const identifiers = ['pairwise', 'login', 'uid', 'joinKey', 'mail', 'uai'] as const
export type Identifier = (typeof identifiers)[number]

export interface PartyRules {
  readonly identifier: Identifier
  /** Names of `attributes.ts`; nothing else is ever released. */
  readonly attributes: readonly string[]
  /** How `ENTPersonProfils` is written: `National_3`, `National_ENS`, or both values. */
  readonly profileSeries: 'number' | 'word' | 'both'
  /** Who may enter. */
  readonly profiles: readonly ProfileKind[] | '*'
  readonly acr: Strength
  /** Not one of ours: the person is asked before anything is released. */
  readonly outside: boolean
  /** Address that the portal opens; empty: not shown there. */
  readonly url: string
  readonly icon: string
  readonly description: string
  /** Its back channel (log-out, proxy callback) may be in the clear on another machine. */
  readonly clearText: boolean
}

export interface CasConfig {
  /** Most modern protocol version the service speaks; only told to administrators. */
  readonly version: 1 | 2 | 3
  /** Many French clients call /serviceValidate and expect attributes all the same. */
  readonly attributesOnV2: boolean
  readonly attributeShape: 'jasig' | 'flat' | 'name-value'
  /** Where the log-out message goes; the service's own address when absent. */
  readonly logoutUrl?: string
  /** Absent: no proxy tickets. `callback` is a URL pattern like the service's. */
  readonly proxy?: { readonly callback: string }
}

/** Client metadata as OpenID Connect Registration names them, and what is ours. */
export interface OidcConfig {
  readonly client: Readonly<Record<string, unknown>>
}

export interface SamlConfig {
  /** Assertion consumer services: address and binding; the first is the default. */
  readonly acs: readonly string[]
  /** Index of each in the service's metadata; their order when absent. */
  readonly acsIndexes?: readonly number[]
  /** Single log-out service that browsers are sent to. */
  readonly slo?: string
  readonly sloBinding?: 'redirect' | 'post'
  /** Where browsers bring our answers to the service's own log-out requests; `slo` when absent. */
  readonly sloResponse?: string
  /** Single log-out service that we post to ourselves (SOAP): no browser is needed. */
  readonly sloSoap?: string
  /** PEM certificates that verify what the service signs. */
  readonly certificates: readonly string[]
  /** Assertions are encrypted for this certificate. */
  readonly encryptionCertificate?: string
  readonly wantAuthnRequestsSigned: boolean
  /** What is signed; both when absent. */
  readonly sign?: 'assertion' | 'response' | 'both'
  /** True: the portal may open the service without having been asked. */
  readonly idpInitiated?: boolean
  readonly nameIdFormat: 'persistent' | 'transient' | 'emailAddress' | 'unspecified'
  /** Attributes are named by URN (`urn:oid:`) or by their plain name. */
  readonly attributeNames: 'plain' | 'oid'
}

export interface ConfigOf {
  readonly cas: CasConfig
  readonly oidc: OidcConfig
  readonly saml: SamlConfig
}

export interface PartyOf<P extends SsoProtocol> {
  readonly id: number
  readonly protocol: P
  readonly name: string
  /** CAS: address pattern; OpenID Connect: client_id; SAML: entity id. */
  readonly key: string
  readonly status: 'active' | 'disabled'
  readonly rules: PartyRules
  readonly config: ConfigOf[P]
  readonly createdAt: number
  readonly updatedAt: number
}

export type RelyingParty = { [P in SsoProtocol]: PartyOf<P> }[SsoProtocol]

/** Least said, most protected: a pairwise identifier and nothing more. */
export const defaultRules: PartyRules = {
  identifier: 'pairwise',
  attributes: [],
  profileSeries: 'number',
  profiles: '*',
  acr: 1,
  outside: false,
  url: '',
  icon: '',
  description: '',
  clearText: false,
}

export const defaultCasConfig: CasConfig = { version: 3, attributesOnV2: false, attributeShape: 'jasig' }

interface Row {
  readonly id: number
  readonly protocol: SsoProtocol
  readonly name: string
  readonly key: string
  readonly config: string
  readonly status: 'active' | 'disabled'
  readonly created_at: number
  readonly updated_at: number
}

const partyOf = (row: Row): RelyingParty => {
  const stored = JSON.parse(row.config) as { rules: Partial<PartyRules>; config: ConfigOf[SsoProtocol] }
  const { id, protocol, name, key, status } = row
  const times = { createdAt: row.created_at, updatedAt: row.updated_at }
  const rules = { ...defaultRules, ...stored.rules }
  // The row was written by saveRelyingParty, which took a configuration of this protocol.
  return { id, protocol, name, key, status, rules, config: stored.config, ...times } as RelyingParty
}

const all = statement((q) =>
  q.selectFrom('relying_party').selectAll().orderBy('protocol').orderBy('name').orderBy('id'),
)

const ofProtocol = statement((q, p: Params<{ protocol: SsoProtocol }>) =>
  q.selectFrom('relying_party').selectAll().where('protocol', '=', p.protocol).orderBy('id'),
)

const byKey = statement((q, p: Params<{ protocol: SsoProtocol; key: string }>) =>
  q.selectFrom('relying_party').selectAll().where('protocol', '=', p.protocol).where('key', '=', p.key),
)

const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('relying_party').selectAll().where('id', '=', p.id),
)

/** Every service, disabled ones too. */
export const listRelyingParties = async (tx: Reader): Promise<RelyingParty[]> => (await tx.all(all, {})).map(partyOf)

/** Every service of one protocol, disabled ones too. */
export const listPartiesOf = async <P extends SsoProtocol>(tx: Reader, protocol: P): Promise<PartyOf<P>[]> =>
  (await tx.all(ofProtocol, { protocol })).map((row) => partyOf(row) as PartyOf<P>)

/** The service of this exact key, disabled or not. */
export const getRelyingParty = async <P extends SsoProtocol>(
  tx: Reader,
  protocol: P,
  key: string,
): Promise<PartyOf<P> | undefined> => {
  const row = await tx.first(byKey, { protocol, key })
  return row && (partyOf(row) as PartyOf<P>)
}

/** The service of this row, whatever its protocol. */
export const relyingPartyById = async (tx: Reader, id: number): Promise<RelyingParty | undefined> => {
  const row = await tx.first(byId, { id })
  return row && partyOf(row)
}

export interface PartyDraft<P extends SsoProtocol = SsoProtocol> {
  readonly protocol: P
  readonly name: string
  readonly key: string
  readonly rules?: Partial<PartyRules>
  readonly config: ConfigOf[P]
  /** True: a service of this key must not be there yet. */
  readonly isNew?: boolean
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', why, { property })
}

/** SAML: answers go to these addresses, so each must be one that nobody reads two ways, by TLS unless the row says so. */
const checkSaml = (
  { acs, slo, sloResponse, sloSoap, certificates, wantAuthnRequestsSigned }: SamlConfig,
  rules: PartyRules,
): void => {
  if (acs.length === 0 || acs.length > 50) invalid('acs', 'a SAML service needs an address for answers')
  for (const address of [...acs, ...[slo, sloResponse, sloSoap].filter((one) => one !== undefined)])
    if (!isSafeBackChannel(address, rules.clearText)) invalid('acs', `${address} is not an https address`)
  if (wantAuthnRequestsSigned && certificates.length === 0)
    invalid('certificates', 'signed requests cannot be checked without a certificate')
}

/** What is the same for every protocol. Throws Failure invalid with the name of the property at fault. */
export const checkRules = (rules: PartyRules): void => {
  const unknown = rules.attributes.find((name) => !attributeNames.includes(name))
  if (unknown !== undefined) invalid('attributes', `${unknown} is not an attribute that can be released`)
  if (rules.profiles !== '*' && rules.profiles.length === 0) invalid('profiles', 'nobody could enter')
  if (rules.url !== '' && !/^https?:$/.test(URL.parse(rules.url)?.protocol ?? ''))
    invalid('url', 'not an http(s) address')
}

/** Throws Failure invalid with the name of the property at fault. */
const check = (draft: PartyDraft, rules: PartyRules): void => {
  if (draft.name.trim() === '' || draft.name.length > 100 || /\p{Cc}/u.test(draft.name))
    invalid('name', 'a service needs a name of at most 100 characters')
  if (draft.key === '' || draft.key.length > 1000 || /[\p{Cc}\s]/u.test(draft.key))
    invalid('key', 'a service needs a key without spaces')
  checkRules(rules)
  if (draft.protocol === 'saml') checkSaml(draft.config as SamlConfig, rules)
  if (draft.protocol !== 'cas') return
  const { logoutUrl, proxy } = draft.config as CasConfig
  if (!parsePattern(draft.key)) invalid('key', `${draft.key} is not the address of a service: scheme, host and path`)
  if (logoutUrl !== undefined && !parsePattern(logoutUrl)) invalid('logoutUrl', `${logoutUrl} is not an address`)
  if (proxy && !parsePattern(proxy.callback)) invalid('callback', `${proxy.callback} is not an address`)
}

const insert = statement(
  (q, p: Params<{ protocol: SsoProtocol; name: string; key: string; config: string; by: string; now: number }>) =>
    q
      .insertInto('relying_party')
      .values({
        protocol: p.protocol,
        name: p.name,
        key: p.key,
        config: p.config,
        status: 'active',
        created_by: p.by,
        created_at: p.now,
        updated_at: p.now,
      })
      .onConflict((on) =>
        on.columns(['protocol', 'key']).doUpdateSet({ name: p.name, config: p.config, updated_at: p.now }),
      )
      .returning('id'),
)

/**
 * Adds a service, or changes the one of the same protocol and key; audited. Throws Failure invalid, alreadyExists (a
 * new one whose key is taken).
 */
export const saveRelyingParty = async (people: People, actor: string, draft: PartyDraft): Promise<RelyingParty> => {
  const rules: PartyRules = { ...defaultRules, ...draft.rules }
  check(draft, rules)
  const now = people.ctx.clock.now()
  const { protocol, key } = draft
  const name = draft.name.trim()
  return people.ctx.store.writeGlobal(async (tx) => {
    if (draft.isNew && (await getRelyingParty(tx, protocol, key)))
      throw new Failure('alreadyExists', 'a service of this key is declared already', { property: 'service' })
    const config = JSON.stringify({ rules, config: draft.config })
    await tx.first(insert, { protocol, name, key, config, by: actor, now })
    await appendAudit(tx, now, { actor, action: 'service.save', target: `${protocol} ${name}`, detail: key })
    return (await getRelyingParty(tx, protocol, key)) as RelyingParty
  })
}

const setStatus = statement((q, p: Params<{ id: number; status: 'active' | 'disabled'; now: number }>) =>
  q.updateTable('relying_party').set({ status: p.status, updated_at: p.now }).where('id', '=', p.id),
)

/** Lets a service in again, or keeps everybody from entering it; audited. Throws Failure notFound. */
export const enableRelyingParty = async (people: People, actor: string, id: number, active: boolean): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const party = await relyingPartyById(tx, id)
    if (!party) throw new Failure('notFound', 'no such service')
    await tx.run(setStatus, { id, status: active ? 'active' : 'disabled', now })
    const action = active ? 'service.enable' : 'service.disable'
    await appendAudit(tx, now, { actor, action, target: `${party.protocol} ${party.name}`, detail: party.key })
  })
}
