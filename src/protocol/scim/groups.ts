/**
 * /Groups: the groups that the directory computes, to be read; and groups by hand, which the client that made them
 * writes. A group's id is its key, so it stays the same whoever comes and goes.
 */
import { Failure } from '#base/failure.ts'
import { type Group, groupKey, groupLabel, parseGroupKey } from '#domain/directory/group-keys.ts'
import { countMembers, membersOf, schoolGroups } from '#domain/directory/groups.ts'
import { getManualGroup, type ManualGroup, manualGroupsOf } from '#domain/directory/manual-groups.ts'
import type { Snapshot } from '#domain/directory/provisioned.ts'
import { forgetGroup, provisionGroup, reprovisionGroup } from '#domain/directory/provisioned-groups.ts'
import { findSchool, listSchools } from '#domain/directory/schools.ts'
import { ScimError } from './failure.ts'
import { parseFilter } from './filter.ts'
import { matches } from './match.ts'
import { applyPatch, parsePatch } from './patch.ts'
import { checkPatch } from './patch-check.ts'
import { isTold, listResponse, pathsOf, selectAttributes, withMeta } from './resource.ts'
import { urns } from './schemas.data.ts'
import type { Pages, Scim } from './scim.ts'
import { accountOfId, compact, userId } from './user-read.ts'
import { requireSchema } from './user-write.ts'
import { isList, isObject, type Json, type JsonObject, textOf, valueIn } from './value.ts'

/** Most members told of one group; a larger one (all pupils of the académie) is asked for by a filter on users. */
const mostMembers = 20_000

const inScope = ({ client }: Scim, uai: string): boolean =>
  client.uais.length === 0 || (uai !== '' && client.uais.includes(uai))

const isOurs = ({ client }: Scim, group: ManualGroup): boolean => group.source === client.source

const membersIn = async (tx: Snapshot, scim: Scim, key: string): Promise<JsonObject[]> => {
  const members: JsonObject[] = []
  for (let after = 0; ; ) {
    const page = await membersOf(tx, key, { after, limit: 1000, now: scim.now() })
    for (const { id, name } of page.members)
      members.push({ value: userId(id), $ref: `${scim.base}/Users/${userId(id)}`, display: name })
    if (page.next === null) return members
    if (members.length >= mostMembers)
      throw new ScimError(400, 'this group is too large to be told at once: ask for it without members', 'tooMany')
    after = page.next
  }
}

/** The place and the name of a group; undefined when there is none for this client. */
const describeGroup = async (
  tx: Snapshot,
  scim: Scim,
  group: Group,
): Promise<{ uai: string; name: string; manual?: ManualGroup } | undefined> => {
  if (group.type === 'manual') {
    const manual = await getManualGroup(tx, group.id).catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'notFound') return
      throw error
    })
    return manual && inScope(scim, manual.uai) ? { uai: manual.uai, name: manual.name, manual } : undefined
  }
  if (!inScope(scim, group.uai)) return
  const label = groupLabel(group, 'fr')
  const school = group.uai === '' ? undefined : await findSchool(tx, group.uai)
  if (group.uai !== '' && !school) return
  return { uai: group.uai, name: school ? `${school.name} – ${label}` : `Académie – ${label}` }
}

const readGroup = async (tx: Snapshot, scim: Scim, group: Group, members: boolean): Promise<JsonObject | undefined> => {
  const about = await describeGroup(tx, scim, group)
  if (!about) return
  const { uai, name, manual } = about
  const key = groupKey(group)
  const resource = compact({
    schemas: [urns.group, urns.groupKind],
    id: key,
    externalId: manual && isOurs(scim, manual) ? manual.externalId : undefined,
    displayName: name,
    members: members ? await membersIn(tx, scim, key) : undefined,
    [urns.groupKind]: compact({ kind: group.type, uai, computed: !manual }),
  })
  const location = `${scim.base}/Groups/${encodeURIComponent(key)}`
  const times = manual ? { created: manual.createdAt, modified: manual.updatedAt } : {}
  return withMeta(resource, { type: 'Group', location, ...times }, members)
}

/** Groups of the schools of the client that somebody is in, and all its groups by hand, those of no school first. */
async function* allGroups(scim: Scim): AsyncGenerator<Group> {
  const { store } = scim.people.ctx
  const { uais } = scim.client
  const byHand = async (tx: Snapshot, uai: string): Promise<Group[]> =>
    (await manualGroupsOf(tx, uai)).map(({ id }): Group => ({ type: 'manual', id }))
  if (uais.length === 0) yield* await store.read((tx) => byHand(tx, ''))
  for (let after = ''; ; ) {
    const schools = await store.read((tx) =>
      listSchools(tx, { after, limit: 50, ...(uais.length > 0 ? { uais } : {}) }),
    )
    for (const { uai } of schools) {
      const found = await store.read(async (tx) => {
        const computed: Group[] = []
        for (const group of await schoolGroups(tx, uai, scim.now()))
          if ((await countMembers(tx, groupKey(group), scim.now())) > 0) computed.push(group)
        return [...computed, ...(await byHand(tx, uai))]
      })
      yield* found
    }
    after = schools.at(-1)?.uai ?? ''
    if (schools.length < 50) return
  }
}

// -- writing ---------------------------------------------------------------------------------------------------------

const memberIds = (body: JsonObject): number[] => {
  const members = valueIn(body, 'members') ?? []
  if (!isList(members) || members.length > mostMembers)
    throw new ScimError(400, `members: a list of at most ${mostMembers}`, 'invalidValue')
  return members.map((one) => {
    const id = isObject(one) ? textOf(valueIn(one, 'value')) : undefined
    const account = id === undefined ? undefined : accountOfId(id)
    if (account === undefined) throw new ScimError(400, 'members.value: not the id of a user', 'invalidValue')
    return account
  })
}

const placeIn = (scim: Scim, body: JsonObject): string => {
  const extension = valueIn(body, urns.groupKind)
  const uai = (isObject(extension) ? textOf(valueIn(extension, 'uai')) : undefined) ?? scim.client.uais[0] ?? ''
  if (!inScope(scim, uai)) throw new Failure('forbidden', 'this client is confined to other schools')
  return uai
}

const sourceOf = ({ client }: Scim) => ({ name: client.source, actor: client.source, uais: client.uais })

const create = async (scim: Scim, given: Json): Promise<string> => {
  const body = requireSchema(given, urns.group)
  const id = await provisionGroup(scim.people, sourceOf(scim), {
    uai: placeIn(scim, body),
    name: textOf(valueIn(body, 'displayName')) ?? '',
    externalId: textOf(valueIn(body, 'externalId'))?.slice(0, 200) ?? null,
    members: memberIds(body),
  })
  return groupKey({ type: 'manual', id })
}

/** The number of the group by hand behind an id. Throws ScimError: computed groups are read only. */
const writable = (id: string): number => {
  const group = parseGroupKey(id)
  if (group?.type !== 'manual') throw new ScimError(400, 'this group is computed: nobody writes it', 'mutability')
  return group.id
}

const replace = async (scim: Scim, id: string, given: Json): Promise<void> => {
  const body = requireSchema(given, urns.group)
  const wanted = {
    // Required by its schema: a text that is missing is refused as one that is empty.
    name: textOf(valueIn(body, 'displayName')) ?? '',
    externalId: textOf(valueIn(body, 'externalId'))?.slice(0, 200) ?? null,
    members: memberIds(body),
  }
  await reprovisionGroup(scim.people, sourceOf(scim), writable(id), wanted)
}

export const groupPages: Pages = {
  list: async (scim, query) => {
    const { startIndex, count } = query
    const [wanted, excluded] = [pathsOf(query.attributes), pathsOf(query.excludedAttributes)]
    const filter = query.filter === undefined ? undefined : parseFilter(query.filter)
    const asked = wanted?.some(({ name }) => name.toLowerCase() === 'members') === true
    const members = asked || /\bmembers\b/i.test(query.filter ?? '')
    const resources: JsonObject[] = []
    let total = 0
    for await (const group of allGroups(scim)) {
      // Without a filter only the page asked for is read.
      const onPage = total + 1 >= startIndex && resources.length < count
      if (!filter && !onPage) {
        total++
        continue
      }
      const one = await scim.people.ctx.store.read((tx) => readGroup(tx, scim, group, members))
      if (!one || (filter && !matches(one, filter))) continue
      total++
      if (onPage) resources.push(selectAttributes(one, wanted, excluded))
    }
    return listResponse(resources, total, startIndex)
  },
  read: async (scim, id, query) => {
    const group = parseGroupKey(id)
    const members = isTold('members', pathsOf(query?.attributes), pathsOf(query?.excludedAttributes))
    return group && scim.people.ctx.store.read((tx) => readGroup(tx, scim, group, members))
  },
  create,
  replace,
  patch: async (scim, id, current, body) => {
    writable(id)
    const extensions = [urns.groupKind]
    const operations = parsePatch(body, extensions)
    checkPatch(operations, urns.group, extensions)
    await replace(scim, id, applyPatch(current, operations, extensions))
  },
  remove: (scim, id) => forgetGroup(scim.people, sourceOf(scim), writable(id)),
}
