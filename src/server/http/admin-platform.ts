/**
 * Administration of the platform, by its administrators only: incidents and contacts (admin-support.ts), services that
 * trust us, providers that we trust, programs that provision. Secrets are never shown, not even to them.
 */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import {
  enableRelyingParty,
  identifiers,
  listRelyingParties,
  type PartyRules,
  relyingPartyById,
  saveRelyingParty,
} from '#domain/access/relying-parties.ts'
import { requirePlatform } from '#domain/directory/delegation.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import {
  createProvisioningClient,
  listProvisioningClients,
  revokeProvisioningClient,
} from '#domain/directory/provisioning-clients.ts'
import { audiences, enableProvider, findProvider, listProviders, saveProvider } from '#domain/federation/providers.ts'
import type { People } from '#domain/people/people.ts'
import { momentIn, pathId, textsIn } from './admin-query.ts'
import { registerAdminSupport } from './admin-support.ts'
import { type Body, idIn, neededIn, type OwnerRoute, ownerRoutes, textIn } from './owner.ts'

const write = { stepUp: true, bodyLimit: 64 * 1024 }

/** Configurations without their secrets: the name of a secret stays, so that one sees that there is one. */
const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) =>
      /secret|private|password|token$/i.test(name) && one !== undefined ? [name, '…'] : [name, withoutSecrets(one)],
    ),
  )
}

type Route = ReturnType<typeof ownerRoutes>

/** Routes that only the platform's administrators reach. */
export const platformRoutes = (route: Route) => {
  const guarded =
    (work: (given: OwnerRoute) => Promise<unknown>) =>
    (given: OwnerRoute): Promise<unknown> => {
      requirePlatform(given.owner)
      return work(given)
    }
  return {
    get: (url: string, work: (given: OwnerRoute) => Promise<unknown>) => route('GET', url, guarded(work)),
    post: (url: string, work: (given: OwnerRoute) => Promise<unknown>) => route('POST', url, guarded(work), write),
  }
}

/** What of a service's rules a form may change; the rest of it stays as it was declared. */
const rulesIn = (body: Body, before: PartyRules): PartyRules => {
  const identifier = identifiers.find((one) => one === body.identifier) ?? before.identifier
  const acr = ([1, 2, 3] as const).find((one) => one === body.acr) ?? before.acr
  const listed = body.profiles === '*' ? ('*' as const) : undefined
  const profiles =
    body.profiles === undefined
      ? before.profiles
      : (listed ?? profileKinds.filter((kind) => textsIn(body, 'profiles', 20, 40).includes(kind)))
  return {
    ...before,
    identifier,
    acr,
    profiles,
    attributes: body.attributes === undefined ? before.attributes : textsIn(body, 'attributes', 50, 60),
    outside: typeof body.outside === 'boolean' ? body.outside : before.outside,
    url: body.url === undefined ? before.url : textIn(body, 'url', 500),
  }
}

const registerServices = ({ get, post }: ReturnType<typeof platformRoutes>, people: People): void => {
  const { ctx } = people
  get('/admin/services', async () => ({ services: withoutSecrets(await ctx.store.read(listRelyingParties)) }))
  post('/admin/services/:id', async ({ owner, body, request }) => {
    const party = await ctx.store.read((tx) => relyingPartyById(tx, pathId(request)))
    if (!party) throw new Failure('notFound', 'no such service')
    const { protocol, key, config } = party
    const name = body.name === undefined ? party.name : neededIn(body, 'name', 100)
    const rules = rulesIn(body, party.rules)
    const saved = await saveRelyingParty(people, owner.login, { protocol, key, name, config, rules })
    return withoutSecrets(saved)
  })
  post('/admin/services/:id/status', async ({ owner, body, request }) => {
    await enableRelyingParty(people, owner.login, pathId(request), body.status === 'active')
    return {}
  })
}

const registerProviders = ({ get, post }: ReturnType<typeof platformRoutes>, people: People): void => {
  const { ctx } = people
  const idOf = ({ request }: OwnerRoute): string => (request.params as Record<string, string>).id ?? ''
  get('/admin/providers', async () => ({ providers: withoutSecrets(await ctx.store.read(listProviders)) }))
  post('/admin/providers/:id', async (given) => {
    const { owner, body } = given
    const provider = await ctx.store.read((tx) => findProvider(tx, idOf(given)))
    if (!provider) throw new Failure('notFound', 'no such provider')
    const { status: _, ...before } = provider
    const asked = body.audience === undefined ? before.audience : textsIn(body, 'audience', 4, 20)
    await saveProvider(people, owner.login, {
      ...before,
      name: body.name === undefined ? before.name : neededIn(body, 'name', 100),
      audience: audiences.filter((one) => asked.includes(one)),
      sortOrder: body.sortOrder === undefined ? before.sortOrder : idIn(body, 'sortOrder'),
    })
    return {}
  })
  post('/admin/providers/:id/status', async (given) => {
    await enableProvider(people, given.owner.login, idOf(given), given.body.status === 'active')
    return {}
  })
}

const registerProvisioning = ({ get, post }: ReturnType<typeof platformRoutes>, people: People): void => {
  get('/admin/provisioning', async () => ({ clients: await people.ctx.store.read(listProvisioningClients) }))
  post('/admin/provisioning', async ({ owner, body, request, reply }) => {
    const wanted = {
      name: neededIn(body, 'name', 40),
      rights: body.rights === 'read' ? ('read' as const) : ('write' as const),
      uais: textsIn(body, 'uais', 100, 8),
      expiresAt: momentIn(body, 'expiresAt'),
    }
    return reply.code(201).send(await createProvisioningClient(people, owner.login, wanted, request.ip))
  })
  post('/admin/provisioning/:id/revoke', async ({ owner, request }) => {
    await revokeProvisioningClient(people, owner.login, pathId(request), request.ip)
    return {}
  })
}

export const registerAdminPlatform = (app: FastifyInstance, people: People): void => {
  const routes = platformRoutes(ownerRoutes(app, people))
  registerAdminSupport(routes, people)
  registerServices(routes, people)
  registerProviders(routes, people)
  registerProvisioning(routes, people)
}
