/** Groups whose members are named one by one: a project, a committee, a choir. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { type Actor, requireTask } from './delegation.ts'
import { findSchool } from './schools.ts'

export interface ManualGroup {
  readonly id: number
  /** Empty: of the whole académie. */
  readonly uai: string
  readonly name: string
  readonly externalId: string | null
  readonly source: string
  readonly createdAt: number
  readonly updatedAt: number
}

const columns = (q: Parameters<Parameters<typeof statement>[0]>[0]) =>
  q
    .selectFrom('manual_group')
    .select([
      'id',
      'uai',
      'name',
      'external_id as externalId',
      'source',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])

const byId = statement((q, p: Params<{ id: number }>) => columns(q).where('id', '=', p.id))
const ofSchool = statement((q, p: Params<{ uai: string; limit: number }>) =>
  columns(q).where('uai', '=', p.uai).orderBy('name').limit(p.limit),
)

/** Throws Failure notFound. */
export const getManualGroup = async (tx: Reader, id: number): Promise<ManualGroup> => {
  const group = await tx.first(byId, { id })
  if (!group) throw new Failure('notFound', 'no such group')
  return group
}

/** The groups of a school that were made by hand, by name. */
export const manualGroupsOf = (tx: Reader, uai: string): Promise<ManualGroup[]> => tx.all(ofSchool, { uai, limit: 500 })

const insert = statement(
  (q, p: Params<{ uai: string; name: string; externalId: string | null; source: string; by: string; at: number }>) =>
    q
      .insertInto('manual_group')
      .values({
        uai: p.uai,
        name: p.name,
        external_id: p.externalId,
        source: p.source,
        created_by: p.by,
        created_at: p.at,
        updated_at: p.at,
      })
      .returning('id'),
)
const rename = statement((q, p: Params<{ id: number; name: string; at: number }>) =>
  q.updateTable('manual_group').set({ name: p.name, updated_at: p.at }).where('id', '=', p.id),
)
const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('manual_group').where('id', '=', p.id))
const dropMembers = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('manual_group_member').where('group_id', '=', p.id),
)
const addMember = statement((q, p: Params<{ id: number; account: number; at: number }>) =>
  q
    .insertInto('manual_group_member')
    .values({ group_id: p.id, account_id: p.account, added_at: p.at })
    .onConflict((on) => on.doNothing()),
)
const removeMember = statement((q, p: Params<{ id: number; account: number }>) =>
  q.deleteFrom('manual_group_member').where('group_id', '=', p.id).where('account_id', '=', p.account),
)

/** A name of 1 to 100 characters. Throws Failure invalid. */
export const checkGroupName = (text: string): string => {
  const name = text
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  if (name === '' || name.length > 100)
    throw new Failure('invalid', 'the name of a group is 1 to 100 characters', { property: 'name' })
  return name
}

/** Within a transaction, without asking who may: makes a group. Returns its id. */
export const putManualGroup = async (
  tx: Writer,
  now: number,
  group: { uai: string; name: string; by: string; source?: string; externalId?: string | null },
): Promise<number> => {
  const { uai, by, source = 'manual', externalId = null } = group
  const row = await tx.first(insert, { uai, name: checkGroupName(group.name), externalId, source, by, at: now })
  return (row as { id: number }).id
}

/** Within a transaction, without asking who may: changes the name or the members of a group. */
export const changeManualGroup = async (
  tx: Writer,
  now: number,
  group: ManualGroup,
  change: { readonly name?: string; readonly add?: readonly number[]; readonly remove?: readonly number[] },
): Promise<void> => {
  const { id } = group
  for (const account of change.add ?? []) await tx.run(addMember, { id, account, at: now })
  for (const account of change.remove ?? []) await tx.run(removeMember, { id, account })
  await tx.run(rename, { id, name: change.name === undefined ? group.name : checkGroupName(change.name), at: now })
}

/** Within a transaction, without asking who may: deletes a group. */
export const dropManualGroup = async (tx: Writer, id: number): Promise<void> => {
  await tx.run(dropMembers, { id })
  await tx.run(drop, { id })
}

const memberships = statement((q, p: Params<{ account: number; uai: string; now: number }>) =>
  q
    .selectFrom('profile')
    .select('id')
    .where('account_id', '=', p.account)
    .where('uai', '=', p.uai)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)])),
)

/** Makes a group in a school where the actor may. Throws Failure forbidden, invalid, notFound. */
export const createGroup = async (
  people: People,
  actor: Actor,
  wanted: { readonly uai: string; readonly name: string; readonly ip?: string },
): Promise<number> => {
  const now = people.ctx.clock.now()
  const { uai, ip = '' } = wanted
  return people.ctx.store.writeGlobal(async (tx) => {
    await requireTask(tx, actor, 'groups', uai, now)
    if (!(await findSchool(tx, uai))) throw new Failure('notFound', 'no such school', { property: 'uai' })
    const id = await putManualGroup(tx, now, { uai, name: wanted.name, by: actor.login })
    await appendAudit(tx, now, {
      actor: actor.login,
      action: 'group.save',
      target: `${uai} ${id}`,
      detail: wanted.name,
      ip,
    })
    return id
  })
}

/**
 * Changes a group of a school where the actor may; members are people of that school. Throws Failure forbidden,
 * invalid, notFound.
 */
export const changeGroup = async (
  people: People,
  actor: Actor,
  id: number,
  change: { readonly name?: string; readonly add?: readonly number[]; readonly remove?: readonly number[] },
  ip = '',
): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const group = await getManualGroup(tx, id)
    await requireTask(tx, actor, 'groups', group.uai, now)
    for (const account of change.add ?? [])
      if (!actor.admin && !(await tx.first(memberships, { account, uai: group.uai, now })))
        throw new Failure('forbidden', 'members are people of the school', { property: 'scope' })
    await changeManualGroup(tx, now, group, change)
    const detail = `+${(change.add ?? []).join(',')} -${(change.remove ?? []).join(',')}`
    const action = change.name === undefined ? ('group.members' as const) : ('group.save' as const)
    await appendAudit(tx, now, { actor: actor.login, action, target: `${group.uai} ${id}`, detail, ip })
  })
}

/** Deletes a group. Throws Failure forbidden, notFound. */
export const deleteGroup = async (people: People, actor: Actor, id: number, ip = ''): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const group = await getManualGroup(tx, id)
    await requireTask(tx, actor, 'groups', group.uai, now)
    await dropManualGroup(tx, id)
    const about = { target: `${group.uai} ${id}`, detail: group.name, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'group.delete', ...about })
  })
}
