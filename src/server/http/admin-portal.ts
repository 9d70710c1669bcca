/** Administration of the portal's services: list, save, state, remove, why somebody sees one. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { listRelyingParties } from '#domain/access/relying-parties.ts'
import { requireForAcademy } from '#domain/directory/delegation.ts'
import { groupKey, groupLabel } from '#domain/directory/group-keys.ts'
import { schoolGroups } from '#domain/directory/groups.ts'
import { manualGroupsOf } from '#domain/directory/manual-groups.ts'
import { type ProfileKind, profilesOf } from '#domain/directory/profiles.ts'
import { findAccount } from '#domain/people/accounts.ts'
import type { People } from '#domain/people/people.ts'
import { countEach, countViewers, offerOf } from '#domain/portal/reach.ts'
import { ruleWords, type TileRule, type TileRules } from '#domain/portal/rules.ts'
import { whyTile } from '#domain/portal/sight.ts'
import {
  checkRules,
  type Expected,
  findTile,
  listTiles,
  maxTiles,
  orderTiles,
  removeTile,
  saveTile,
  setTileState,
  type TileDraft,
} from '#domain/portal/tiles.ts'
import { namesFor } from '#domain/portal/viewer.ts'
import { tileCategories, tileStates, type Words } from '#format/jmap/portal.ts'
import type { Reader } from '#store/engine.ts'
import { momentIn, objectIn, pathId, queryText, queryUai, textsIn } from './admin-query.ts'
import { type Body, idsIn, neededIn, ownerRoutes, textIn } from './owner.ts'
import { platformRoutes } from './platform-routes.ts'

const bodyLimit = 512 * 1024

const wordsIn = (body: Body, name: string): Words => {
  const words = body[name] === undefined ? {} : objectIn(body, name)
  return { fr: textIn(words, 'fr', 1000), en: textIn(words, 'en', 1000) }
}

const oneOf = <T extends string>(known: readonly T[], value: unknown, property: string): T => {
  const found = known.find((one) => one === value)
  if (found === undefined) throw new Failure('invalid', `${property} is one of ${known.join(', ')}`, { property })
  return found
}

const ruleIn = (body: Body): TileRule => ({
  // Checked where rules are kept.
  profiles: textsIn(body, 'profiles', 20, 40) as ProfileKind[],
  schools: textsIn(body, 'schools', 200, 8),
  departments: textsIn(body, 'departments', 200, 3),
  groups: textsIn(body, 'groups', 200, 300),
})

const rulesIn = (body: Body, name: 'include' | 'exclude'): TileRule[] => {
  const list = body[name] ?? []
  const good = Array.isArray(list) && list.length <= 20
  if (!good) throw new Failure('invalid', 'rules are a list of at most 20', { property: 'rules' })
  return list.map((one: unknown) => ruleIn(objectIn({ rules: one }, 'rules')))
}

const numberIn = (body: Body, name: string, otherwise: number): number => {
  const value = body[name] ?? otherwise
  if (typeof value !== 'number') throw new Failure('invalid', `${name} is a number`, { property: name })
  return value
}

/** The service a tile opens, by number. */
const partyIn = (body: Body): number | null =>
  body.partyId === undefined || body.partyId === null ? null : numberIn(body, 'partyId', 0)

/** The service that a tile which came by a file waits for. */
const awaitedIn = (body: Body): Pick<TileDraft, 'awaits'> => {
  if (body.awaits === undefined || body.awaits === null) return {}
  const service = objectIn(body, 'awaits')
  const protocol = oneOf(['cas', 'oidc', 'saml'] as const, service.protocol, 'awaits')
  return { awaits: { protocol, key: neededIn(service, 'key', 1000) } }
}

const draftIn = (body: Body): TileDraft => {
  const message = body.message === undefined || body.message === null ? null : wordsIn(body, 'message')
  const rules = body.rules === undefined ? {} : objectIn(body, 'rules')
  return {
    key: neededIn(body, 'key', 40),
    name: wordsIn(body, 'name'),
    description: wordsIn(body, 'description'),
    category: oneOf(tileCategories, body.category, 'category'),
    icon: textIn(body, 'icon', 40),
    url: textIn(body, 'url', 1000).trim(),
    partyId: partyIn(body),
    ...awaitedIn(body),
    state: oneOf(tileStates, body.state ?? 'service', 'state'),
    message,
    until: momentIn(body, 'until'),
    sortOrder: numberIn(body, 'sortOrder', 1000),
    rules: { include: rulesIn(rules, 'include'), exclude: rulesIn(rules, 'exclude') },
  }
}

/** A rule as it reads. */
const inWords = async (tx: Reader, rules: readonly TileRules[]) => {
  const names = await namesFor(tx, rules)
  return rules.map(({ include, exclude }) => ({
    include: include.map((rule) => ruleWords(rule, names)),
    exclude: exclude.map((rule) => ruleWords(rule, names)),
  }))
}

const listed = async (tx: Reader) => {
  const tiles = await listTiles(tx)
  const words = await inWords(
    tx,
    tiles.map(({ rules }) => rules),
  )
  const parties = await listRelyingParties(tx)
  return {
    tiles: tiles.map((tile, at) => ({ ...tile, ruleWords: words[at] })),
    parties: parties.map(({ id, name, protocol, status }) => ({ id, name, protocol, status })),
  }
}

/** What an editor knew of the tile: `isNew`, or the moment of the version that was read. */
const expectedIn = (body: Body): Expected | undefined => {
  if (body.isNew === true) return 'new'
  const updatedAt = momentIn(body, 'updatedAt')
  return updatedAt === null ? undefined : { updatedAt }
}

/** The groups of a school that a rule may name. */
const groupChoices = async (tx: Reader, uai: string, now: number) => [
  ...(await manualGroupsOf(tx, uai)).map(({ id, name }) => ({
    key: groupKey({ type: 'manual', id }),
    fr: name,
    en: name,
  })),
  ...(await schoolGroups(tx, uai, now)).flatMap((group) =>
    group.type === 'profile'
      ? []
      : [{ key: groupKey(group), fr: groupLabel(group, 'fr'), en: groupLabel(group, 'en') }],
  ),
]

/** Why a person sees a tile or not, under each of their profiles. */
const whyFor = async (tx: Reader, id: number, login: string, now: number) => {
  const tile = await findTile(tx, id)
  if (!tile) throw new Failure('notFound', 'no such service')
  const account = await findAccount(tx, login)
  const profiles = await profilesOf(tx, account.id, now)
  const ids = profiles.length === 0 ? [undefined] : profiles.map((profile) => profile.id)
  const reasons = []
  for (const profileId of ids)
    reasons.push({ profileId: profileId ?? null, ...(await whyTile(tx, tile, account.id, profileId, now)) })
  return { person: { login: account.login, name: account.name }, reasons }
}

export const registerAdminPortal = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx
  const routes = platformRoutes(app, people, 'portal')
  const { get } = routes
  const post: typeof routes.post = (url, work) => routes.post(url, work, bodyLimit)

  get('/admin/portal/tiles', () => store.read(listed))
  post('/admin/portal/tiles', async ({ owner, body, reply }) => {
    return reply.code(201).send({ id: await saveTile(people, owner, draftIn(body), expectedIn(body)) })
  })
  post('/admin/portal/order', async ({ owner, body }) => {
    await orderTiles(people, owner, idsIn(body, 'ids', maxTiles))
    return {}
  })
  get('/admin/portal/reach', async () => {
    const counts = await countEach(store, await store.read(listTiles), clock.now())
    return { reach: [...counts].map(([id, count]) => ({ id, count })) }
  })
  // Nothing is written: rules that are being made are too long for an address.
  route(
    'POST',
    '/admin/portal/reach',
    async ({ owner, body }) => {
      await requireForAcademy(people.ctx, owner, 'portal')
      const given = objectIn(body, 'rules')
      const rules = checkRules({ include: rulesIn(given, 'include'), exclude: rulesIn(given, 'exclude') })
      const [offer, [words]] = await store.read(async (tx) => {
        const tile = { rules, partyId: partyIn(body), url: textIn(body, 'url', 1000).trim() }
        return [await offerOf(tx, tile), await inWords(tx, [rules])] as const
      })
      return { count: await countViewers(store, offer, clock.now()), words }
    },
    { bodyLimit },
  )
  get('/admin/portal/choices', ({ request }) =>
    store.read(async (tx) => {
      const uai = queryUai(request)
      if (uai === undefined) throw new Failure('invalid', 'of which school?', { property: 'uai' })
      return { groups: await groupChoices(tx, uai, clock.now()) }
    }),
  )
  post('/admin/portal/tiles/:id/state', async ({ owner, body, request }) => {
    const message = body.message === undefined || body.message === null ? null : wordsIn(body, 'message')
    const state = oneOf(tileStates, body.state, 'state')
    await setTileState(people, owner, pathId(request), { state, message, until: momentIn(body, 'until') })
    return {}
  })
  post('/admin/portal/tiles/:id/remove', async ({ owner, request }) => {
    await removeTile(people, owner, pathId(request))
    return {}
  })
  get('/admin/portal/tiles/:id/why', async ({ request }) => {
    const login = queryText(request, 'login', 320)
    if (login === undefined) throw new Failure('invalid', 'whose?', { property: 'login' })
    return store.read((tx) => whyFor(tx, pathId(request), login, clock.now()))
  })
}
