/** /Users: lists and filters. Questions by userName, externalId or id are look-ups; any other reads person by person. */
import {
  accountsByExternalId,
  accountsByLogin,
  accountsByMail,
  personsAfter,
  type Snapshot,
} from '#domain/directory/provisioned.ts'
import { ScimError } from './failure.ts'
import { type Filter, parseFilter } from './filter.ts'
import { matches } from './match.ts'
import { type ListQuery, listResponse, pathsOf, selectAttributes } from './resource.ts'
import type { Pages, Scim } from './scim.ts'
import { accountOfId, readUser, userId } from './user-read.ts'
import { createUser, deleteUser, patchUser, replaceUser } from './user-write.ts'
import type { JsonObject } from './value.ts'

/** The `eq` on an identifier that a filter cannot be true without, as the accounts it leaves; undefined: no such part. */
const narrowed = async (tx: Snapshot, scim: Scim, filter: Filter): Promise<readonly number[] | undefined> => {
  if (filter.type === 'and') return (await narrowed(tx, scim, filter.left)) ?? narrowed(tx, scim, filter.right)
  if (filter.type !== 'compare' || filter.by !== 'eq' || typeof filter.value !== 'string') return
  const { path, value } = filter
  if (path.schema !== undefined && !path.schema.toLowerCase().endsWith(':core:2.0:user')) return
  switch (`${path.name}${path.sub ? `.${path.sub}` : ''}`.toLowerCase()) {
    case 'username':
      return accountsByLogin(tx, value)
    case 'id': {
      const account = accountOfId(value)
      return account === undefined ? [] : [account]
    }
    case 'emails':
    case 'emails.value':
      return accountsByMail(tx, value)
    case 'externalid':
      return accountsByExternalId(tx, scim.client.source, value)
    default:
      return
  }
}

const page = (scim: Scim, after: number, limit: number): Promise<number[]> =>
  scim.people.ctx.store.read((tx) => personsAfter(tx, { after, limit, uais: scim.client.uais, now: scim.now() }))

/** Longest walk of one question; a filter that needs more is not for a program that is in a hurry. */
const longestWalk = 50_000
const step = 200
/** Identifiers only. */
const browseStep = 5000

interface Found {
  readonly total: number
  readonly resources: readonly JsonObject[]
}

/** Without a filter: how many there are, and only the page asked for is read. */
const browse = async (scim: Scim, { startIndex, count }: ListQuery): Promise<Found> => {
  let total = 0
  const wanted: number[] = []
  for (let after = 0; ; ) {
    const ids = await page(scim, after, browseStep)
    for (const id of ids) {
      total++
      if (total >= startIndex && wanted.length < count) wanted.push(id)
    }
    after = ids.at(-1) ?? 0
    if (ids.length < browseStep) break
  }
  return { total, resources: await readAll(scim, wanted) }
}

const readAll = async (scim: Scim, accounts: readonly number[]): Promise<JsonObject[]> => {
  const found: JsonObject[] = []
  for (const account of accounts) {
    const one = await scim.people.ctx.store.read((tx) => readUser(tx, scim, account))
    if (one) found.push(one)
  }
  return found
}

const search = async (scim: Scim, { startIndex, count }: ListQuery, filter: Filter): Promise<Found> => {
  const { store } = scim.people.ctx
  const resources: JsonObject[] = []
  let total = 0
  const look = (users: readonly JsonObject[]): void => {
    for (const user of users)
      if (matches(user, filter)) {
        total++
        if (total >= startIndex && resources.length < count) resources.push(user)
      }
  }
  const few = await store.read((tx) => narrowed(tx, scim, filter))
  if (few) {
    look(await readAll(scim, few))
    return { total, resources }
  }
  for (let after = 0, walked = 0; ; ) {
    const ids = await page(scim, after, step)
    look(await readAll(scim, ids))
    walked += ids.length
    after = ids.at(-1) ?? 0
    if (ids.length < step) return { total, resources }
    if (walked >= longestWalk) throw new ScimError(400, 'this filter looks at too many people', 'tooMany')
  }
}

const account = (id: string): number => accountOfId(id) ?? 0

export const userPages: Pages = {
  list: async (scim, query) => {
    const [wanted, excluded] = [pathsOf(query.attributes), pathsOf(query.excludedAttributes)]
    const { filter } = query
    const { total, resources } =
      filter === undefined ? await browse(scim, query) : await search(scim, query, parseFilter(filter))
    const shown = resources.map((one) => selectAttributes(one, wanted, excluded))
    return listResponse(shown, total, query.startIndex)
  },
  read: (scim, id) => scim.people.ctx.store.read((tx) => readUser(tx, scim, account(id))),
  create: async (scim, body) => userId(await createUser(scim, body)),
  replace: (scim, id, body) => replaceUser(scim, account(id), body),
  patch: (scim, id, current, body) => patchUser(scim, account(id), current, body),
  remove: (scim, id) => deleteUser(scim, account(id)),
}
