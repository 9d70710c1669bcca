/** Conditions that the query builder has no word for: prefixes by code point, and a column of an outer query. */
import { type RawBuilder, sql } from 'kysely'
import type { DialectName } from '#store/engine.ts'

/** Above every letter and digit of a folded word. */
const last = '\u{10FFFF}'

/** A condition: the column begins with `prefix`. Uses the index of the column (in code point order). */
export const startsWith = (dialect: DialectName, column: string, prefix: string): RawBuilder<boolean> => {
  const name = sql.ref(column)
  const ordered = dialect === 'postgres' ? sql`${name} collate "C"` : name
  return sql<boolean>`(${ordered} >= ${prefix} and ${ordered} < ${`${prefix}${last}`})`
}

/** A condition of an inner query: its column is the one of the query around it. */
export const sameColumn = (inner: string, outer: string): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(inner)} = ${sql.ref(outer)}`
