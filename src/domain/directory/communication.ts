/**
 * Who finds whom when writing, as each school decides it (FACTS 3.5: the communication rules of a local administrator).
 * Without a word of the school the rules are those of `usual`. They are about being proposed an address by the directory,
 * never about mail that comes to an address somebody knows already.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { type Actor, requireTask } from './delegation.ts'
import { findSchool } from './schools.ts'

export interface Communication {
  /** Which pupils of the school a pupil finds. */
  readonly pupilsToPupils: 'classmates' | 'school' | 'nobody'
  /** Whether pupils find the staff of the school. */
  readonly pupilsToStaff: boolean
  /** Whether parents find the staff of their children's school. */
  readonly parentsToStaff: boolean
}

/** Where a school has said nothing. */
export const usual: Communication = { pupilsToPupils: 'classmates', pupilsToStaff: true, parentsToStaff: true }

const reaches: readonly Communication['pupilsToPupils'][] = ['classmates', 'school', 'nobody']

const nameOf = (uai: string): string => `directory.communication.${uai}`

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const save = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

/** The rules of a school. */
export const communicationOf = async (tx: Reader, uai: string): Promise<Communication> => {
  const value = (await tx.first(read, { name: nameOf(uai) }))?.value
  if (value === undefined) return usual
  const given = JSON.parse(value) as Partial<Communication>
  return {
    pupilsToPupils: reaches.find((one) => one === given.pupilsToPupils) ?? usual.pupilsToPupils,
    pupilsToStaff: given.pupilsToStaff !== false,
    parentsToStaff: given.parentsToStaff !== false,
  }
}

/** Changes the rules of a school; audited. Throws Failure forbidden (not one's task there), invalid, notFound. */
export const setCommunication = async (
  people: People,
  actor: Actor,
  uai: string,
  wanted: Omit<Communication, 'pupilsToPupils'> & { readonly pupilsToPupils: string },
  ip = '',
): Promise<void> => {
  const now = people.ctx.clock.now()
  const reach = reaches.find((one) => one === wanted.pupilsToPupils)
  if (reach === undefined)
    throw new Failure('invalid', `pupilsToPupils is one of ${reaches.join(', ')}`, { property: 'pupilsToPupils' })
  const { pupilsToStaff, parentsToStaff } = wanted
  const value = JSON.stringify({ pupilsToPupils: reach, pupilsToStaff, parentsToStaff } satisfies Communication)
  await people.ctx.store.writeGlobal(async (tx) => {
    await requireTask(tx, actor, 'communication', uai, now)
    if (!(await findSchool(tx, uai))) throw new Failure('notFound', 'no such school', { property: 'uai' })
    await tx.run(save, { name: nameOf(uai), value })
    const about = { target: uai, detail: `communication ${value}`, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'school.save', ...about })
  })
}
