/**
 * Audiences (audience-rules.ts) as questions to the store: who is in one, how many, and who may address whom. Only people
 * with an active account are in an audience. Whatever is asked of everybody is asked in slices: a window of account numbers
 * at a time, so that no question holds the event loop (law 10).
 */

import type { ExpressionBuilder } from 'kysely'
import { Failure } from '#base/failure.ts'
import type { QueryBuilder, Reader } from '#store/engine.ts'
import type { Database } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { breathe } from '../turn.ts'
import { type Audience, type AudienceNames, type AudienceRule, fitsEverybody, parseClassKey } from './audience-rules.ts'
import { type Actor, type Powers, powersOf } from './delegation.ts'
import { groupKey, parseGroupKey } from './group-keys.ts'
import { manualMembers, memberIds } from './groups.ts'
import { sameColumn } from './prefix.ts'
import type { Task } from './tasks.data.ts'

export type { Audience, AudienceRule } from './audience-rules.ts'

/** Account numbers looked at by one question about people all over the académie. */
const window = 4000

const inSchoolOf = ['schools', 'classes'] as const

/** Whether the people of a rule are found from a school, a group or a list rather than by asking each account. */
const isNarrow = (rule: AudienceRule): boolean =>
  inSchoolOf.some((name) => rule[name].length > 0) ||
  rule.persons.length > 0 ||
  (rule.groups.length > 0 && rule.groups.every((key) => !key.startsWith('*')))

const needsProfile = (rule: AudienceRule): boolean =>
  [rule.profiles, rule.schools, rule.departments, rule.classes, rule.disciplines].some(({ length }) => length > 0)

/** Profiles in force. */
const inForce = (q: QueryBuilder, now: number) =>
  q
    .selectFrom('profile')
    .select('profile.account_id')
    .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', now)]))
    .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', now)]))

/** Those of a profile who are in some of these classes of a school, each side by what makes it so. */
const classCondition = (q: QueryBuilder, uai: string, names: readonly string[], now: number) => {
  const lines = q
    .selectFrom('class_member')
    .select('class_member.account_id')
    .where('class_member.uai', '=', uai)
    .where('class_member.class', 'in', [...names])
  const pupils = inForce(q, now)
    .where('profile.uai', '=', uai)
    .where('profile.kind', '=', 'pupil')
    .where('profile.account_id', 'in', lines.where('class_member.role', '=', 'pupil'))
  const parents = q.selectFrom('relation').select('relation.account_id').where('relation.child_id', 'in', pupils)
  const teachers = lines.where('class_member.role', '!=', 'pupil')
  return (eb: ExpressionBuilder<Database, 'profile'>) =>
    eb.and([
      eb('profile.uai', '=', uai),
      eb.or([
        eb.and([eb('profile.kind', '=', 'pupil'), eb('profile.account_id', 'in', pupils)]),
        eb.and([eb('profile.kind', '=', 'parent'), eb('profile.account_id', 'in', parents)]),
        eb.and([eb('profile.kind', 'not in', ['pupil', 'parent']), eb('profile.account_id', 'in', teachers)]),
      ]),
    ])
}

/** Accounts that have one profile which meets every condition of the rule. */
const withProfile = (q: QueryBuilder, rule: AudienceRule, now: number) => {
  let select = inForce(q, now)
  if (rule.profiles.length > 0) select = select.where('profile.kind', 'in', [...rule.profiles])
  if (rule.schools.length > 0) select = select.where('profile.uai', 'in', [...rule.schools])
  if (rule.disciplines.length > 0) select = select.where('profile.discipline', 'in', [...rule.disciplines])
  if (rule.departments.length > 0) {
    const there = q
      .selectFrom('school')
      .select('school.uai')
      .where('school.department', 'in', [...rule.departments])
    select = select.where('profile.uai', 'in', there)
  }
  if (rule.classes.length > 0) {
    const bySchool = Map.groupBy(
      rule.classes.flatMap((key) => parseClassKey(key) ?? []),
      ({ uai }) => uai,
    )
    const sides = [...bySchool].map(([uai, classes]) =>
      classCondition(
        q,
        uai,
        classes.map(({ name }) => name),
        now,
      ),
    )
    select = select.where((eb) => eb.or(sides.map((side) => side(eb))))
  }
  return select
}

type AccountExpressions = ExpressionBuilder<Database, 'account'>

const groupCondition = (eb: AccountExpressions, q: QueryBuilder, key: string, now: number) => {
  const group = parseGroupKey(key)
  if (!group) return eb.lit(false)
  if (group.type === 'manual') return eb('account.id', 'in', manualMembers(q, group.id))
  const ids = memberIds(q, group, now)
  return group.type === 'profile' && group.uai === ''
    ? eb.exists(ids.where(sameColumn('profile.account_id', 'account.id')))
    : eb('account.id', 'in', ids)
}

const ruleCondition = (eb: AccountExpressions, q: QueryBuilder, rule: AudienceRule, now: number) => {
  const parts = []
  if (needsProfile(rule)) {
    const ids = withProfile(q, rule, now)
    parts.push(
      isNarrow(rule)
        ? eb('account.id', 'in', ids)
        : eb.exists(ids.where(sameColumn('profile.account_id', 'account.id'))),
    )
  }
  if (rule.groups.length > 0) parts.push(eb.or(rule.groups.map((key) => groupCondition(eb, q, key, now))))
  if (rule.persons.length > 0) parts.push(eb('account.id', 'in', [...rule.persons]))
  return parts.length === 0 ? eb.lit(true) : eb.and(parts)
}

const membersBetween = (q: QueryBuilder, whom: Audience, now: number, after: number, upTo: number | undefined) => {
  let select = q
    .selectFrom('account')
    .select('account.id as id')
    .where('account.status', '=', 'active')
    .where('account.kind', '=', 'person')
    .where('account.id', '>', after)
    .where((eb) => eb.or(whom.include.map((rule) => ruleCondition(eb, q, rule, now))))
  if (upTo !== undefined) select = select.where('account.id', '<=', upTo)
  if (whom.exclude.length > 0)
    select = select.where((eb) => eb.not(eb.or(whom.exclude.map((rule) => ruleCondition(eb, q, rule, now)))))
  return select.orderBy('account.id')
}

export interface AudienceSlice {
  /** Account numbers, ascending; perhaps none though more follow. */
  readonly ids: readonly number[]
  /** To be given as `after`; null at the end. */
  readonly next: number | null
}

/**
 * A slice of an audience, in the order of account numbers: at most `limit` people (at most 4,000), who are in it at `now`.
 * Ask again with `after` until `next` is null.
 */
export const membersOf = async (
  tx: Reader,
  whom: Audience,
  page: { readonly now: number; readonly after?: number; readonly limit?: number },
): Promise<AudienceSlice> => {
  const { now, after = 0 } = page
  const limit = Math.max(1, Math.min(page.limit ?? 1000, window))
  if (whom.include.every(isNarrow)) {
    const rows = await tx.query((q) => membersBetween(q, whom, now, after, undefined).limit(limit + 1))
    const ids = rows.slice(0, limit).map(({ id }) => id)
    return { ids, next: rows.length > limit ? (ids.at(-1) ?? null) : null }
  }
  const upTo = after + window
  const rows = await tx.query((q) => membersBetween(q, whom, now, after, upTo).limit(limit + 1))
  const ids = rows.slice(0, limit).map(({ id }) => id)
  if (rows.length > limit) return { ids, next: ids.at(-1) ?? null }
  const [last] = await tx.query((q) => q.selectFrom('account').select((eb) => eb.fn.max('id').as('id')))
  return { ids, next: Number(last?.id ?? 0) > upTo ? upTo : null }
}

/** Everybody of an audience, a slice at a time, each in a snapshot of its own; others get their turn between. */
export async function* audienceSlices(
  store: Pick<Store, 'read'>,
  whom: Audience,
  page: { readonly now: number; readonly after?: number; readonly limit?: number },
): AsyncGenerator<AudienceSlice> {
  for (let after = page.after ?? 0; ; ) {
    const slice = await store.read((tx) => membersOf(tx, whom, { ...page, after }))
    yield slice
    if (slice.next === null) return
    after = slice.next
    await breathe()
  }
}

/** How many people an audience has at `now`. */
export const countAudience = async (store: Pick<Store, 'read'>, whom: Audience, now: number): Promise<number> => {
  let count = 0
  for await (const { ids } of audienceSlices(store, whom, { now, limit: window })) count += ids.length
  return count
}

/** Whether somebody is in an audience at `now`. */
export const isInAudience = async (tx: Reader, whom: Audience, account: number, now: number): Promise<boolean> =>
  (await tx.query((q) => membersBetween(q, whom, now, account - 1, account).limit(1))).length > 0

const mostNames = 1000

/** The names of what an audience speaks of. */
export const audienceNames = async (tx: Reader, whom: Audience): Promise<AudienceNames> => {
  const rules = [...whom.include, ...whom.exclude]
  const groups = rules.flatMap((rule) => rule.groups).flatMap((key) => parseGroupKey(key) ?? [])
  const uais = new Set([
    ...rules.flatMap((rule) => rule.schools),
    ...rules.flatMap((rule) => rule.classes.flatMap((key) => parseClassKey(key)?.uai ?? [])),
    ...groups.flatMap((group) => (group.type === 'manual' || group.uai === '' ? [] : [group.uai])),
  ])
  const manual = groups.flatMap((group) => (group.type === 'manual' ? [group.id] : [])).slice(0, mostNames)
  const persons = rules.flatMap((rule) => rule.persons).slice(0, mostNames)
  const schools = await tx.query((q) =>
    q
      .selectFrom('school')
      .select(['uai', 'name'])
      .where('uai', 'in', [...uais, ''].slice(0, mostNames)),
  )
  const byHand = await tx.query((q) =>
    q
      .selectFrom('manual_group')
      .select(['id', 'name'])
      .where('id', 'in', [...manual, 0]),
  )
  const people = await tx.query((q) =>
    q
      .selectFrom('account')
      .select(['id', 'name'])
      .where('id', 'in', [...persons, 0]),
  )
  return {
    schools: new Map(schools.map(({ uai, name }) => [uai, name])),
    groups: new Map(byHand.map(({ id, name }) => [groupKey({ type: 'manual', id }), name])),
    persons: new Map(people.map(({ id, name }) => [id, name])),
  }
}

// -- who may address whom --------------------------------------------------------------------------------------------

/** What is done with an audience, and the task (tasks.data.ts) that lets somebody do it in a school. */
export const addressing = {
  /** Official notices. */
  notice: 'notices',
  /** Requests for documents. */
  request: 'notices',
} as const satisfies Readonly<Record<string, Task>>

export type Addressing = keyof typeof addressing

/** Where somebody may do so: everywhere, or in these schools (perhaps none). */
export const reachOf = (powers: Powers, what: Addressing): 'all' | ReadonlySet<string> =>
  powers.platform || powers.academy.has(addressing[what])
    ? 'all'
    : new Set([...powers.schools].filter(([, power]) => power.tasks.has(addressing[what])).map(([uai]) => uai))

const personsIn = async (tx: Reader, persons: readonly number[], uais: ReadonlySet<string>, now: number) => {
  const rows = await tx.query((q) =>
    inForce(q, now)
      .distinct()
      .where('profile.account_id', 'in', [...persons])
      .where('profile.uai', 'in', [...uais]),
  )
  return new Set(rows.map(({ account_id }) => account_id)).size === new Set(persons).size
}

const groupsIn = async (tx: Reader, keys: readonly string[], uais: ReadonlySet<string>): Promise<boolean> => {
  for (const key of keys) {
    const group = parseGroupKey(key)
    if (!group) return false
    if (group.type !== 'manual') {
      if (!uais.has(group.uai)) return false
      continue
    }
    const rows = await tx.query((q) => q.selectFrom('manual_group').select('uai').where('id', '=', group.id))
    if (!rows[0] || !uais.has(rows[0].uai)) return false
  }
  return true
}

/** Conditions narrow each other: a rule stays within schools when one of its conditions does. */
const staysWithin = async (
  tx: Reader,
  rule: AudienceRule,
  uais: ReadonlySet<string>,
  now: number,
): Promise<boolean> => {
  const { schools, classes, groups, persons } = rule
  if (fitsEverybody(rule) || uais.size === 0) return false
  if (schools.length > 0 && schools.every((uai) => uais.has(uai))) return true
  if (classes.length > 0 && classes.every((key) => uais.has(parseClassKey(key)?.uai ?? ''))) return true
  if (groups.length > 0 && (await groupsIn(tx, groups, uais))) return true
  return persons.length > 0 && (await personsIn(tx, persons, uais, now))
}

/** Whether somebody may address an audience. Who is left out is nobody's right to be asked. */
export const mayAddress = async (
  tx: Reader,
  actor: Actor,
  what: Addressing,
  whom: Audience,
  now: number,
): Promise<boolean> => {
  const reach = reachOf(await powersOf(tx, actor, now), what)
  if (reach === 'all') return true
  for (const rule of whom.include) if (!(await staysWithin(tx, rule, reach, now))) return false
  return whom.include.length > 0
}

/** Throws Failure forbidden (`property` task) for somebody who may address nobody at all. */
export const requireSomebody = async (tx: Reader, actor: Actor, what: Addressing, now: number): Promise<void> => {
  const reach = reachOf(await powersOf(tx, actor, now), what)
  if (reach !== 'all' && reach.size === 0)
    throw new Failure('forbidden', 'you may address nobody', { property: 'task' })
}

/** Throws Failure forbidden (`property` task: may address nobody; scope: not these people). */
export const requireAddress = async (
  tx: Reader,
  actor: Actor,
  what: Addressing,
  whom: Audience,
  now: number,
): Promise<void> => {
  if (await mayAddress(tx, actor, what, whom, now)) return
  await requireSomebody(tx, actor, what, now)
  throw new Failure('forbidden', 'these people are not in your schools', { property: 'scope' })
}
