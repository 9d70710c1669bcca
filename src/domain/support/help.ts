/** Everything somebody needs who cannot get in: who answers now, who answers later, what is known not to work. */
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from '../people/audit.ts'
import { type ContactQuestion, contactsFor, listContacts, type SupportContact } from './contacts.ts'
import type { Period } from './holidays.ts'
import { type Closures, type Opening, openingAt } from './hours.ts'
import { currentIncidents, type Incident, isFor, upcomingIncidents } from './incidents.ts'
import { schoolHolidays } from './school-holidays.data.ts'

const readSetting = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const saveSetting = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

const names = { schoolHolidays: 'support.school-holidays', exceptional: 'support.closures' } as const

const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)

const periodsIn = (json: string | undefined): Period[] | undefined => {
  if (json === undefined) return
  try {
    const rows: unknown = JSON.parse(json)
    return Array.isArray(rows)
      ? rows.filter((row): row is Period => typeof row?.name === 'string' && isDay(row.from) && isDay(row.to))
      : undefined
  } catch {
    return undefined
  }
}

/** The days on which nobody, or nobody of a school, answers. */
export const readClosures = async (tx: Reader): Promise<Closures> => ({
  schoolHolidays: periodsIn((await tx.first(readSetting, { name: names.schoolHolidays }))?.value) ?? schoolHolidays,
  exceptional: periodsIn((await tx.first(readSetting, { name: names.exceptional }))?.value) ?? [],
})

/** Within a transaction: replaces the school holidays, or the exceptional closures; audited. */
export const putClosures = async (
  tx: Writer,
  now: number,
  actor: string,
  kind: keyof typeof names,
  periods: readonly Period[],
): Promise<void> => {
  const rows = periods.slice(0, 500).map(({ name, from, to }) => ({ name: name.slice(0, 100), from, to }))
  await tx.run(saveSetting, { name: names[kind], value: JSON.stringify(rows) })
  await appendAudit(tx, now, { actor, action: 'support.save', target: kind, detail: `${rows.length}` })
}

/** Replaces the school holidays, or the exceptional closures. */
export const saveClosures = (
  ctx: Context,
  actor: string,
  kind: keyof typeof names,
  periods: readonly Period[],
): Promise<void> => ctx.store.writeGlobal((tx) => putClosures(tx, ctx.clock.now(), actor, kind, periods))

export type AnsweringContact = Omit<SupportContact, 'hours'> & Opening

/** The contacts for a question with who answers at `now`: those open first, within each level. */
export const answeringContacts = async (
  tx: Reader,
  now: number,
  question: ContactQuestion,
): Promise<AnsweringContact[]> => {
  const closures = await readClosures(tx)
  return contactsFor(await listContacts(tx), question)
    .map(({ hours, ...contact }) => ({ ...contact, ...openingAt(hours, closures, now) }))
    .sort((a, b) => a.level - b.level || Number(b.open) - Number(a.open))
}

const sheetLines = 3

/** Who helps these people, as lines to print; without the hours of today, which paper cannot know. */
export const contactLines = (ctx: Context, profile: string | undefined): Promise<string[]> =>
  ctx.store.read(async (tx) =>
    contactsFor(await listContacts(tx), { profile, topic: 'account' })
      .slice(0, sheetLines)
      .map(({ name, phone, mail }) => [name, phone, mail].filter((part) => part !== '').join(', ')),
  )

export interface Help {
  readonly contacts: readonly AnsweringContact[]
  /** Under way, those of other audiences left out. */
  readonly incidents: readonly Incident[]
  /** Maintenance of the next days. */
  readonly planned: readonly Incident[]
}

/** Maintenance further ahead is on the page of the status only. */
const plannedAhead = 2 * 86_400_000

/** Contacts and incidents for somebody at the door. */
export const helpFor = (ctx: Context, question: ContactQuestion): Promise<Help> =>
  ctx.store.read(async (tx) => {
    const now = ctx.clock.now()
    const mine = (one: Incident): boolean => isFor(one, question.audience)
    return {
      contacts: await answeringContacts(tx, now, question),
      incidents: (await currentIncidents(tx, now)).filter(mine),
      planned: (await upcomingIncidents(tx, now)).filter((one) => mine(one) && one.startsAt - now <= plannedAhead),
    }
  })
