/**
 * Groups as recipients: whoever works in a school may write to its groups and to those they are in; pupils and parents may
 * write to the teachers of their classes. A group is shown with the number of its people before it is opened out.
 */
import { Failure } from '#base/failure.ts'
import type { Reader } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import { groupKey, groupLabel, parseGroupKey } from '../directory/group-keys.ts'
import { countMembers, groupsOf, membersOf, schoolGroups } from '../directory/groups.ts'
import { manualGroupsOf } from '../directory/manual-groups.ts'
import { type Standing, schoolsOfGroups } from '../directory/visibility.ts'
import { fold, matches } from './recipient-directory.ts'

export interface WritableGroup {
  readonly key: string
  readonly label: { readonly fr: string; readonly en: string }
  /** Name of its school. */
  readonly place: string
  readonly words: readonly string[]
}

const schoolNames = async (tx: Reader, uais: readonly string[]): Promise<Map<string, string>> => {
  const rows = await tx.query((q) =>
    q
      .selectFrom('school')
      .select(['uai', 'name'])
      .where('uai', 'in', [...uais, '']),
  )
  return new Map(rows.map(({ uai, name }) => [uai, name]))
}

const namesOfManual = async (
  tx: Reader,
  ids: readonly number[],
): Promise<{ id: number; uai: string; name: string }[]> =>
  ids.length === 0
    ? []
    : tx.query((q) =>
        q
          .selectFrom('manual_group')
          .select(['id', 'uai', 'name'])
          .where('id', 'in', [...ids]),
      )

/** Schools of which groups are read: nobody works in more at once. */
const maxSchools = 20

const readGroups = async (tx: Reader, account: number, standings: readonly Standing[]): Promise<WritableGroup[]> => {
  const schools = schoolsOfGroups(standings).slice(0, maxSchools)
  const own = (await groupsOf(tx, account)).flatMap((key) => parseGroupKey(key) ?? [])
  const found = new Map<string, { label: WritableGroup['label']; uai: string }>()
  const add = (group: Parameters<typeof groupLabel>[0]) =>
    found.set(groupKey(group), { label: { fr: groupLabel(group, 'fr'), en: groupLabel(group, 'en') }, uai: group.uai })
  for (const uai of schools) {
    for (const group of await schoolGroups(tx, uai)) add(group)
    for (const { id, name } of await manualGroupsOf(tx, uai))
      found.set(groupKey({ type: 'manual', id }), { label: { fr: name, en: name }, uai })
  }
  const isStaff = standings.some(({ kind }) => kind !== 'pupil' && kind !== 'parent')
  const manual = own.flatMap((group) => (group.type === 'manual' && isStaff ? [group.id] : []))
  for (const { id, uai, name } of await namesOfManual(tx, manual))
    found.set(groupKey({ type: 'manual', id }), { label: { fr: name, en: name }, uai })
  for (const group of own) if (group.type === 'class' || group.type === 'group') add({ ...group, side: 'teachers' })
  const places = await schoolNames(tx, [...new Set([...found.values()].map(({ uai }) => uai))])
  return [...found].map(([key, { label, uai }]) => {
    const place = places.get(uai) ?? uai
    const words = fold(`${label.fr} ${label.en} ${place}`).split(/[^\p{L}\p{N}]+/u)
    return { key, label, place, words: words.filter(Boolean) }
  })
}

const known = new WeakMap<Store, Map<number, { readonly at: number; readonly groups: Promise<WritableGroup[]> }>>()
const freshFor = 60_000
const remembered = 500

/** The groups that somebody may write to, at most a minute old. */
export const writableGroups = (
  { store, clock }: Context,
  account: number,
  standings: readonly Standing[],
): Promise<WritableGroup[]> => {
  if (standings.length === 0) return Promise.resolve([])
  const now = clock.now()
  const mine = known.get(store) ?? new Map<number, { at: number; groups: Promise<WritableGroup[]> }>()
  known.set(store, mine)
  const entry = mine.get(account)
  if (entry && now - entry.at < freshFor) return entry.groups
  const groups = store.read((tx) => readGroups(tx, account, standings))
  groups.catch(() => mine.delete(account))
  mine.delete(account)
  mine.set(account, { at: now, groups })
  for (const oldest of mine.keys()) {
    if (mine.size <= remembered) break
    mine.delete(oldest)
  }
  return groups
}

/** Those that match every word typed, with their number of people; at most `limit`. */
export const findGroups = async (
  ctx: Context,
  account: number,
  standings: readonly Standing[],
  typed: readonly string[],
  limit: number,
): Promise<(WritableGroup & { readonly count: number })[]> => {
  const groups = await writableGroups(ctx, account, standings)
  const found = groups.filter(({ words }) => matches(words, typed)).slice(0, limit)
  return ctx.store.read(async (tx) => {
    const counted = []
    for (const group of found) counted.push({ ...group, count: await countMembers(tx, group.key, ctx.clock.now()) })
    return counted.filter(({ count }) => count > 0)
  })
}

/** People of a group that one message may go to. */
export const maxExpanded = 500

/**
 * The people of a group, one's own address left out. Throws Failure forbidden (not a group one may write to), tooMany (more
 * than 500: that is a notice, not a mail).
 */
export const expandGroup = async (
  ctx: Context,
  account: number,
  standings: readonly Standing[],
  key: string,
): Promise<{ readonly name: string; readonly email: string }[]> => {
  const groups = await writableGroups(ctx, account, standings)
  if (!groups.some((group) => group.key === key)) throw new Failure('forbidden', 'not a group that you may write to')
  const { members, next } = await ctx.store.read((tx) =>
    membersOf(tx, key, { limit: maxExpanded, now: ctx.clock.now() }),
  )
  if (next !== null) throw new Failure('tooMany', `the group has more than ${maxExpanded} people`)
  return members.filter(({ id, email }) => id !== account && email !== '').map(({ name, email }) => ({ name, email }))
}
