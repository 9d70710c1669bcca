/**
 * When each profile is left alone as long as somebody has chosen nothing: the program's usual hours, or those that the
 * administrators of the platform set for a profile.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type Actor, familyKinds, requirePlatform } from '../directory/delegation.ts'
import { type ProfileKind, profileKinds } from '../directory/profiles.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { Quiet } from './quiet.ts'

/** What administrators set, by profile. */
export type QuietTable = Partial<Readonly<Record<ProfileKind, Quiet>>>

const settingName = 'notify.quiet'
const hours = (n: number): number => n * 60

/** The nights of families. */
const families: Quiet = { from: hours(20), to: hours(7), days: [], publicHolidays: false, schoolHolidays: false }
/** The right to disconnect of staff. */
const staff: Quiet = { from: hours(19), to: hours(7), days: [6, 7], publicHolidays: true, schoolHolidays: false }

/** Somebody who works here is left alone as that, whatever else they are. */
export const usualQuiet = (kinds: readonly string[], table: QuietTable): Quiet => {
  const known = profileKinds.filter((kind) => kinds.includes(kind))
  const kind = known.find((one) => !familyKinds.has(one)) ?? known[0]
  if (kind === undefined) return staff
  return table[kind] ?? (familyKinds.has(kind) ? families : staff)
}

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)
const write = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

export const readQuietTable = async (tx: Reader): Promise<QuietTable> => {
  const row = await tx.first(read, { name: settingName })
  return row ? (JSON.parse(row.value) as QuietTable) : {}
}

const isMinutes = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 1440

/** Throws Failure invalid (property quiet). */
export const checkQuiet = ({ from, to, days, publicHolidays, schoolHolidays }: Quiet): Quiet => {
  const invalid = (why: string): never => {
    throw new Failure('invalid', `quiet ${why}`, { property: 'quiet' })
  }
  if (!isMinutes(from) || !isMinutes(to)) invalid('begins and ends at a minute of the day')
  if (days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) invalid('names days from 1 to 7')
  // Somebody who is never told anything has not understood what they chose.
  if (new Set(days).size === 7) invalid('leaves no day of the week')
  return { from, to, days: [...new Set(days)].sort(), publicHolidays, schoolHolidays }
}

/** Sets when a profile is left alone; null: as the program has it. Audited. Throws Failure forbidden, invalid. */
export const saveUsualQuiet = async (
  people: People,
  actor: Actor,
  kind: ProfileKind,
  quiet: Quiet | null,
): Promise<void> => {
  requirePlatform(actor)
  const now = people.ctx.clock.now()
  const checked = quiet === null ? undefined : checkQuiet(quiet)
  await people.ctx.store.writeGlobal(async (tx) => {
    const { [kind]: _before, ...others } = await readQuietTable(tx)
    const table: QuietTable = checked === undefined ? others : { ...others, [kind]: checked }
    await tx.run(write, { name: settingName, value: JSON.stringify(table) })
    const detail = checked === undefined ? 'usual' : JSON.stringify(checked)
    await appendAudit(tx, now, { actor: actor.login, action: 'notify.quiet', target: kind, detail })
  })
}
