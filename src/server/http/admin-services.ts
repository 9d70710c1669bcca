/**
 * Administration of the services that trust us, by the platform's administrators: declared, tried, changed, closed and
 * removed. Secrets are shown once, when they are made.
 */
import type { FastifyInstance } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { attributeNames } from '#domain/access/attributes.ts'
import { previewRelease } from '#domain/access/preview.ts'
import {
  type CasConfig,
  defaultCasConfig,
  defaultRules,
  enableRelyingParty,
  identifiers,
  listPartiesOf,
  listRelyingParties,
  type PartyOf,
  type PartyRules,
  type RelyingParty,
  relyingPartyById,
  type SamlConfig,
  saveRelyingParty,
} from '#domain/access/relying-parties.ts'
import { removeRelyingParty } from '#domain/access/remove.ts'
import { matchesPattern, parsePattern } from '#domain/access/service-url.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import type { People } from '#domain/people/people.ts'
import { changeOidcService, newClientSecret, renewClientSecret, saveOidcService } from '#protocol/oidc/clients.ts'
import { algorithms, grants, type OidcDeclaration, oidcMetadata } from '#protocol/oidc/declaration.ts'
import { scopes } from '#protocol/oidc/scopes.data.ts'
import { readMetadata } from '#protocol/saml/metadata.ts'
import { partyFromMetadata } from '#protocol/saml/party.ts'
import { objectIn, pathId, textsIn } from './admin-query.ts'
import { certificateEnds } from './certificate-ends.ts'
import { type Body, neededIn, textIn } from './owner.ts'
import { platformRoutes, withoutSecrets } from './platform-routes.ts'

/** Longest metadata of one service; a federation's whole file is read on the command line. */
export const longestMetadata = 512 * 1024
export const metadataBody = longestMetadata + 64 * 1024

const oneOf = <T>(values: readonly T[], value: unknown): T | undefined => values.find((one) => one === value)
const yes = (body: Body, name: string, otherwise: boolean): boolean => {
  const value = body[name]
  return typeof value === 'boolean' ? value : otherwise
}

/** What of a service's rules a form may change; the rest of it stays as it was. */
const rulesIn = (body: Body, before: PartyRules): PartyRules => ({
  ...before,
  identifier: oneOf(identifiers, body.identifier) ?? before.identifier,
  acr: oneOf([1, 2, 3] as const, body.acr) ?? before.acr,
  profileSeries: oneOf(['number', 'word', 'both'] as const, body.profileSeries) ?? before.profileSeries,
  profiles:
    body.profiles === undefined
      ? before.profiles
      : body.profiles === '*'
        ? '*'
        : profileKinds.filter((kind) => textsIn(body, 'profiles', 20, 40).includes(kind)),
  attributes: body.attributes === undefined ? before.attributes : textsIn(body, 'attributes', 50, 60),
  outside: yes(body, 'outside', before.outside),
  clearText: yes(body, 'clearText', before.clearText),
  url: body.url === undefined ? before.url : textIn(body, 'url', 500).trim(),
  description: body.description === undefined ? before.description : textIn(body, 'description', 500).trim(),
})

const casIn = (body: Body, before: CasConfig): CasConfig => {
  const { logoutUrl: _, proxy: __, ...rest } = before
  const logoutUrl = body.logoutUrl === undefined ? (before.logoutUrl ?? '') : textIn(body, 'logoutUrl', 1000).trim()
  const proxy = body.proxy === undefined ? (before.proxy?.callback ?? '') : textIn(body, 'proxy', 1000).trim()
  return {
    ...rest,
    attributesOnV2: yes(body, 'attributesOnV2', before.attributesOnV2),
    attributeShape: oneOf(['jasig', 'flat', 'name-value'] as const, body.attributeShape) ?? before.attributeShape,
    ...(logoutUrl === '' ? {} : { logoutUrl }),
    ...(proxy === '' ? {} : { proxy: { callback: proxy } }),
  }
}

const oidcIn = (body: Body): OidcDeclaration => ({
  redirects: textsIn(body, 'redirects', 50, 1000),
  afterLogout: textsIn(body, 'afterLogout', 50, 1000),
  backchannelLogout: textIn(body, 'backchannelLogout', 1000).trim(),
  scopes: textsIn(body, 'scopes', 20, 60),
  grants: textsIn(body, 'grants', 5, 60),
  algorithm: textIn(body, 'algorithm', 10) || 'RS256',
  isPublic: yes(body, 'isPublic', false),
  pkce: yes(body, 'pkce', true),
})

const samlIn = (body: Body, before: SamlConfig): SamlConfig => {
  const { sign: signed, ...rest } = before
  const sign = oneOf(['assertion', 'response', 'both'] as const, body.sign) ?? signed
  return {
    ...rest,
    ...(sign === undefined ? {} : { sign }),
    idpInitiated: yes(body, 'idpInitiated', before.idpInitiated ?? false),
    nameIdFormat:
      oneOf(['persistent', 'transient', 'emailAddress', 'unspecified'] as const, body.nameIdFormat) ??
      before.nameIdFormat,
    attributeNames: oneOf(['plain', 'oid'] as const, body.attributeNames) ?? before.attributeNames,
  }
}

/** A failure of a declaration says which field is at fault: its property is `service.` and the field's name. */
export const declaring = async <T>(work: () => Promise<T> | T): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!isFailure(error, 'invalid')) throw error
    const property = `service.${error.property ?? 'metadata'}`
    throw new Failure('invalid', error.message, { property, cause: error })
  }
}

/** The metadata of a body, as the draft of a service. Throws Failure invalid (property `metadata`). */
const metadataIn = (body: Body) => {
  const entity = textIn(body, 'entity', 1000).trim()
  return partyFromMetadata(
    readMetadata(neededIn(body, 'metadata', longestMetadata), entity === '' ? undefined : entity),
  )
}

interface Declared {
  readonly party: RelyingParty
  /** Shown this once. */
  readonly secret?: string
}

const declare = async (people: People, actor: string, body: Body): Promise<Declared> => {
  const rules = rulesIn(body, defaultRules)
  if (body.protocol === 'saml') {
    const draft = metadataIn(body)
    const name = textIn(body, 'name', 100).trim() || draft.name
    const config = samlIn(body, draft.config)
    return { party: await saveRelyingParty(people, actor, { ...draft, name, rules, config, isNew: true }) }
  }
  const name = neededIn(body, 'name', 100)
  const key = neededIn(body, 'key', 1000).trim()
  if (body.protocol === 'cas') {
    const config = casIn(body, defaultCasConfig)
    return { party: await saveRelyingParty(people, actor, { protocol: 'cas', name, key, rules, config, isNew: true }) }
  }
  if (body.protocol !== 'oidc') throw new Failure('invalid', 'which protocol?', { property: 'protocol' })
  const declared = oidcIn(objectIn(body, 'oidc'))
  const metadata = oidcMetadata(declared)
  const draft = { clientId: key, name, rules, isNew: true }
  if (declared.isPublic) return { party: await saveOidcService(people, actor, { ...draft, metadata }) }
  const secret = newClientSecret()
  const full = { ...metadata, client_secret: secret }
  return { party: await saveOidcService(people, actor, { ...draft, metadata: full }), secret }
}

const change = async (people: People, actor: string, party: RelyingParty, body: Body): Promise<RelyingParty> => {
  const name = body.name === undefined ? party.name : neededIn(body, 'name', 100)
  const rules = rulesIn(body, party.rules)
  const { key } = party
  if (party.protocol === 'cas')
    return saveRelyingParty(people, actor, { protocol: 'cas', name, key, rules, config: casIn(body, party.config) })
  if (party.protocol === 'oidc') {
    const metadata = body.oidc === undefined ? party.config.client : oidcMetadata(oidcIn(objectIn(body, 'oidc')))
    return changeOidcService(people, actor, party, { name, rules, metadata })
  }
  if (body.metadata === undefined)
    return saveRelyingParty(people, actor, { protocol: 'saml', name, key, rules, config: samlIn(body, party.config) })
  const draft = metadataIn(body)
  // Metadata of another entity are another service: nobody's identifiers are handed on by a wrong file.
  if (draft.key !== key) throw new Failure('invalid', 'the metadata are of another service', { property: 'entity' })
  const { acs, acsIndexes, slo, sloBinding, sloSoap, certificates, encryptionCertificate, ...ours } = party.config
  const config = samlIn(body, {
    ...draft.config,
    ...ours,
    wantAuthnRequestsSigned: draft.config.wantAuthnRequestsSigned,
  })
  return saveRelyingParty(people, actor, { protocol: 'saml', name, key, rules, config })
}

/** What an administrator is told of metadata before declaring the service. */
const summary = ({ name, key, config }: ReturnType<typeof partyFromMetadata>) => ({
  name,
  key,
  acs: config.acs,
  slo: [config.slo, config.sloSoap].filter((one) => one !== undefined),
  signsRequests: config.wantAuthnRequestsSigned,
  encrypts: config.encryptionCertificate !== undefined,
  nameIdFormat: config.nameIdFormat,
  certificates: certificateEnds(config.certificates),
})

/** A service as the screens show it. */
const shown = (party: RelyingParty) => ({
  ...(withoutSecrets(party) as Omit<RelyingParty, 'config'>),
  ...(party.protocol === 'saml'
    ? {
        certificates: certificateEnds([
          ...party.config.certificates,
          ...(party.config.encryptionCertificate === undefined ? [] : [party.config.encryptionCertificate]),
        ]),
      }
    : {}),
})

export const registerAdminServices = (app: FastifyInstance, people: People): void => {
  const { ctx } = people
  const { get, post } = platformRoutes(app, people)
  const partyAt = async (id: number): Promise<RelyingParty> => {
    const party = await ctx.store.read((tx) => relyingPartyById(tx, id))
    if (!party) throw new Failure('notFound', 'no such service')
    return party
  }

  get('/admin/services', async () => ({
    services: (await ctx.store.read(listRelyingParties)).map(shown),
    choices: { attributes: attributeNames, identifiers, profiles: profileKinds, scopes, grants, algorithms },
  }))
  post(
    '/admin/services',
    async ({ owner, body, reply }) => {
      const { party, secret } = await declaring(() => declare(people, owner.login, body))
      return reply.code(201).send({ service: shown(party), ...(secret === undefined ? {} : { secret }) })
    },
    metadataBody,
  )
  post('/admin/services/metadata', ({ body }) => declaring(async () => summary(metadataIn(body))), metadataBody)
  // Which CAS service an address belongs to: the question behind most "service not declared" pages.
  post('/admin/services/match', async ({ body }) => {
    const address = neededIn(body, 'address', 2000).trim()
    const all: PartyOf<'cas'>[] = await ctx.store.read((tx) => listPartiesOf(tx, 'cas'))
    const found = all.filter(({ key }) => {
      const pattern = parsePattern(key)
      return pattern !== undefined && matchesPattern(pattern, address)
    })
    return { services: found.map(({ id, name, key, status }) => ({ id, name, key, status })) }
  })
  post('/admin/services/preview', async ({ owner, body }) => {
    const party = body.id === undefined ? undefined : await partyAt(Number(body.id))
    const rules = rulesIn(body, party?.rules ?? defaultRules)
    const login = neededIn(body, 'login').trim()
    return declaring(() =>
      previewRelease(people, owner.login, { login, rules, ...(party === undefined ? {} : { party }) }),
    )
  })
  post(
    '/admin/services/:id',
    async ({ owner, body, request }) => {
      const party = await partyAt(pathId(request))
      return shown(await declaring(() => change(people, owner.login, party, body)))
    },
    metadataBody,
  )
  post('/admin/services/:id/status', async ({ owner, body, request }) => {
    await enableRelyingParty(people, owner.login, pathId(request), body.status === 'active')
    return {}
  })
  post('/admin/services/:id/secret', async ({ owner, request }) => {
    const party = await partyAt(pathId(request))
    if (party.protocol !== 'oidc') throw new Failure('notFound', 'this service has no secret')
    return { secret: await declaring(() => renewClientSecret(people, owner.login, party)) }
  })
  post('/admin/services/:id/remove', async ({ owner, request }) => {
    await removeRelyingParty(people, owner.login, pathId(request))
    return {}
  })
}
