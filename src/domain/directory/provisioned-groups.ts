/** Groups by hand as a source of truth tells them: it writes those it made, and puts in them people it may see. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { membersOf } from './groups.ts'
import {
  changeManualGroup,
  dropManualGroup,
  getManualGroup,
  type ManualGroup,
  putManualGroup,
} from './manual-groups.ts'
import type { Source } from './provision.ts'
import { findSchool } from './schools.ts'

const byExternal = statement((q, p: Params<{ source: string; id: string }>) =>
  q.selectFrom('manual_group').select('id').where('source', '=', p.source).where('external_id', '=', p.id),
)
const persons = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('person').select('account_id as id').where('account_id', '=', p.account),
)

const noSuchMember = (account: number): Failure =>
  new Failure('invalid', `account ${account} is nobody that this source may name`, { property: 'members' })

const checkMembers = async (tx: Reader, source: Source, accounts: readonly number[]): Promise<void> => {
  for (const account of accounts) if (!(await tx.first(persons, { account }))) throw noSuchMember(account)
  const { uais } = source
  if (uais.length === 0) return
  for (const account of accounts) {
    const inside = await tx.query((q) =>
      q
        .selectFrom('profile')
        .select('id')
        .where('account_id', '=', account)
        .where('uai', 'in', [...uais])
        .limit(1),
    )
    if (inside.length === 0) throw noSuchMember(account)
  }
}

/** Throws Failure forbidden unless the source made the group. */
const requireOwnGroup = async (tx: Reader, source: Source, id: number): Promise<ManualGroup> => {
  const group = await getManualGroup(tx, id)
  if (group.source !== source.name)
    throw new Failure('forbidden', 'this group was made by somebody else', { property: 'source' })
  return group
}

const setExternal = statement((q, p: Params<{ id: number; externalId: string | null }>) =>
  q.updateTable('manual_group').set({ external_id: p.externalId }).where('id', '=', p.id),
)

/** Throws Failure conflict when the identifier is that of another group of the source. */
const checkExternal = async (tx: Reader, source: Source, externalId: string | null, own?: number): Promise<void> => {
  if (externalId === null) return
  const taken = await tx.first(byExternal, { source: source.name, id: externalId })
  if (taken && taken.id !== own)
    throw new Failure('conflict', 'this external identifier is taken', { property: 'externalId' })
}

/** Makes a group. Returns its number. Throws Failure invalid, forbidden (another school), conflict (externalId). */
export const provisionGroup = async (
  people: People,
  source: Source,
  wanted: { uai: string; name: string; externalId: string | null; members: readonly number[] },
): Promise<number> => {
  const { uai, name, externalId, members } = wanted
  if (source.uais.length > 0 && !source.uais.includes(uai))
    throw new Failure('forbidden', 'this source is confined to other schools', { property: 'scope' })
  return people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await checkExternal(tx, source, externalId)
    if (uai !== '' && !(await findSchool(tx, uai)))
      throw new Failure('invalid', `there is no school ${uai}`, { property: 'uai' })
    await checkMembers(tx, source, members)
    const id = await putManualGroup(tx, now, { uai, name, by: source.actor, source: source.name, externalId })
    await changeManualGroup(tx, now, await getManualGroup(tx, id), { add: members })
    await appendAudit(tx, now, { actor: source.actor, action: 'group.save', target: `${uai} ${id}`, detail: name })
    return id
  })
}

/**
 * Makes a group have exactly these members, this name and this identifier at its source. Throws Failure invalid,
 * forbidden, notFound, conflict (externalId).
 */
export const reprovisionGroup = async (
  people: People,
  source: Source,
  id: number,
  wanted: { readonly name: string; readonly externalId: string | null; readonly members: readonly number[] },
): Promise<void> => {
  await people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    const group = await requireOwnGroup(tx, source, id)
    await checkExternal(tx, source, wanted.externalId, id)
    if (wanted.externalId !== group.externalId) await tx.run(setExternal, { id, externalId: wanted.externalId })
    const held = new Set<number>()
    for (let after = 0; ; ) {
      const page = await membersOf(tx, `manual:${id}`, { after, limit: 1000, now })
      for (const member of page.members) held.add(member.id)
      if (page.next === null) break
      after = page.next
    }
    const asked = new Set(wanted.members)
    const add = [...asked].filter((account) => !held.has(account))
    const remove = [...held].filter((account) => !asked.has(account))
    await checkMembers(tx, source, add)
    await changeManualGroup(tx, now, group, { name: wanted.name, add, remove })
    const about = { target: `${group.uai} ${id}`, detail: `+${add.length} -${remove.length}` }
    await appendAudit(tx, now, { actor: source.actor, action: 'group.members', ...about })
  })
}

/** Deletes a group. Throws Failure forbidden, notFound. */
export const forgetGroup = async (people: People, source: Source, id: number): Promise<void> => {
  await people.ctx.store.writeGlobal(async (tx) => {
    const group = await requireOwnGroup(tx, source, id)
    await dropManualGroup(tx, id)
    const about = { target: `${group.uai} ${id}`, detail: group.name }
    await appendAudit(tx, people.ctx.clock.now(), { actor: source.actor, action: 'group.delete', ...about })
  })
}
