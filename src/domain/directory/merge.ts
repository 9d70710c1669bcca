/**
 * Two accounts that are one human: what leads to the second comes to the first (ways to sign in from outside, profiles,
 * classes, relations, groups, addresses, the key of the registers), and the second is closed. Mail stays where it is.
 * Everything that moved is written down, so that a mistake can be undone.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { enableAccount, getAccount } from '../people/accounts.ts'
import { notifyOwner } from '../people/alerts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { isActivated, isActiveStaff } from '../people/recovery/activation.ts'
import { type Actor, requireMay } from './delegation.ts'
import { putLife } from './life.ts'
import { getPerson } from './persons.ts'

/** What moved, as JSON in person_merge.data. */
interface Moved {
  readonly federated: readonly { readonly provider: string; readonly subject: string }[]
  readonly profiles: readonly number[]
  readonly classes: readonly ClassRow[]
  readonly asAdult: readonly number[]
  readonly asChild: readonly number[]
  readonly groups: readonly number[]
  readonly addresses: readonly { readonly address: string; readonly kind: 'primary' | 'alias' }[]
  readonly joinKey: string | null
  readonly external: { readonly source: string; readonly id: string } | null
  /** Sources of the kept person before it took the other's. */
  readonly keptSource: string
  readonly before: { readonly blockedAt: number | null; readonly blockReason: string }
}

interface ClassRow {
  readonly uai: string
  readonly class: string
  readonly role: 'pupil' | 'teacher' | 'main-teacher'
  readonly subject: string
}

// -- what moves ------------------------------------------------------------------------------------------------------

const federatedOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('federated_identity').select(['provider_id as provider', 'subject']).where('account_id', '=', p.account),
)
const moveFederated = statement((q, p: Params<{ provider: string; subject: string; to: number }>) =>
  q
    .updateTable('federated_identity')
    .set({ account_id: p.to })
    .where('provider_id', '=', p.provider)
    .where('subject', '=', p.subject),
)
const profilesOfAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('profile')
    .select(['id', 'kind', 'uai', 'function_code', 'discipline'])
    .where('account_id', '=', p.account),
)
const moveProfile = statement((q, p: Params<{ id: number; to: number }>) =>
  q.updateTable('profile').set({ account_id: p.to }).where('id', '=', p.id),
)
const classRows = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('class_member').select(['uai', 'class', 'role', 'subject']).where('account_id', '=', p.account),
)
const moveClass = statement(
  (
    q,
    p: Params<{
      from: number
      to: number
      uai: string
      name: string
      role: 'pupil' | 'teacher' | 'main-teacher'
      subject: string
    }>,
  ) =>
    q
      .updateTable('class_member')
      .set({ account_id: p.to })
      .where('account_id', '=', p.from)
      .where('uai', '=', p.uai)
      .where('class', '=', p.name)
      .where('role', '=', p.role)
      .where('subject', '=', p.subject),
)
const childrenIds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('relation').select('child_id as id').where('account_id', '=', p.account),
)
const adultIds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('relation').select('account_id as id').where('child_id', '=', p.account),
)
const moveAsAdult = statement((q, p: Params<{ from: number; to: number; child: number }>) =>
  q.updateTable('relation').set({ account_id: p.to }).where('account_id', '=', p.from).where('child_id', '=', p.child),
)
const moveAsChild = statement((q, p: Params<{ from: number; to: number; adult: number }>) =>
  q.updateTable('relation').set({ child_id: p.to }).where('child_id', '=', p.from).where('account_id', '=', p.adult),
)
const groupIds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('manual_group_member').select('group_id as id').where('account_id', '=', p.account),
)
const moveGroup = statement((q, p: Params<{ from: number; to: number; group: number }>) =>
  q
    .updateTable('manual_group_member')
    .set({ account_id: p.to })
    .where('account_id', '=', p.from)
    .where('group_id', '=', p.group),
)
const addressesOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('address').select(['address', 'kind']).where('account_id', '=', p.account),
)
const moveAddress = statement((q, p: Params<{ address: string; to: number; kind: 'primary' | 'alias' }>) =>
  q.updateTable('address').set({ account_id: p.to, kind: p.kind }).where('address', '=', p.address),
)
const setJoinKey = statement((q, p: Params<{ account: number; key: string | null }>) =>
  q.updateTable('person').set({ join_key: p.key }).where('account_id', '=', p.account),
)
const setExternal = statement((q, p: Params<{ account: number; source: string; id: string | null }>) =>
  q.updateTable('person').set({ source: p.source, external_id: p.id }).where('account_id', '=', p.account),
)

const profileKey = (row: { kind: string; uai: string; function_code: string; discipline: string }): string =>
  JSON.stringify([row.kind, row.uai, row.function_code, row.discipline])

const classKey = (row: ClassRow): string => JSON.stringify([row.uai, row.class, row.role, row.subject])

const moveProfilesAndClasses = async (tx: Writer, from: number, to: number) => {
  const held = new Set((await tx.all(profilesOfAccount, { account: to })).map(profileKey))
  const profiles: number[] = []
  for (const row of await tx.all(profilesOfAccount, { account: from }))
    if (!held.has(profileKey(row))) {
      await tx.run(moveProfile, { id: row.id, to })
      profiles.push(row.id)
    }
  const known = new Set((await tx.all(classRows, { account: to })).map(classKey))
  const classes: ClassRow[] = []
  for (const row of await tx.all(classRows, { account: from }))
    if (!known.has(classKey(row))) {
      await tx.run(moveClass, { from, to, uai: row.uai, name: row.class, role: row.role, subject: row.subject })
      classes.push(row)
    }
  return { profiles, classes }
}

const moveTies = async (tx: Writer, from: number, to: number) => {
  const idsOf = async (question: typeof childrenIds, account: number) =>
    (await tx.all(question, { account })).map(({ id }) => id)
  const fresh = (list: readonly number[], held: readonly number[]) =>
    list.filter((id) => !held.includes(id) && id !== to && id !== from)
  const asAdult = fresh(await idsOf(childrenIds, from), await idsOf(childrenIds, to))
  for (const child of asAdult) await tx.run(moveAsAdult, { from, to, child })
  const asChild = fresh(await idsOf(adultIds, from), await idsOf(adultIds, to))
  for (const adult of asChild) await tx.run(moveAsChild, { from, to, adult })
  const groups = fresh(await idsOf(groupIds, from), await idsOf(groupIds, to))
  for (const group of groups) await tx.run(moveGroup, { from, to, group })
  return { asAdult, asChild, groups }
}

const moveEverything = async (tx: Writer, from: number, to: number): Promise<Moved> => {
  const [merged, kept] = [await getPerson(tx, from), await getPerson(tx, to)]
  const federated = await tx.all(federatedOf, { account: from })
  for (const { provider, subject } of federated) await tx.run(moveFederated, { provider, subject, to })
  const places = await moveProfilesAndClasses(tx, from, to)
  const ties = await moveTies(tx, from, to)
  const addresses = await tx.all(addressesOf, { account: from })
  for (const { address } of addresses) await tx.run(moveAddress, { address, to, kind: 'alias' })
  const joinKey = kept.joinKey === null ? merged.joinKey : null
  if (joinKey !== null) {
    await tx.run(setJoinKey, { account: from, key: null })
    await tx.run(setJoinKey, { account: to, key: joinKey })
  }
  const takes = kept.externalId === null && merged.externalId !== null
  const external = takes && merged.externalId !== null ? { source: merged.source, id: merged.externalId } : null
  if (external) {
    await tx.run(setExternal, { account: from, source: merged.source, id: null })
    await tx.run(setExternal, { account: to, source: external.source, id: external.id })
  }
  const before = { blockedAt: merged.blockedAt, blockReason: merged.blockReason }
  return { federated, ...places, ...ties, addresses, joinKey, external, keptSource: kept.source, before }
}

// -- the verbs -------------------------------------------------------------------------------------------------------

const record = statement((q, p: Params<{ kept: number; merged: number; data: string; actor: string; at: number }>) =>
  q
    .insertInto('person_merge')
    .values({ kept_id: p.kept, merged_id: p.merged, data: p.data, actor: p.actor, at: p.at })
    .returning('id'),
)

const announce = (people: People, ...accounts: readonly number[]): void => {
  for (const account of accounts) people.ctx.store.bus.publishTopic('people', account)
}

/**
 * What leads to the merged account (addresses, identities of providers) leads to the kept one from then on: where either
 * is a colleague's, one person alone could so read their mail, or be let into their account. Only an account that nobody
 * has used yet is merged then; the platform's administrators do the others.
 */
const checkNobodyHeld = async (tx: Reader, kept: number, merged: number, now: number): Promise<void> => {
  if (!(await isActivated(tx, merged))) return
  for (const account of [kept, merged])
    if (await isActiveStaff(tx, account, now))
      throw new Failure('forbidden', 'the académie merges accounts of staff that are in use', { property: 'second' })
}

/**
 * Merges `merged` into `kept`, by somebody who may do so to both. Returns the number under which it can be undone.
 * Throws Failure forbidden, notFound, invalid (an account with itself), conflict (one of them was merged already).
 */
export const mergePersons = async (
  people: People,
  actor: Actor,
  kept: number,
  merged: number,
  ip = '',
): Promise<number> => {
  if (kept === merged) throw new Failure('invalid', 'these are the same account', { property: 'merge' })
  const { store, clock } = people.ctx
  const now = clock.now()
  const { id, detail } = await store.writeGlobal(async (tx) => {
    for (const account of [kept, merged]) {
      await requireMay(tx, actor, 'merge', account, now)
      if (await tx.first(openMerge, { account })) throw new Failure('conflict', 'this account was merged already')
    }
    if (!actor.admin) await checkNobodyHeld(tx, kept, merged, now)
    const target = await getAccount(tx, kept)
    const other = await getPerson(tx, merged)
    const moved = await moveEverything(tx, merged, kept)
    await putLife(tx, now, merged, { ...other, blockedAt: now, blockReason: `merged into ${target.login}` })
    const row = await tx.first(record, { kept, merged, data: JSON.stringify(moved), actor: actor.login, at: now })
    const about = { accountId: kept, target: target.login, detail: `${other.login} -> ${target.login}`, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'person.merge', ...about })
    return { id: (row as { id: number }).id, detail: about.detail }
  })
  announce(people, kept, merged)
  await notifyOwner(people, kept, { kind: 'accounts-merged', detail })
  return id
}

const openMerge = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('person_merge').select('id').where('merged_id', '=', p.account).where('undone_at', 'is', null),
)
const mergeById = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('person_merge').selectAll().where('id', '=', p.id).where('undone_at', 'is', null),
)
const setUndone = statement((q, p: Params<{ id: number; at: number }>) =>
  q.updateTable('person_merge').set({ undone_at: p.at }).where('id', '=', p.id),
)

const moveBack = async (tx: Writer, from: number, to: number, moved: Moved): Promise<void> => {
  for (const { provider, subject } of moved.federated) await tx.run(moveFederated, { provider, subject, to })
  for (const id of moved.profiles) await tx.run(moveProfile, { id, to })
  for (const row of moved.classes)
    await tx.run(moveClass, { from, to, uai: row.uai, name: row.class, role: row.role, subject: row.subject })
  for (const child of moved.asAdult) await tx.run(moveAsAdult, { from, to, child })
  for (const adult of moved.asChild) await tx.run(moveAsChild, { from, to, adult })
  for (const group of moved.groups) await tx.run(moveGroup, { from, to, group })
  for (const { address, kind } of moved.addresses) await tx.run(moveAddress, { address, to, kind })
  if (moved.joinKey !== null) {
    await tx.run(setJoinKey, { account: from, key: null })
    await tx.run(setJoinKey, { account: to, key: moved.joinKey })
  }
  if (moved.external) {
    await tx.run(setExternal, { account: from, source: moved.keptSource, id: null })
    await tx.run(setExternal, { account: to, source: moved.external.source, id: moved.external.id })
  }
}

/** Undoes a merge: what moved goes back, the closed account works again. Throws Failure forbidden, notFound. */
export const undoMerge = async (people: People, actor: Actor, id: number, ip = ''): Promise<void> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const { kept, merged, closed, detail } = await store.writeGlobal(async (tx) => {
    const row = await tx.first(mergeById, { id })
    if (!row) throw new Failure('notFound', 'no such merge')
    const [kept, merged] = [row.kept_id, row.merged_id]
    await requireMay(tx, actor, 'merge', kept, now)
    const moved: Moved = JSON.parse(row.data)
    await moveBack(tx, kept, merged, moved)
    const person = await getPerson(tx, merged)
    await putLife(tx, now, merged, { ...person, ...moved.before })
    await tx.run(setUndone, { id, at: now })
    const target = await getAccount(tx, kept)
    const about = { accountId: kept, target: target.login, detail: `${person.login} is an account again`, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'person.unmerge', ...about })
    const closed = moved.before.blockedAt !== null || person.suspendedAt !== null
    return { kept, merged, closed, detail: `${target.login}, ${person.login}` }
  })
  if (!closed) await enableAccount(people, actor.login, merged)
  announce(people, kept, merged)
  for (const account of [kept, merged]) await notifyOwner(people, account, { kind: 'accounts-merged', detail })
}

export interface MergeRow {
  readonly id: number
  readonly at: number
  readonly actor: string
  readonly kept: { readonly id: number; readonly name: string }
  readonly merged: { readonly id: number; readonly name: string }
  readonly undoneAt: number | null
}

/** The latest merges whose kept person has a profile in one of these schools (all when absent), newest first. */
export const listMerges = async (tx: Reader, uais?: readonly string[]): Promise<MergeRow[]> => {
  if (uais?.length === 0) return []
  const rows = await tx.query((q) => {
    let select = q
      .selectFrom('person_merge')
      .innerJoin('account as kept', 'kept.id', 'person_merge.kept_id')
      .innerJoin('account as merged', 'merged.id', 'person_merge.merged_id')
      .select([
        'person_merge.id as id',
        'person_merge.at as at',
        'person_merge.actor as actor',
        'person_merge.undone_at as undoneAt',
        'kept.id as keptId',
        'kept.name as keptName',
        'merged.id as mergedId',
        'merged.name as mergedName',
      ])
    if (uais)
      select = select.where(
        'person_merge.kept_id',
        'in',
        q
          .selectFrom('profile')
          .select('account_id')
          .where('uai', 'in', [...uais]),
      )
    return select.orderBy('person_merge.id', 'desc').limit(200)
  })
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor,
    kept: { id: row.keptId, name: row.keptName },
    merged: { id: row.mergedId, name: row.mergedName },
    undoneAt: row.undoneAt,
  }))
}
