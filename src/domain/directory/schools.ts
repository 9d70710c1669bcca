/** Schools and services, by UAI. */
import { Failure } from '#base/failure.ts'
import { parseUai } from '#format/uai/parse.ts'
import { type SchoolKind, schoolKinds } from '#format/uai/school-kinds.data.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { foldName } from './names.ts'

export interface SchoolRow {
  readonly uai: string
  readonly name: string
  readonly kind: SchoolKind
  /** Département code: 25, 39, 70, 90. */
  readonly department: string
  readonly city: string
  readonly source: string
  readonly status: 'open' | 'closed'
}

export interface NewSchool {
  readonly uai: string
  readonly name: string
  readonly kind?: string
  /** From the UAI when absent. */
  readonly department?: string
  readonly city?: string
  readonly source?: string
  readonly status?: 'open' | 'closed'
}

/** The UAI in its one form. Throws Failure invalid (`property` uai). */
export const checkUai = (text: string): string => {
  const uai = parseUai(text)
  if (uai === undefined)
    throw new Failure('invalid', 'this is not a UAI: seven digits and their letter', { property: 'uai' })
  return uai
}

/** Département of a UAI: its first three digits without their leading zero (`025` is 25; overseas keeps three). */
export const departmentOf = (uai: string): string => uai.slice(0, 3).replace(/^0(?=\d\d$)/, '')

const one = statement((q, p: Params<{ uai: string }>) => q.selectFrom('school').selectAll().where('uai', '=', p.uai))

const upsert = statement(
  (
    q,
    p: Params<{
      uai: string
      name: string
      kind: string
      department: string
      city: string
      source: string
      status: 'open' | 'closed'
      at: number
    }>,
  ) =>
    q
      .insertInto('school')
      .values({
        uai: p.uai,
        name: p.name,
        kind: p.kind,
        department: p.department,
        city: p.city,
        source: p.source,
        status: p.status,
        created_at: p.at,
      })
      .onConflict((on) =>
        on.column('uai').doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          kind: eb.ref('excluded.kind'),
          department: eb.ref('excluded.department'),
          city: eb.ref('excluded.city'),
          source: eb.ref('excluded.source'),
          status: eb.ref('excluded.status'),
        })),
      ),
)

const rowOf = (row: Omit<SchoolRow, 'kind'> & { readonly kind: string }): SchoolRow => ({
  uai: row.uai,
  name: row.name,
  kind: schoolKinds.find((kind) => kind === row.kind) ?? 'other',
  department: row.department,
  city: row.city,
  source: row.source,
  status: row.status,
})

/** A school, or undefined. */
export const findSchool = async (tx: Reader, uai: string): Promise<SchoolRow | undefined> => {
  const row = await tx.first(one, { uai })
  return row && rowOf(row)
}

/**
 * Schools in the order of their UAI; `uais` confines the list, `text` is looked for at the start of the UAI and within
 * the name and the town.
 */
export const listSchools = async (
  tx: Reader,
  options: {
    readonly uais?: readonly string[]
    readonly text?: string
    readonly after?: string
    readonly limit?: number
  } = {},
): Promise<SchoolRow[]> => {
  const { uais, after = '', limit = 500 } = options
  if (uais?.length === 0) return []
  const text = foldName(options.text ?? '')
  // A thousand schools at most: names are compared without accents here rather than in two dialects of SQL.
  const rows = await tx.query((q) => {
    let select = q.selectFrom('school').selectAll().where('uai', '>', after)
    if (uais) select = select.where('uai', 'in', [...uais])
    return select.orderBy('uai').limit(text === '' ? Math.min(limit, 5000) : 5000)
  })
  const found = text === '' ? rows : rows.filter((row) => foldName(`${row.uai} ${row.name} ${row.city}`).includes(text))
  return found.slice(0, limit).map(rowOf)
}

const text = (value: string, property: string, longest = 200): string => {
  const clean = value
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  if (clean === '' || clean.length > longest)
    throw new Failure('invalid', `${property} is 1 to ${longest} characters`, { property })
  return clean
}

/** Within a transaction: makes a school or changes it. Returns it. Throws Failure invalid (`property`). */
export const putSchool = async (tx: Writer, now: number, wanted: NewSchool): Promise<SchoolRow> => {
  const uai = checkUai(wanted.uai)
  const before = await findSchool(tx, uai)
  const kind = wanted.kind ?? before?.kind ?? 'other'
  if (!schoolKinds.some((known) => known === kind))
    throw new Failure('invalid', `a school is one of ${schoolKinds.join(', ')}`, { property: 'kind' })
  const row = {
    uai,
    name: text(wanted.name, 'name'),
    kind,
    department: (wanted.department ?? before?.department ?? departmentOf(uai)).slice(0, 3),
    city: (wanted.city ?? before?.city ?? '').normalize('NFC').trim().slice(0, 100),
    source: wanted.source ?? before?.source ?? 'manual',
    status: wanted.status ?? before?.status ?? 'open',
  }
  await tx.run(upsert, { ...row, at: now })
  return rowOf(row)
}

/** Makes a school or changes it, audited. Throws Failure invalid. */
export const saveSchool = (people: People, actor: string, wanted: NewSchool, ip = ''): Promise<SchoolRow> => {
  const now = people.ctx.clock.now()
  return people.ctx.store.writeGlobal(async (tx) => {
    const school = await putSchool(tx, now, wanted)
    await appendAudit(tx, now, { actor, action: 'school.save', target: school.uai, detail: school.name, ip })
    return school
  })
}
