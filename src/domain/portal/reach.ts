/**
 * How many people see a service: the portal's rules (rules.ts) as one question to the store. Somebody counts when one of
 * their profiles sees it, as they would once they have chosen it; test/directory/tiles.test.ts holds it against `whyTile`. Asked in
 * windows of account numbers, so that no question holds the event loop (law 10).
 */

import type { ExpressionBuilder } from 'kysely'
import type { QueryBuilder, Reader } from '#store/engine.ts'
import type { Database } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { getRelyingParty, relyingPartyById } from '../access/relying-parties.ts'
import { parseGroupKey } from '../directory/group-keys.ts'
import { manualMembers, memberIds } from '../directory/groups.ts'
import { sameColumn } from '../directory/prefix.ts'
import type { ProfileKind } from '../directory/profiles.ts'
import { breathe } from '../turn.ts'
import type { TileRule, TileRules } from './rules.ts'
import type { StoredTile } from './tiles.ts'

/** Account numbers looked at by one question. */
const window = 4000

/** What decides who sees a tile. */
export interface Offer {
  readonly rules: TileRules
  /** The profiles that the service behind it lets in. */
  readonly admits: readonly ProfileKind[] | '*'
}

type ProfileExpressions = ExpressionBuilder<Database, 'profile'>

const families: readonly ProfileKind[] = ['pupil', 'parent']

/** A profile that makes its holder a member of the group; see `groupsOfProfile` for the same in words. */
const groupFits = (eb: ProfileExpressions, q: QueryBuilder, key: string, now: number) => {
  const group = parseGroupKey(key)
  if (!group) return eb.lit(false)
  if (group.type === 'manual') return eb('profile.account_id', 'in', manualMembers(q, group.id))
  const here = eb('profile.uai', '=', group.uai)
  switch (group.type) {
    case 'profile':
      return eb.and([eb('profile.kind', '=', group.kind), ...(group.uai === '' ? [] : [here])])
    case 'staff':
      return eb.and([here, eb('profile.kind', 'not in', families)])
    case 'discipline':
      return eb.and([here, eb('profile.kind', '=', 'teacher'), eb('profile.discipline', '=', group.name)])
    case 'function':
      return eb.and([
        here,
        eb('profile.kind', 'not in', [...families, 'teacher']),
        eb('profile.function_code', '=', group.name),
      ])
    default: {
      const member = eb('profile.account_id', 'in', memberIds(q, group, now))
      if (group.side === 'teachers') return eb.and([here, eb('profile.kind', 'not in', families), member])
      return eb.and([here, eb('profile.kind', '=', group.side === 'pupils' ? 'pupil' : 'parent'), member])
    }
  }
}

const ruleFits = (eb: ProfileExpressions, q: QueryBuilder, rule: TileRule, now: number) => {
  const parts = []
  if (rule.profiles.length > 0) parts.push(eb('profile.kind', 'in', [...rule.profiles]))
  if (rule.schools.length > 0) parts.push(eb('profile.uai', 'in', [...rule.schools]))
  if (rule.departments.length > 0) {
    const there = q
      .selectFrom('school')
      .select('school.uai')
      .where('school.department', 'in', [...rule.departments])
    parts.push(eb('profile.uai', 'in', there))
  }
  if (rule.groups.length > 0) parts.push(eb.or(rule.groups.map((key) => groupFits(eb, q, key, now))))
  return parts.length === 0 ? eb.lit(true) : eb.and(parts)
}

const inForce = (q: QueryBuilder, now: number) =>
  q
    .selectFrom('profile')
    .select('profile.account_id')
    .where(sameColumn('profile.account_id', 'account.id'))
    .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', now)]))
    .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', now)]))

const seeing = (q: QueryBuilder, { rules: { include, exclude }, admits }: Offer, now: number) => {
  let profiles = inForce(q, now)
  if (admits !== '*') profiles = profiles.where('profile.kind', 'in', [...admits])
  if (include.length > 0) profiles = profiles.where((eb) => eb.or(include.map((rule) => ruleFits(eb, q, rule, now))))
  if (exclude.length > 0)
    profiles = profiles.where((eb) => eb.not(eb.or(exclude.map((rule) => ruleFits(eb, q, rule, now)))))
  return profiles
}

/** Somebody without a profile fits rules that speak of groups made by hand only. */
const byHandOnly = (rules: readonly TileRule[]): string[][] =>
  rules.flatMap((rule) =>
    rule.profiles.length + rule.schools.length + rule.departments.length > 0
      ? []
      : [rule.groups.filter((key) => key.startsWith('manual:'))],
  )

const seeingBetween = (q: QueryBuilder, offer: Offer, now: number, after: number) => {
  const manual = (eb: ExpressionBuilder<Database, 'account'>, sets: readonly (readonly string[])[]) =>
    eb.or(
      sets.flat().flatMap((key) => {
        const group = parseGroupKey(key)
        return group?.type === 'manual' ? [eb('account.id', 'in', manualMembers(q, group.id))] : []
      }),
    )
  const { include, exclude } = offer.rules
  return q
    .selectFrom('account')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account.status', '=', 'active')
    .where('account.kind', '=', 'person')
    .where('account.id', '>', after)
    .where('account.id', '<=', after + window)
    .where((eb) =>
      eb.or([
        eb.exists(seeing(q, offer, now)),
        offer.admits !== '*'
          ? eb.lit(false)
          : eb.and([
              eb.not(eb.exists(inForce(q, now))),
              include.length === 0 ? eb.lit(true) : manual(eb, byHandOnly(include)),
              eb.not(manual(eb, byHandOnly(exclude))),
            ]),
      ]),
    )
}

/** How many people with an active account see what is offered so. */
export const countViewers = async (store: Pick<Store, 'read'>, offer: Offer, now: number): Promise<number> => {
  if (offer.admits !== '*' && offer.admits.length === 0) return 0
  const [last] = await store.read((tx) =>
    tx.query((q) => q.selectFrom('account').select((eb) => eb.fn.max('id').as('id'))),
  )
  let count = 0
  for (let after = 0; after < Number(last?.id ?? 0); after += window) {
    const [row] = await store.read((tx) => tx.query((q) => seeingBetween(q, offer, now, after)))
    count += Number(row?.n ?? 0)
    await breathe()
  }
  return count
}

/** Whom a tile is offered to, its service included; a service that is closed lets nobody in. */
export const offerOf = async (
  tx: Reader,
  tile: Pick<StoredTile, 'rules' | 'partyId' | 'awaits' | 'url'>,
): Promise<Offer> => {
  const { awaits } = tile
  if (tile.partyId === null && awaits === undefined) return { rules: tile.rules, admits: tile.url === '' ? [] : '*' }
  const party =
    tile.partyId !== null
      ? await relyingPartyById(tx, tile.partyId)
      : awaits && (await getRelyingParty(tx, awaits.protocol, awaits.key))
  if (party?.status !== 'active' || (tile.url === '' && party.rules.url === ''))
    return { rules: tile.rules, admits: [] }
  return { rules: tile.rules, admits: party.rules.profiles }
}

/** How many people see each of these tiles, by number; those of the same rules are counted once. */
export const countEach = async (
  store: Pick<Store, 'read'>,
  tiles: readonly StoredTile[],
  now: number,
): Promise<Map<number, number>> => {
  const known = new Map<string, number>()
  const counts = new Map<number, number>()
  for (const tile of tiles) {
    const offer = await store.read((tx) => offerOf(tx, tile))
    const key = JSON.stringify(offer)
    const count = known.get(key) ?? (await countViewers(store, offer, now))
    known.set(key, count)
    counts.set(tile.id, count)
  }
  return counts
}
