/**
 * How a person has arranged the portal of a profile: favourites, order, groups of their own, what they hide; and what
 * they used last. Ids of services that are gone or not shown at present are kept: they may come back.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { maxTiles } from './tiles.ts'

export interface Group {
  readonly id: string
  readonly name: string
  readonly tiles: readonly number[]
}

export interface Layout {
  readonly favourites: readonly number[]
  readonly order: readonly number[]
  readonly groups: readonly Group[]
  readonly hidden: readonly number[]
}

export interface Use {
  readonly tile: number
  readonly at: number
}

export interface Arrangement extends Layout {
  /** 0: without a profile. */
  readonly profileId: number
  /** The latest first. */
  readonly recent: readonly Use[]
}

const empty: Layout = { favourites: [], order: [], groups: [], hidden: [] }
const maxGroups = 30
const maxGroupName = 60
/** Uses remembered of one profile. */
export const maxRecent = 12

/** The object of a profile in the change log: profiles count from 1, and 0 is for sessions without any. */
export const arrangementNumber = (profileId: number): number => profileId + 1

const select = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('portal_arrangement').select(['profile_id', 'data']).where('account_id', '=', p.account),
)
const selectUses = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('portal_use')
    .select(['profile_id', 'tile_id', 'last_at'])
    .where('account_id', '=', p.account)
    .orderBy('last_at', 'desc')
    .orderBy('tile_id')
    .limit(500),
)

/** The arrangements of these profiles; one that was never changed is empty. */
export const readArrangements = async (
  tx: Reader,
  account: number,
  profileIds: readonly number[],
): Promise<Arrangement[]> => {
  const rows = new Map((await tx.all(select, { account })).map((row) => [row.profile_id, row.data]))
  const uses = Map.groupBy(await tx.all(selectUses, { account }), (row) => row.profile_id)
  return profileIds.map((profileId) => {
    const data = rows.get(profileId)
    const layout = data === undefined ? empty : { ...empty, ...(JSON.parse(data) as Partial<Layout>) }
    const recent = (uses.get(profileId) ?? [])
      .slice(0, maxRecent)
      .map((row) => ({ tile: row.tile_id, at: row.last_at }))
    return { profileId, ...layout, recent }
  })
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

const once = (property: string, ids: readonly number[]): number[] => {
  if (ids.length > maxTiles) invalid(property, `holds at most ${maxTiles} services`)
  return [...new Set(ids)]
}

const checkGroups = (groups: readonly Group[]): Group[] => {
  if (groups.length > maxGroups) invalid('groups', `are at most ${maxGroups}`)
  if (new Set(groups.map(({ id }) => id)).size < groups.length) invalid('groups', 'have two of the same id')
  return groups.map(({ id, name, tiles }) => {
    if (!/^[A-Za-z0-9_-]{1,40}$/.test(id)) invalid('groups', 'have an id that is not one')
    const tidy = name.trim()
    if (tidy === '' || tidy.length > maxGroupName || /\p{Cc}/u.test(tidy))
      invalid('groups', `have a name of at most ${maxGroupName} characters, on one line`)
    return { id, name: tidy, tiles: once('groups', tiles) }
  })
}

const put = statement((q, p: Params<{ account: number; profile: number; data: string; now: number }>) =>
  q
    .insertInto('portal_arrangement')
    .values({ account_id: p.account, profile_id: p.profile, data: p.data, updated_at: p.now })
    .onConflict((on) => on.columns(['account_id', 'profile_id']).doUpdateSet({ data: p.data, updated_at: p.now })),
)

/** Arranges the portal of a profile of the account. The caller has checked whose it is. Throws Failure invalid. */
export const arrange = async (tx: AccountWriter, profileId: number, changes: Partial<Layout>): Promise<void> => {
  const [before] = await readArrangements(tx, tx.accountId, [profileId])
  const { favourites, order, groups, hidden } = { ...empty, ...before, ...changes }
  const layout: Layout = {
    favourites: once('favourites', favourites),
    order: once('order', order),
    groups: checkGroups(groups),
    hidden: once('hidden', hidden),
  }
  await tx.run(put, { account: tx.accountId, profile: profileId, data: JSON.stringify(layout), now: tx.now })
  tx.changed('PortalArrangement', arrangementNumber(profileId), 'updated')
}

const use = statement((q, p: Params<{ account: number; profile: number; tile: number; now: number }>) =>
  q
    .insertInto('portal_use')
    .values({ account_id: p.account, profile_id: p.profile, tile_id: p.tile, last_at: p.now, uses: 1 })
    .onConflict((on) =>
      on
        .columns(['account_id', 'profile_id', 'tile_id'])
        .doUpdateSet((eb) => ({ last_at: p.now, uses: eb('portal_use.uses', '+', 1) })),
    ),
)
const forget = statement((q, p: Params<{ account: number; profile: number; tile: number }>) =>
  q
    .deleteFrom('portal_use')
    .where('account_id', '=', p.account)
    .where('profile_id', '=', p.profile)
    .where('tile_id', '=', p.tile),
)

/** Remembers that a service was opened; the oldest of too many are forgotten. */
export const noteUse = async (tx: AccountWriter, profileId: number, tile: number): Promise<void> => {
  const { accountId: account } = tx
  await tx.run(use, { account, profile: profileId, tile, now: tx.now })
  const uses = (await tx.all(selectUses, { account })).filter((row) => row.profile_id === profileId)
  for (const row of uses.slice(maxRecent)) await tx.run(forget, { account, profile: profileId, tile: row.tile_id })
  tx.changed('PortalArrangement', arrangementNumber(profileId), 'updated')
}
