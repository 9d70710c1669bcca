/**
 * Administration of the identity providers that we trust, by the platform's administrators: declared from a preset of
 * the Éducation nationale, tried, changed, closed and removed.
 */
import type { FastifyInstance } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import { oidcPresets, samlPresets } from '#domain/federation/presets.data.ts'
import {
  audiences,
  enableProvider,
  facts,
  findProvider,
  listProviders,
  logouts,
  matchings,
  type OidcProvider,
  type Provider,
  type ProviderDraft,
  removeProvider,
  type SamlProvider,
  saveProvider,
} from '#domain/federation/providers.ts'
import type { People } from '#domain/people/people.ts'
import { readMetadata } from '#protocol/saml/metadata.ts'
import { binding } from '#protocol/saml/names.ts'
import { textsIn } from './admin-query.ts'
import { declaring, longestMetadata, metadataBody } from './admin-services.ts'
import { certificateEnds } from './certificate-ends.ts'
import { createOidcClients } from './federation.ts'
import { type Body, idIn, neededIn, type OwnerRoute, textIn } from './owner.ts'
import { platformRoutes, withoutSecrets } from './platform-routes.ts'
import { withMeaning } from './provider-meaning.ts'

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', why, { property })
}

/** What both protocols share and a form may change. */
const commonIn = <T extends OidcProvider | SamlProvider>(body: Body, before: T): T => ({
  ...withMeaning(body, before),
  trustMail: typeof body.trustMail === 'boolean' ? body.trustMail : before.trustMail,
  create: typeof body.create === 'boolean' ? body.create : before.create,
  matching:
    body.matching === undefined
      ? before.matching
      : matchings.filter((one) => textsIn(body, 'matching', 10, 20).includes(one)),
})

/** Where the provider is and by what it signs, from its metadata. */
const samlPlaces = (body: Body): Pick<SamlProvider, 'entityId' | 'sso' | 'certificates' | 'slo'> => {
  const entity = textIn(body, 'entity', 1000).trim()
  const read = readMetadata(neededIn(body, 'metadata', longestMetadata), entity === '' ? undefined : entity)
  const sso = read.idp?.sso.find((one) => one.binding === binding.redirect)?.location
  if (!read.idp || sso === undefined) return invalid('sso', 'the metadata name no sign-on by HTTP-Redirect')
  const slo = read.idp.slo.find((one) => one.binding === binding.redirect)?.location
  return { entityId: read.entityId, sso, certificates: read.idp.signing, ...(slo === undefined ? {} : { slo }) }
}

const presetNamed = <T>(presets: Readonly<Record<string, T>>, body: Body): T => {
  const name = textIn(body, 'preset', 40)
  return (Object.hasOwn(presets, name) ? presets[name] : undefined) ?? invalid('preset', 'unknown preset')
}

const draftIn = (body: Body): ProviderDraft => {
  const base = {
    id: neededIn(body, 'id', 40).trim(),
    name: neededIn(body, 'name', 100),
    audience: audiences.filter((one) => textsIn(body, 'audience', 4, 20).includes(one)),
    sortOrder: body.sortOrder === undefined ? 50 : idIn(body, 'sortOrder'),
    isNew: true,
  }
  if (body.protocol === 'saml') {
    const config = commonIn<SamlProvider>(body, { ...presetNamed(samlPresets, body), ...samlPlaces(body) })
    return { ...base, protocol: 'saml', config }
  }
  if (body.protocol !== 'oidc') return invalid('protocol', 'which protocol?')
  const secret = textIn(body, 'clientSecret', 500).trim()
  const config = commonIn<OidcProvider>(body, {
    ...presetNamed(oidcPresets, body),
    issuer: neededIn(body, 'issuer', 500).trim(),
    clientId: neededIn(body, 'clientId', 500).trim(),
    ...(secret === '' ? {} : { clientSecret: secret }),
  })
  return { ...base, protocol: 'oidc', config }
}

const changed = (body: Body, provider: Provider): ProviderDraft => {
  const { status: _, ...before } = provider
  const asked = body.audience === undefined ? before.audience : textsIn(body, 'audience', 4, 20)
  const base = {
    name: body.name === undefined ? before.name : neededIn(body, 'name', 100),
    audience: audiences.filter((one) => asked.includes(one)),
    sortOrder: body.sortOrder === undefined ? before.sortOrder : idIn(body, 'sortOrder'),
  }
  if (before.protocol === 'saml') {
    const places = body.metadata === undefined ? {} : samlPlaces(body)
    const { slo: _slo, ...rest } = before.config
    const own = body.metadata === undefined ? before.config : rest
    return { ...before, ...base, config: commonIn<SamlProvider>(body, { ...own, ...places }) }
  }
  const secret = textIn(body, 'clientSecret', 500).trim()
  const config = commonIn<OidcProvider>(body, {
    ...before.config,
    issuer: body.issuer === undefined ? before.config.issuer : neededIn(body, 'issuer', 500).trim(),
    clientId: body.clientId === undefined ? before.config.clientId : neededIn(body, 'clientId', 500).trim(),
    ...(secret === '' ? {} : { clientSecret: secret }),
  })
  return { ...before, ...base, config }
}

/** Asks an OpenID provider for its addresses, as a sign-in would. What it says is for administrators only. */
const tryOut = async (people: People, provider: Provider) => {
  if (provider.protocol === 'saml')
    return { reached: null, certificates: certificateEnds(provider.config.certificates) }
  try {
    const client = createOidcClients(people)(provider.id, provider.config)
    const { url } = await client.begin('https://localhost/callback', {})
    return { reached: true, where: new URL(url).host, certificates: [] }
  } catch (error) {
    return { reached: false, why: isFailure(error) ? error.message : '', certificates: [] }
  }
}

export const registerAdminProviders = (app: FastifyInstance, people: People): void => {
  const { ctx } = people
  const { get, post } = platformRoutes(app, people)
  const idOf = ({ request }: OwnerRoute): string => (request.params as Record<string, string>).id ?? ''
  const providerAt = async (id: string): Promise<Provider> => {
    const provider = await ctx.store.read((tx) => findProvider(tx, id))
    if (!provider) throw new Failure('notFound', 'no such provider')
    return provider
  }

  get('/admin/providers', async () => ({
    providers: withoutSecrets(await ctx.store.read(listProviders)),
    choices: {
      audiences,
      matchings,
      facts,
      logouts,
      profiles: profileKinds,
      presets: { oidc: Object.keys(oidcPresets), saml: Object.keys(samlPresets) },
    },
  }))
  post(
    '/admin/providers',
    async ({ owner, body, reply }) => {
      const draft = await declaring(() => draftIn(body))
      await declaring(() => saveProvider(people, owner.login, draft))
      return reply.code(201).send({ id: draft.id })
    },
    metadataBody,
  )
  post(
    '/admin/providers/:id',
    async (given) => {
      const provider = await providerAt(idOf(given))
      await declaring(() => saveProvider(people, given.owner.login, changed(given.body, provider)))
      return {}
    },
    metadataBody,
  )
  post('/admin/providers/:id/try', async (given) => tryOut(people, await providerAt(idOf(given))))
  post('/admin/providers/:id/status', async (given) => {
    await enableProvider(people, given.owner.login, idOf(given), given.body.status === 'active')
    return {}
  })
  post('/admin/providers/:id/remove', async (given) => {
    await removeProvider(people, given.owner.login, idOf(given))
    return {}
  })
}
